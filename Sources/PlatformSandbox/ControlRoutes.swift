import CampaignModel
import HTTPTypes
import Hummingbird

/// The calls under `/sandbox/api/`, for tests and owners; docs/sandbox.md lists them.
///
/// * `GET ledger?after=N&limit=M`: accepted sends with a sequence above N
/// * `GET stats`: counts
/// * `POST faults`: `{"mode","ms","status","every","count"}`, see ``Fault``
/// * `POST people/{platform}/{address}`: `{"first_name","blocked","last_active_at"}`
/// * `POST say`: `{"platform","address","text","bot"}`
/// * `POST press`: `{"platform","address","message_id","data"}`
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
        group.post("faults") { request, _ in
            try await control(request) { try await platform.setFault($0) }
        }
        group.post("say") { request, _ in try await control(request) { try await platform.say($0) } }
        group.post("press") { request, _ in try await control(request) { try await platform.press($0) } }
        group.post("people/{platform}/{address}") { request, context in
            let name = context.parameters.get("platform") ?? ""
            let address = percentDecoded(Array((context.parameters.get("address") ?? "").utf8))
            return try await control(request) { json in
                guard let kind = Platform(rawValue: name) else {
                    throw Problem(.notFound, "there is no such platform", hint: "telegram or messenger")
                }
                return try await platform.setPerson(kind, address, json)
            }
        }
    }

    /// Only JSON is taken, so that a page of another site cannot post here with a plain form.
    private func control(_ request: Request, _ action: (JSON) async throws -> JSON) async throws -> Response {
        do {
            guard let body = try await SandboxRequest.body(request) else {
                throw Problem(.badData, "the body is too large")
            }
            guard request.headers[.contentType]?.lowercased().hasPrefix("application/json") ?? false,
                let json = JSONReader.read(body), json.isObject
            else {
                throw Problem(.badData, "the body is not a JSON object", hint: "send Content-Type: application/json")
            }
            return SandboxAnswer(try await action(json)).response
        } catch let problem as Problem {
            let error = JSON(members: [
                ("code", .string(problem.code.rawValue)), ("message", .string(problem.message)),
                ("hint", problem.hint.map { .string($0) }),
            ])
            return SandboxAnswer(["error": error], status: problem.code == .notFound ? 404 : 400).response
        }
    }
}
