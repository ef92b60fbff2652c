import CampaignModel

/// Prices in the notations of shops: `12.90 EUR`, `EUR 12.90`, `1.299,00 €`, `1 299,90 zł`, `1'299.00`, `12,-`.
///
/// Points and commas: with both, the last marks the decimals. One alone that repeats marks thousands. A single point
/// marks decimals, as the catalog formats ask for. A single comma marks decimals too, unless exactly three
/// digits follow a number that is not 0: `1,299` is one thousand two hundred and ninety-nine. So does a point where the
/// currency is a symbol or a word, or has no decimals: `1.299 €`, `12.990 CLP`; but `1.299 EUR` and `1.299` do not.
enum PriceText {
    /// The longest text, in bytes and without the blanks around it, that can be a price.
    static let limit = 64

    static func money(_ text: String) -> Money? {
        var text = text
        return text.withUTF8 { money($0) }
    }

    /// Nil for no number, zero, a negative number, several numbers, and a price for a unit (`10.00 €/kg`).
    static func money(_ bytes: UnsafeBufferPointer<UInt8>) -> Money? {
        let text = bytes.trimmed
        if let money = plain(text) { return money }
        guard text.count <= limit else { return nil }
        var scanner = PriceScanner(text)
        return scanner.money()
    }

    /// `digits[.digits]`, alone or with a blank and a code after it: what all but a few prices are.
    private static func plain(_ text: UnsafeBufferPointer<UInt8>) -> Money? {
        var position = 0
        guard let stated = DecimalText.unsigned(text, &position), !stated.isZero else { return nil }
        let amount = stated.scale > 2 ? shortened(stated) : stated
        if position == text.count { return Money(amount: amount, currency: nil) }
        guard text.count - position == 4, text[position] == 0x20,
            let code = CurrencyText.isoCode(UnsafeBufferPointer(rebasing: text[(position + 1)...])),
            stated.scale != 3 || !CurrencyText.isWhole(code)
        else { return nil }
        return Money(amount: amount, currency: code)
    }

    /// Without zeros after the second decimal: Magento writes all prices with four.
    static func shortened(_ amount: DecimalAmount) -> DecimalAmount {
        var (digits, scale) = (amount.digits, amount.scale)
        while scale > 2, digits % 10 == 0 {
            digits /= 10
            scale -= 1
        }
        return DecimalAmount(digits: digits, scale: scale)
    }
}
