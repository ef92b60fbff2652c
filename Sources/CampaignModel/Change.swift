/// The kinds of difference between two versions of a source; the raw value is the name in settings and output.
package enum ChangeKind: String, Sendable, Hashable, Codable, CaseIterable {
    case new
    case updated
    case priceDropped = "price_drop"
    case priceRaised = "price_rise"
    case backInStock = "back_in_stock"
    case outOfStock = "out_of_stock"
    case removed
}

/// What the store remembers of one item between polls.
package struct SnapshotEntry: Sendable, Hashable, Codable {
    package var key: ItemKey
    package var fingerprint: Fingerprint
    /// What a customer paid at that time; absent when unknown.
    package var price: Money?
    package var availability: Availability?

    package init(key: ItemKey, fingerprint: Fingerprint, price: Money? = nil, availability: Availability? = nil) {
        self.key = key
        self.fingerprint = fingerprint
        self.price = price
        self.availability = availability
    }

    package init(_ item: Item) {
        self.init(
            key: item.key, fingerprint: item.contentFingerprint, price: item.product?.effectivePrice,
            availability: item.product?.availability
        )
    }
}

/// One difference: what happened to which item, with before and after.
package struct Change: Sendable, Hashable, Codable {
    package var kind: ChangeKind
    package var key: ItemKey
    /// What was known before; absent for a new item.
    package var before: SnapshotEntry?
    /// The item as it is now; absent for a removed one.
    package var after: Item?

    package init(kind: ChangeKind, key: ItemKey, before: SnapshotEntry?, after: Item?) {
        self.kind = kind
        self.key = key
        self.before = before
        self.after = after
    }
}

/// A change in its source's log.
package struct LoggedChange: Sendable, Hashable {
    /// Grows along the whole log; campaigns keep their cursor in these.
    package var position: Int64
    package var source: SourceID
    package var change: Change
    package var at: Timestamp

    package init(position: Int64, source: SourceID, change: Change, at: Timestamp) {
        self.position = position
        self.source = source
        self.change = change
        self.at = at
    }
}

/// That a campaign told of an item, for a kind of change.
package struct Announcement: Sendable, Hashable {
    package var source: SourceID
    package var key: ItemKey
    package var kind: ChangeKind

    package init(source: SourceID, key: ItemKey, kind: ChangeKind) {
        self.source = source
        self.key = key
        self.kind = kind
    }
}
