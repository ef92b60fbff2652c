/// What is remembered of one item between polls: enough to tell what changed, and nothing that a message would show.
package struct SnapshotEntry: Sendable, Hashable {
    package var key: ItemKey
    /// Stands for all that the document stated of the item when it was last looked at. As long as it stays the same,
    /// nobody looks again; 0 is never the same.
    package var stated: UInt64
    /// Stands for what a subscriber would notice: ``Item/significance``.
    package var significance: UInt64
    /// What a customer paid when the price was last known.
    package var price: Money?
    /// As last known; never `unknown`.
    package var availability: Availability?
    package var aliases: ItemAliases
    package var memory: ItemMemory
    /// When the item is looked at again although its statement stays the same: a sale begins or ends, or something
    /// waits to be confirmed.
    package var lookAgainAt: Timestamp?
    /// Since when it has been missing from its document.
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

/// Since when an item has been missing, by the clock and by the number of whole documents read: both must be long ago
/// before it is forgotten, or a long outage would make old items new.
package struct Absence: Sendable, Hashable {
    package var since: Timestamp
    /// How many whole documents of the source had been read then.
    package var document: Int

    package init(since: Timestamp, document: Int) {
        self.since = since
        self.document = document
    }
}

/// What is remembered of an item beyond its last state, because something of it has been told or waits to be.
package struct ItemMemory: Sendable, Hashable, Codable {
    /// The price that people know, where it is another than the last one seen.
    package var toldPrice: Money?
    /// The lowest price told lately, and when it was last in force.
    package var lowest: PastPrice?
    /// The availability that people know, where it is another than the last one seen.
    package var toldAvailability: Availability?
    /// When it was last told that the item is back in stock.
    package var backAt: Timestamp?
    /// Kinds of change that one document showed and another has to confirm.
    package var unconfirmed: [ChangeKind]?
    /// How often in a row its text changed from one document to the next.
    package var restlessness: Int?
    /// When it last did.
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

/// Other ways to know an item again, should its document call it by another id.
package struct ItemAliases: Sendable, Hashable {
    /// Of its address, without what changes while the page stays the same.
    package var link: UInt64?
    /// Of its title and the path of its address: the same item at another host, or under a link with a token.
    package var title: UInt64?

    package init(link: UInt64? = nil, title: UInt64? = nil) {
        self.link = link
        self.title = title
    }

    /// Whether one of them is the same.
    package func shares(with other: ItemAliases) -> Bool {
        link != nil && link == other.link || title != nil && title == other.title
    }

    /// Stands for its page and its title together, the same in whatever document it is; nil without one of them.
    package var likeness: UInt64? {
        guard let link, let title else { return nil }
        return (link &* 0x9E37_79B9_7F4A_7C15) ^ title
    }
}
