package import CampaignModel

/// What counts as a change of a source: its owner's wishes, and those of the campaigns that listen to it.
package struct ChangePolicy: Sendable, Hashable {
    /// A change of these kinds is told once a second document shows it too.
    package var confirm: Set<ChangeKind>
    /// The least that a price must fall: what the least demanding campaign asks for.
    package var drop: PriceDropThreshold
    /// Items that are dated before were there before anybody listened, and were only too old for the first document: they
    /// are known, never news.
    package var newsSince: Timestamp?
    /// An article that is dated before may have been known, and forgotten: it is no news either. A product may be offered
    /// again after years.
    package var forgottenBefore: Timestamp?
    /// An article that is gone from its feed has mostly just become too old for it.
    package var tellsRemovedArticles: Bool

    package init(
        confirm: Set<ChangeKind> = [], drop: PriceDropThreshold = .init(), newsSince: Timestamp? = nil,
        forgottenBefore: Timestamp? = nil, tellsRemovedArticles: Bool = false
    ) {
        self.forgottenBefore = forgottenBefore
        self.tellsRemovedArticles = tellsRemovedArticles
        self.confirm = confirm
        self.drop = drop
        self.newsSince = newsSince
    }

    /// A price that goes to and fro is told as fallen once in this time, and only below what it was within it; so is
    /// an item that comes and goes told as back.
    package static let calm = Duration.hours(24)
    /// From so many changes of text in a row on, an item is restless (a counter, a temperature), and no more is told of it
    /// until a document leaves it alone.
    package static let restless = 24
    /// The policy of a source.
    ///
    /// - Parameters:
    ///   - source: What its owner wants of it.
    ///   - oldest: The date before which items were there before anybody listened.
    ///   - forgottenBefore: The date before which items may have been known and forgotten; nil for a younger source.
    ///   - campaigns: Those that listen to it.
    package init(of source: Source, oldest: Timestamp?, forgottenBefore: Timestamp?, campaigns: [Campaign]) {
        let drops = campaigns.filter { $0.on.contains(.priceDropped) }.map(\.priceDrop)
        tellsRemovedArticles = false
        confirm = source.confirm
        drop = PriceDropThreshold(
            percent: drops.map(\.percent).min() ?? PriceDropThreshold().percent,
            amount: drops.map(\.amount).min() ?? PriceDropThreshold().amount)
        newsSince = oldest
        self.forgottenBefore = forgottenBefore
    }
}
