import CampaignModel
import FeedReading
import Testing

/// Catalogs that are RSS or Atom with fields of their own. Each document is read in any chunks.
@Suite struct FeedCatalogTests {
    private func product(_ fields: String) throws -> Product? {
        try readInAnyChunks(rss("<item><g:id>1</g:id>\(fields)</item>")).items.first?.product
    }

    // MARK: Google and Meta

    @Test func `Google's own title link and description come before those of RSS`() throws {
        let document = try readInAnyChunks(
            rss(
                """
                <item><title>RSS</title><link>https://example.org/rss</link><description>RSS</description>
                <g:id>1</g:id><g:title>Lamp</g:title><g:link>https://example.org/lamp</g:link>
                <g:mobile_link>https://m.example.org/lamp</g:mobile_link><g:description>Bright</g:description><g:price>5 EUR</g:price></item>
                """))
        #expect(document.feed?.format == .googleRSS)
        let item = try #require(document.items.first)
        #expect(item.title == "Lamp")
        #expect(item.link == "https://example.org/lamp")
        #expect(item.summary == "Bright")
    }

    @Test(arguments: ["http://base.google.com/ns/1.0", "http://base.google.com/cns/1.0"])
    func `Google's namespace may have any prefix`(namespace: String) throws {
        let document = try readInAnyChunks(
            "<rss xmlns:shop='\(namespace)'><channel><item><shop:id>1</shop:id><shop:price>5 EUR</shop:price></item>"
                + "</channel></rss>")
        #expect(document.feed?.format == .googleRSS)
        #expect(document.items.first?.product?.price?.description == "5 EUR")
    }

    @Test(arguments: ["g:upc", "g:ean", "g:isbn", "gtin"])
    func `a number of an article has several names`(name: String) throws {
        #expect(try product("<\(name)>4006381333931</\(name)>")?.gtin == "4006381333931")
    }

    @Test func `the shop's own category comes before Google's`() throws {
        let google = "<g:google_product_category>Home &gt; Lighting</g:google_product_category>"
        #expect(try product(google)?.category == "Home > Lighting")
        let own = "<g:product_type>Lamps &amp;gt; Desk</g:product_type><g:product_type>Sale</g:product_type>"
        #expect(try product(google + own)?.category == "Lamps > Desk")
    }

    @Test func `a price without currency takes that of the price beside it`() throws {
        let product = try product("<g:price>10 EUR</g:price><g:sale_price>8,50</g:sale_price>")
        #expect(product?.price?.description == "10 EUR")
        #expect(product?.salePrice?.description == "8.50 EUR")
    }

    @Test func `costs and rates within other fields are no price`() throws {
        let product = try product(
            """
            <g:shipping><g:country>DE</g:country><g:price>4.95 EUR</g:price></g:shipping>
            <g:installment><g:months>6</g:months><g:amount>2 EUR</g:amount></g:installment>
            <g:tax><g:rate>19</g:rate></g:tax><g:brand>Acme</g:brand>
            """)
        #expect(product?.brand == "Acme")
        #expect(product?.price == nil)
    }

    @Test func `entries of Google without Atom's own fields are read`() throws {
        let document = try readInAnyChunks(
            atom(
                """
                <entry><g:id>0012</g:id><g:title> Lamp</g:title><g:link>/lamp</g:link><g:price>374990 KZT</g:price>
                <g:image_link>//cdn.example/1.jpg</g:image_link><g:additional_image_link>/2.jpg</g:additional_image_link>
                <g:availability>in_stock</g:availability><g:brand>Acme</g:brand><g:gtin>4006381333931</g:gtin>
                <g:mpn>L-1</g:mpn><g:product_type>Products &amp;gt; Lamps</g:product_type>
                <g:item_group_id>L</g:item_group_id></entry><entry><g:id>0013</g:id><g:price/></entry>
                """, feed: "<title>Shop</title><link href='https://shop.example/'/>"))
        #expect(document.feed == FeedDescription(format: .googleAtom, title: "Shop", link: "https://shop.example/"))
        #expect(document.items.map(\.id) == ["0012", "0013"])
        let item = try #require(document.items.first)
        #expect(item.title == "Lamp")
        #expect(item.link == "https://shop.example/lamp")
        #expect(item.images == ["https://cdn.example/1.jpg", "https://shop.example/2.jpg"])
        let product = try #require(item.product)
        #expect(product.price?.description == "374990 KZT")
        #expect(product.availability == .inStock)
        #expect(product.brand == "Acme")
        #expect(product.gtin == "4006381333931")
        #expect(product.mpn == "L-1")
        #expect(product.groupID == "L")
        #expect(product.category == "Products > Lamps")
        #expect(document.items[1].product?.price == nil)
        #expect(document.warnings == ["bad_price"])
    }

