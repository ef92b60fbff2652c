import CampaignModel

extension FieldGroup {
    /// The fields of one item: `item`, `before`, `percent` and `source`.
    init(_ context: ItemContext, html: @escaping HTMLReading) {
        if let item = context.change.after { children["item"] = FieldGroup(item, html: html) }
        if let (before, percent) = Self.comparison(context.change) {
            children["before"] = FieldGroup(plain: ["price": before])
            children["percent"] = percent.flatMap { FieldValue(plain: String($0)) }
        }
        children["source"] = FieldGroup(plain: [
            "name": context.sourceName, "title": context.sourceTitle ?? context.sourceName,
        ])
    }

    init(plain texts: [String: String?]) {
        children = texts.compactMapValues { FieldValue(plain: $0) }
    }

    private init(_ item: Item, html: @escaping HTMLReading) {
        let product = item.product
        self.init(plain: [
            "title": item.title, "link": item.link, "author": item.authors.first,
            "authors": item.authors.joined(separator: ", "), "categories": item.categories.joined(separator: ", "),
            "published": item.published.map(Self.day), "updated": item.updated.map(Self.day),
            "image": item.images.first, "brand": product?.brand, "price": Self.money(product?.effectivePrice),
            "regular_price": product?.salePrice == nil ? nil : Self.money(product?.price),
            "sale_price": Self.money(product?.salePrice),
            "availability": product?.availability.flatMap(Self.availability), "condition": product?.condition,
            "sku": product?.sku, "gtin": product?.gtin, "mpn": product?.mpn,
        ])
        costly["summary"] = { FieldValue(html: item.summary, reading: html) }
        costly["content"] = { FieldValue(html: item.content, reading: html) }
    }

    /// Zero is how shops say that they do not know.
    private static func money(_ price: Money?) -> String? {
        guard let price, price.amount.digits > 0 else { return nil }
        return price.description
    }

    /// `2026-11-22`
    private static func day(_ moment: Timestamp) -> String { String(moment.description.prefix { $0 != "T" }) }

    private static func availability(_ availability: Availability) -> String? {
        switch availability {
        case .inStock: "in stock"
        case .outOfStock: "out of stock"
        case .preorder: "preorder"
        case .backorder: "backorder"
        case .unknown: nil
        }
    }

    /// The price that was known before, if it differs and is in the same currency, and the whole percent it fell by.
    private static func comparison(_ change: Change) -> (before: String, percent: Int?)? {
        guard let before = change.before?.price, let now = change.after?.product?.effectivePrice,
            before.currency == now.currency, before.amount != now.amount, let text = money(before), money(now) != nil
        else { return nil }
        let percent = before.amount.percentDrop(to: now.amount)
        return (text, percent > 0 ? percent : nil)
    }
}
