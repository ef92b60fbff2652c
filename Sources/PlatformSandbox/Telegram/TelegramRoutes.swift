import CampaignModel
import HTTPTypes
import Hummingbird
import Logging
import ServiceLifecycle

/// The Bot API's addresses: `/bot<token>/<method>` and `/file/bot<token>/<path>`.
struct TelegramRoutes: Sendable {
    let platform: SandboxPlatform
    let time: any TimeSource
    let logger: Logger

    func add(to router: Router<some RequestContext>) {
        for method in [HTTPRequest.Method.get, .post] {
            router.on("/bot{token}/{method}", method: method) { request, context in
                try await call(request, context)
            }
        }
        router.get("/file/bot{token}/{path}") { _, context in
            let id = percentDecoded(Array(context.parameters.get("path", as: String.self)?.utf8 ?? "".utf8))
            guard let content = await platform.file(id) else {
                return SandboxAnswer(TelegramError.notFound.json, status: 404).response
            }
            return SandboxAnswer(type: content.type, body: content.bytes).response
        }
    }

    private func call(_ request: Request, _ context: some RequestContext) async throws -> Response {
        var request = request
        let method = (context.parameters.get("method") ?? "").lowercased()
        let token = percentDecoded(Array((context.parameters.get("token") ?? "").utf8))
        if TelegramDraft.sends(method), await platform.takesClosingFault(.telegram) {
            return SandboxAnswer.broken(context)
        }
        guard let body = try await SandboxRequest.body(&request) else {
            return SandboxAnswer(TelegramError(413, "Request Entity Too Large").json, status: 413).response
        }
        let parameters = SandboxRequest.parameters(request, body: body)
        let fault = await platform.takeFault(Self.call(method, parameters))
        if let fault, fault.mode == .hang || fault.mode == .closeBeforeRead {
            return await SandboxAnswer.silence(request, context, fault, time)
        }
        var answer: SandboxAnswer
        do {
            if let refusal = fault?.telegramRefusal { throw refusal }
            answer = SandboxAnswer(["ok": true, "result": try await result(method, token: token, parameters)])
        } catch is CancellationError {
            return SandboxAnswer.broken(context)
        } catch let refusal as TelegramError {
            await platform.countRefusal()
            answer = SandboxAnswer(refusal.json, status: refusal.code)
            if let seconds = refusal.retryAfter { answer.headers = [(.retryAfter, String(seconds))] }
        }
        if fault?.mode == .dropAfterAccept { return SandboxAnswer.broken(context) }
        if let fault, fault.isSlow { try await time.sleep(for: .milliseconds(fault.milliseconds)) }
        return answer.response
    }

    private func result(_ method: String, token: String, _ parameters: RequestParameters?) async throws -> JSON {
        guard let parameters else { throw TelegramError.badRequest("can't parse the request body") }
        // A bad token is told before a bad parameter, as on the platform.
        try await platform.checkTelegramToken(token)
        guard method != "sendrichmessage" || platform.settings.knowsRichMessages else {
            throw TelegramError.notFound
        }
        if method == "getupdates" {
            // Nobody is kept waiting by a sandbox that ends.
            return try await cancelWhenGracefulShutdown {
                try await platform.telegram(method, token: token, parameters: parameters, draft: nil)
            }
        }
        let draft = try TelegramDraft.read(method, parameters)
        return try await platform.telegram(method, token: token, parameters: parameters, draft: draft)
    }

    /// A call as far as faults are concerned.
    private static func call(_ method: String, _ parameters: RequestParameters?) -> FaultBoard.Call {
        let items = parameters?.structure("media")?.array ?? []
        let hasMode = { (value: JSON?) in !(value?.string ?? "").isEmpty }
        return FaultBoard.Call(
            platform: .telegram, recipients: [parameters?.text("chat_id")].compactMap(\.self),
            isSend: TelegramDraft.sends(method), hasMedia: hasMedia(method, parameters),
            hasMarkup: method == "sendrichmessage" || hasMode(parameters?["parse_mode"])
                || parameters?["entities"] != nil
                || parameters?["caption_entities"] != nil || items.contains { hasMode($0["parse_mode"]) }
        )
    }

    private static func hasMedia(_ method: String, _ parameters: RequestParameters?) -> Bool {
        switch method {
        case "sendmessage": false
        case "sendrichmessage": parameters.flatMap { try? TelegramRichMessage($0) }?.hasMedia ?? false
        default: true
        }
    }
}

extension TelegramDraft {
    /// Whether a method, its name in small letters, sends something.
    static func sends(_ method: String) -> Bool {
        ["sendmessage", "sendmediagroup", "sendrichmessage"].contains(method) || mediaMethods[method] != nil
    }
}
