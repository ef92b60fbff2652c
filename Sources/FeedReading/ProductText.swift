import CampaignModel

/// A product's fields from the words of shops.
enum ProductText {
    static func product(_ draft: ProductDraft, item: String?, collector: ItemCollector) -> Product {
        func money(_ text: String?, _ field: String) -> Money? {
            guard let text else { return nil }
            if let money = PriceText.money(text) { return money }
            collector.warn("bad_price", "\(field) is not a price above zero: \(text.prefix(80))", item: item)
            return nil
        }
        if draft.hasEmptyPrice, draft.price == nil { collector.warn("bad_price", "the price is empty", item: item) }
        var product = Product(
            price: money(draft.price, "price"), salePrice: money(draft.salePrice, "sale_price"),
            condition: draft.condition?.asciiLowercased, brand: draft.brand, gtin: draft.gtin, mpn: draft.mpn,
            sku: draft.sku, groupID: draft.groupID, category: draft.productType ?? draft.googleCategory
        )
        if product.salePrice != nil, product.salePrice?.currency == nil {
            product.salePrice?.currency = product.price?.currency
        }
        // A sale price that is no lower is none.
        if let price = product.price, let sale = product.salePrice, sale.amount >= price.amount {
            product.salePrice = nil
        }
        if product.salePrice != nil, let text = draft.saleWindow {
            product.saleWindow = window(text)
            if product.saleWindow == nil {
                collector.warn("bad_date", "not a span of time: \(text.prefix(80))", item: item)
            }
        }
        if let text = draft.availability {
            product.availability = availability(text)
            if product.availability == .unknown {
                collector.warn("bad_availability", "an unknown availability: \(text.prefix(80))", item: item)
            }
        }
        return product
    }

    /// Google's and Meta's words, and what people make of them.
    static func availability(_ text: String) -> Availability {
        let last = text.utf8.split(separator: UInt8(ascii: "/")).last ?? text.utf8[...]
        let word = String(decoding: last.map { $0 | 0x20 }.filter(\.isASCIILetter), as: UTF8.self)
        return switch word {
        case "instock", "available", "limitedavailability", "instoreonly", "onlineonly": .inStock
        case "outofstock", "soldout", "discontinued", "unavailable", "notavailable": .outOfStock
        case "preorder", "presale": .preorder
        case "backorder", "availablefororder", "onorder": .backorder
        default: .unknown
        }
    }

    /// `ISO/ISO`, or the same with a blank between.
    static func window(_ text: String) -> SaleWindow? {
        let halves = text.split { $0 == "/" || $0 == " " || $0 == "\n" || $0 == "\t" }.map(String.init)
        guard halves.count == 2, let from = DateText.timestamp(halves[0]), let until = DateText.timestamp(halves[1]),
            from <= until
        else { return nil }
        return SaleWindow(from: from, until: until)
    }
}
