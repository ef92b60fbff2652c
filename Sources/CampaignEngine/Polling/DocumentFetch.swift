package import CampaignModel
import CampaignPlanning
import FeedReading
import Foundation
package import HTTPTransport

/// Opens a source's document, over HTTP or from a file, and reads it as a stream.
package struct DocumentFetch: Sendable {
    private let fetcher: HTTPTransport
    private let maxBytes: Int64?

    package init(_ fetcher: HTTPTransport, maxBytes: Int64?) {
        self.fetcher = fetcher
        self.maxBytes = maxBytes
    }

    /// Requests a source's document.
    ///
    /// - Parameters:
    ///   - source: The source, with the address to request.
    ///   - conditions: Headers of a conditional request; empty for a full one.
    ///   - asksForCertificate: Whether to find out when the server's certificate ends.
    /// - Returns: The answer, whatever its status.
    /// - Throws: ``Problem`` when there is no answer at all.
    func open(
        _ source: Source, conditions: [HTTPHeader] = [], asksForCertificate: Bool = false
    ) async throws -> FetchedAnswer {
        guard source.isRemote else { return FetchedAnswer(.found(try FileDocument.open(source))) }
        let headers =
            [
                HTTPHeader(
                    "Accept",
                    "application/atom+xml, application/rss+xml, application/xml;q=0.9, text/xml;q=0.9, */*;q=0.5")
            ] + conditions
        let request = HTTPRequest(url: source.location, headers: headers, timeout: .minutes(30))
        var limits = FetchLimits.catalog
        if let maxBytes { limits.maxBytes = maxBytes }
        let response: HTTPResponse
        do {
            response = try await fetcher.open(request, limits: limits, asksForCertificate: asksForCertificate)
        } catch {
            throw Problem(
                .unavailable, "source \(source.fullName): \(error.message)",
                hint: "Check the address in feeds/ (\(source.provenance)); it is tried again at the next poll.")
        }
        return FetchedAnswer(content(response, of: source), response)
    }

    private func content(_ response: HTTPResponse, of source: Source) -> FetchedAnswer.Content {
        switch response.status {
        case 200:
            .found(
                FoundDocument(
                    url: Self.base(response.url, of: source), contentType: response.headers["Content-Type"],
                    chunks: .body(response.body)))
        case 304: .notModified
        default:
            .refused(
                response.status,
                Problem(
                    .unavailable,
                    "source \(source.fullName): \(Self.shown(source.writtenLocation)) answered \(response.status)\(Self.meaning(response.status))",
                    hint: "Check the address in feeds/ (\(source.provenance)) with a browser; nothing was changed."))
        }
    }

    /// Most bytes of a feed, which is no catalog; the largest real ones have a tenth of that.
    private static let mostOfFeed: Int64 = 20 << 20

    /// Reads a document to its end, its items without their texts.
    ///
    /// - Throws: ``Problem`` when it is not a feed, cannot be fetched to its end, or is not whole.
    func read(
        _ document: FoundDocument, of source: Source, identity: IdentityPolicy? = .id,
        each: ([ReadEvent]) async throws -> Void
    ) async throws -> DocumentEnd {
        var options = ReadOptions(
            baseURL: document.url, contentType: document.contentType, format: source.format, mapping: source.mapping)
        options.identity = identity
        // The limit counts unpacked bytes, too.
        if let maxBytes { options.limits.bytes = Int(clamping: maxBytes) }
        let reader = FeedReader(options, lazily: true)
        var end: DocumentEnd?
        var bytes: Int64 = 0
        var mostBytes = Int64.max
        func take(_ events: [ReadEvent]) async throws {
            if maxBytes == nil, case .feed(let feed)? = events.first, feed.format.isFeed { mostBytes = Self.mostOfFeed }
            if case .end(let documentEnd)? = events.last { end = documentEnd }
            try await each(events)
        }
        do {
            for try await chunk in document.chunks {
                try await take(try reader.push(chunk))
                while reader.hasMore { try await take(try reader.more()) }
                bytes += Int64(chunk.count)
                guard bytes <= mostBytes else {
                    throw Problem(
                        .brokenDocument, "source \(source.fullName): it is a feed of more than \(mostBytes >> 20) MiB",
                        hint: "Nothing was changed. If it is meant to be so large, set fetch.max_bytes.")
                }
            }
            try await take(try reader.finish())
        } catch let failure as ReadFailure {
            throw failure.problem(in: "source \(source.fullName)")
        } catch let failure as HTTPFailure {
            throw Problem(
                .unavailable, "source \(source.fullName): \(failure.message)",
                hint: "It is tried again at the next poll; nothing was changed.")
        } catch let failure as FileReadFailure {
            throw Problem(
                .unavailable, "source \(source.fullName): the file cannot be read: \(failure.message)",
                hint: "Check the file and the disk that it is on; nothing was changed.")
        }
        guard let end else { throw Problem(.internal, "the reader of \(source.fullName) did not end") }
        guard end.complete else {
            let cause = end.warnings.last.map { ": \($0.message)" } ?? ""
            throw Problem(
                .brokenDocument,
                "source \(source.fullName): the document is cut or broken after \(end.items) items\(cause)",
                hint: "Nothing was changed. If it stays so, `tellal parse` shows where the document breaks.")
        }
        return end
    }

    /// Reads the first items of a source's document and its title, for a preview; stores nothing.
    package func firstItems(
        of source: Source, limit: Int, at now: Timestamp
    ) async throws -> FirstItems {
        let document: FoundDocument
        switch try await open(source).content {
        case .found(let found): document = found
        case .notModified: return FirstItems(limit: limit, at: now)
        case .refused(_, let problem): throw problem
        }
        var first = FirstItems(limit: limit, at: now)
        _ = try await read(document, of: source) { first.take($0) }
        return first
    }

    /// The base of a document's relative links, without secrets of the source's address, since links are shown to
    /// people.
    private static func base(_ address: String, of source: Source) -> String {
        guard var parts = URLComponents(string: address) else { return address }
        parts.user = nil
        parts.password = nil
        if source.location != source.writtenLocation { parts.query = nil }
        return parts.string ?? address
    }

    /// An address without user, password and query, which may be secret.
    static func shown(_ address: String) -> String {
        guard var parts = URLComponents(string: address) else { return "its address" }
        parts.user = nil
        parts.password = nil
        parts.query = nil
        parts.fragment = nil
        return parts.string ?? "its address"
    }

    private static func meaning(_ status: Int) -> String {
        switch status {
        case 401, 403: ": access refused"
        case 404: ": not found"
        case 410: ": gone for good"
        case 429: ": too many requests"
        case 500...599: ": the server is in trouble"
        default: ""
        }
    }
}

