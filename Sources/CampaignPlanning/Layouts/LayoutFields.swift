/// The names that a layout may use. docs/layouts.md explains each to the owner.
enum LayoutFields {
    /// What a value is, which decides what helpers can do with it.
    enum Kind: Sendable, Hashable {
        case text, moment, money, number

        var description: String {
            switch self {
            case .text: "a text"
            case .moment: "a date"
            case .money: "a price"
            case .number: "a number"
            }
        }
    }

    /// Where a string stands, which decides what it may speak of.
    enum Scope {
        /// About one item: a layout with `each: item`, and the cards of any layout.
        case item
        /// About all items of a digest; `{{#items}}` goes through them.
        case digest
        /// About a person: a layout with `each: subscriber`.
        case subscriber
        /// About nothing but itself: a message that is written by hand.
        case oneOff
    }

    private static let item: [String: Kind] = [
        "title": .text, "link": .text, "summary": .text, "content": .text, "author": .text, "authors": .text,
        "categories": .text, "published": .moment, "updated": .moment, "image": .text, "audio": .text, "video": .text,
        "file": .text, "brand": .text, "price": .money, "regular_price": .money, "sale_price": .money,
        "availability": .text, "condition": .text, "sku": .text, "gtin": .text, "mpn": .text,
    ]
    private static let besideItem: [String: Kind] = [
        "before.price": .money, "percent": .number, "source.name": .text, "source.title": .text,
    ]
    private static let shared: [String: Kind] = ["campaign.name": .text, "count": .number]

    /// Of a person: known when a message is sent, not when it is made.
    static let person = [
        "subscriber.first_name", "subscriber.last_name", "subscriber.language", "subscriber.origin",
    ]

    static func isPersonal(_ name: String) -> Bool { person.contains(name) || isOwnField(name) }

    /// A field that the owner gave to subscribers: `subscriber.fields.city`.
    private static func isOwnField(_ name: String) -> Bool {
        let prefix = "subscriber.fields."
        guard name.hasPrefix(prefix), name.count > prefix.count, name.count <= 80 else { return false }
        return name.dropFirst(prefix.count).utf8.allSatisfy {
            (0x30...0x39).contains($0) || (0x61...0x7A).contains($0) || $0 == UInt8(ascii: "_")
        }
    }

    static func names(in scope: Scope) -> [String] {
        var names = person
        switch scope {
        case .item: names += shared.keys + itemNames
        case .digest: names += shared.keys + ["items"]
        case .subscriber: names.append("channel.title")
        case .oneOff: names.append("campaign.name")
        }
        return names
    }

    static let itemNames = item.keys.map { "item.\($0)" } + besideItem.keys

    /// What a known name's value is.
    static func kind(of name: String) -> Kind {
        if name.hasPrefix("item.") { return item[String(name.dropFirst(5))] ?? .text }
        return besideItem[name] ?? shared[name] ?? .text
    }

    static func isKnown(_ name: String, in names: Set<String>) -> Bool { names.contains(name) || isOwnField(name) }
}

extension LayoutFields.Scope {
    init(_ each: Layout.Each) {
        switch each {
        case .item: self = .item
        case .digest: self = .digest
        case .subscriber: self = .subscriber
        }
    }
}
