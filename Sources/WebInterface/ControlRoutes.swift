package import CampaignEngine
import CampaignModel
import Foundation
package import Hummingbird
import NIOCore

/// `POST /control`: a command of the owner's as JSON, answered by what came of it. Only for a socket that nobody else can
/// open; nothing here asks who is there.
package enum ControlRoutes {
    package static let path = "/control"
    /// Room for a lot of subscribers, however many fields they have.
    private static let mostBytes = 64 << 20

    /// Answers 200 with a ``ControlReply``, also for what was wrong.
    package static func add(_ handler: ControlCommandHandler, to router: Router<some RequestContext>) {
        router.post(RouterPath(path)) { request, _ in
            let body = try await request.body.collect(upTo: mostBytes)
            return try response(await reply(to: Array(body.readableBytesView), at: handler))
        }
    }

    private static func reply(to body: [UInt8], at handler: ControlCommandHandler) async -> ControlReply {
        let command: ControlCommand
        do {
            command = try JSONDecoder().decode(ControlCommand.self, from: Data(body))
        } catch {
            return ControlReply(
                Problem(
                    .usage, "the running tellal does not know this command",
                    hint: "It is of another version: start it anew."))
        }
        do {
            return ControlReply(try await handler.carryOut(command))
        } catch {
            return ControlReply(error as? Problem ?? Problem(.internal, "\(error)"))
        }
    }

    private static func response(_ reply: ControlReply) throws -> Response {
        let body = ByteBuffer(bytes: try JSONEncoder().encode(reply))
        return Response(
            status: .ok, headers: [.contentType: "application/json"], body: ResponseBody(byteBuffer: body))
    }
}
