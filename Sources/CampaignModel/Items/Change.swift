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

/// One difference of one item, with its state before and after.
package struct Change: Sendable, Hashable, Codable {
    package var kind: ChangeKind
    package var key: ItemKey
    /// The state last reported before; nil for a new item.
    package var before: Before?
    /// The present item; for a removed one its last state, where known. The log does not contain it for a removal.
    package var after: Item?

    /// The state that a change is measured against: the last one reported, not the last one seen.
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
    /// Position in the whole log, ascending; campaigns keep their cursor as a position.
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

/// Identifies an item among those of all sources.
package struct ItemPlace: Sendable, Hashable {
    package var source: SourceID
    package var key: ItemKey

    package init(_ change: LoggedChange) { (source, key) = (change.source, change.change.key) }
}

/// A campaign's announcement of an item, for a kind of change.
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

/// A campaign's message about a single item.
package struct ToldMessage: Sendable, Hashable {
    package var id: MessageID
    /// The change that the message reported.
    package var change: LoggedChange
    /// The message with the last edit that was approved.
    package var message: Message
    /// Whether its run still waits for approval.
    package var isDraft: Bool
    /// Index of the message among those of its run, from 0, and their number.
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
