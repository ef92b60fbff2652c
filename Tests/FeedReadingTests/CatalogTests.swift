import CampaignModel
import FeedReading
import Testing

@Suite struct CatalogTests {
    private func product(_ fields: String) throws -> (product: Product?, warnings: [String]) {
        let document = try read(rss("<item><g:id>1</g:id>\(fields)</item>"))
        return (document.items.first?.product, document.warnings)
    }

    @Test func `a product keeps what the catalog states`() throws {
        let document = try read(
            rss(
                """
                <item><g:id>0012</g:id><title>Lamp</title><link>/lamp</link><g:image_link>/1.jpg</g:image_link>
                <g:additional_image_link>/2.jpg</g:additional_image_link><g:price>12.90 EUR</g:price>
                <g:sale_price>9.90 EUR</g:sale_price><g:availability>in stock</g:availability>
                <g:condition>new</g:condition><g:brand>Acme</g:brand><g:gtin>4006381333931</g:gtin><g:mpn>L-1</g:mpn>
                <g:item_group_id>L</g:item_group_id><g:product_type>Home &gt; Light</g:product_type></item>
                """))
        #expect(document.feed?.format == .googleRSS)
        let item = try #require(document.items.first)
        #expect(item.id == "0012")
        #expect(item.images == ["https://example.org/1.jpg", "https://example.org/2.jpg"])
        let product = try #require(item.product)
        #expect(product.price?.description == "12.90 EUR")
        #expect(product.salePrice?.description == "9.90 EUR")
        #expect(product.availability == .inStock)
        #expect(product.brand == "Acme")
        #expect(product.gtin == "4006381333931")
        #expect(product.groupID == "L")
        #expect(product.category == "Home > Light")
    }

    @Test(arguments: [
        ("12.90 EUR", "12.90 EUR"), ("EUR 12.90", "12.90 EUR"), ("1.299,00 €", "1299.00 EUR"), ("1,299.00", "1299.00"),
        ("1 299,90", "1299.90"), ("1\u{A0}299,90 zł", "1299.90 PLN"), ("1'299.00 CHF", "1299.00 CHF"),
        ("1,299", "1299"),
        ("12,9", "12.9"), ("$5", "5 USD"), ("1.299.000 ₫", "1299000 VND"), ("25000", "25000"), ("9,- Kč", "9 CZK"),
    ])
    func `prices are read in the notations of shops`(text: String, money: String) throws {
        #expect(try product("<g:price>\(text)</g:price>").product?.price?.description == money)
    }

    @Test(arguments: ["", "0", "0.00 EUR", "n/a", "call us", "-5 EUR", "10 - 20 EUR", "999999999999999999999"])
    func `what is no price is absent and told`(text: String) throws {
        let (product, warnings) = try product("<g:price>\(text)</g:price>")
        #expect(product != nil)
        #expect(product?.price == nil)
        #expect(warnings == ["bad_price"])
    }

    @Test func `a sale price keeps its window and is in force only within it`() throws {
        let (product, _) = try product(
            """
            <g:price>10 EUR</g:price><g:sale_price>8 EUR</g:sale_price>
            <g:sale_price_effective_date>2026-11-01T00:00+0000/2026-11-30T00:00+0000</g:sale_price_effective_date>
            """)
        let stated = try #require(product)
        let within = try #require(Timestamp(iso8601: "2026-11-10"))
        let after = try #require(Timestamp(iso8601: "2026-12-10"))
        #expect(stated.inForce(at: within).effectivePrice?.description == "8 EUR")
        #expect(stated.inForce(at: after).effectivePrice?.description == "10 EUR")
    }

    @Test func `a sale price that is no lower is none`() throws {
        #expect(try product("<g:price>8 EUR</g:price><g:sale_price>8 EUR</g:sale_price>").product?.salePrice == nil)
    }

    @Test(arguments: [
        ("in_stock", Availability.inStock), ("In Stock", .inStock), ("out of stock", .outOfStock),
        ("preorder", .preorder), ("backorder", .backorder), ("https://schema.org/InStock", .inStock),
        ("maybe", .unknown),
    ])
    func `availability is one of five words`(text: String, availability: Availability) throws {
        let (product, warnings) = try product("<g:availability>\(text)</g:availability>")
        #expect(product?.availability == availability)
        #expect(warnings == (availability == .unknown ? ["bad_availability"] : []))
    }

    @Test func `shops may leave the namespace out`() throws {
        let document = try read(rss("<item><id>1</id><title>Lamp</title><price>9.99 USD</price></item>"))
        #expect(document.feed?.format == .googleRSS)
        #expect(document.items.first?.id == "1")
    }
}
