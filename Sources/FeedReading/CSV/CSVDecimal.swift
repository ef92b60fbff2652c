/// A decimal number to compute with, exact: at most 15 digits, six of them after the point.
struct CSVDecimal {
    var digits: Int128
    var scale: Int

    /// Reads `49`, `66.05`, `1299,5`; nil for anything else.
    init?(_ text: UnsafeBufferPointer<UInt8>) {
        var digits: Int128 = 0
        var scale = 0
        var count = 0
        var sawPoint = false
        for byte in text.trimmed {
            switch byte {
            case 0x30...0x39:
                guard count < 15, scale < 6 else { return nil }
                digits = digits * 10 + Int128(byte - 0x30)
                count += 1
                if sawPoint { scale += 1 }
            case UInt8(ascii: "."), UInt8(ascii: ","):
                guard !sawPoint else { return nil }
                sawPoint = true
            default: return nil
            }
        }
        guard count > 0 else { return nil }
        self.digits = digits
        self.scale = scale
    }

    /// A price after a discount: an amount when there is one, else percent, rounded half up to the price's decimals and
    /// at least two. Nil when there is no discount, or nothing is left.
    static func price(
        _ text: UnsafeBufferPointer<UInt8>, less amount: UnsafeBufferPointer<UInt8>,
        percent: UnsafeBufferPointer<UInt8>
    ) -> String? {
        guard let price = CSVDecimal(text) else { return nil }
        let fine = price.aligned
        var left = fine
        if let amount = CSVDecimal(amount), amount.digits > 0 {
            left -= amount.aligned
        } else if let percent = CSVDecimal(percent), percent.digits > 0 {
            // Both have six decimals, and a hundred percent are the whole.
            left -= fine * percent.aligned / 100_000_000
        }
        guard left > 0, left < fine else { return nil }
        return written(left, scale: max(2, price.scale))
    }

    private var aligned: Int128 { (scale..<6).reduce(digits) { value, _ in value * 10 } }

    private static func written(_ value: Int128, scale: Int) -> String {
        let unit = (scale..<6).reduce(Int128(1)) { value, _ in value * 10 }
        let text = String((value + unit / 2) / unit)
        let padded = String(repeating: "0", count: max(0, scale + 1 - text.count)) + text
        return padded.dropLast(scale) + "." + padded.suffix(scale)
    }
}
