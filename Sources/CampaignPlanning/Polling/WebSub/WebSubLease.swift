package import CampaignModel

/// The lease of a verified subscription.
package struct WebSubLease: Sendable, Hashable {
    package var verifiedAt: Timestamp
    package var endsAt: Timestamp

    package init(verifiedAt: Timestamp, lease: Duration) {
        self.verifiedAt = verifiedAt
        endsAt = verifiedAt + max(.zero, lease)
    }

    /// Time of renewal: after four fifths of the lease, which leaves a fifth for a hub that cannot be reached at first.
    /// A lower limit keeps very short leases from causing constant requests.
    package var renewAt: Timestamp { verifiedAt + max((endsAt - verifiedAt) / 5 * 4, Self.shortestRenewal) }

    private static let shortestRenewal = Duration.minutes(5)

    /// Whether the lease is in force. False for a time before the verification, so that polls go on normally after a
    /// clock was set back.
    package func isInForce(at now: Timestamp) -> Bool { verifiedAt <= now && now < endsAt }

    /// Shortest interval of a source whose hub notifies of changes.
    package static let shortestInterval = Duration.hours(6)

    /// The interval while the hub notifies of changes: rare polls are still needed, since hubs may fail silently. At
    /// least 6 hours, or the source's own interval if longer, which for `auto` is at most a day.
    package func pollInterval(usual: Duration, at now: Timestamp) -> Duration {
        isInForce(at: now) ? max(usual, Self.shortestInterval) : usual
    }
}
