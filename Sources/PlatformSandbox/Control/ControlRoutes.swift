import CampaignModel
import HTTPTypes
import Hummingbird

/// The calls under `/sandbox/api/`, for tests and owners; docs/sandbox.md lists them.
struct ControlRoutes: Sendable {
    let platform: SandboxPlatform

    func add(to router: Router<some RequestContext>) {
        let group = router.group("/sandbox/api")
        group.get("ledger") { request, _ in
            let after = request.uri.queryParameters.get("after", as: Int.self) ?? 0
            let limit = request.uri.queryParameters.get("limit", as: Int.self) ?? 1000
            return SandboxAnswer(await platform.ledgerJSON(after: after, limit: limit)).response
        }
        group.get("stats") { _, _ in SandboxAnswer(await platform.statsJSON()).response }
        group.get("webhooks") { _, _ in SandboxAnswer(await platform.webhooksJSON()).response }
        group.get("messages") { request, _ in
            let query = request.uri.queryParameters
            return await answer { () async throws(Problem) in
                try await platform.messagesJSON(platform: query.get("platform"), address: query.get("address"))
            }
        }
        let actions: [(RouterPath, @Sendable (JSON) async throws(Problem) -> JSON)] = [
            ("faults", { json throws(Problem) in try await platform.setFault(json) }),
            ("app", { json throws(Problem) in try await platform.setApp(json) }),
            ("chats", { json throws(Problem) in try await platform.setChat(json) }),
            ("start", { json throws(Problem) in try await platform.start(json) }),
            ("say", { json throws(Problem) in try await platform.say(json) }),
            ("press", { json throws(Problem) in try await platform.press(json) }),
            ("react", { json throws(Problem) in try await platform.react(json) }),
            ("block", { json throws(Problem) in try await platform.block(json, true) }),
            ("unblock", { json throws(Problem) in try await platform.block(json, false) }),
            ("read", { json throws(Problem) in try await platform.read(json) }),
            ("deliver", { json throws(Problem) in try await platform.deliver(json) }),
            ("optin", { json throws(Problem) in try await platform.optIn(json, isStop: false) }),
            ("optout", { json throws(Problem) in try await platform.optIn(json, isStop: true) }),
            ("enforce", { json throws(Problem) in try await platform.enforce(json) }),
        ]
        for (path, action) in actions {
            group.post(path) { request, _ in await control(request, action) }
        }
        group.post("people/{platform}/{address}") { request, context in
            let name = context.parameters.get("platform") ?? ""
            let address = percentDecoded(Array((context.parameters.get("address") ?? "").utf8))
            return await control(request) { (json) async throws(Problem) in
                guard let kind = Platform(rawValue: name) else {
                    throw Problem(.notFound, "there is no such platform", hint: "telegram or messenger")
                }
                return try await platform.setPerson(kind, address, json)
            }
        }
    }

    /// Only JSON is taken, so that a page of another site cannot post here with a plain form.
    private func control(_ request: Request, _ action: (JSON) async throws(Problem) -> JSON) async -> Response {
        var request = request
        let body = try? await SandboxRequest.body(&request)
        let type = request.headers[.contentType]?.lowercased() ?? ""
        return await answer { () async throws(Problem) in
            guard let body else { throw Problem(.badData, "the body is too large, or was cut") }
            guard type.hasPrefix("application/json"), let json = JSONReader.read(body), json.isObject else {
                throw Problem(.badData, "the body is not a JSON object", hint: "send Content-Type: application/json")
            }
            return try await action(json)
        }
    }

    private func answer(_ action: () async throws(Problem) -> JSON) async -> Response {
        do {
            return SandboxAnswer(try await action()).response
        } catch {
            let json = JSON(members: [
                ("code", .string(error.code.rawValue)), ("message", .string(error.message)),
                ("hint", error.hint.map { .string($0) }),
            ])
            return SandboxAnswer(["error": json], status: error.code == .notFound ? 404 : 400).response
        }
    }
}
