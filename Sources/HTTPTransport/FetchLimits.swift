/// What one fetched answer may cost. A limit that is passed ends the transfer with `HTTPFailure`.
package struct FetchLimits: Sendable, Hashable {
    /// Bytes of the body, after decompression.
    package var maxBytes: Int64
    /// Decompressed bytes for one byte on the wire; looked at once past 1 MiB.
    package var maxRatio: Int64
    /// Bytes of all headers of one answer together.
    package var maxHeaderBytes: Int
    /// Lines of all headers of one answer together; many short ones cost more than their bytes.
    package var maxHeaderLines: Int
    /// A transfer slower than this over the whole of `lowSpeedTime` is given up.
    package var lowSpeedBytesPerSecond: Int
    /// Whole seconds, at least one.
    package var lowSpeedTime: Duration
    /// Hops that are followed.
    package var redirects: Int

    package init(
        maxBytes: Int64, maxRatio: Int64 = 200, maxHeaderBytes: Int = 64 * 1024, maxHeaderLines: Int = 200,
        lowSpeedBytesPerSecond: Int = 1024, lowSpeedTime: Duration = .seconds(30), redirects: Int = 5
    ) {
        self.maxBytes = maxBytes
        self.maxRatio = maxRatio
        self.maxHeaderBytes = maxHeaderBytes
        self.maxHeaderLines = maxHeaderLines
        self.lowSpeedBytesPerSecond = lowSpeedBytesPerSecond
        self.lowSpeedTime = lowSpeedTime
        self.redirects = redirects
    }

    /// 20 MiB: a feed with full articles.
    package static let feed = FetchLimits(maxBytes: 20 * 1024 * 1024)
    /// 2 GiB: a large shop's catalog.
    package static let catalog = FetchLimits(maxBytes: 2 * 1024 * 1024 * 1024)
}
