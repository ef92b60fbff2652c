/// The names that a layout may use. docs/layouts.md explains each to the owner.
enum LayoutFields {
    static let item = [
        "title", "link", "summary", "content", "author", "authors", "categories", "published", "updated", "image",
        "brand", "price", "regular_price", "sale_price", "availability", "condition", "sku", "gtin", "mpn",
    ]

    /// Where a string stands, which decides what it may speak of.
    enum Scope {
        /// About one item: a layout with `each: item`, and the cards of any layout.
        case item
        /// About all items of a digest; `{{#items}}` goes through them.
        case digest
        /// About a person: a layout with `each: subscriber`.
        case subscriber
    }

    private static let person = [
        "subscriber.first_name", "subscriber.last_name", "subscriber.language", "subscriber.origin", "channel.title",
    ]

    static func names(in scope: Scope) -> [String] {
        let perItem = item.map { "item.\($0)" } + ["before.price", "percent", "source.name", "source.title"]
        switch scope {
        case .item: return perItem + ["campaign.name", "count"]
        case .digest: return ["campaign.name", "count", "items"]
        case .subscriber: return person
        }
    }
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
