package import CampaignModel

/// What a server gave to ask it for newer documents only (RFC 9110, 8.8), and what it belongs to.
package struct HTTPValidators: Sendable, Hashable {
    /// Exactly as received, with quotes and `W/`.
    package private(set) var etag: String?
    /// Exactly as received; no date of ours ever takes its place.
    package private(set) var lastModified: String?
    /// The address that was asked.
    package let url: String
    /// When the document was last read, not when it was last said to be the same.
    package let readAt: Timestamp
    /// See ``headers(for:readerVersion:now:)``.
    package let readerVersion: Int

    /// A server that wrongly says "not modified" for ever would hide all that is new: now and then everything is asked for.
    package static let lifetime = Duration.days(8)

    /// Of a document that was read.
    ///
    /// - Parameters:
    ///   - headers: Those of its answer.
    ///   - url: The address that was asked.
    ///   - readerVersion: Grows when documents come to be read differently.
    ///   - now: When it was read.
    package init(_ headers: [HTTPHeader], url: String, readerVersion: Int, readAt now: Timestamp) {
        etag = Self.value("ETag", headers)
        lastModified = Self.value("Last-Modified", headers)
        self.url = url
        self.readerVersion = readerVersion
        readAt = now
    }

    /// As they were stored.
    package init(etag: String?, lastModified: String?, url: String, readerVersion: Int, readAt: Timestamp) {
        self.etag = etag
        self.lastModified = lastModified
        self.url = url
        self.readerVersion = readerVersion
        self.readAt = readAt
    }

    /// A 304 may carry newer ones (RFC 9111, 4.3.4); what it leaves out stays as it was.
    package func notModified(_ headers: [HTTPHeader]) -> HTTPValidators {
        var newer = self
        newer.etag = Self.value("ETag", headers) ?? etag
        newer.lastModified = Self.value("Last-Modified", headers) ?? lastModified
        return newer
    }

    /// The headers that make a request conditional; none when the document must be had as a whole: another address,
    /// another way of reading, or more than ``lifetime`` since it was read. So, too, when a clock was set back by as much.
    package func headers(for url: String, readerVersion: Int, now: Timestamp) -> [HTTPHeader] {
        let age = now - readAt
        guard url == self.url, readerVersion == self.readerVersion, age <= Self.lifetime, age >= .zero - Self.lifetime
        else { return [] }
        return [
            etag.map { HTTPHeader("If-None-Match", $0) }, lastModified.map { HTTPHeader("If-Modified-Since", $0) },
        ].compactMap(\.self)
    }

    /// A longer one would be sent back with each request, and servers refuse requests with long headers.
    private static let mostBytes = 1024

    static func value(_ name: String, _ headers: [HTTPHeader]) -> String? {
        guard let value = headers[name], (1...mostBytes).contains(value.utf8.count),
            !value.utf8.contains(where: { $0 < 0x20 && $0 != 0x09 || $0 == 0x7F })
        else { return nil }
        return value
    }
}
