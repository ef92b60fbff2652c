package import CampaignEngine
import HTTPTypes
package import Hummingbird
import NIOCore

/// Where hubs call: `GET /websub/TOKEN` to ask, `POST /websub/TOKEN` to tell (W3C WebSub, 5.3 and 7).
package enum WebSubRoutes {
    /// Answers by ``HubListener/Answer``.
    package static func add(_ listener: HubListener, to router: Router<some RequestContext>) {
        let path = RouterPath("\(HubCallback.path)/:token")
        router.get(path) { request, context in
            let fields = FormFields.read(request.uri.query ?? "")
            return response(try await listener.verify(token: try context.parameters.require("token"), query: fields))
        }
        router.post(path) { request, context in
            response(
                try await listener.hear(
                    token: try context.parameters.require("token"),
                    signature: signatureField.flatMap { request.headers[$0] },
                    body: request.body.map(\.readableBytesView)))
        }
    }

    private static let signatureField = HTTPField.Name("X-Hub-Signature")

    private static func response(_ answer: HubListener.Answer) -> Response {
        switch answer {
        case .challenge(let text):
            // Whoever asked may have written it: no browser may take it for a page.
            Response(
                status: .ok, headers: [.contentType: "text/plain; charset=utf-8", .xContentTypeOptions: "nosniff"],
                body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
        case .noted: Response(status: .ok)
        case .accepted: Response(status: .accepted)
        case .unknown: Response(status: .notFound)
        case .gone: Response(status: .gone)
        case .tooLarge: Response(status: .contentTooLarge)
        }
    }
}
