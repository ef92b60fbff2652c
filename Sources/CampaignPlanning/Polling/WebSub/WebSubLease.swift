package import CampaignModel

/// A subscription that a hub has verified.
package struct WebSubLease: Sendable, Hashable {
    package var verifiedAt: Timestamp
    package var endsAt: Timestamp

    package init(verifiedAt: Timestamp, lease: Duration) {
        self.verifiedAt = verifiedAt
        endsAt = verifiedAt + max(.zero, lease)
    }

    /// A hub forgets nothing, but a fifth of the lease is left for one that cannot be reached when it is to be renewed.
    /// One that grants a moment only is not asked all the time.
    package var renewAt: Timestamp { verifiedAt + max((endsAt - verifiedAt) / 5 * 4, Self.shortestRenewal) }

    private static let shortestRenewal = Duration.minutes(5)

    /// Also false for a time before it was verified: whatever a clock that was set back says, polling goes on as ever.
    package func isInForce(at now: Timestamp) -> Bool { verifiedAt <= now && now < endsAt }

    /// Between two looks at a source whose hub tells of changes.
    package static let shortestInterval = Duration.hours(6)

    /// How often to look while the hub tells of changes: rarely, but still, for hubs break without a word. At least 6
    /// hours, up to the source's own interval, which for `auto` is at most a day.
    package func pollInterval(usual: Duration, at now: Timestamp) -> Duration {
        isInForce(at: now) ? max(usual, Self.shortestInterval) : usual
    }
}
