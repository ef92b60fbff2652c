import CampaignModel
import FeedReading
import Testing

/// YML and its dialects. Each document is read in any chunks.
@Suite struct YMLTests {
    private func yml(_ offers: String, categories: String = "") -> String {
        """
        <?xml version="1.0" encoding="UTF-8"?>
        <!DOCTYPE yml_catalog SYSTEM "shops.dtd">
        <yml_catalog date="2026-11-22 09:00"><shop><name>Tea</name><company>Tea Ltd</company>
        <url>https://shop.example/</url><currencies><currency id="RUR" rate="1"/></currencies>
        <categories>\(categories)</categories><offers>\(offers)</offers></shop></yml_catalog>
        """
    }

    private func item(_ fields: String, _ attributes: String = "", categories: String = "") throws -> Item? {
        try readInAnyChunks(yml("<offer id=\"1\" \(attributes)>\(fields)</offer>", categories: categories)).items.first
    }

    @Test func `an offer keeps what the catalog states`() throws {
        let document = try readInAnyChunks(
            yml(
                """
                <offer id="007" available="true" group_id="G"><url>/p?id=7&amp;a=b</url><price>990</price>
                <oldprice>1290.50</oldprice><currencyId>RUR</currencyId><categoryId>2</categoryId>
                <picture>/1.jpg</picture><picture>https://cdn.example/2.jpg</picture><name>Чайник</name>
                <vendor>Acme</vendor><vendorCode>P-7</vendorCode><barcode>4601546021298</barcode>
                <description><![CDATA[<p>Big</p>]]></description><param name="Colour">red</param></offer>
                """,
                categories: "<category id='1'>Home</category><category id='2' parentId='1'>Tea &amp; cups</category>"
            ))
        #expect(document.feed?.format == .yml)
        #expect(document.feed?.title == "Tea")
        #expect(document.feed?.link == "https://shop.example/")
        let item = try #require(document.items.first)
        #expect(item.id == "007")
        #expect(item.title == "Чайник")
        #expect(item.summary == "<p>Big</p>")
        #expect(item.link == "https://shop.example/p?id=7&a=b")
        #expect(item.images == ["https://shop.example/1.jpg", "https://cdn.example/2.jpg"])
        let product = try #require(item.product)
        #expect(product.price?.description == "1290.50 RUB")
        #expect(product.salePrice?.description == "990 RUB")
        #expect(product.availability == .inStock)
        #expect(product.brand == "Acme")
        #expect(product.gtin == "4601546021298")
        #expect(product.mpn == "P-7")
        #expect(product.groupID == "G")
        #expect(product.category == "Home > Tea & cups")
        #expect(document.end == DocumentEnd(items: 1, complete: true, warnings: []))
    }

    @Test(arguments: [
        // The whole way up.
        (
            "<category id='1'>A</category><category id='2' parentId='1'>B</category><category id='3' parentId='2'>C</category>",
            "A > B > C"
        ),
        // The parent stands below, or is missing.
        ("<category id='3' parentId='1'>C</category><category id='1'>A</category>", "A > C"),
        ("<category id='3' parentId='9'>C</category>", "C"),
        // In a circle, and its own parent.
        ("<category id='3' parentId='4'>C</category><category id='4' parentId='3'>D</category>", "D > C"),
        ("<category id='3' parentId='3'>C</category>", "C"), ("<category id='3' parent_id='0'>C</category>", "C"),
        ("<category id='1'>A</category>", nil),
    ])
    func `the path of a category follows the tree as far as it goes`(categories: String, path: String?) throws {
        #expect(
            try item("<categoryId>3</categoryId><price>5</price>", categories: categories)?.product?.category == path)
    }

    @Test(arguments: [
        ("<typePrefix>Kettle</typePrefix><vendor>Acme</vendor><model>K 2</model>", "Kettle Acme K 2"),
        ("<vendor>Acme</vendor><model>K 2</model>", "Acme K 2"), ("<model>K 2</model>", "K 2"),
        ("<typePrefix>Kettle</typePrefix><vendor>Acme</vendor><model>K 2</model><name>Whole</name>", "Whole"),
        ("<vendor>Acme</vendor>", nil),
    ])
    func `a title is made of kind brand and model where there is no name`(fields: String, title: String?) throws {
        #expect(try item(fields, "type=\"vendor.model\"")?.title == title)
    }

    @Test(arguments: ["oldprice", "price_old", "old_price"])
    func `the old price is the regular one`(name: String) throws {
        let product = try item("<price>990</price><\(name)>1290</\(name)><currencyId>UAH</currencyId>")?.product
        #expect(product?.price?.description == "1290 UAH")
        #expect(product?.salePrice?.description == "990 UAH")
    }

    @Test(arguments: ["990", "900", "0", ""])
    func `an old price that is no higher is dropped`(old: String) throws {
        let product = try item("<price>990</price><oldprice>\(old)</oldprice><currencyId>USD</currencyId>")?.product
        #expect(product?.price?.description == "990 USD")
        #expect(product?.salePrice == nil)
    }

    @Test(arguments: [
        ("available=\"true\"", "", Availability.inStock), ("available=\"false\"", "", .outOfStock), ("", "", .inStock),
        ("", "<quantity_in_stock>0</quantity_in_stock>", .outOfStock),
        ("", "<stock_quantity>3</stock_quantity>", .inStock),
        ("", "<outlets><outlet id='1' instock='0'/></outlets>", .outOfStock),
    ])
    func `an offer is available unless it says no`(attributes: String, fields: String, availability: Availability)
        throws
    {
        #expect(try item("<price>5</price>" + fields, attributes)?.product?.availability == availability)
    }

    @Test func `a dialect leaves out the shop`() throws {
        let document = try readInAnyChunks(
            """
            <yml_catalog date="2026-11-22"><categories><category id="1">Home</category></categories>
            <offers><offer id="1"><name_ua>Чайник</name_ua><price>990</price><price_promo>890</price_promo>
            <currencyId>UAH</currencyId><categoryId>1</categoryId><image>https://shop.example/1.jpg</image></offer></offers>
            </yml_catalog>
            """)
        #expect(document.feed?.format == .yml)
        let item = try #require(document.items.first)
        #expect(item.title == "Чайник")
        #expect(item.images == ["https://shop.example/1.jpg"])
        #expect(item.product?.price?.description == "990 UAH")
        #expect(item.product?.salePrice?.description == "890 UAH")
        #expect(item.product?.category == "Home")
    }
}
