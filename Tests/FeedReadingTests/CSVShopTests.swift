import CampaignModel
import Testing

@testable import FeedReading

@Suite struct CSVShopTests {
    @Test func `the rows of a Shopify handle are one product`() {
        let reading = CSVReading(
            """
            Handle,Title,Body (HTML),Vendor,Product Category,Tags,Variant SKU,Variant Inventory Tracker,Variant Inventory Qty,Variant Price,Variant Compare At Price,Variant Barcode,Image Src
            mug,Mug,<p>Round</p>,Acme,Home > Kitchen,"new, blue",M-S,shopify,0,7.00,9.00,'400,/1.jpg
            mug,,,,,,M-L,shopify,3,8.00,,401,/2.jpg
            mug,,,,,,,,,,,,/3.jpg
            jar,Jar,,Acme,,,J-1,,,5.00,,,
            """)
        #expect(reading.sink.format == .shopifyCSV)
        #expect(reading.items.map { $0[.id] } == ["mug", "jar"])
        let mug = reading.items.first
        #expect(mug?[.price] == "7.00")
        #expect(mug?[.oldPrice] == "9.00")
        #expect(mug?[.sku] == "M-S")
        #expect(mug?[.gtin] == "400")
        #expect(mug?[.stock] == "3")
        #expect(mug?[.link] == "/products/mug")
        #expect(mug?.all(.image) == ["/1.jpg", "/2.jpg", "/3.jpg"])
        #expect(mug?.all(.category) == ["new", "blue"])
        #expect(reading.items.last?[.stock] == nil)
    }

    @Test func `WooCommerce's variations name their parent`() {
        let reading = CSVReading(
            """
            ID,Type,SKU,Name,Published,Short description,Description,In stock?,Stock,Backorders allowed?,Sale price,Regular price,Categories,Images,Parent,Attribute 1 name,Attribute 1 value(s)
            44,"variable, virtual",M,Mug,1,short,long,1,,0,,,"Home, Home > Kitchen","http://x/1.jpg, http://x/2.jpg",,Brand,Acme
            45,variation,M-1,Mug blue,1,,,0,0,notify,7,9,,,id:44,,
            46,variation,M-2,Mug red,1,,,0,0,0,,9,,,M,,
            ,simple,J,Jar,1,,,backorder,,0,,5,"A > B, C > D",,,,
            """)
        #expect(reading.sink.format == .wooCSV)
        #expect(reading.items.map { $0[.id] } == ["44", "45", "46", "J"])
        #expect(reading.items.map { $0[.group] } == [nil, "44", "M", nil])
        #expect(reading.items.map { $0[.availability] } == ["1", "backorder", "0", "backorder"])
        #expect(reading.items.map { $0[.productCategory] } == ["Home > Kitchen", nil, nil, "A > B"])
        #expect(reading.items[0].all(.image) == ["http://x/1.jpg", "http://x/2.jpg"])
        #expect(reading.items[0][.summary] == "short")
        #expect(reading.items[0][.content] == "long")
        #expect(reading.items[0][.brand] == "Acme")
        #expect(reading.items[1][.price] == "9")
        #expect(reading.items[1][.salePrice] == "7")
    }

    @Test func `PrestaShop's discounts become sale prices`() {
        let reading = CSVReading(
            """
            id;Active (0/1);Name*;Categories (x,y,z,...);Price tax excl.;Discount amount;Discount percent;Discount from (yyy-mm-dd);Reference #;Manufacturer;EAN13;Quantity;Description;Image URLs (x,y,z,...)
            1;1;Mug;Home, Kitchen;49;5.50;;2026-01-01;R1;Acme, Inc;400;8;<p>x</p>;http://x/1.jpg,http://x/2.jpg;
            2;1;Jar;Home;19.99;;12.5;0000-00-00;R2;;;0;;
            3;1;Cup;Home;7,00;;;;R3;;;0;;
            4;1;Pot;Home;7.00;9;;;R4;;;0;;
            """)
        #expect(reading.sink.format == .prestashopCSV)
        #expect(reading.items.map { $0[.price] } == ["49", "19.99", "7,00", "7.00"])
        #expect(reading.items.map { $0[.salePrice] } == ["43.50", "17.49", nil, nil])
        #expect(reading.items.map { $0[.saleFrom] } == ["2026-01-01", nil, nil, nil])
        #expect(reading.items[0][.brand] == "Acme, Inc")
        #expect(reading.items[0][.productCategory] == "Home, Kitchen")
        #expect(reading.items[0].all(.image) == ["http://x/1.jpg", "http://x/2.jpg"])
        #expect(reading.sink.conventions.categorySeparators.contains(","))
    }

    @Test func `Magento's store views are the same product`() {
        let reading = CSVReading(
            """
            sku,store_view_code,attribute_set_code,product_type,categories,name,price,special_price,special_price_from_date,base_image,additional_images,additional_attributes,qty,is_in_stock
            A,,Default,simple,"Default Category/Home,Default Category/Home/Kitchen,Default Category/Sale",Mug,12.9000,9.9000,"12/6/25, 5:05 PM",/m/u/1.jpg,"/m/u/2.jpg,http://x/3.jpg","color=blue,manufacturer=Acme, Inc,gtin=400,note=a=b",8.0000,1
            A,de,Default,simple,,Becher,,,,,,,,
            B,,Default,simple,Default Category,Jar,5.0000,,,,,,0.0000,0
            """)
        #expect(reading.sink.format == .magentoCSV)
        #expect(reading.items.map { $0[.id] } == ["A", "B"])
        let mug = reading.items.first
        #expect(mug?[.title] == "Mug")
        #expect(mug?[.price] == "12.90")
        #expect(mug?[.salePrice] == "9.90")
        #expect(mug?[.saleFrom] == "2025-12-06T17:05:00Z")
        #expect(mug?[.productCategory] == "Home/Kitchen")
        #expect(
            mug?.all(.image) == [
                "/media/catalog/product/m/u/1.jpg", "/media/catalog/product/m/u/2.jpg", "http://x/3.jpg",
            ])
        #expect(mug?[.brand] == "Acme, Inc")
        #expect(mug?[.gtin] == "400")
        #expect(mug?[.stock] == "8")
        #expect(mug?[.availability] == "1")
    }

    @Test func `items are the same however the bytes come`() {
        let document =
            "Handle,Title,Variant Price,Image Src\n"
            + (0..<3000).map { "h\($0 / 3),\"Ti \"\"\($0)\"\"\nle\",\($0).00,/\($0).jpg\n" }.joined()
        let whole = CSVReading(document)
        #expect(whole.items.count == 1000)
        for size in [1, 7, 900] { #expect(CSVReading(document, size: size).items == whole.items) }
    }
}
