package import CampaignModel

/// The pauses that hosts asked for by `Retry-After`; they apply to all sources of a host.
package struct HostBackoffs: Sendable {
    private var ends: [HostKey: Timestamp] = [:]

    package init() {}

    var isEmpty: Bool { ends.isEmpty }

    /// Records a pause. A shorter one does not shorten a longer one that another source got.
    package mutating func rest(_ host: HostKey, for wait: Duration, from now: Timestamp) {
        let end = now + min(max(.zero, wait), CacheHints.mostRetryAfter)
        ends = ends.filter { $0.value > now }
        ends[host] = max(ends[host] ?? end, end)
    }

    /// End of a host's pause; nil for a host that may get requests.
    package func end(of host: HostKey, at now: Timestamp) -> Timestamp? {
        guard !ends.isEmpty, let end = ends[host], end > now else { return nil }
        // After a clock was set back, a past moment may lie in the future, so the pause is limited.
        return min(end, now + CacheHints.mostRetryAfter)
    }
}
