import CampaignModel
import HTTPTypes
import Hummingbird
import Logging

/// The Graph API's addresses: `/v<n>.<m>/<node>`, `/v<n>.<m>/<node>/<edge>` and one edge below another.
struct MessengerRoutes: Sendable {
    let platform: SandboxPlatform
    let time: any TimeSource
    let logger: Logger

    func add(to router: Router<some RequestContext>) {
        let paths: [RouterPath] = [
            "/v{version}/{node}", "/v{version}/{node}/{edge}", "/v{version}/{node}/{edge}/{rest}",
        ]
        for method in [HTTPRequest.Method.get, .post, .delete] {
            for path in paths {
                router.on(path, method: method) { request, context in try await call(request, context) }
            }
        }
    }

    /// A call with everything that was read from it.
    private struct Call {
        var method: String
        var node: String
        var edge: String?
        var token: String?
        var parameters: RequestParameters
        /// Where the caller reaches this version of the API: `http://127.0.0.1:8081/v25.0`.
        var base: String

        var isSend: Bool { method == "POST" && edge == "messages" }

        /// As far as faults are concerned.
        var fault: FaultBoard.Call {
            let message = parameters.structure("message")
            let template = message?["attachment"]?["payload"]
            let hasImage = template?["elements"]?.array?.contains { $0["image_url"] != nil || $0["media_type"] != nil }
            let isFile = message?["attachment"]?["type"]?.string.map { $0 != "template" }
            return FaultBoard.Call(
                platform: .messenger,
                recipients: [
                    parameters.structure("recipient")?["id"]?.identifier,
                    parameters.structure("messenger_delivery_data")?["subscription_token"]?.identifier,
                ].compactMap(\.self), isSend: isSend,
                hasMedia: message?["attachments"] != nil || isFile ?? false || hasImage ?? false
                    || template?["image_url"] != nil
            )
        }
    }

    private func call(_ request: Request, _ context: some RequestContext) async throws -> Response {
        var request = request
        let path = [context.parameters.get("edge"), context.parameters.get("rest")].compactMap(\.self)
        let edge = path.isEmpty ? nil : path.joined(separator: "/")
        let node = context.parameters.get("node") ?? ""
        if request.method == .post, edge == "messages", await platform.takesClosingFault(.messenger) {
            return SandboxAnswer.broken(context)
        }
        guard let body = try await SandboxRequest.body(&request) else {
            return await answer(MessengerError(code: 1, message: "Request Entity Too Large", status: 413)).response
        }
        var fault: Fault?
        var answer: SandboxAnswer
        do {
            guard Self.isVersion(context.parameters.get("version") ?? "") else {
                throw MessengerError(code: 2500, message: "Unknown path components: /v\(node)", status: 400)
            }
            guard let parameters = SandboxRequest.parameters(request, body: body) else {
                throw MessengerError.parameter("The request body is not what its Content-Type says")
            }
            let call = Call(
                method: request.method.rawValue, node: node, edge: edge,
                token: parameters.text("access_token") ?? Self.bearer(request), parameters: parameters,
                base: "http://\(request.head.authority ?? "")/v\(context.parameters.get("version") ?? "")"
            )
            // A revoked token is looked into with another one.
            fault = node == "debug_token" ? nil : await platform.takeFault(call.fault)
            if let fault, fault.mode == .hang || fault.mode == .closeBeforeRead {
                return await SandboxAnswer.silence(request, context, fault, time)
            }
            if let refusal = fault?.messengerRefusal { throw refusal }
            answer = SandboxAnswer(try await result(call))
        } catch let refusal as MessengerError {
            answer = await self.answer(refusal)
        }
        if fault?.mode == .dropAfterAccept { return SandboxAnswer.broken(context) }
        if let fault, fault.isSlow { try await time.sleep(for: .milliseconds(fault.milliseconds)) }
        let usage = await platform.usage(pause: fault?.messengerPause, node: node)
        answer.headers += [(.appUsage, usage.app.text), (.businessUsage, usage.business.text)]
        return answer.response
    }

    private func answer(_ refusal: MessengerError) async -> SandboxAnswer {
        await platform.countRefusal()
        return SandboxAnswer(refusal.json(trace: await platform.refusals), status: refusal.status)
    }

    private func result(_ call: Call) async throws -> JSON {
        // A bad token is told before a bad parameter, as on the platform.
        try await platform.checkToken(call.token, node: call.node, edge: call.edge)
        try await platform.checkProof(call.parameters.text("appsecret_proof"), of: call.token)
        let isDirect = call.isSend && !call.node.hasPrefix("act_")
        let draft = isDirect ? try MessengerDraft(call.parameters) : nil
        return try await platform.messenger(
            call.method, node: call.node, edge: call.edge, token: call.token, parameters: call.parameters, draft: draft,
            base: call.base
        )
    }

    private static func bearer(_ request: Request) -> String? {
        request.headers[.authorization].flatMap {
            $0.lowercased().hasPrefix("bearer ") ? String($0.dropFirst(7)) : nil
        }
    }

    private static func isVersion(_ text: String) -> Bool {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 2 && parts.allSatisfy { UInt16($0) != nil }
    }
}

extension HTTPField.Name {
    fileprivate static let appUsage = HTTPField.Name("X-App-Usage") ?? .xContentTypeOptions
    fileprivate static let businessUsage = HTTPField.Name("X-Business-Use-Case-Usage") ?? .xContentTypeOptions
}

extension JSON {
    fileprivate var text: String { String(decoding: bytes, as: UTF8.self) }
}

extension Fault {
    /// Whether the answer comes late.
    var isSlow: Bool { mode == .delay || mode == .slow }
}
