import CampaignModel
import FeedReading
import Testing

/// Catalogs of price comparison sites. Each document is read in any chunks.
@Suite struct CatalogFormatTests {
    // MARK: Heureka and Zboží

    private func heureka(_ fields: String) -> String {
        "<SHOP><SHOPITEM><ITEM_ID>1</ITEM_ID><PRICE_VAT>990</PRICE_VAT>\(fields)</SHOPITEM></SHOP>"
    }

    @Test func `a product of Heureka keeps what the catalog states`() throws {
        let document = try readInAnyChunks(
            """
            <?xml version="1.0" encoding="utf-8"?>
            <SHOP><SHOPITEM><ITEM_ID>AB01</ITEM_ID><PRODUCT>Lampa s dárkem</PRODUCT><PRODUCTNAME>Lampa</PRODUCTNAME>
            <DESCRIPTION><![CDATA[<p>Pěkná</p>]]></DESCRIPTION><URL>https://obchod.example/lampa?a=1&amp;b=2</URL>
            <IMGURL>https://obchod.example/1.jpg</IMGURL><IMGURL_ALTERNATIVE>https://obchod.example/2.jpg</IMGURL_ALTERNATIVE>
            <PRICE_VAT>1 290,50</PRICE_VAT><MANUFACTURER>Acme</MANUFACTURER><EAN>8594000000014</EAN>
            <CATEGORYTEXT>Heureka.cz | Dům | Lampy</CATEGORYTEXT><PRODUCTNO>L-1</PRODUCTNO><DELIVERY_DATE>0</DELIVERY_DATE>
            <PARAM><PARAM_NAME>Barva</PARAM_NAME><VAL>bílá</VAL></PARAM><ITEMGROUP_ID>L</ITEMGROUP_ID>
            <DELIVERY><DELIVERY_ID>PPL</DELIVERY_ID><DELIVERY_PRICE>99</DELIVERY_PRICE></DELIVERY></SHOPITEM></SHOP>
            """)
        #expect(document.feed?.format == .heureka)
        let item = try #require(document.items.first)
        #expect(item.id == "AB01")
        #expect(item.title == "Lampa")
        #expect(item.summary == "<p>Pěkná</p>")
        #expect(item.link == "https://obchod.example/lampa?a=1&b=2")
        #expect(item.images == ["https://obchod.example/1.jpg", "https://obchod.example/2.jpg"])
        let product = try #require(item.product)
        #expect(product.price?.description == "1290.50 CZK")
        #expect(product.availability == .inStock)
        #expect(product.brand == "Acme")
        #expect(product.gtin == "8594000000014")
        #expect(product.mpn == "L-1")
        #expect(product.groupID == "L")
        #expect(product.category == "Dům > Lampy")
        #expect(document.end == DocumentEnd(items: 1, complete: true, warnings: []))
    }

    @Test(arguments: [
        ("<CATEGORYTEXT>Heureka.cz | Dům</CATEGORYTEXT>", "990 CZK"),
        ("<CATEGORYTEXT>Heureka.sk | Dom</CATEGORYTEXT>", "990 EUR"),
        ("<URL>https://obchod.sk/lampa</URL>", "990 EUR"), ("<URL>https://obchod.cz/lampa</URL>", "990 CZK"),
    ])
    func `Heureka's prices are in the money of the shop's country`(fields: String, price: String) throws {
        let document = try readInAnyChunks(heureka(fields))
        #expect(document.items.first?.product?.price?.description == price)
    }

    @Test(arguments: [
        ("0", Availability.inStock), ("3", .inStock), ("14", .backorder), ("2026-12-01", .preorder), ("", .unknown),
        ("-1", .unknown),
    ])
    func `days until delivery tell Heureka's availability`(days: String, availability: Availability) throws {
        let document = try readInAnyChunks(heureka("<DELIVERY_DATE>\(days)</DELIVERY_DATE>"))
        #expect(document.items.first?.product?.availability == availability)
    }

    @Test func `an availability that Heureka's shop leaves out is not guessed`() throws {
        #expect(try readInAnyChunks(heureka("")).items.first?.product?.availability == nil)
    }

