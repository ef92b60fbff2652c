import CampaignModel

/// What a redirect does to a request (RFC 9110 §15.4).
enum RedirectRule {
    /// Where the answer sends us, if it does.
    static func location(of head: ResponseHead) -> String? {
        guard [301, 302, 303, 307, 308].contains(head.status), let location = head.headers["Location"],
            !location.isEmpty
        else { return nil }
        return location
    }

    /// The next request: credentials stay with the origin that they were meant for.
    static func request(
        _ request: HTTPRequest, after status: Int, from old: WebAddress, to new: WebAddress
    ) -> HTTPRequest {
        var next = request
        next.url = new.url
        if !old.isSameOrigin(as: new) {
            let credentials = ["authorization", "cookie", "proxy-authorization"]
            next.headers.removeAll { credentials.contains($0.name.lowercased()) }
        }
        if status < 307, next.method != "HEAD", next.method != "GET" {
            next.method = "GET"
            next.body = []
        }
        return next
    }
}
