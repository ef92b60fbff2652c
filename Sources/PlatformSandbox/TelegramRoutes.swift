import CampaignModel
import HTTPTypes
import Hummingbird
import Logging

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
                return SandboxAnswer(TelegramRefusal.notFound.json, status: 404).response
            }
            return SandboxAnswer(type: content.type, body: content.bytes).response
        }
    }

    private func call(_ request: Request, _ context: some RequestContext) async throws -> Response {
        let method = (context.parameters.get("method") ?? "").lowercased()
        let token = percentDecoded(Array((context.parameters.get("token") ?? "").utf8))
        let isSend = TelegramDraft.sends(method)
        let fault = isSend ? await platform.takeFault() : .ok
        if fault == .closeBeforeRead { return SandboxAnswer.broken(context) }
        guard let body = try await SandboxRequest.body(request) else {
            return SandboxAnswer(TelegramRefusal(413, "Request Entity Too Large").json, status: 413).response
        }
        var answer: SandboxAnswer
        do {
            let result = try await result(method, token: token, request, body, fault: fault)
            answer = SandboxAnswer(["ok": true, "result": result])
        } catch let refusal as TelegramRefusal {
            await platform.countRefusal()
            answer = SandboxAnswer(refusal.json, status: refusal.code)
            if let seconds = refusal.retryAfter { answer.headers = [(.retryAfter, String(seconds))] }
        }
        if fault == .dropAfterAccept { return SandboxAnswer.broken(context) }
        if fault == .delay { try await time.sleep(for: .milliseconds(await platform.faultDetails.milliseconds)) }
        return answer.response
    }

    private func result(_ method: String, token: String, _ request: Request, _ body: [UInt8], fault: Fault.Mode)
        async throws -> JSON
    {
        if fault == .refuse { throw TelegramRefusal.blocked }
        if fault == .status {
            let status = await platform.faultDetails.status
            if status == 429 { throw TelegramRefusal.tooManyRequests(1) }
            throw TelegramRefusal(status, HTTPResponse.Status(code: status).reasonPhrase)
        }
        guard let parameters = SandboxRequest.parameters(request, body: body) else {
            throw TelegramRefusal.badRequest("can't parse the request body")
        }
        // A bad token is told before a bad parameter, as on the platform.
        try await platform.checkTelegramToken(token)
        let draft = try TelegramDraft.read(method, parameters)
        return try await platform.telegram(method, token: token, parameters: parameters, draft: draft)
    }
}

extension TelegramDraft {
    /// Whether a method, its name in small letters, sends something.
    static func sends(_ method: String) -> Bool {
        method == "sendmessage" || method == "sendmediagroup" || mediaMethods[method] != nil
    }
}
