import CampaignModel
import FeedReading
import Testing

@Suite struct DetectionTests {
    @Test(arguments: [
        ("", "an empty document"), (" \n", "an empty document"), ("{\"a\": 1}", "JSON"), ("[1]", "JSON"),
        ("hello there", "plain text"), ("%PDF-1.4", "a PDF file"), ("Rar!", "plain text"),
        ("<urlset xmlns='x'></urlset>", "a sitemap"), ("<opml><body/></opml>", "an OPML list"),
        ("<rdf:RDF xmlns:rdf='r'/>", "RDF"), ("<service/>", "an Atom service document"), ("<kml></kml>", "KML"),
    ])
    func `what is not a feed is named`(document: String, what: String) throws {
        guard case .notAFeed(let found, _)? = failure(document) else {
            Issue.record("not refused")
            return
        }
        #expect(found.contains(what))
    }

    @Test(arguments: [
        "<!doctype html>", "<!DOCTYPE HTML PUBLIC 'x'>", "<?xml version='1.0'?><!DOCTYPE html>", "<!-- hi -->",
        "\u{FEFF} ",
    ])
    func `a web page tells its title and its feeds`(start: String) throws {
        let page = """
            \(start)<HTML><head><title>Not &amp; found</title>
            <link rel="alternate" type="application/rss+xml" href="/feed.xml"><link rel=alternate
            type='application/atom+xml' href="https://other.example/atom"><link rel="stylesheet" href="/a.css">
            </head><body><script>"<link rel=alternate type='application/rss+xml' href='/no'>"</script></body></html>
            """
        #expect(
            failure(page)
                == .notAFeed(
                    what: "a web page (“Not & found”)",
                    feeds: ["https://example.org/feed.xml", "https://other.example/atom"]))
    }

    @Test func `a format that is stated counts only where the document can be of it`() throws {
        #expect(try read(rss("<item><title>A</title></item>"), ReadOptions(format: .atom10)).feed?.format == .rss20)
        let table = "id,title,price,availability,image_link\n1,A,1.00 EUR,in stock,https://a.example/1.jpg\n"
        #expect(try read(table, ReadOptions(format: .csv)).feed?.format == .csv)
        #expect(try read(table, ReadOptions(format: .rss20)).feed?.format == .metaCSV)
    }

    @Test func `what a page says of itself cannot break a line of a log`() {
        #expect(
            failure("<html><title>a\u{1B}[2J\nb</title></html>") == .notAFeed(what: "a web page (“a[2J b”)", feeds: []))
    }

    @Test func `a failure says what to do`() throws {
        let problem = try #require(failure("<html><link rel=alternate type=application/rss+xml href=/f></html>"))
            .problem(in: "https://example.org/page")
        #expect(problem.code == .notAFeed)
        #expect(problem.hint?.contains("https://example.org/f") == true)
    }

    @Test func `bytes are read in the encoding that is stated best`() throws {
        let latin =
            "<?xml version='1.0' encoding='ISO-8859-1'?><rss><channel><item><title>caf~ `</title></item></channel></rss>"
        let bytes = latin.utf8.map { $0 == UInt8(ascii: "~") ? 0xE9 : $0 == UInt8(ascii: "`") ? 0x80 : $0 }
        #expect(try read(bytes).items.first?.title == "café €")
        let undeclared = Array("<rss><channel><item><title>caf~</title></item></channel></rss>".utf8)
            .map { $0 == UInt8(ascii: "~") ? UInt8(0xE9) : $0 }
        #expect(try read(undeclared).items.first?.title == "café")
        let cyrillic = ReadOptions(contentType: "text/xml; charset=\"windows-1251\"")
        let russian = Array("<rss><channel><item><title>~</title></item></channel></rss>".utf8)
            .map { $0 == UInt8(ascii: "~") ? UInt8(0xC6) : $0 }
        #expect(try read(russian, cyrillic).items.first?.title == "Ж")
    }

    @Test(arguments: [3000, 20_000])
    func `the chunks make no difference to a guessed encoding`(padding: Int) throws {
        let text =
            "<rss><!--\(String(repeating: "x", count: padding))--><channel><item><title>caf~</title></item>"
            + "</channel></rss>"
        let bytes = text.utf8.map { $0 == UInt8(ascii: "~") ? UInt8(0xE9) : $0 }
        for sizes in [[1], [1024], [5000], [Int.max]] {
            #expect(try read(bytes, sizes: sizes).items.map(\.title) == ["café"], "chunks of \(sizes)")
        }
    }

    @Test(arguments: [
        "<feed version='0.3' xmlns='http://purl.org/atom/ns#'><entry><title>A</title></entry></feed>",
        "<entry xmlns='http://example.org/ns'><title>A</title></entry>",
        "<rss xmlns='http://example.org/ns'><channel><item><title>A</title></item></channel></rss>",
        "<x:rss xmlns:x='http://example.org/ns'><x:channel><x:item><x:title>A</x:title></x:item></x:channel></x:rss>",
    ])
    func `a feed is read in whatever namespace its root is`(document: String) throws {
        #expect(try read(document).items.map(\.title) == ["A"])
    }

    @Test func `XML of an unknown kind comes with a proposal`() throws {
        let products = (0..<3).map {
            "<product sku='\($0)'><name>N\($0)</name><url>https://example.org/\($0)</url><price cur='EUR'>5</price></product>"
        }
        let found = failure("<shop><products>\(products.joined())</products></shop>")
        guard case .unknownXML("shop", let proposal?)? = found else {
            Issue.record("no proposal: \(String(describing: found))")
            return
        }
        #expect(proposal.item == "/shop/products/product")
        #expect(proposal.fields == ["id": "@sku", "title": "name", "link": "url", "price": "price"])
        #expect(failure("<?xml version='1.0'?><note/>") == .unknownXML(root: "note", proposal: nil))
    }

    @Test(arguments: [
        (
            "<Artikel><ArtNr>~</ArtNr><Titel>A</Titel><Preis>3,50 EUR</Preis><Hersteller>H</Hersteller><Bestand>3</Bestand></Artikel>",
            ["title": "Titel", "price": "Preis", "brand": "Hersteller", "availability": "Bestand", "sku": "ArtNr"]
        ),
        (
            "<produit><référence>~</référence><titre>A</titre><prix>5 EUR</prix><prix_promo>4 EUR</prix_promo></produit>",
            ["title": "titre", "price": "prix", "sale_price": "prix_promo", "sku": "référence"]
        ),
    ])
    func `a proposal knows what fields are called elsewhere`(item: String, fields: [String: String]) {
        let items = (0..<3).map { item.replacing("~", with: "\($0)") }.joined()
        guard case .unknownXML(_, let proposal?)? = failure("<lager>\(items)</lager>") else {
            Issue.record("no proposal")
            return
        }
        #expect(proposal.fields == fields)
    }

    @Test(arguments: [
        "<feed xmlns='https://www.w3.org/2005/Atom'><entry><id>1</id></entry></feed>",
        "<feed><entry><id>1</id></entry></feed>",
        "<rss xmlns='http://backend.userland.com/rss2'><channel><item><title>A</title></item></channel></rss>",
        "<rss xmlns='http://my.netscape.com/rdf/simple/0.9/'><channel><item><title>A</title></item></channel></rss>",
    ])
    func `other spellings of the known namespaces are read`(document: String) throws {
        #expect(try read(document).items.count == 1)
    }

    @Test(arguments: [[1], [7], [Int.max]])
    func `UTF-16 with and without a mark is read`(sizes: [Int]) throws {
        let text =
            "<?xml version='1.0' encoding='UTF-16'?>" + "<rss><channel><item><title>Ж😀</title></item></channel></rss>"
        let little = text.utf16.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }
        let big = text.utf16.flatMap { [UInt8($0 >> 8), UInt8($0 & 0xFF)] }
        for bytes in [[0xFF, 0xFE] + little, little, [0xFE, 0xFF] + big, big] {
            #expect(try read(bytes, sizes: sizes).items.first?.title == "Ж😀")
        }
    }

    @Test func `undeclared prefixes mean what everybody means`() throws {
        let document = try read("<rss><channel><item><guid>1</guid><g:price>5 EUR</g:price></item></channel></rss>")
        #expect(document.items.first?.product?.price?.description == "5 EUR")
    }

    @Test func `packed feeds are read as what is in them`() throws {
        let files = [
            Packed.File("readme.txt", "Hello."), Packed.File("feed.xml", deflated: Packed.deflate, Packed.text),
        ]
        let twice = Packed.gzip(storing: Packed.zip(files))
        for bytes in [Packed.gzip, Packed.zlib, Packed.zip(files), Packed.zipOneWay, twice] {
            let document = try readInAnyChunks(bytes)
            #expect(document.items.map(\.title) == ["One", "Two"])
            #expect(document.end?.complete == true)
        }
    }

    @Test(arguments: ["urlset", "sitemapindex"])
    func `a sitemap is named however it begins`(root: String) {
        let map =
            "<\(root) xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'><loc>https://example.org/</loc></\(root)>"
        for start in ["", "<?xml version='1.0'?>", "\n<!-- made by hand -->"] {
            #expect(failure(start + map) == .notAFeed(what: "a sitemap for search engines", feeds: []))
        }
    }

    @Test func `RSS in JSON is told by its content`() throws {
        let document = try readInAnyChunks(
            #" {"rss": {"version": "2.0", "channel": {"title": "T", "item": [{"title": "A"}, {"title": "B"}]}}}"#)
        #expect(document.feed == FeedDescription(format: .rssJSON, title: "T"))
        #expect(document.items.map(\.title) == ["A", "B"])
    }

    @Test func `products that are not Kelkoo's come with a proposal`() {
        let products = (0..<3).map {
            "<product><id>\($0)</id><title>N\($0)</title><url>https://example.org/\($0)</url><price>5</price></product>"
        }
        let found = failure("<products>\(products.joined())</products>")
        #expect(
            found
                == .unknownXML(
                    root: "products",
                    proposal: DocumentMapping(
                        item: "/products/product",
                        fields: ["id": "id", "title": "title", "link": "url", "price": "price"])))
    }

    @Test(arguments: [
        ("<offers/>", DocumentFormat.ceneo), ("<offers version='1'><group name='other'></group></offers>", .ceneo),
        ("<SHOP></SHOP>", .heureka), ("<products/>", .kelkoo),
        ("<yml_catalog><shop><offers/></shop></yml_catalog>", .yml),
        ("<rss><channel></channel></rss>", .rss20), ("<feed xmlns='http://www.w3.org/2005/Atom'/>", .atom10),
    ])
    func `a document without items is an empty one`(document: String, format: DocumentFormat) throws {
        let reading = try readInAnyChunks(document)
        #expect(reading.feed?.format == format)
        #expect(reading.end == DocumentEnd(items: 0, complete: true, warnings: []))
    }
}
