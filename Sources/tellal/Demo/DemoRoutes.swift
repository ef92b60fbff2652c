import CampaignModel
import HTTPTypes
import Hummingbird
import NIOCore

/// The sample documents, over real HTTP, with validators: an unchanged one answers 304.
enum DemoRoutes {
    static func add(to router: Router<some RequestContext>, feeds: DemoFeeds) {
        router.get("/") { _, _ in Response(status: .seeOther, headers: [.location: "/sandbox"]) }
        router.get("/demo/blog.xml") { request, _ in document(feeds.blog, request) }
        router.get("/demo/shop.xml") { request, _ in document(feeds.shop, request) }
        router.get("/demo/images/{name}") { _, context in
            guard let bytes = feeds.image(context.parameters.get("name") ?? "") else { throw HTTPError(.notFound) }
            return Response(
                status: .ok, headers: [.contentType: "image/svg+xml", .cacheControl: "max-age=3600"],
                body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
        }
    }

    private static func document(_ text: String, _ request: Request) -> Response {
        let tag = "\"\(Fingerprint(of: [text]))\""
        if request.headers[.ifNoneMatch] == tag { return Response(status: .notModified, headers: [.eTag: tag]) }
        return Response(
            status: .ok, headers: [.contentType: "application/rss+xml; charset=utf-8", .eTag: tag],
            body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
    }
}
