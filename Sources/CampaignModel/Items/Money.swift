/// A decimal number as a document states it: exact, never a binary fraction. `12.90` keeps its last zero.
package struct DecimalAmount: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// All digits as one integer: 1290 for `12.90`.
    package let digits: Int64
    /// Number of digits after the point: 2 for `12.90`; at most 6.
    package let scale: Int

    package init(digits: Int64, scale: Int) {
        self.digits = digits
        self.scale = max(0, min(scale, 6))
    }

    /// Reads `-?digits[.digits]`, at most 15 digits of which 6 after the point; further decimals are cut.
    ///
    /// Notations of shops (`1 299,00 zł`) are FeedReading's business.
    package init?(_ text: String) {
        var digits: Int64 = 0
        var scale = 0
        var count = 0
        var seenPoint = false
        var bytes = Array(text.utf8)[...]
        let negative = bytes.first == UInt8(ascii: "-")
        if negative { bytes = bytes.dropFirst() }
        for byte in bytes {
            switch byte {
            case 0x30...0x39:
                if seenPoint {
                    if scale == 6 { continue }
                    scale += 1
                }
                count += 1
                guard count <= 15 else { return nil }
                digits = digits * 10 + Int64(byte - 0x30)
            case UInt8(ascii: ".") where !seenPoint:
                seenPoint = true
            default:
                return nil
            }
        }
        guard count > 0, !(seenPoint && scale == 0) else { return nil }
        self.digits = negative ? -digits : digits
        self.scale = scale
    }

    package var isZero: Bool { digits == 0 }

    /// Number of decimals without zeros at the end.
    package var significantScale: Int {
        var (rest, left) = (digits, scale)
        while left > 0, rest % 10 == 0 { (rest, left) = (rest / 10, left - 1) }
        return left
    }

    /// The digits with six places after the point, so that amounts of different scale compare. 15 + 6 digits may pass
    /// what 64 bits hold, hence 128.
    private var aligned: Int128 {
        var value = Int128(digits)
        for _ in scale..<6 { value *= 10 }
        return value
    }

    package static func < (one: Self, other: Self) -> Bool { one.aligned < other.aligned }
    package static func == (one: Self, other: Self) -> Bool { one.aligned == other.aligned }
    package func hash(into hasher: inout Hasher) { hasher.combine(aligned) }

    /// How much less `other` is, in whole percent rounded down; 0 when it is not less or nothing can be said.
    package func percentDrop(to other: DecimalAmount) -> Int {
        guard aligned > 0, other < self, other.aligned >= 0 else { return 0 }
        return Int((aligned - other.aligned) * 100 / aligned)
    }

    /// Whether the difference to a lower `other` is at least this fraction of it, in percent, and at least `amount`.
    package func drops(to other: DecimalAmount, byPercent percent: DecimalAmount, andAmount amount: DecimalAmount)
        -> Bool
    {
        guard other < self else { return false }
        let difference = aligned - other.aligned
        // percent has six implied decimals as well: difference / self ≥ percent / 100.
        return difference >= amount.aligned && difference * 100 * 1_000_000 >= percent.aligned * aligned
    }

    /// Whether one of the two is at least `factor` times the other; false where one of them is zero.
    package func isFar(from other: DecimalAmount, byFactor factor: Int) -> Bool {
        let (low, high) = (min(aligned, other.aligned), max(aligned, other.aligned))
        return low > 0 && high >= low * Int128(factor)
    }

    package var description: String {
        let text = String(digits.magnitude)
        let sign = digits < 0 ? "-" : ""
        guard scale > 0 else { return sign + text }
        let padded = String(repeating: "0", count: max(0, scale + 1 - text.count)) + text
        return sign + padded.dropLast(scale) + "." + padded.suffix(scale)
    }
}

extension DecimalAmount: Codable {
    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let value = DecimalAmount(text) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "not a decimal number: \(text)")
        }
        self = value
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}

/// An amount and, where the document says it, its ISO 4217 currency in capitals.
package struct Money: Sendable, Hashable, Codable, CustomStringConvertible {
    package var amount: DecimalAmount
    package var currency: String?

    package init(amount: DecimalAmount, currency: String?) {
        self.amount = amount
        self.currency = currency
    }

    /// `12.90 EUR`, or `12.90` when the currency is unknown.
    package var description: String {
        guard let currency else { return amount.description }
        return "\(amount) \(currency)"
    }
}
