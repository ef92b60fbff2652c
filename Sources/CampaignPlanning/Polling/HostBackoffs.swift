package import CampaignModel

/// Which servers want to be left alone, and until when: all sources of a host share what one of them was told.
package struct HostBackoffs: Sendable {
    private var ends: [HostKey: Timestamp] = [:]

    package init() {}

    var isEmpty: Bool { ends.isEmpty }

    /// The server said `Retry-After`. A shorter wait does not shorten a longer one that another source was told.
    package mutating func rest(_ host: HostKey, for wait: Duration, from now: Timestamp) {
        let end = now + min(max(.zero, wait), CacheHints.mostRetryAfter)
        ends = ends.filter { $0.value > now }
        ends[host] = max(ends[host] ?? end, end)
    }

    /// Until when a host wants to be left alone; nil for one that may be asked.
    package func end(of host: HostKey, at now: Timestamp) -> Timestamp? {
        guard !ends.isEmpty, let end = ends[host], end > now else { return nil }
        // With a clock that was set back, the past may lie in the future.
        return min(end, now + CacheHints.mostRetryAfter)
    }
}