/// The answer to a request for a document.
struct FetchedAnswer: Sendable {
    enum Content: Sendable {
        case notModified
        case found(FoundDocument)
        /// A refusal: the HTTP status, and the problem for the owner.
        case refused(Int, Problem)
    }

    var content: Content
    /// Headers of the answer; empty for a file.
    var headers: [HTTPHeader] = []
    /// The address that this answer's permanent redirects lead to; nil without one.
    var permanentURL: String?
    /// The end of the server's certificate; nil without TLS, or when not asked for.
    var certificateEndsAt: Timestamp?
    private var url: String?
    /// The host that answered after all redirects; nil for a file.
    var host: HostKey? { url.flatMap(HostKey.init) }

    init(_ content: Content) { self.content = content }

    init(_ content: Content, _ response: HTTPResponse) {
        self.content = content
        headers = response.headers
        permanentURL = response.permanentURL
        certificateEndsAt = response.certificateExpiresAt
        url = response.url
    }

    var isNotModified: Bool { if case .notModified = content { true } else { false } }
}

/// A document that can be read.
struct FoundDocument: Sendable {
    /// The document's address after all redirects, which is the base of relative addresses in it.
    var url: String
    var contentType: String?
    var chunks: DocumentChunks
}

/// The chunks of a document as they arrive.
enum DocumentChunks: AsyncSequence, Sendable {
    case body(HTTPBody)
    case file(FileChunks)

    enum Iterator: AsyncIteratorProtocol {
        case body(HTTPBody.Iterator)
        case file(FileChunks.Iterator)

        mutating func next() async throws -> [UInt8]? {
            switch self {
            case .body(let iterator): return try await iterator.next()
            case .file(var iterator):
                defer { self = .file(iterator) }
                return try await iterator.next()
            }
        }
    }

    func makeAsyncIterator() -> Iterator {
        switch self {
        case .body(let body): .body(body.makeAsyncIterator())
        case .file(let file): .file(file.makeAsyncIterator())
        }
    }
}
