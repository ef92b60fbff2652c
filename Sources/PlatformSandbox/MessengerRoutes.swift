import CampaignModel
import HTTPTypes
import Hummingbird
import Logging

/// The Graph API's addresses: `/v<n>.<m>/<node>` and `/v<n>.<m>/<node>/<edge>`.
struct MessengerRoutes: Sendable {
    let platform: SandboxPlatform
    let time: any TimeSource
    let logger: Logger

    func add(to router: Router<some RequestContext>) {
        for method in [HTTPRequest.Method.get, .post, .delete] {
            for path in ["/v{version}/{node}", "/v{version}/{node}/{edge}"] as [RouterPath] {
                router.on(path, method: method) { request, context in try await call(request, context) }
            }
        }
    }

    private func call(_ request: Request, _ context: some RequestContext) async throws -> Response {
        let edge = context.parameters.get("edge")
        let isSend = request.method == .post && edge == "messages"
        let fault = isSend ? await platform.takeFault() : .ok
        if fault == .closeBeforeRead { return SandboxAnswer.broken(context) }
        guard let body = try await SandboxRequest.body(request) else {
            return await answer(MessengerRefusal(code: 1, message: "Request Entity Too Large", status: 413)).response
        }
        var answer: SandboxAnswer
        do {
            let node = context.parameters.get("node") ?? ""
            answer = SandboxAnswer(try await result(request, context, node: node, edge: edge, body, fault: fault))
        } catch let refusal as MessengerRefusal {
            answer = await self.answer(refusal)
        }
        if fault == .dropAfterAccept { return SandboxAnswer.broken(context) }
        if fault == .delay { try await time.sleep(for: .milliseconds(await platform.faultDetails.milliseconds)) }
        return answer.response
    }

    private func answer(_ refusal: MessengerRefusal) async -> SandboxAnswer {
        await platform.countRefusal()
        return SandboxAnswer(refusal.json(trace: await platform.refusals), status: refusal.status)
    }

    private func result(
        _ request: Request, _ context: some RequestContext, node: String, edge: String?, _ body: [UInt8],
        fault: Fault.Mode
    ) async throws -> JSON {
        guard Self.isVersion(context.parameters.get("version") ?? "") else {
            throw MessengerRefusal(code: 2500, message: "Unknown path components: /v\(node)", status: 400)
        }
        if fault == .refuse { throw MessengerRefusal.unavailable }
        if fault == .status {
            let status = await platform.faultDetails.status
            if status == 429 { throw MessengerRefusal.tooManyCalls }
            throw MessengerRefusal(
                code: 2, message: "Service temporarily unavailable", type: "OAuthException", status: status
            )
        }
        guard let parameters = SandboxRequest.parameters(request, body: body) else {
            throw MessengerRefusal.parameter("The request body is not what its Content-Type says")
        }
        let bearer = request.headers[.authorization].flatMap {
            $0.lowercased().hasPrefix("bearer ") ? String($0.dropFirst(7)) : nil
        }
        let token = parameters.text("access_token") ?? bearer
        // A bad token is told before a bad parameter, as on the platform.
        try await platform.checkToken(token)
        let isSend = request.method == .post && edge == "messages"
        let draft = isSend ? try MessengerDraft(parameters) : nil
        return try await platform.messenger(
            request.method.rawValue, node: node, edge: edge, token: token, parameters: parameters, draft: draft
        )
    }

    private static func isVersion(_ text: String) -> Bool {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 2 && parts.allSatisfy { UInt16($0) != nil }
    }
}
