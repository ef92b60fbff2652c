package import CampaignModel

/// How often a feed changes, by the polls that found changes.
package struct ChangeRate: Sendable, Hashable {
    /// The mean time between two changes, with a greater weight of later ones; nil before the second change.
    package private(set) var usualGap: Duration?
    /// Time of the last change; for a feed without known changes that of the first read.
    package private(set) var lastChangeAt: Timestamp?

    package init(usualGap: Duration? = nil, lastChangeAt: Timestamp? = nil) {
        self.usualGap = usualGap
        self.lastChangeAt = lastChangeAt
    }

    /// Computes the rate from moments of changes, such as the dates of items, in any order.
    package init(changes: [Timestamp]) {
        for change in changes.sorted() { note(change) }
    }

    /// Records a change. Changes at the same time, or before the last one after a clock was set back, give no gap.
    package mutating func note(_ change: Timestamp) {
        defer { lastChangeAt = change }
        guard let lastChangeAt, change > lastChangeAt else { return }
        let gap = change - lastChangeAt
        // The newest gap counts a quarter, and at most four times the mean, so that one pause does not make a feed
        // slow.
        usualGap = usualGap.map { $0 + (min(gap, $0 * 4) - $0) / 4 } ?? gap
    }

    /// Time since the last change; zero when that lies in the future.
    package func silence(at now: Timestamp) -> Duration {
        lastChangeAt.map { max(.zero, now - $0) } ?? .zero
    }
}
