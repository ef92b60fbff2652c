package import CampaignModel

/// A server's validators for conditional requests (RFC 9110, 8.8), and the request that they belong to.
package struct HTTPValidators: Sendable, Hashable {
    /// The `ETag` exactly as received, with quotes and `W/`.
    package private(set) var etag: String?
    /// The `Last-Modified` exactly as received, never a date of ours.
    package private(set) var lastModified: String?
    /// The requested address.
    package let url: String
    /// Time at which the document was last read; "not modified" does not count.
    package let readAt: Timestamp
    /// The reader's version, see ``headers(for:readerVersion:now:)``.
    package let readerVersion: Int

    /// Time after which the whole document is fetched in any case, since a server that wrongly answers "not modified"
    /// would hide all changes.
    package static let lifetime = Duration.days(8)

    /// Takes the validators of a document that was read.
    ///
    /// - Parameters:
    ///   - headers: The headers of its answer.
    ///   - url: The requested address.
    ///   - readerVersion: The reader's version.
    ///   - now: Time of the read.
    package init(_ headers: [HTTPHeader], url: String, readerVersion: Int, readAt now: Timestamp) {
        etag = Self.value("ETag", headers)
        lastModified = Self.value("Last-Modified", headers)
        self.url = url
        self.readerVersion = readerVersion
        readAt = now
    }

    /// Creates validators from stored values.
    package init(etag: String?, lastModified: String?, url: String, readerVersion: Int, readAt: Timestamp) {
        self.etag = etag
        self.lastModified = lastModified
        self.url = url
        self.readerVersion = readerVersion
        self.readAt = readAt
    }

    /// The validators after a 304, which may carry newer ones (RFC 9111, 4.3.4); missing ones are kept.
    package func notModified(_ headers: [HTTPHeader]) -> HTTPValidators {
        var newer = self
        newer.etag = Self.value("ETag", headers) ?? etag
        newer.lastModified = Self.value("Last-Modified", headers) ?? lastModified
        return newer
    }

    /// The headers of a conditional request; none when the whole document is needed: another address, another version
    /// of the reader, or more than ``lifetime`` since the last read; also after a clock was set back by as much.
    package func headers(for url: String, readerVersion: Int, now: Timestamp) -> [HTTPHeader] {
        let age = now - readAt
        guard url == self.url, readerVersion == self.readerVersion, age <= Self.lifetime, age >= .zero - Self.lifetime
        else { return [] }
        return [
            etag.map { HTTPHeader("If-None-Match", $0) }, lastModified.map { HTTPHeader("If-Modified-Since", $0) },
        ].compactMap(\.self)
    }

    /// Most bytes of a validator; servers refuse requests with long headers.
    private static let mostBytes = 1024

    static func value(_ name: String, _ headers: [HTTPHeader]) -> String? {
        guard let value = headers[name], (1...mostBytes).contains(value.utf8.count),
            !value.utf8.contains(where: { $0 < 0x20 && $0 != 0x09 || $0 == 0x7F })
        else { return nil }
        return value
    }
}
