package import CampaignModel

/// What became of one item between two polls: a small state machine for each concern.
package enum ChangeRules {
    /// The changes of one item, and what to remember of it for the next poll.
    package struct Outcome: Sendable, Hashable {
        package var changes: [Change]
        package var entry: SnapshotEntry
    }

    /// Compares an item with what is known of it.
    ///
    /// A new item makes only `new`. A known one may make several changes: `updated` when its text or pictures differ,
    /// one of `price_drop` and `price_rise`, and one of `back_in_stock` and `out_of_stock`.
    package static func outcome(from before: SnapshotEntry?, to item: Item) -> Outcome {
        let price = known(item.product?.effectivePrice)
        let availability = known(item.product?.availability)
        guard let before else {
            let entry = SnapshotEntry(
                key: item.key, fingerprint: item.contentFingerprint, price: price, availability: availability
            )
            return Outcome(changes: [Change(kind: .new, key: item.key, before: nil, after: item)], entry: entry)
        }
        let entry = SnapshotEntry(
            key: item.key, fingerprint: item.contentFingerprint, price: price ?? before.price,
            availability: availability ?? before.availability
        )
        var kinds: [ChangeKind] = []
        if entry.fingerprint != before.fingerprint { kinds.append(.updated) }
        if let kind = priceChange(from: known(before.price), to: price) { kinds.append(kind) }
        if let kind = stockChange(from: before.availability, to: availability) { kinds.append(kind) }
        let changes = kinds.map { Change(kind: $0, key: item.key, before: before, after: item) }
        return Outcome(changes: changes, entry: entry)
    }

    /// The changes alone.
    package static func changes(from before: SnapshotEntry?, to item: Item) -> [Change] {
        outcome(from: before, to: item).changes
    }

    /// Zero is how shops say that they do not know; it is no price.
    private static func known(_ price: Money?) -> Money? {
        guard let price, price.amount.digits > 0 else { return nil }
        return price
    }

    private static func known(_ availability: Availability?) -> Availability? {
        availability == .unknown ? nil : availability
    }

    /// Another currency says nothing about dear or cheap; the next poll compares with the new one.
    private static func priceChange(from before: Money?, to after: Money?) -> ChangeKind? {
        guard let before, let after, before.currency == after.currency, before.amount != after.amount
        else { return nil }
        return after.amount < before.amount ? .priceDropped : .priceRaised
    }

    private static func stockChange(from before: Availability?, to after: Availability?) -> ChangeKind? {
        switch (before, after) {
        case (.outOfStock, .inStock): .backInStock
        case (.inStock, .outOfStock), (.preorder, .outOfStock), (.backorder, .outOfStock): .outOfStock
        default: nil
        }
    }
}
