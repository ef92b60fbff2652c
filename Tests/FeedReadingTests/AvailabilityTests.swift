import CampaignModel
import Testing

@testable import FeedReading

@Suite struct AvailabilityTests {
    private func reading(_ text: String, _ style: ItemConventions.Availability) -> Availability {
        var text = text
        return text.withUTF8 { AvailabilityText.reading($0, style: style) }
    }

    @Test(
        arguments: [
            ("in stock", .inStock), ("in_stock", .inStock), ("InStock", .inStock), ("IN-STOCK", .inStock),
            ("https://schema.org/InStock", .inStock), ("http://schema.org/OutOfStock", .outOfStock),
            ("limited availability", .inStock), ("out of stock", .outOfStock), ("discontinued", .outOfStock),
            ("mark_as_sold", .outOfStock), ("preorder", .preorder), ("pre-order", .preorder), ("backorder", .backorder),
            ("available for order", .backorder), ("true", .inStock), ("5", .inStock), ("0", .outOfStock),
            ("-2", .outOfStock),
            ("17.0000", .inStock), ("In stock (5)", .inStock), ("", .unknown), ("yes", .unknown), ("ask us", .unknown),
        ] as [(String, Availability)])
    func `Google's and Meta's words count in any spelling`(text: String, expected: Availability) {
        #expect(reading(text, .words) == expected)
    }

    @Test(
        arguments: [
            ("w magazynie", .inStock), ("Brak w magazynie", .outOfStock), ("Disponibile", .inStock),
            ("non disponibile", .outOfStock), ("1-3 gg", .inStock), ("1-3 Tage", .inStock),
            ("10 bis 14 Werktage", .backorder),
            ("24h", .inStock), ("5 szt.", .inStock), ("auf Lager", .inStock), ("nicht auf Lager", .outOfStock),
            ("vorbestellbar", .preorder), ("en rupture de stock", .outOfStock), ("Précommande", .preorder),
            ("agotado", .outOfStock), ("op voorraad", .inStock), ("SKLADEM", .inStock), ("není skladem", .outOfStock),
            ("raktáron", .inStock), ("în stoc", .inStock), ("stokta yok", .outOfStock), ("В НАЛИЧИИ", .inStock),
            ("нет в наличии", .outOfStock), ("под заказ", .backorder), ("немає в наявності", .outOfStock),
        ] as [(String, Availability)])
    func `shops' words are known in other languages`(text: String, expected: Availability) {
        #expect(reading(text, .words) == expected)
    }

    @Test(
        arguments: [
            ("0", .inStock), ("3", .inStock), ("7", .inStock), ("14", .backorder), ("-1", .unknown), ("", .unknown),
            ("2026-12-24", .preorder), ("soon", .unknown),
        ] as [(String, Availability)])
    func `days until delivery tell stock from order`(text: String, expected: Availability) {
        #expect(reading(text, .deliveryDays) == expected)
    }

    @Test(
        arguments: [
            ("1", .inStock), ("14", .inStock), ("90", .backorder), ("99", .unknown), ("110", .preorder),
            ("2", .unknown),
        ] as [(String, Availability)])
    func `Ceneo's numbers are terms, not days`(text: String, expected: Availability) {
        #expect(reading(text, .ceneo) == expected)
    }

    @Test func `Ceneo's pieces decide only what its terms leave open`() {
        let none = DecimalAmount(digits: 0, scale: 0)
        #expect(AvailabilityText.reading(.unknown, pieces: none) == .outOfStock)
        #expect(AvailabilityText.reading(nil, pieces: DecimalAmount(digits: 3, scale: 0)) == .inStock)
        #expect(AvailabilityText.reading(.backorder, pieces: none) == .backorder)
        #expect(AvailabilityText.reading(.unknown, pieces: nil) == .unknown)
    }

    @Test(
        arguments: [
            ("1", .inStock), ("2", .backorder), ("3", .unknown), ("4", .preorder), ("5", .backorder),
            ("6", .outOfStock),
            ("7", .unknown),
        ] as [(String, Availability)])
    func `Kelkoo's numbers name states`(text: String, expected: Availability) {
        #expect(reading(text, .kelkoo) == expected)
    }

    @Test(
        arguments: [
            ("true", .inStock), ("false", .outOfStock), ("1", .inStock), ("0", .outOfStock), ("TRUE", .inStock),
            ("yes", .inStock), ("No", .outOfStock), ("backorder", .backorder), ("onbackorder", .backorder),
            ("instock", .inStock), ("outofstock", .outOfStock),
        ] as [(String, Availability)])
    func `flags answer whether it is in stock`(text: String, expected: Availability) {
        #expect(reading(text, .flag) == expected)
        #expect(reading(text, .yml) == expected)
    }

    @Test(
        arguments: [
            ("new", "new"), ("New", "new"), ("NewCondition", "new"), ("gebraucht", "used"), ("б/у", "used"),
            ("bazaar", "used"), ("Refurbished", "refurbished"), ("reconditionné", "refurbished"), ("Mint", "mint"),
            (" ", nil),
            ("0", "0"),
        ] as [(String, String?)])
    func `conditions are new, used, refurbished or as stated`(text: String, expected: String?) {
        var text = text
        #expect(text.withUTF8 { ConditionText.condition($0) } == expected)
    }

    @Test func `Kelkoo's conditions are numbers`() {
        for (text, expected) in [("0", "new"), ("1", "used"), ("2", "refurbished"), ("9", "9")] {
            var text = text
            #expect(text.withUTF8 { ConditionText.condition($0, style: .kelkoo) } == expected)
        }
    }
}
