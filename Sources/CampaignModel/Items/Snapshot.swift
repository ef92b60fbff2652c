/// The stored state of one item between polls: enough to find changes, without texts.
package struct SnapshotEntry: Sendable, Hashable {
    package var key: ItemKey
    /// A hash of all that the document stated of the item. The item is not compared again as long as the hash stays the
    /// same; 0 never matches.
    package var stated: UInt64
    /// A hash of what a subscriber would notice: ``Item/significance``.
    package var significance: UInt64
    /// The price that a customer paid when it was last known.
    package var price: Money?
    /// The availability last known; never `unknown`.
    package var availability: Availability?
    package var aliases: ItemAliases
    package var memory: ItemMemory
    /// Time at which the item is compared again even if its statement stays the same: a sale begins or ends, or a
    /// change waits for confirmation.
    package var lookAgainAt: Timestamp?
    /// The item's absence from its document; nil while present.
    package var absence: Absence?

    package init(
        key: ItemKey, stated: UInt64, significance: UInt64, price: Money? = nil, availability: Availability? = nil,
        aliases: ItemAliases = ItemAliases(), memory: ItemMemory = ItemMemory(), lookAgainAt: Timestamp? = nil,
        absence: Absence? = nil
    ) {
        self.key = key
        self.stated = stated
        self.significance = significance
        self.price = price
        self.availability = availability
        self.aliases = aliases
        self.memory = memory
        self.lookAgainAt = lookAgainAt
        self.absence = absence
    }
}

/// Since when an item has been missing, by the clock and by the number of whole documents read. Both must be long ago
/// before the item is forgotten: a long outage would make old items new otherwise.
package struct Absence: Sendable, Hashable {
    package var since: Timestamp
    /// Number of whole documents that had been read from the source at that time.
    package var document: Int

    package init(since: Timestamp, document: Int) {
        self.since = since
        self.document = document
    }
}

/// The memory of an item beyond its last state: values last reported, and changes that wait.
package struct ItemMemory: Sendable, Hashable, Codable {
    /// The price last reported; nil if it equals the last one seen.
    package var toldPrice: Money?
    /// The lowest price reported in the last 24 hours, and when it was last in force.
    package var lowest: PastPrice?
    /// The availability last reported; nil if it equals the last one seen.
    package var toldAvailability: Availability?
    /// Time of the last report that the item is back in stock.
    package var backAt: Timestamp?
    /// Kinds of change that one document showed and another must confirm.
    package var unconfirmed: [ChangeKind]?
    /// Number of text changes in a row, from one document to the next.
    package var restlessness: Int?
    /// Time of the last text change.
    package var textChangedAt: Timestamp?

    package init() {}

    package var isEmpty: Bool { self == ItemMemory() }
}

/// A price, and when it was last in force.
package struct PastPrice: Sendable, Hashable, Codable {
    package var price: Money
    package var at: Timestamp

    package init(price: Money, at: Timestamp) {
        self.price = price
        self.at = at
    }
}

/// Hashes by which an item is recognised when its document gives it another id.
package struct ItemAliases: Sendable, Hashable {
    /// Hash of the address, without what may change while the page stays the same.
    package var link: UInt64?
    /// Hash of the title and the path of the address, for the same item at another host, or under a link with a token.
    package var title: UInt64?

    package init(link: UInt64? = nil, title: UInt64? = nil) {
        self.link = link
        self.title = title
    }

    /// Whether at least one alias is the same.
    package func shares(with other: ItemAliases) -> Bool {
        link != nil && link == other.link || title != nil && title == other.title
    }

    /// A hash of page and title together, equal in all documents with the item; nil without one of them.
    package var likeness: UInt64? {
        guard let link, let title else { return nil }
        return (link &* 0x9E37_79B9_7F4A_7C15) ^ title
    }
}
