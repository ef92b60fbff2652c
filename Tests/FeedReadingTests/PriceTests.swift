import CampaignModel
import Testing

@testable import FeedReading

@Suite struct PriceTests {
    @Test(
        arguments: [
            ("12.90", "12.90"), ("12.90 EUR", "12.90 EUR"), ("EUR 12.90", "12.90 EUR"), ("374990 KZT", "374990 KZT"),
            ("1.299,00", "1299.00"), ("1,299.00", "1299.00"), ("1 299,90", "1299.90"), ("1'299.00", "1299.00"),
            ("1\u{A0}299,90", "1299.90"), ("1\u{202F}299,90", "1299.90"), ("1\u{2009}299", "1299"), ("1’299.-", "1299"),
            ("1,299", "1299"), ("1.299", "1.299"), ("0,999", "0.999"), ("1,299,000", "1299000"),
            ("1.299.000", "1299000"), ("1.299 €", "1299 EUR"), ("€1.099", "1099 EUR"), ("1.299 EUR", "1.299 EUR"),
            ("0.999 €", "0.999 EUR"),
            ("12.990 CLP", "12990 CLP"), ("150.000 ₫", "150000 VND"), ("1.990 Ft", "1990 HUF"),
            ("12.9000 €", "12.90 EUR"),
            ("3.5 JPY", "3.5 JPY"),
            ("1.299.000,50", "1299000.50"), ("1,29,999.00", "129999.00"), ("25000,50", "25000.50"), ("12,-", "12"),
            (".99", "0.99"), (",5", "0.5"), ("99.", "99"), ("788.3400", "788.34"), ("788.3450", "788.345"),
            ("788.3400 €", "788.34 EUR"),
            ("12.300000000000000711", "12.30"), ("123456789012345", "123456789012345"),
        ])
    func `amounts are read in every notation`(text: String, expected: String) {
        #expect(PriceText.money(text)?.description == expected)
    }

    @Test(
        arguments: [
            ("100 RUR", "RUB"), ("15 000 руб.", "RUB"), ("1299₽", "RUB"), ("12,90 zł", "PLN"), ("12,90 ZŁ", "PLN"),
            ("1 299 Kč", "CZK"), ("1299 грн.", "UAH"), ("€12.90", "EUR"), ("12,90€", "EUR"), ("£1,299.00", "GBP"),
            ("$19.99", "USD"), ("$12.90 CAD", "CAD"), ("US$ 19.99", "USD"), ("R$ 1.299,90", "BRL"),
            ("12.90 eur", "EUR"),
            ("12.90EUR", "EUR"), ("ab 12,90 € inkl. 19% MwSt.", "EUR"), ("12.90 (EUR)", "EUR"),
            ("12,50 zł/szt.", "PLN"),
            ("199 kr", nil), ("9.99 XYZ", nil), ("9.99 all inclusive", nil), ("9.99", nil),
        ] as [(String, String?)])
    func `currencies are known by code, symbol and word`(text: String, expected: String?) throws {
        let money = try #require(PriceText.money(text))
        #expect(money.currency == expected)
    }

    @Test(
        arguments: [
            "", "free", "n/a", "USD", "0", "0.00 EUR", "-5", "\u{2212}5 EUR", "EUR -5", "10-20 EUR", "10 – 20",
            "2 for 10 EUR",
            "10.00 €/kg", "1e3", "1.2.3", "12.3456,78", "1 20 EUR", "1234567890123456", "1,2.3,4",
        ])
    func `what is not one amount above zero is no price`(text: String) {
        #expect(PriceText.money(text) == nil)
    }

    @Test(
        arguments: [
            ("RUR", "RUB"), ("usd", "USD"), (" zł ", "PLN"), ("грн", "UAH"), ("kr", nil), ("", nil), ("EURO", "EUR"),
        ] as [(String, String?)])
    func `a currency of its own is read in the same spellings`(text: String, expected: String?) {
        var text = text
        #expect(text.withUTF8 { CurrencyText.code($0) } == expected)
    }

    @Test func `plain numbers keep their sign and scale`() {
        let read = { (text: String) -> DecimalAmount? in
            var text = text
            return text.withUTF8 { DecimalText.amount($0) }
        }
        #expect(read(" 17.0000 ")?.description == "17.0000")
        #expect(read("-3")?.description == "-3")
        #expect(read("0.12345678")?.description == "0.123456")
        #expect(read("1234567890123456") == nil)
        #expect(read("3 pcs") == nil)
        #expect(read("") == nil)
    }
}
