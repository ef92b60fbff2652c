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

/// One difference: what happened to which item, with before and after.
package struct Change: Sendable, Hashable, Codable {
    package var kind: ChangeKind
    package var key: ItemKey
    /// What people knew before; absent for a new item.
    package var before: Before?
    /// The item as it is now; for a removed one as it was last, where that is known. The log has none of it.
    package var after: Item?

    /// The state that a change is measured against: the last one told, not the last one seen.
    package struct Before: Sendable, Hashable, Codable {
        package var price: Money?
        package var availability: Availability?

        package init(price: Money? = nil, availability: Availability? = nil) {
            self.price = price
            self.availability = availability
        }

        package init(_ item: Item) {
            self.init(price: item.product?.effectivePrice, availability: item.product?.availability)
        }
    }

    package init(kind: ChangeKind, key: ItemKey, before: Before?, after: Item?) {
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

/// An item among those of all sources.
package struct ItemPlace: Sendable, Hashable {
    package var source: SourceID
    package var key: ItemKey

    package init(_ change: LoggedChange) { (source, key) = (change.source, change.change.key) }
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

/// A message that a campaign made of one item alone.
package struct ToldMessage: Sendable, Hashable {
    package var id: MessageID
    /// What it told.
    package var change: LoggedChange
    /// With the last edit that was let go.
    package var message: Message
    /// Nobody has let its run go yet.
    package var isDraft: Bool
    /// Which of its run's messages it was, from 0, and how many these were.
    package var place: Int
    package var count: Int

    package init(
        id: MessageID, change: LoggedChange, message: Message, isDraft: Bool = false, place: Int = 0, count: Int = 1
    ) {
        self.isDraft = isDraft
        self.id = id
        self.change = change
        self.message = message
        self.place = place
        self.count = count
    }
}
