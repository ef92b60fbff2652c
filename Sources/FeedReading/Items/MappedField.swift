import CampaignModel

/// What the names of a mapping mean, the same for XML, JSON and CSV: ``DocumentMapping/fieldNames`` and nothing else.
enum MappedField {
    /// Words as anybody writes them, and the separators of category paths that hardly ever stand in a name.
    static var conventions: ItemConventions {
        var conventions = ItemConventions()
        conventions.categorySeparators = [" > ", ">", " / ", " | "]
        return conventions
    }

    /// Nil for a name that no mapping knows.
    static func field(_ name: String) -> ItemField? { fields[name] }

    /// Nil for a field that no mapping fills.
    static func name(_ field: ItemField) -> String? { fields.first { $0.value == field }?.key }

    /// Shops escape names and descriptions more often than not; all else is characters.
    static func form(of field: ItemField) -> TextForm {
        switch field {
        case .summary, .content: .either
        case _ where field.isLine: .either
        default: .text
        }
    }

    /// How a field says that something is so, or is not.
    static func text(_ isTrue: Bool, for field: ItemField) -> String {
        guard field == .availability else { return isTrue ? "true" : "false" }
        return isTrue ? "in stock" : "out of stock"
    }

    /// Whether an item has several of them. Of all other fields the first that is not empty counts.
    static func repeats(_ field: ItemField) -> Bool {
        switch field {
        case .category, .image, .author, .enclosure: true
        default: false
        }
    }

    private static let fields: [String: ItemField] = [
        "id": .id, "title": .title, "link": .link, "summary": .summary, "content": .content, "author": .author,
        "category": .category, "published": .published, "updated": .updated, "image": .image, "enclosure": .enclosure,
        "price": .price, "sale_price": .salePrice, "old_price": .oldPrice, "currency": .currency,
        "availability": .availability, "stock": .stock, "condition": .condition, "brand": .brand, "gtin": .gtin,
        "mpn": .mpn, "sku": .sku, "group_id": .group, "product_category": .productCategory,
    ]
}
