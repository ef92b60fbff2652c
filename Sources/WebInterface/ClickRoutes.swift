package import CampaignEngine
import CampaignModel
import HTTPTypes
package import Hummingbird
import NIOCore

/// Where the links of messages lead first: `GET` and `HEAD /c/TOKEN`.
package enum ClickRoutes {
    /// Answers 302 with the address, 404 for what is no link of ours, 503 while nobody can tell.
    package static func add(_ listener: ClickListener, to router: Router<some RequestContext>) {
        let path = RouterPath("\(ClickListener.path)/:token")
        router.get(path) { request, context in
            await answer(listener, try context.parameters.require("token"), request, isHead: false)
        }
        router.head(path) { request, context in
            await answer(listener, try context.parameters.require("token"), request, isHead: true)
        }
    }

    private static let purposes = ["Sec-Purpose", "Purpose", "X-Moz"].compactMap { HTTPField.Name($0) }
    private static let robots = HTTPField.Name("X-Robots-Tag")
    private static let referrers = HTTPField.Name("Referrer-Policy")

    private static func answer(
        _ listener: ClickListener, _ token: String, _ request: Request, isHead: Bool
    ) async -> Response {
        let visitor = Click.Visitor(
            agent: request.headers[.userAgent], isHead: isHead,
            purpose: purposes.lazy.compactMap { request.headers[$0] }.first)
        switch await listener.open(token, by: visitor) {
        case .to(let address):
            var headers: HTTPFields = [.location: address, .cacheControl: "no-store", .contentLength: "0"]
            if let robots { headers[robots] = "noindex" }
            if let referrers { headers[referrers] = "no-referrer-when-downgrade" }
            return Response(status: .found, headers: headers)
        case .unknown: return page(.notFound, "This link leads nowhere. It may have been cut; ask whoever sent it.\n")
        case .later:
            var answer = page(.serviceUnavailable, "This link cannot be looked up now. Please try again in a minute.\n")
            answer.headers[.retryAfter] = "60"
            return answer
        }
    }

    private static func page(_ status: HTTPResponse.Status, _ text: String) -> Response {
        Response(
            status: status,
            headers: [
                .contentType: "text/plain; charset=utf-8", .cacheControl: "no-store", .xContentTypeOptions: "nosniff",
            ], body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
    }
}
