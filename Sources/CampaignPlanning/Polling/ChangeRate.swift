package import CampaignModel

/// How often a feed really changes, from the polls that found something.
package struct ChangeRate: Sendable, Hashable {
    /// The mean time between two changes, the latest counting most. Nil before the second change.
    package private(set) var usualGap: Duration?
    /// Of a feed whose changes are not known yet: when it was first read.
    package private(set) var lastChangeAt: Timestamp?

    package init(usualGap: Duration? = nil, lastChangeAt: Timestamp? = nil) {
        self.usualGap = usualGap
        self.lastChangeAt = lastChangeAt
    }

    /// From moments at which the feed changed, such as the dates of its items; in any order.
    package init(changes: [Timestamp]) {
        for change in changes.sorted() { note(change) }
    }

    /// A change was found. What came together, or before the last one because a clock was set back, tells no gap.
    package mutating func note(_ change: Timestamp) {
        defer { lastChangeAt = change }
        guard let lastChangeAt, change > lastChangeAt else { return }
        let gap = change - lastChangeAt
        // A quarter of the newest, and that not of any length: one pause does not make a slow feed of a lively one.
        usualGap = usualGap.map { $0 + (min(gap, $0 * 4) - $0) / 4 } ?? gap
    }

    /// How long nothing has changed; nothing when the last change is still to come.
    package func silence(at now: Timestamp) -> Duration {
        lastChangeAt.map { max(.zero, now - $0) } ?? .zero
    }
}
