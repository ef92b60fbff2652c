import CampaignModel
import HTTPTypes
import Hummingbird

/// The page that shows the chats, and what it needs.
struct PageRoutes: Sendable {
    let platform: SandboxPlatform
    let page: ChatsPage

    func add(to router: Router<some RequestContext>) {
        router.get("/sandbox") { request, _ in
            let view = await platform.view(person: request.uri.queryParameters.get("person"))
            return html(page.whole(view))
        }
        router.get("/sandbox/fragment") { request, _ in
            let view = await platform.view(person: request.uri.queryParameters.get("person"))
            return html(page.fragment(view))
        }
        router.get("/sandbox/sandbox.css") { _, _ in secured(SandboxAnswer(type: "text/css", body: page.style)) }
        router.get("/sandbox/sandbox.js") { _, _ in
            secured(SandboxAnswer(type: "text/javascript", body: page.script))
        }
        router.get("/sandbox/files/{id}") { _, context in
            guard let content = await platform.file(context.parameters.get("id") ?? "") else {
                return secured(SandboxAnswer(["error": "no such file"], status: 404))
            }
            return secured(SandboxAnswer(type: content.type, body: content.bytes))
        }
    }

    private func html(_ text: String) -> Response {
        secured(SandboxAnswer(type: "text/html; charset=utf-8", body: Array(text.utf8)))
    }

    private func secured(_ answer: SandboxAnswer) -> Response {
        var response = answer.response
        response.headers[.contentSecurityPolicy] =
            "default-src 'none'; style-src 'self'; script-src 'self'; img-src http: https: data:; connect-src 'self'; "
            + "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
        response.headers[.xContentTypeOptions] = "nosniff"
        response.headers[.cacheControl] = "no-store"
        response.headers[.referrerPolicy] = "no-referrer"
        return response
    }
}

extension HTTPField.Name {
    fileprivate static let referrerPolicy = HTTPField.Name("Referrer-Policy") ?? .xContentTypeOptions
}
