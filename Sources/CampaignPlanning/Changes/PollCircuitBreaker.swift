package import CampaignModel

/// Holds a poll whose changes look like an accident at the publisher (a moved platform, new ids, half a catalog), so
/// that subscribers are not flooded. The owner decides about it.
package enum PollCircuitBreaker {
    /// Number of new items up to which no poll is held as a flood.
    package static let floor = 20
    /// Multiple of the usual number of new items above which a poll is held as a flood.
    package static let factor = 5
    /// Least number of known items for the checks of shares (exchanged, repriced, shrunk); of fewer, most may change on
    /// any day.
    static let crowd = 10
    /// Least number of items that count as several: of old-dated new ones, or of a small feed. One or two may be
    /// imported or republished.
    static let several = 3
    /// Longest plausible delay between an item's date and its appearance in the feed.
    static let lag = Duration.days(7)
    /// Factor of a price change that no sale explains: the unit or the thousands separator must have changed.
    static let leap = 5

    /// The numbers of changes that a poll would make.
    package struct Load: Sendable, Hashable {
        /// Items that would be announced as new.
        package var new = 0
        /// New items that are dated after the last good poll.
        package var recent = 0
        /// New articles that are dated before the last good poll.
        package var earlier = 0
        /// New articles that are dated more than ``PollCircuitBreaker/lag`` before the last good poll.
        package var old = 0
        /// Items that were in the last document.
        package var present = 0
        /// Items of the last document that this one lacks.
        package var vanished = 0
        /// Known items whose price rose or fell by the factor ``PollCircuitBreaker/leap`` or more.
        package var repriced = 0
        /// Items of the document.
        package var items = 0
        /// Whether the document is a catalog, so that a missing item is gone from the shop.
        package var isCatalog = false

        package init() {}
    }

    /// Decides whether to hold a poll.
    ///
    /// - Parameters:
    ///   - load: The numbers of changes that the poll would make.
    ///   - usual: The usual number of new items in a document that has any; nil when there was none yet.
    ///   - isHeld: Whether the poll before is held. The last good poll is then as old as the hold, so that later dates
    ///     no longer show that items are new.
    /// - Returns: The reason to ask the owner; nil to let the poll through.
    package static func trip(_ load: Load, usual: Double?, isHeld: Bool = false) -> HoldReason? {
        // A source without history: a hundredth of its items counts as usual.
        let allowed = max(Double(floor), Double(factor) * (usual ?? Double(load.present) / 100))
        if Double(load.new) > allowed {
            return .flood(new: load.new, allowed: Int(allowed))
        }
        let isNews = !isHeld && load.recent * 2 >= load.new
        // A feed of a few items may replace all of them on any day, but not by items that are all dated before the last
        // good poll.
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

    /// The usual number of new items after one more document: a moving average over documents with new items, the last
    /// one with weight 0.2.
    package static func usual(_ before: Double?, new: Int) -> Double? {
        guard new > 0 else { return before }
        guard let before else { return Double(new) }
        return before * 0.8 + Double(new) * 0.2
    }
}
