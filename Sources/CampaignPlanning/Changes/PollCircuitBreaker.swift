package import CampaignModel

/// Holds a poll back that looks like an accident at the publisher's: a moved platform, a new scheme of ids, half a catalog.
package enum PollCircuitBreaker {
    /// So many new items are never a flood.
    package static let floor = 20
    /// How many times the usual number of new items is one.
    package static let factor = 5
    /// From so many known items on, the loss of most of them is no ordinary day.
    static let crowd = 10
    /// So many items are several: one or two may be imported, or printed anew.
    static let several = 3
    /// A publisher, or what stands between, may be so slow: what is dated further back was not found late.
    static let lag = Duration.days(7)
    /// No sale changes prices so many times: another unit does, or a thousands separator.
    static let leap = 5

    /// What a poll would do.
    package struct Load: Sendable, Hashable {
        /// Items that would be announced as new.
        package var new = 0
        /// Those of them that are dated after the last good poll.
        package var recent = 0
        /// Articles among them that are dated before it.
        package var earlier = 0
        /// Those of these that are dated long before it.
        package var old = 0
        /// Items that were in the last document.
        package var present = 0
        /// Those of them that are gone.
        package var vanished = 0
        /// Known items whose price is ``PollCircuitBreaker/leap`` times what it was, or more, or so much less.
        package var repriced = 0
        /// Items of the document.
        package var items = 0
        /// The document is a catalog: what is gone from it is gone from the shop.
        package var isCatalog = false

        package init() {}
    }

    /// Judges a poll.
    ///
    /// - Parameters:
    ///   - load: What the poll would do.
    ///   - usual: How many new items a document brings that brings any; nil when there was none yet.
    ///   - isHeld: Whether the poll before is held. The last good one is as old as the hold then, so that whatever came
    ///     since is dated after it: that is no sign of news any more.
    /// - Returns: Why to ask the owner; nil when nothing is odd.
    package static func trip(_ load: Load, usual: Double?, isHeld: Bool = false) -> HoldReason? {
        // Of a source without a past, a hundredth of it is taken for usual.
        let allowed = max(Double(floor), Double(factor) * (usual ?? Double(load.present) / 100))
        if Double(load.new) > allowed {
            return .flood(new: load.new, allowed: Int(allowed))
        }
        let isNews = !isHeld && load.recent * 2 >= load.new
        // A few items may all be others on any day; but then not all of these are older than the last look.
        let isCrowd = load.present >= crowd || load.present >= several && (isHeld || load.earlier == load.new)
        if isCrowd, load.vanished * 10 >= load.present * 9, load.new > 0, !isNews {
            return .exchanged(vanished: load.vanished, present: load.present, new: load.new)
        }
        if load.old >= several, !isNews { return .backdated(old: load.old, new: load.new) }
        guard load.present >= crowd else { return nil }
        if load.repriced * 2 > load.present {
            return .repriced(far: load.repriced, present: load.present, factor: leap)
        }
        if load.isCatalog, load.vanished * 2 > load.present {
            return .shrunk(vanished: load.vanished, present: load.present)
        }
        return nil
    }

    /// The usual number of new items, with one more document that had some.
    package static func usual(_ before: Double?, new: Int) -> Double? {
        guard new > 0 else { return before }
        guard let before else { return Double(new) }
        return before * 0.8 + Double(new) * 0.2
    }
}
