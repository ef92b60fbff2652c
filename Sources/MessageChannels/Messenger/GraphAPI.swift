import CampaignModel

/// Calls of the Graph API. The token goes in a header, where it reaches no log; into an address only where it is what is
/// asked about.
struct GraphAPI {
    private let channel: Channel

    init(_ channel: Channel) { self.channel = channel }

    var page: String { channel.pageID ?? "me" }

    /// What an app may do for itself: `id|secret`.
    var appToken: Secret? {
        guard let id = channel.appID, let secret = channel.appSecret else { return nil }
        return Secret("\(id)|\(secret.reveal())")
    }

    func get(_ path: String, _ query: [(String, String)] = [], token: Secret? = nil) -> HTTPRequest {
        call("GET", path, query, body: [], token: token)
    }

    func post(_ path: String, _ fields: [String: JSONValue], token: Secret? = nil) -> HTTPRequest {
        call("POST", path, [], body: JSONValue.object(fields).bytes, token: token)
    }

    /// A request that sends something; it is written for one person and says what came of it.
    func sending(
        _ path: String, _ fields: [String: JSONValue], token: Secret? = nil, files: [PlatformRequest.File] = [],
        patience: Duration = .zero
    ) -> PlatformRequest {
        PlatformRequest(
            url: address(path), headers: [authorization(token)], fields: fields, files: files, patience: patience)
    }

    private func address(_ path: String) -> String {
        "\(channel.api)/\(channel.version ?? PlatformLimits.Messenger.graphVersion)/\(path)"
    }

    private func authorization(_ token: Secret?) -> HTTPHeader {
        HTTPHeader("Authorization", "Bearer \((token ?? channel.token).reveal())")
    }

    private func call(
        _ method: String, _ path: String, _ query: [(String, String)], body: [UInt8], token: Secret?
    ) -> HTTPRequest {
        let pairs = query.map { "\($0.0)=\(Self.escaped($0.1))" }.joined(separator: "&")
        var headers = [authorization(token)]
        if !body.isEmpty { headers.append(HTTPHeader("Content-Type", "application/json")) }
        return HTTPRequest(
            method: method,
            url: address(path) + (pairs.isEmpty ? "" : "?\(pairs)"),
            headers: headers, body: body, timeout: PlatformLimits.answerTime,
            connectTimeout: PlatformLimits.connectTime)
    }

    private static func escaped(_ text: String) -> String {
        text.utf8.map { byte in
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F, 0x7E, 0x2C:
                String(UnicodeScalar(byte))
            default: "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
            }
        }.joined()
    }
}
