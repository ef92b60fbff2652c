package import CampaignEngine
import CampaignModel
import HTTPTypes
package import Hummingbird
import NIOCore

/// Where platforms call: `GET` and `POST /webhooks/WORKSPACE/CHANNEL`.
package enum WebhookRoutes {
    /// Answers by ``WebhookListener/Answer``; 503 when the event cannot be kept now, so that the platform calls again.
    package static func add(_ listener: WebhookListener, to router: Router<some RequestContext>) {
        let path = RouterPath("\(WebhookListener.path)/:workspace/:channel")
        router.get(path) { request, context in
            response(
                listener.verify(
                    workspace: try context.parameters.require("workspace"),
                    channel: try context.parameters.require("channel"),
                    query: FormFields.read(request.uri.query ?? "")))
        }
        router.post(path) { request, context in
            let body: ByteBuffer
            do {
                body = try await request.body.collect(upTo: WebhookListener.mostBytes)
            } catch is NIOTooManyBytesError {
                return Response(status: .contentTooLarge)
            } catch {
                // It was cut, or its chunks make no sense.
                return Response(status: .badRequest)
            }
            let proof = WebhookProof(
                telegramSecret: only(telegramField, of: request), messengerSignature: only(messengerField, of: request))
            do {
                return response(
                    try await listener.hear(
                        workspace: try context.parameters.require("workspace"),
                        channel: try context.parameters.require("channel"), proof: proof,
                        body: Array(body.readableBytesView)))
            } catch let problem as Problem where problem.code == .databaseUnavailable {
                // The platform calls again.
                return Response(status: .serviceUnavailable)
            }
        }
    }

    private static let telegramField = HTTPField.Name("X-Telegram-Bot-Api-Secret-Token")
    private static let messengerField = HTTPField.Name("X-Hub-Signature-256")

    /// The header, if it came once: of two, nobody knows which one is meant.
    private static func only(_ name: HTTPField.Name?, of request: Request) -> String? {
        guard let name else { return nil }
        let values = request.headers[values: name]
        return values.count == 1 ? values[0] : nil
    }

    private static func response(_ answer: WebhookListener.Answer) -> Response {
        switch answer {
        case .kept: Response(status: .ok)
        case .challenge(let text):
            Response(
                status: .ok, headers: [.contentType: "text/plain; charset=utf-8", .xContentTypeOptions: "nosniff"],
                body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
        case .forged: Response(status: .unauthorized)
        case .refused: Response(status: .forbidden)
        case .unknown: Response(status: .notFound)
        }
    }
}
