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
    }

    static func names(in scope: Scope) -> [String] {
        let perItem = item.map { "item.\($0)" } + ["before.price", "percent", "source.name", "source.title"]
        switch scope {
        case .item: return perItem + ["campaign.name", "count"]
        case .digest: return ["campaign.name", "count", "items"]
        }
    }
}
