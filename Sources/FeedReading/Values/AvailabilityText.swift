import CampaignModel

/// Whether something can be bought, in the ways that catalogs say it.
enum AvailabilityText {
    /// More days than these until delivery, and a shop orders the thing for its customer.
    static let promptDays = 7

    /// ``Availability/unknown`` for what the style does not know, also for no text at all.
    static func reading(_ bytes: UnsafeBufferPointer<UInt8>, style: ItemConventions.Availability) -> Availability {
        let text = bytes.trimmed
        guard !text.isEmpty else { return .unknown }
        return switch style {
        case .words: words(text)
        case .deliveryDays: deliveryDays(text)
        case .ceneo: ceneo(text)
        case .kelkoo: kelkoo(text)
        case .yml, .flag: flag(text)
        }
    }

    /// What a number of pieces adds to what is stated: it decides only where nothing is stated, or nothing known. Ceneo's
    /// 99 (ask the shop) with no piece left is out of stock, 90 (on order) with none stays on order.
    static func reading(_ stated: Availability?, pieces: DecimalAmount?) -> Availability? {
        guard stated == nil || stated == .unknown, let pieces else { return stated }
        return pieces.digits > 0 ? .inStock : .outOfStock
    }

    // MARK: Words

    private static func words(_ text: UnsafeBufferPointer<UInt8>) -> Availability {
        if let common = AvailabilityWords.common(text) { return common }
        if let pieces = DecimalText.amount(text) { return pieces.digits > 0 ? .inStock : .outOfStock }
        let key = FoldedLetters.key(lastPart(text))
        return key.isEmpty ? .unknown : AvailabilityWords.table[key] ?? counted(text, unit: key)
    }

    /// The last part of an address: `https://schema.org/InStock`.
    private static func lastPart(_ text: UnsafeBufferPointer<UInt8>) -> UnsafeBufferPointer<UInt8> {
        guard text.count > 8, text[0] | 0x20 == UInt8(ascii: "h"), text[3] | 0x20 == UInt8(ascii: "p"),
            let last = text.lastIndex(where: { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "#") })
        else { return text }
        return UnsafeBufferPointer(rebasing: text[(last + 1)...])
    }

    /// A number with a unit: `1-3 gg`, `24 h`, `5 szt.`
    private static func counted(_ text: UnsafeBufferPointer<UInt8>, unit: String) -> Availability {
        guard let number = lastNumber(text) else { return .unknown }
        if AvailabilityWords.days.contains(unit) { return number <= promptDays ? .inStock : .backorder }
        if AvailabilityWords.weeks.contains(unit) { return number <= 1 ? .inStock : .backorder }
        if AvailabilityWords.hours.contains(unit) { return number <= promptDays * 24 ? .inStock : .backorder }
        if AvailabilityWords.pieces.contains(unit) { return number > 0 ? .inStock : .outOfStock }
        return .unknown
    }

    private static func lastNumber(_ text: UnsafeBufferPointer<UInt8>) -> Int? {
        var number: Int?
        var isInside = false
        for byte in text {
            if byte.isASCIIDigit {
                number = min((isInside ? number ?? 0 : 0) * 10 + Int(byte - 0x30), 1_000_000)
            }
            isInside = byte.isASCIIDigit
        }
        return number
    }

    // MARK: Numbers and flags

    /// Zero or more, to a bound that none of the codes reaches; -1 for a number below zero; nil for no number.
    private static func integer(_ text: UnsafeBufferPointer<UInt8>) -> Int? {
        guard let amount = DecimalText.amount(text), amount.scale == 0 else { return nil }
        return Int(max(-1, min(amount.digits, 1_000_000)))
    }

    /// Heureka and Zboží: 0 in stock, a number of days, the day on which it comes, -1 for not known.
    private static func deliveryDays(_ text: UnsafeBufferPointer<UInt8>) -> Availability {
        if let days = integer(text) {
            return days < 0 ? .unknown : days <= promptDays ? .inStock : .backorder
        }
        return DateText.timestamp(text) == nil ? words(text) : .preorder
    }

    /// Ceneo: within 1, 3, 7 or 14 days; 90 on order; 99 ask the shop; 110 before it is out.
    private static func ceneo(_ text: UnsafeBufferPointer<UInt8>) -> Availability {
        switch integer(text) {
        case 1, 3, 7, 14: .inStock
        case 90: .backorder
        case 110: .preorder
        case nil: words(text)
        default: .unknown
        }
    }

    private static func kelkoo(_ text: UnsafeBufferPointer<UInt8>) -> Availability {
        switch integer(text) {
        case 1: .inStock
        // On order, and available on order.
        case 2, 5: .backorder
        case 4: .preorder
        case 6: .outOfStock
        case nil: words(text)
        // 3: see the site.
        default: .unknown
        }
    }

    /// YML's `available`, WooCommerce's and Magento's columns. The YML of today means by false that the thing cannot be
    /// bought; only old descriptions of it say `on order`.
    private static func flag(_ text: UnsafeBufferPointer<UInt8>) -> Availability {
        if text.count == 1 {
            switch text[0] {
            case UInt8(ascii: "1"), UInt8(ascii: "y"), UInt8(ascii: "Y"): return .inStock
            case UInt8(ascii: "0"), UInt8(ascii: "n"), UInt8(ascii: "N"): return .outOfStock
            default: break
            }
        }
        return AvailabilityWords.flags[FoldedLetters.key(text)] ?? words(text)
    }
}