    @Test func `Meta's words and lists are understood`() throws {
        let document = try readInAnyChunks(
            rss(
                """
                <item><g:id>1</g:id><g:title>Lamp</g:title><g:availability>available for order</g:availability>
                <g:image_link>/1.jpg</g:image_link><g:additional_image_link>/2.jpg, https://example.org/3.jpg,https://example.org/4.jpg</g:additional_image_link>
                <g:quantity_to_sell_on_facebook>3</g:quantity_to_sell_on_facebook><g:price>9.99 USD</g:price></item>
                <item><g:id>2</g:id><g:availability>discontinued</g:availability></item>
                <item><g:id>3</g:id><g:quantity_to_sell_on_facebook>0</g:quantity_to_sell_on_facebook></item>
                """))
        #expect(document.feed?.format == .googleRSS)
        #expect(document.items.map(\.product?.availability) == [.backorder, .outOfStock, .outOfStock])
        #expect(document.items.first?.images.map { String($0.suffix(6)) } == ["/1.jpg", "/2.jpg", "/3.jpg", "/4.jpg"])
    }

    // MARK: Shopify

    @Test func `variants of Shopify do not replace what the product states`() throws {
        let document = try readInAnyChunks(
            """
            <?xml version="1.0" encoding="UTF-8"?>
            <feed xmlns="http://www.w3.org/2005/Atom" xmlns:s="http://jadedpixel.com/-/spec/shopify">
            <id>https://shop.example/collections/all.atom</id><title>Shop</title>
            <link rel="alternate" type="text/html" href="https://shop.example/collections/all"/>
            <link rel="next" href="https://shop.example/collections/all.atom?page=2"/>
            <entry><id>https://shop.example/products/1</id><published>2026-11-22T10:00:00+01:00</published>
            <link rel="alternate" type="text/html" href="https://shop.example/products/lamp"/><title>Lamp</title>
            <s:type>Lamps</s:type><s:vendor>Acme</s:vendor><s:tag>home</s:tag><s:tag>light</s:tag>
            <summary type="html"><![CDATA[<img src="https://cdn.example/1.jpg"><p>Bright</p>]]></summary>
            <s:variant><id>https://shop.example/products/1/s</id><title>Small</title>
            <s:price currency="EUR">12.00</s:price><s:sku>L-S</s:sku><s:grams>100</s:grams></s:variant>
            <s:variant><id>https://shop.example/products/1/l</id><title>Large</title>
            <s:price currency="EUR">15.00</s:price><s:sku>L-L</s:sku></s:variant></entry></feed>
            """)
        #expect(document.feed?.format == .shopifyAtom)
        #expect(document.feed?.next == "https://shop.example/collections/all.atom?page=2")
        let item = try #require(document.items.first)
        #expect(item.id == "https://shop.example/products/1")
        #expect(item.title == "Lamp")
        #expect(item.link == "https://shop.example/products/lamp")
        #expect(item.published == Timestamp(iso8601: "2026-11-22T09:00:00Z"))
        #expect(item.categories == ["home", "light"])
        #expect(item.images == ["https://cdn.example/1.jpg"])
        let product = try #require(item.product)
        #expect(product.price?.description == "12.00 EUR")
        #expect(product.sku == "L-S")
        #expect(product.brand == "Acme")
        #expect(product.category == "Lamps")
        #expect(product.availability == nil)
    }

    // MARK: WooCommerce's export

