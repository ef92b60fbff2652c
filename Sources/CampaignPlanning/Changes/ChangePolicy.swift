package import CampaignModel

/// The rules by which a source's changes count, from its own settings and those of its campaigns.
package struct ChangePolicy: Sendable, Hashable {
    /// Kinds of change that count once a second document shows them, too.
    package var confirm: Set<ChangeKind>
    /// The least price drop that counts: the lowest threshold of all campaigns.
    package var drop: PriceDropThreshold
    /// Items dated before this are never new: they existed before the source was added, and were only missing from its
    /// first document.
    package var newsSince: Timestamp?
    /// Articles dated before this are not new either: they may have been known and forgotten. A product may be offered
    /// again after years.
    package var forgottenBefore: Timestamp?
    /// Whether a missing article counts as removed; mostly it has only become too old for its feed.
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

    /// Least time between two reports that the price of an item fell, unless it fell below its lowest price of this
    /// time; and between two reports that it is back in stock. A price that flips back and forth is thus reported once.
    package static let calm = Duration.hours(24)
    /// Number of text changes in a row after which an item counts as restless (a counter, a temperature). Its text
    /// changes are not reported until one document leaves the text unchanged.
    package static let restless = 24
    /// The policy of a source.
    ///
    /// - Parameters:
    ///   - source: The source.
    ///   - oldest: The date before which items are older than the source.
    ///   - forgottenBefore: The date before which items may have been known and forgotten; nil for a younger source.
    ///   - campaigns: The campaigns that use the source.
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
