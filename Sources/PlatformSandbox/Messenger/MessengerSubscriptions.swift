import CampaignModel

extension SandboxPlatform {
    /// The app's callback: https://developers.facebook.com/docs/graph-api/reference/app/subscriptions.
    func subscriptions(_ method: String, _ node: String, _ parameters: RequestParameters) async throws -> JSON {
        guard settings.appID == nil || settings.appID == node else { throw MessengerError.unsupported(node) }
        switch method {
        case "GET":
            guard let url = app.callbackURL else { return ["data": []] }
            let fields = app.fields.map { JSON(members: [("name", .string($0)), ("version", "v25.0")]) }
            return [
                "data": [["object": "page", "callback_url": .string(url), "active": true, "fields": .array(fields)]]
            ]
        case "DELETE":
            app.callbackURL = nil
            app.line.reset()
            return ["success": true]
        default: return try await subscribe(node, parameters)
        }
    }

    private func subscribe(_ node: String, _ parameters: RequestParameters) async throws -> JSON {
        guard parameters.text("object") == "page" else {
            throw MessengerError.parameter("Param object must be one of {page}; the sandbox knows no others")
        }
        guard let url = parameters.text("callback_url"), WebAddress.isWeb(url) else {
            throw MessengerError.parameter("Param callback_url should represent a valid URL")
        }
        guard let token = parameters.text("verify_token"), !token.isEmpty else {
            throw MessengerError.parameter("The parameter verify_token is required")
        }
        let fields = parameters.structure("fields")?.array?.compactMap(\.string)
        try await verify(url, token: token)
        app.id = node
        app.callbackURL = url
        app.verifyToken = Secret(token)
        app.fields = fields ?? (parameters.text("fields") ?? "").split(separator: ",").map { String($0) }
        app.line.reset()
        webhookSignal.raise()
        return ["success": true]
    }

    /// The callback must give the challenge back, and nothing else.
    private func verify(_ url: String, token: String) async throws {
        guard WebAddress.isLoopback(url), let sender else {
            throw MessengerError.callback("the sandbox calls this machine's loopback addresses only")
        }
        let challenge = String(FNV1a.hash("\(url) \(revision) \(messengerCalls)") % 9_000_000_000 + 1_000_000_000)
        let query = "hub.mode=subscribe&hub.challenge=\(challenge)&hub.verify_token=\(percentEncoded(token))"
        let request = HTTPRequest(
            url: url + (url.contains("?") ? "&" : "?") + query, timeout: MessengerApp.answerTimeout
        )
        switch await sender.send(request) {
        case .answered(let answer) where answer.status != 200:
            throw MessengerError.callback("HTTP Status Code = \(answer.status)")
        case .answered(let answer) where answer.body != Array(challenge.utf8):
            let received = String(decoding: answer.body.prefix(100), as: UTF8.self)
            throw MessengerError.callback(
                "Response does not match challenge, expected value=\"\(challenge)\", received=\"\(received)\""
            )
        case .answered: return
        case .notSent(let failure), .unanswered(let failure): throw MessengerError.callback(failure.message)
        }
    }
}

extension MessengerError {
    fileprivate static func callback(_ reason: String) -> Self {
        Self(code: 2200, message: "(#2200) Callback verification failed with the following errors: \(reason)")
    }
}

/// Everything but letters, digits and `-._~` as `%XX`.
func percentEncoded(_ text: String) -> String {
    text.utf8.map { byte in
        let isPlain = TelegramNames.isSecretCharacter(byte) || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "~")
        return isPlain
            ? String(UnicodeScalar(byte)) : "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
    }.joined()
}
