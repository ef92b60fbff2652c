import CampaignModel

/// Values that mean something only together, whatever their order: an enclosure's address and type, a guid and whether
/// it is a link, a product's variants.
struct JSONHeld {
    enum Slot: UInt8, CaseIterable, Sendable {
        // Of an enclosure
        case url, type, length
        // Of an item
        case guid, isPermaLink, productAvailable
        // Of a variant
        case price, priceBefore, sku, barcode, available, quantity, policy
        // Of the variants so far: the first price, and what the first one states.
        case firstPrice, firstPriceBefore, firstSKU, firstBarcode
    }

    /// Bytes of a value that are kept.
    private static let longest = 64 * 1024

    private var texts = [[UInt8]](repeating: [], count: Slot.allCases.count)
    private var variants = 0
    private var enclosures = 0
    /// Whether a variant that tells can be had; nil while none tells.
    private var isAnyAvailable: Bool?

    mutating func startItem() {
        clear(.guid, .isPermaLink, .productAvailable, .firstPrice, .firstPriceBefore, .firstSKU, .firstBarcode)
        variants = 0
        enclosures = 0
        isAnyAvailable = nil
    }

    mutating func start(_ group: JSONNode.Group) {
        switch group {
        case .none: break
        case .enclosure: clear(.url, .type, .length)
        case .variant: clear(.price, .priceBefore, .sku, .barcode, .available, .quantity, .policy)
        }
    }

    mutating func set(_ slot: Slot, _ bytes: UnsafeBufferPointer<UInt8>) {
        let place = Int(slot.rawValue)
        texts[place].removeAll(keepingCapacity: true)
        texts[place].append(contentsOf: JSONText.cut(bytes, to: Self.longest))
    }

    private mutating func clear(_ slots: Slot...) {
        for slot in slots { texts[Int(slot.rawValue)].removeAll(keepingCapacity: true) }
    }

    private func has(_ slot: Slot) -> Bool { !texts[Int(slot.rawValue)].isEmpty }

    private mutating func swap(_ slot: Slot, _ other: Slot) {
        texts.swapAt(Int(slot.rawValue), Int(other.rawValue))
    }

    private func isText(_ slot: Slot, _ text: StaticString) -> Bool {
        texts[Int(slot.rawValue)].count == text.utf8CodeUnitCount
            && text.withUTF8Buffer { zip($0, texts[Int(slot.rawValue)]).allSatisfy { $0 == $1 | 0x20 } }
    }

    private func write(_ slot: Slot, _ writer: inout FieldWriter, _ field: ItemField, rank: UInt8 = 0) {
        texts[Int(slot.rawValue)].withUnsafeBufferPointer { writer.add(field, $0, rank: rank) }
    }

    // MARK: Groups and items that are complete

    mutating func end(_ group: JSONNode.Group, _ writer: inout FieldWriter, kind: JSONKind?) {
        switch group {
        case .none: break
        case .enclosure: endEnclosure(&writer, isLink: kind == .rss)
        case .variant: endVariant()
        }
    }

    /// With `isLink` the first file is its item's link of last resort, as in RSS.
    private mutating func endEnclosure(_ writer: inout FieldWriter, isLink: Bool) {
        guard texts[Int(Slot.url.rawValue)].contains(where: { !$0.isXMLSpace }) else { return }
        guard writer.hasRoom(.enclosure) else { return }
        write(.url, &writer, .enclosure)
        write(.type, &writer, .enclosureType)
        write(.length, &writer, .enclosureLength)
        if isLink, enclosures == 0 { write(.url, &writer, .link, rank: 9) }
        enclosures += 1
    }

    private mutating func endVariant() {
        var isAvailable: Bool?
        if isText(.available, "true") {
            isAvailable = true
        } else if isText(.available, "false") {
            isAvailable = false
        } else if isText(.policy, "continue") {
            // Sold whether it is there or not.
            isAvailable = true
        } else if has(.quantity) {
            isAvailable = Self.isPositive(texts[Int(Slot.quantity.rawValue)])
        }
        if let isAvailable { isAnyAvailable = isAvailable || isAnyAvailable == true }
        // Whether it is there or not: that another one sells out is no change of price.
        if has(.price), !has(.firstPrice) {
            swap(.price, .firstPrice)
            swap(.priceBefore, .firstPriceBefore)
        }
        if variants == 0 {
            swap(.sku, .firstSKU)
            swap(.barcode, .firstBarcode)
        }
        variants += 1
    }

    private static func isPositive(_ number: [UInt8]) -> Bool {
        number.first != UInt8(ascii: "-")
            && number.prefix { $0 != UInt8(ascii: ".") }.contains { $0 > 0x30 && $0 <= 0x39 }
    }

    mutating func endItem(_ writer: inout FieldWriter) {
        if has(.guid) {
            write(.guid, &writer, .id)
            // Some say isPermaLink and mean nothing by it.
            if !isText(.isPermaLink, "false"), Self.isAddress(texts[Int(Slot.guid.rawValue)]) {
                write(.guid, &writer, .link, rank: 2)
            }
        }
        write(.firstPrice, &writer, .price)
        write(.firstPriceBefore, &writer, .oldPrice)
        write(.firstSKU, &writer, .sku)
        write(.firstBarcode, &writer, .gtin)
        if isAnyAvailable == nil {
            if isText(.productAvailable, "true") { isAnyAvailable = true }
            if isText(.productAvailable, "false") { isAnyAvailable = false }
        }
        if let isAnyAvailable { writer.add(.availability, isAnyAvailable ? "in stock" : "out of stock") }
    }

    private static func isAddress(_ text: [UInt8]) -> Bool {
        let start = String(decoding: text.prefix(16), as: UTF8.self).asciiLowercased.trimmedOrNil ?? ""
        return start.hasPrefix("http://") || start.hasPrefix("https://")
    }
}
