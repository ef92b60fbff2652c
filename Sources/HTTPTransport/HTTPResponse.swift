package import CampaignModel

/// The head of a fetched answer, and its body as it arrives.
package struct HTTPResponse: Sendable {
    package let status: Int
    package let headers: [HTTPHeader]
    /// Where the answer came from, after redirects.
    package let url: String
    /// The hops that led here, in order.
    package let redirects: [HTTPRedirect]
    /// When the certificate ends that the server showed, for https and where it was asked for.
    package let certificateExpiresAt: Timestamp?
    /// Read it once; drop it to abort the transfer.
    package let body: HTTPBody

    /// Where the source has moved for good: the end of the permanent redirects before the first other one; `nil` when
    /// there is none. Worth keeping only when this answer is a good one.
    package var permanentURL: String? { redirects.prefix(while: \.isPermanent).last?.url }
}

/// One hop.
package struct HTTPRedirect: Sendable, Hashable {
    package let status: Int
    /// Where it leads.
    package let url: String

    /// Whether the next request should go there directly: 301 and 308 (RFC 9110 §15.4.2, §15.4.9), but never from https
    /// to http.
    package let isPermanent: Bool
}

/// A body, decompressed, in pieces as they arrive. It can be read once.
///
/// Reading slowly slows the sender down: at most about 1 MiB waits in memory. The request's timeout runs on meanwhile.
/// Dropping the body and its iterator, or cancelling the reading task, aborts the transfer.
package struct HTTPBody: AsyncSequence, Sendable {
    package typealias Element = [UInt8]
    package typealias Failure = HTTPFailure

    private let reader: BodyReader

    init(_ reader: BodyReader) { self.reader = reader }

    /// How often the sender had to wait for the reader.
    package var pauses: Int { reader.channel.pauses }

    package func makeAsyncIterator() -> Iterator { Iterator(reader: reader) }

    /// Takes the pieces of a body, one after another.
    package struct Iterator: AsyncIteratorProtocol {
        fileprivate let reader: BodyReader

        /// The next bytes, never empty; `nil` after the last. An answer that was cut ends with a failure.
        package func next(isolation actor: isolated (any Actor)?) async throws(HTTPFailure) -> [UInt8]? {
            try await reader.channel.next(isolation: actor, abort: reader.abort).get()
        }

        /// As ``next(isolation:)``, for who is on no actor.
        package func next() async throws(HTTPFailure) -> [UInt8]? { try await next(isolation: nil) }
    }
}

/// The reading end of a transfer; the transfer is aborted when nobody holds it any more.
final class BodyReader: Sendable {
    let channel: BodyChannel
    let abort: @Sendable () -> Void

    init(channel: BodyChannel, abort: @escaping @Sendable () -> Void) {
        self.channel = channel
        self.abort = abort
    }

    deinit { if !channel.isOver { abort() } }
}