    private func export(_ items: String, namespace: String = "http://wordpress.org/export/1.2/") -> String {
        """
        <?xml version="1.0" encoding="UTF-8"?>
        <rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"
         xmlns:excerpt="http://wordpress.org/export/1.2/excerpt/" xmlns:wp="\(namespace)">
        <channel><title>Shop</title><link>https://shop.example</link><wp:wxr_version>1.2</wp:wxr_version>
        <wp:category><wp:term_id>1</wp:term_id></wp:category>\(items)</channel></rss>
        """
    }

    private func entry(_ type: String, _ fields: String = "") -> String {
        "<item><title>\(type)</title><wp:post_type>\(type)</wp:post_type>\(fields)</item>"
    }

    private func meta(_ pairs: KeyValuePairs<String, String>) -> String {
        pairs.map {
            "<wp:postmeta><wp:meta_key><![CDATA[\($0.key)]]></wp:meta_key><wp:meta_value><![CDATA[\($0.value)]]>"
                + "</wp:meta_value></wp:postmeta>"
        }.joined()
    }

    @Test func `of an export only what can be shown is read`() throws {
        let kinds = ["attachment", "nav_menu_item", "page", "product", "product_variation", "shop_order"]
        let document = try readInAnyChunks(export(kinds.map { entry($0) }.joined()))
        #expect(document.feed?.format == .wxr)
        #expect(document.items.map(\.title) == ["product", "product_variation"])
    }

    @Test(arguments: ["http://wordpress.org/export/1.0/", "https://wordpress.org/export/1.2/"])
    func `an export is told by its namespace whatever its version`(namespace: String) throws {
        let document = try readInAnyChunks(export(entry("attachment") + entry("product"), namespace: namespace))
        #expect(document.feed?.format == .wxr)
        #expect(document.items.map(\.title) == ["product"])
    }

    @Test func `a product of an export keeps what it states`() throws {
        let document = try readInAnyChunks(
            export(
                """
                <item><title>Lamp</title><link>https://shop.example/lamp/</link>
                <guid isPermaLink="false">https://shop.example/?post_type=product&#038;p=7</guid>
                <content:encoded><![CDATA[<p>Bright</p><img src="/1.jpg">]]></content:encoded>
                <wp:post_id>7</wp:post_id><wp:post_parent>0</wp:post_parent><wp:post_type>product</wp:post_type>
                <category domain="product_cat" nicename="lamps"><![CDATA[Lamps]]></category>
                \(meta(["_sku": "L-1", "_regular_price": "12.90", "_sale_price": "9.90", "_price": "9.90",
                        "_stock_status": "instock", "_thumbnail_id": "8"]))</item>
                """))
        let item = try #require(document.items.first)
        #expect(item.id == "https://shop.example/?post_type=product&p=7")
        #expect(item.title == "Lamp")
        #expect(item.link == "https://shop.example/lamp/")
        #expect(item.content?.hasPrefix("<p>Bright</p>") == true)
        #expect(item.images == ["https://shop.example/1.jpg"])
        #expect(item.categories == ["Lamps"])
        let product = try #require(item.product)
        #expect(product.price?.description == "12.90")
        #expect(product.salePrice?.description == "9.90")
        #expect(product.availability == .inStock)
        #expect(product.sku == "L-1")
        #expect(product.groupID == nil)
    }

    @Test(arguments: [("instock", Availability.inStock), ("outofstock", .outOfStock), ("onbackorder", .backorder)])
    func `the stock of an export is a word`(word: String, availability: Availability) throws {
        let document = try readInAnyChunks(export(entry("product", meta(["_price": "5", "_stock_status": word]))))
        #expect(document.items.first?.product?.availability == availability)
        #expect(document.items.first?.product?.price?.description == "5")
    }

    @Test func `variations of an export belong to their product`() throws {
        let document = try readInAnyChunks(
            export(
                entry("post", "<wp:post_id>6</wp:post_id><wp:post_parent>5</wp:post_parent>")
                    + entry("product_variation", "<wp:post_id>9</wp:post_id><wp:post_parent>7</wp:post_parent>")))
        #expect(document.items.map(\.product?.groupID) == [nil, "7"])
        #expect(document.items.first?.product == nil)
    }
}