    @Test func `Zboží is told by its namespace`() throws {
        let document = try readInAnyChunks(
            """
            <SHOP xmlns="http://www.zbozi.cz/ns/offer/1.0"><SHOPITEM><ITEM_ID>1</ITEM_ID><PRODUCTNAME>Lampa</PRODUCTNAME>
            <URL>https://obchod.example/lampa</URL><PRICE_VAT>990</PRICE_VAT><LIST_PRICE>1290</LIST_PRICE>
            <CATEGORYTEXT>Dům | Lampy</CATEGORYTEXT><CATEGORYTEXT>Dárky</CATEGORYTEXT><ITEM_TYPE>bazaar</ITEM_TYPE>
            <EXTRA_MESSAGE>free_gift</EXTRA_MESSAGE><DELIVERY_DATE>14</DELIVERY_DATE></SHOPITEM></SHOP>
            """)
        #expect(document.feed?.format == .zbozi)
        let item = try #require(document.items.first)
        #expect(item.title == "Lampa")
        #expect(item.product?.price?.description == "1290 CZK")
        #expect(item.product?.salePrice?.description == "990 CZK")
        #expect(item.product?.category == "Dům > Lampy")
        #expect(item.product?.condition == "used")
        #expect(item.product?.availability == .backorder)
    }

    @Test func `Zboží may have a prefix`() throws {
        let document = try readInAnyChunks(
            """
            <z:SHOP xmlns:z="http://www.zbozi.cz/ns/offer/1.0"><z:SHOPITEM><z:ITEM_ID>1</z:ITEM_ID>
            <z:PRODUCTNAME>Lampa</z:PRODUCTNAME></z:SHOPITEM></z:SHOP>
            """)
        #expect(document.feed?.format == .zbozi)
        #expect(document.items.map(\.title) == ["Lampa"])
    }

    // MARK: Ceneo

    @Test func `a product of Ceneo keeps what the catalog states`() throws {
        let document = try readInAnyChunks(
            """
            <?xml version="1.0" encoding="utf-8"?>
            <offers xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" version="1"><group name="other">
            <o id="015" url="https://sklep.example/15?a=1&amp;b=2" price="129,90" avail="1" weight="1.5" stock="4">
            <name><![CDATA[
              Lampa ]]></name><cat><![CDATA[ Dom/Lampy ]]></cat>
            <imgs><main url="https://sklep.example/1.jpg"/><i url="https://sklep.example/2.jpg"/></imgs>
            <desc><![CDATA[<p>Ładna</p>]]></desc><attrs><a name="Producent"><![CDATA[ Acme ]]></a>
            <!-- <a name="EAN">5900000000000</a> --><a name="EAN">5900000000015</a><a name="Kolor">biały</a>
            <a name="Kod_producenta">L-1</a></attrs></o></group></offers>
            """)
        #expect(document.feed?.format == .ceneo)
        let item = try #require(document.items.first)
        #expect(item.id == "015")
        #expect(item.title == "Lampa")
        #expect(item.link == "https://sklep.example/15?a=1&b=2")
        #expect(item.summary == "<p>Ładna</p>")
        #expect(item.images == ["https://sklep.example/1.jpg", "https://sklep.example/2.jpg"])
        let product = try #require(item.product)
        #expect(product.price?.description == "129.90 PLN")
        #expect(product.availability == .inStock)
        #expect(product.brand == "Acme")
        #expect(product.gtin == "5900000000015")
        #expect(product.mpn == "L-1")
        #expect(product.category == "Dom > Lampy")
        #expect(document.end?.warnings == [])
    }

    @Test(arguments: [
        ("avail='1'", Availability.inStock), ("avail='14'", .inStock), ("avail='90'", .backorder),
        ("avail='99'", .unknown), ("avail='110'", .preorder), ("avail='1' stock='0'", .outOfStock),
        ("avail='99' stock='0'", .outOfStock), ("avail='90' stock='0'", .backorder), ("stock='2'", .inStock),
    ])
    func `Ceneo's numbers tell the availability`(attributes: String, availability: Availability) throws {
        let document = try readInAnyChunks("<offers><o id='1' price='5' \(attributes)><name>A</name></o></offers>")
        #expect(document.items.first?.product?.availability == availability)
    }

    @Test func `Ceneo's products stand in groups and beside them`() throws {
        let document = try readInAnyChunks(
            """
            <offers><group name="books"><o id="1"><name>A</name></o><o id="2"><name>B</name></o></group>
            <o id="3"><name>C</name></o><group name="other"><o id="4"><name>D</name></o></group></offers>
            """)
        #expect(document.items.map(\.id) == ["1", "2", "3", "4"])
    }

    // MARK: Trovaprezzi

    private func trovaprezzi(_ fields: String) -> String {
        "<Products><Offer><Code>1</Code><Name>Lampada</Name><Link>https://n.example/l</Link>\(fields)</Offer></Products>"
    }

