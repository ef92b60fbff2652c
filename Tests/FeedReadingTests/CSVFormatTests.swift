import CampaignModel
import Testing

@testable import FeedReading

@Suite struct CSVFormatTests {
    @Test func `Google's and Meta's columns become fields`() {
        let reading = CSVReading(
            """
            g:ID,title*,Description,link,image_link,additional_image_link,price,sale_price,availability,brand,gtin,item_group_id,product_type,shipping(country:price)
            1,Mug,"<b>Round</b>, blue",https://s.example/1,https://s.example/1.jpg,"https://s.example/a,b.jpg,https://s.example/c.jpg",12.90 EUR,9.90 EUR,in stock,Acme,4006381333931,G1,Home > Kitchen,DE:5 EUR
            """)
        #expect(reading.sink.format == .metaCSV)
        #expect(reading.sink.conventions.categorySeparators.contains(">"))
        let item = reading.items.first
        #expect(item?[.id] == "1")
        #expect(item?[.title] == "Mug")
        #expect(item?[.summary] == "<b>Round</b>, blue")
        #expect(
            item?.all(.image) == ["https://s.example/1.jpg", "https://s.example/a,b.jpg", "https://s.example/c.jpg"])
        #expect(item?[.price] == "12.90 EUR")
        #expect(item?[.salePrice] == "9.90 EUR")
        #expect(item?[.group] == "G1")
        #expect(item?[.productCategory] == "Home > Kitchen")
    }

    @Test func `Google's names are known in other languages`() {
        let polish = CSVReading(
            "identyfikator,tytuł,opis,link,cena,dostępność,link do zdjęcia,marka\n1,a,b,/c,2,w magazynie,/d,e")
        #expect(polish.sink.format == .metaCSV)
        #expect(polish.items.first?[.availability] == "w magazynie")
        #expect(polish.items.first?[.image] == "/d")
        let headers = [
            "ID;Titel;Beschreibung;Link;Bildlink;Preis;Verfügbarkeit;Marke",
            "id;titre;description;lien;lien image;prix;disponibilité;marque",
            "ID;TÍTULO;DESCRIPCIÓN;ENLACE;ENLACE IMAGEN;PRECIO;DISPONIBILIDAD;MARCA",
            "id;titolo;descrizione;link;link immagine;prezzo;disponibilità;marca",
            "id;titel;beschrijving;link;afbeeldingslink;prijs;beschikbaarheid;merk",
            "id;název;popis;odkaz;odkaz na obrázek;cena;dostupnost;značka",
            "id;başlık;açıklama;bağlantı;resim bağlantısı;FİYAT;stok durumu;marka",
            "идентификатор;название;описание;ссылка;ссылка на изображение;цена;наличие;бренд",
            "id;タイトル;説明;リンク;画像リンク;価格;在庫状況;ブランド",
        ]
        for header in headers {
            let reading = CSVReading(header + "\n1;t;d;/l;/i;5;x;b\n")
            #expect(reading.sink.format == .metaCSV, "\(header)")
            let fields: [ItemField] = [.id, .title, .summary, .link, .image, .price, .availability, .brand]
            #expect(fields.map { reading.items.first?[$0] } == ["1", "t", "d", "/l", "/i", "5", "x", "b"], "\(header)")
        }
    }

    @Test func `flattened and numbered names are images`() {
        let reading = CSVReading(
            "id,title,availability,image[0].url,image[1].url,additional_image_link[0],Image URL 2\n1,t,in stock,/a,/b,/c,/d\n"
        )
        #expect(reading.items.first?.all(.image) == ["/a", "/b", "/c", "/d"])
    }

    @Test func `of columns of the same name the first that is not empty counts`() {
        let reading = CSVReading("id,title,price,price,image,image\n1,t,,5,/a,/b\n2,t,6,7,,/c\n")
        #expect(reading.items.map { $0[.price] } == ["5", "6"])
        #expect(reading.items.map { $0.all(.image) } == [["/a", "/b"], ["/c"]])
    }

    @Test func `rows shorter and longer than the names are items too`() {
        let reading = CSVReading("id,title,price\n1,A\n2,B,5,extra\n\n,,\n3,\"C\",7\n")
        #expect(reading.sink.format == .csv)
        #expect(reading.items.map { $0[.id] } == ["1", "2", "3"])
        #expect(reading.items.map { $0[.price] } == [nil, "5", "7"])
    }

    @Test func `simple English and affiliate names are known`() {
        let simple = CSVReading(
            "SKU,Name,URL,Picture,Old price,Price,In stock,Quantity,EAN\nA1,Mug,/m,/m.jpg,9,7,yes,3,400\n")
        #expect(simple.sink.format == .csv)
        let mug = simple.items.first
        #expect(mug?[.id] == "A1")
        #expect(mug?[.sku] == "A1")
        #expect(mug?[.oldPrice] == "9")
        #expect(mug?[.price] == "7")
        #expect(mug?[.availability] == "in stock")
        #expect(mug?[.stock] == "3")
        let awin = CSVReading(
            """
            aw_deep_link|product_name|aw_product_id|merchant_product_id|merchant_image_url|aw_image_url|search_price|rrp_price
            https://a.example/x|Mug|77|M1|/m.jpg|/proxy.jpg|7.00|9.00
            """)
        #expect(awin.items.first?[.id] == "M1")
        #expect(awin.items.first?[.link] == "https://a.example/x")
        #expect(awin.items.first?.all(.image) == ["/m.jpg"])
        #expect(awin.items.first?[.oldPrice] == "9.00")
    }

    @Test func `a regular price is the price where none other is stated`() {
        let reading = CSVReading("name,link,regular price,special price\nMug,/m,9,7\n")
        #expect(reading.items.first?[.price] == "9")
        #expect(reading.items.first?[.salePrice] == "7")
    }

    @Test func `idealo's lists give the first number and all images`() {
        let reading = CSVReading(
            "sku,brand,title,url,categoryPath,price,formerPrice,imageUrls,eans,hans\nS1,B,T,/t,A > B,5,6,http://x/1;http://x/2,400;401,H1\n"
        )
        #expect(reading.sink.format == .idealo)
        #expect(reading.items.first?[.id] == "S1")
        #expect(reading.items.first?[.gtin] == "400")
        #expect(reading.items.first?[.mpn] == "H1")
        #expect(reading.items.first?[.oldPrice] == "6")
        #expect(reading.items.first?.all(.image) == ["http://x/1", "http://x/2"])
    }

    @Test func `Kelkoo and Trovaprezzi are told by their names`() {
        let kelkoo = CSVReading(
            "offer-id\ttitle\tproduct-url\tprice\tprice-no-rebate\tmerchant-category\timage-url\tavailability\n1\tT\t/t\t5\t6\tA > B\t/i\t1\n"
        )
        #expect(kelkoo.sink.format == .kelkoo)
        #expect(kelkoo.items.first?[.availability] == "1")
        #expect(kelkoo.items.first?[.oldPrice] == "6")
        let trovaprezzi = CSVReading(
            "Name|Brand|Price|OriginalPrice|Code|Link|Stock|Categories|Image|EanCode\nT|B|5|6|C1|/t|disponibile|A, B|/i|400\n"
        )
        #expect(trovaprezzi.sink.format == .trovaprezzi)
        #expect(trovaprezzi.sink.conventions.currency == "EUR")
        #expect(trovaprezzi.items.first?[.id] == "C1")
        #expect(trovaprezzi.items.first?[.availability] == "disponibile")
        #expect(trovaprezzi.items.first?[.productCategory] == "A, B")
    }

    @Test func `a mapping names columns as they come`() {
        let mapping = DocumentMapping(item: "", fields: ["id": "Nr", "title": "the name", "price": "Betrag"])
        let reading = CSVReading("nr;The_Name;Betrag\n1;Mug;5\n2;Jar;6\n", ReadOptions(mapping: mapping))
        #expect(reading.sink.format == .custom)
        #expect(reading.items.map { $0[.title] } == ["Mug", "Jar"])
        #expect(reading.items.map { $0[.price] } == ["5", "6"])
    }

    @Test func `a mapping may compare a column with a number`() {
        let mapping = DocumentMapping(item: "", fields: ["id": "Nr", "availability": "Pieces > 1"])
        let reading = CSVReading("nr;pieces\n1;3\n2;1\n3;\n", ReadOptions(mapping: mapping))
        #expect(reading.items.map { $0[.availability] } == ["in stock", "out of stock", nil])
    }

    @Test func `a mapping to a column that is not there tells which there are`() {
        let mapping = DocumentMapping(item: "", fields: ["title": "Name"])
        let reading = CSVReading("nr;kind\n1;Mug\n", ReadOptions(mapping: mapping))
        guard case .unmapped(let message, _)? = reading.breakage else {
            Issue.record("not refused")
            return
        }
        #expect(message.contains("Name"))
        #expect(message.contains("nr, kind"))
    }

    @Test func `columns that nobody knows are not a catalog`() {
        let reading = CSVReading("colour,shape\nred,round\n")
        #expect(reading.breakage == .notAFeed("CSV without columns that are known (colour, shape)"))
        #expect(reading.items.isEmpty)
    }

    @Test func `a repeated row of names is no item`() {
        #expect(CSVReading("id,title\n1,a\nid,title\n2,b\n").items.map { $0[.id] } == ["1", "2"])
    }
}
