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
        _ request: HTTPRequest, after status: Int, from old: RequestURL, to new: RequestURL
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

    /// What is told of a hop.
    static func hop(_ status: Int, from old: RequestURL, to new: RequestURL) -> HTTPRedirect {
        // Anybody on the way can forge what comes over plain http; a source must not end there for good because a server
        // was set up wrongly once. It is followed each time, as long as the https address says so.
        let isDowngrade = old.scheme == "https" && new.scheme == "http"
        return HTTPRedirect(status: status, url: new.url, isPermanent: [301, 308].contains(status) && !isDowngrade)
    }

    static func circle(_ address: RequestURL) -> HTTPFailure {
        HTTPFailure(
            .redirectLoop, requestLeft: true,
            message: "\(address.label) redirects in a circle; the address may be wrong, or the site wants cookies."
        )
    }

    static func downgrade(_ address: RequestURL) -> HTTPFailure {
        HTTPFailure(
            .other, requestLeft: true,
            message: "\(address.label) redirects from https to http; what was sent to it is not sent there."
        )
    }

    static func tooMany(_ address: RequestURL, _ limit: Int) -> HTTPFailure {
        HTTPFailure(
            .other, requestLeft: true,
            message: "\(address.label) redirects more than \(limit) times; the address may be wrong."
        )
    }
}