    @Test func `what stands before Trovaprezzi's products is not read by another catalog's table`() throws {
        let document = try readInAnyChunks(
            "<Products><Info><sku/><mpn/><image-url-4/></Info><Offer><Name>N</Name><SKU>7</SKU><mpn>M</mpn>"
                + "<image-url-4>4</image-url-4><Link>http://example.org/7</Link><Price>5</Price></Offer></Products>")
        let item = try #require(document.items.first)
        #expect(document.feed?.format == .trovaprezzi)
        #expect(item.id == "7")
        #expect(item.images == [])
        #expect(item.product?.category == nil)
    }

    @Test func `a product of Trovaprezzi keeps what the catalog states`() throws {
        let document = try readInAnyChunks(
            trovaprezzi(
                """
                <Description>Bella</Description><Brand>Acme</Brand><Price>99,90</Price><OriginalPrice>129.90</OriginalPrice>
                <Stock>disponibile</Stock><Categories>Casa, Lampade</Categories><Image>https://n.example/1.jpg</Image>
                <Image2>https://n.example/2.jpg</Image2><ShippingCost>5.00</ShippingCost><EanCode>8000000000017</EanCode>
                <PartNumber>L-1</PartNumber>
                """))
        #expect(document.feed?.format == .trovaprezzi)
        let item = try #require(document.items.first)
        #expect(item.id == "1")
        #expect(item.title == "Lampada")
        #expect(item.link == "https://n.example/l")
        #expect(item.summary == "Bella")
        #expect(item.images == ["https://n.example/1.jpg", "https://n.example/2.jpg"])
        let product = try #require(item.product)
        #expect(product.price?.description == "129.90 EUR")
        #expect(product.salePrice?.description == "99.90 EUR")
        #expect(product.availability == .inStock)
        #expect(product.brand == "Acme")
        #expect(product.gtin == "8000000000017")
        #expect(product.mpn == "L-1")
        #expect(product.category == "Casa > Lampade")
    }

    @Test(arguments: [
        ("Disponibile", Availability.inStock), ("non disponibile", .outOfStock), ("3", .inStock), ("0", .outOfStock),
        ("1-3 gg", .inStock),
    ])
    func `Trovaprezzi's stock is a word a number or days`(stock: String, availability: Availability) throws {
        let document = try readInAnyChunks(trovaprezzi("<Stock>\(stock)</Stock>"))
        #expect(document.items.first?.product?.availability == availability)
    }

    // MARK: Kelkoo

    private func kelkoo(_ fields: String) -> String {
        """
        <products><product><title>Lamp</title><product-url>https://s.example/l</product-url>
        <price>99.90</price>\(fields)</product></products>
        """
    }

    @Test func `a product of Kelkoo keeps what the catalog states`() throws {
        let document = try readInAnyChunks(
            kelkoo(
                """
                <offer-id>007</offer-id><description>Bright</description><price-no-rebate>129.90</price-no-rebate>
                <currency>GBP</currency><availability>1</availability><condition>0</condition><brand>Acme</brand>
                <ean>5000000000013</ean><mpn>L-1</mpn><sku>S-1</sku><merchant-category>Home > Lamps</merchant-category>
                <image-url>https://s.example/1.jpg</image-url><image-url-2>https://s.example/2.jpg</image-url-2>
                <delivery-cost>4.99</delivery-cost>
                """))
        #expect(document.feed?.format == .kelkoo)
        let item = try #require(document.items.first)
        #expect(item.id == "007")
        #expect(item.title == "Lamp")
        #expect(item.link == "https://s.example/l")
        #expect(item.images == ["https://s.example/1.jpg", "https://s.example/2.jpg"])
        let product = try #require(item.product)
        #expect(product.price?.description == "129.90 GBP")
        #expect(product.salePrice?.description == "99.90 GBP")
        #expect(product.availability == .inStock)
        #expect(product.condition == "new")
        #expect(product.brand == "Acme")
        #expect(product.gtin == "5000000000013")
        #expect(product.mpn == "L-1")
        #expect(product.sku == "S-1")
        #expect(product.category == "Home > Lamps")
    }

    @Test(arguments: [
        ("1", Availability.inStock), ("2", .backorder), ("3", .unknown), ("4", .preorder), ("5", .backorder),
        ("6", .outOfStock),
    ])
    func `Kelkoo's numbers tell the availability`(number: String, availability: Availability) throws {
        let document = try readInAnyChunks(kelkoo("<availability>\(number)</availability>"))
        #expect(document.items.first?.product?.availability == availability)
    }

    @Test func `without an id Kelkoo's address tells products apart`() throws {
        let item = try #require(try readInAnyChunks(kelkoo("")).items.first)
        #expect(item.id == nil)
        #expect(item.key == Fingerprint(of: ["https://s.example/l"]))
    }
}
