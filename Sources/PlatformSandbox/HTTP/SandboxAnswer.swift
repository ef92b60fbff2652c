import CampaignModel
import HTTPTypes
import Hummingbird
import NIOCore
import ServiceLifecycle

/// An answer before it is put onto the wire.
struct SandboxAnswer: Sendable {
    var status = 200
    var type = "application/json"
    var body: [UInt8]
    var headers: [(HTTPField.Name, String)] = []

    init(_ json: JSON, status: Int = 200) {
        self.status = status
        body = json.bytes
    }

    init(type: String, body: [UInt8]) {
        self.type = type
        self.body = body
    }

    var response: Response {
        var fields = HTTPFields()
        fields[.contentType] = type
        for (name, value) in headers { fields[name] = value }
        return Response(
            status: HTTPResponse.Status(code: status), headers: fields,
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: body))
        )
    }

    /// Nothing: the connection closes, after the head of an answer where the context cannot close it.
    static func broken(_ context: some RequestContext) -> Response {
        (context as? any ConnectionClosing)?.closeConnection()
        return Response(status: .ok, body: ResponseBody { _ in throw BrokenOff() })
    }
}

extension SandboxAnswer {
    /// No answer at all: at once, or when the client has left or the fault's time is over.
    static func silence(_ request: Request, _ context: some RequestContext, _ fault: Fault, _ time: any TimeSource)
        async -> Response
    {
        if fault.mode == .hang {
            // Ends with an error when the client leaves or the sandbox ends; either way there is nobody to answer.
            try? await cancelWhenGracefulShutdown {
                try await request.body.consumeWithCancellationOnInboundClose { _ in
                    try await time.sleep(for: .milliseconds(fault.milliseconds))
                }
            }
        }
        return broken(context)
    }
}

/// Ends an answer where the connection itself cannot be closed.
private struct BrokenOff: Error {}

/// Reads requests within the sandbox's bounds.
enum SandboxRequest {
    /// Telegram's largest upload by a bot is 50 MB.
    private static let maximumUpload = 52 << 20
    private static let maximumBody = 4 << 20

    /// - Returns: `nil` when the body is too large.
    static func body(_ request: inout Request) async throws -> [UInt8]? {
        let isUpload = request.headers[.contentType]?.lowercased().hasPrefix("multipart/") ?? false
        let limit = isUpload ? maximumUpload : maximumBody
        if let length = request.headers[.contentLength].flatMap({ Int($0) }), length > limit { return nil }
        do {
            let buffer = try await request.collectBody(upTo: limit)
            return Array(buffer.readableBytesView)
        } catch is NIOTooManyBytesError {
            return nil
        }
    }

    static func parameters(_ request: Request, body: [UInt8]) -> RequestParameters? {
        RequestParameters(query: request.uri.query, contentType: request.headers[.contentType], body: body)
    }
}
