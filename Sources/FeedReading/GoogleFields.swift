import CampaignModel

/// Google Merchant's fields, which stand in RSS items and in Atom entries alike.
enum GoogleFields {
    /// Whether an element directly within an item is one of them; shops leave the namespace out at times.
    static func contains(_ name: XMLName) -> Bool {
        switch (name.namespace, name.word) {
        case (.google, .unknown): false
        case (.google, _): true
        case (.plain, let word): plainWords.contains(word)
        default: false
        }
    }

    private static let plainWords: Set<XMLWord> = [
        .imageLink, .additionalImageLink, .price, .salePrice, .salePriceEffectiveDate, .availability, .condition,
        .brand, .gtin, .mpn, .itemGroupID, .productType, .googleProductCategory,
    ]

    static func set(_ word: XMLWord, _ text: String?, _ draft: ItemDraft, _ place: XMLPlace, limit: Int) {
        let product = draft.product ?? ProductDraft()
        draft.product = product
        guard let text else {
            if word == .price { product.hasEmptyPrice = true }
            return
        }
        switch word {
        case .id: draft.id = text.collapsed
        case .title: draft.title = TitleText.line(text) ?? draft.title
        case .link: draft.link(text, rank: 0, base: place.base)
        case .description: draft.summary = text
        case .imageLink: draft.image(text, rank: 0, base: place.base, limit: limit)
        case .additionalImageLink:
            // Meta lists several in one element; a comma may also stand within an address.
            for image in text.replacingText(", http", with: ",http").replacingText(",http", with: "\nhttp")
                .split(separator: "\n")
            {
                draft.image(String(image), rank: 1, base: place.base, limit: limit)
            }
        case .price: product.price = product.price ?? text
        case .salePrice: product.salePrice = product.salePrice ?? text
        case .salePriceEffectiveDate: product.saleWindow = text
        case .availability: product.availability = text
        case .condition: product.condition = text.collapsed
        case .brand: product.brand = TitleText.line(text)
        case .gtin: product.gtin = text.collapsed
        case .upc, .ean, .isbn: product.gtin = product.gtin ?? text.collapsed
        case .mpn: product.mpn = text.collapsed
        case .itemGroupID: product.groupID = text.collapsed
        case .productType: product.productType = product.productType ?? TitleText.line(text)
        case .googleProductCategory: product.googleCategory = product.googleCategory ?? TitleText.line(text)
        default: break
        }
    }
}

/// Titles and other one-line texts.
enum TitleText {
    /// RSS never said whether a title is text or HTML: tags are taken out when there are any; else, known references
    /// are resolved once more, because many publishers escape twice.
    static func line(_ text: String) -> String? {
        let bytes = text.utf8
        guard bytes.contains(where: { $0 == UInt8(ascii: "<") || $0 == UInt8(ascii: "&") }) else {
            return text.collapsed.trimmedOrNil
        }
        if hasTag(Array(bytes)) { return HTMLText.line(html: text).trimmedOrNil }
        return Array(bytes).withUnsafeBufferPointer { HTMLReference.decode($0) }.collapsed.trimmedOrNil
    }

    private static func hasTag(_ bytes: [UInt8]) -> Bool {
        for index in bytes.indices.dropLast() where bytes[index] == UInt8(ascii: "<") {
            let follower = bytes[index + 1]
            if follower.isASCIILetter || follower == UInt8(ascii: "/") || follower == UInt8(ascii: "!") {
                return bytes[index...].contains(UInt8(ascii: ">"))
            }
        }
        return false
    }
}
