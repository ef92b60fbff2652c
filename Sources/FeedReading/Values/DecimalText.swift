import CampaignModel

/// Plain numbers: digits, perhaps with a sign and a point, nothing else. Prices in the notations of shops are
/// ``PriceText``'s business.
enum DecimalText {
    /// Reads `-?digits[.digits]` with white space around it, at most 15 digits before the point; of the decimals six
    /// are kept.
    static func amount(_ bytes: UnsafeBufferPointer<UInt8>) -> DecimalAmount? {
        let text = bytes.trimmed
        let isNegative = text.first == UInt8(ascii: "-")
        var position = isNegative || text.first == UInt8(ascii: "+") ? 1 : 0
        guard let amount = unsigned(text, &position), position == text.count else { return nil }
        return isNegative ? DecimalAmount(digits: -amount.digits, scale: amount.scale) : amount
    }

    /// Reads `digits[.digits]` from a place on, as far as it goes; a point without digits after it is not taken.
    static func unsigned(_ text: UnsafeBufferPointer<UInt8>, _ position: inout Int) -> DecimalAmount? {
        var digits: Int64 = 0
        let start = position
        while position < text.count, text[position].isASCIIDigit {
            guard position - start < 15 else { return nil }
            digits = digits &* 10 &+ Int64(text[position] &- 0x30)
            position += 1
        }
        guard position > start else { return nil }
        guard position + 1 < text.count, text[position] == UInt8(ascii: "."), text[position + 1].isASCIIDigit else {
            return DecimalAmount(digits: digits, scale: 0)
        }
        position += 1
        var scale = 0
        while position < text.count, text[position].isASCIIDigit {
            if scale < 6, digits < 100_000_000_000_000 {
                digits = digits &* 10 &+ Int64(text[position] &- 0x30)
                scale += 1
            }
            position += 1
        }
        return DecimalAmount(digits: digits, scale: scale)
    }
}
