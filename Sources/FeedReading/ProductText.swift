import CampaignModel

/// A product's fields from the words of shops.
enum ProductText {
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
