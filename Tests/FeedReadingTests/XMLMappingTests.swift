import CampaignModel
import FeedReading
import Testing

@Suite struct XMLMappingTests {
    private func options(_ item: String, _ fields: [String: String]) -> ReadOptions {
        ReadOptions(
            baseURL: "https://shop.example/export.xml", mapping: DocumentMapping(item: item, fields: fields))
    }

    private func read(_ document: String, item: String, _ fields: [String: String]) throws -> Reading {
        try FeedReadingTests.read(document, options(item, fields))
    }

    private func refusal(_ document: String, item: String, _ fields: [String: String] = ["id": "id"]) -> String? {
        switch failure(document, options(item, fields)) {
        case .broken(let message, _), .unmapped(let message, _): message
        case .notAFeed(let what, _): what
        case .unknownXML, nil: nil
        }
    }

    private let shop = """
        <?xml version="1.0"?>
        <shop xmlns="http://shop.example/ns" xmlns:g="http://base.google.com/ns/1.0">
          <products>
            <product sku="A1" lang="de">
              <name>Tea &amp; pot &lt; 3</name><url>/a</url>
              <g:price unit="EUR">12.50</g:price><stock>3</stock>
              <images><image>/1.jpg</image><image>/2.jpg</image></images>
              <tag>kitchen</tag><tag></tag><tag>tea</tag>
            </product>
            <product sku="B2"><name>Jar</name><g:price unit="CZK">7</g:price><stock>0</stock></product>
          </products>
        </shop>
        """

    @Test func `names are written as in the document whatever namespace it is in`() throws {
        let document = try read(
            shop, item: "/shop/products/product",
            [
                "id": "@sku", "title": "name", "link": "url", "price": "g:price", "currency": "g:price/@unit",
                "image": "images/image", "category": "tag", "stock": "stock",
            ])
        #expect(document.feed?.format == .custom)
        #expect(document.items.map(\.id) == ["A1", "B2"])
        let first = try #require(document.items.first)
        #expect(first.title == "Tea & pot < 3")
        #expect(first.link == "https://shop.example/a")
        #expect(first.images == ["https://shop.example/1.jpg", "https://shop.example/2.jpg"])
        #expect(first.categories == ["kitchen", "tea"])
        #expect(first.product?.price?.description == "12.50 EUR")
        #expect(document.items.last?.product?.price?.description == "7 CZK")
        #expect(document.end == DocumentEnd(items: 2, complete: true, warnings: []))
    }

    @Test func `an item is found by a path with any name or anywhere`() throws {
        for path in ["/shop/*/product", "//product", "/shop//product", "//products/product", "/*/*/*"] {
            #expect(try read(shop, item: path, ["id": "@sku"]).items.map(\.id) == ["A1", "B2"])
        }
        let nested = "<a><g:b xmlns:g='u'><i>1</i></g:b><b><i>2</i></b><c><b><i>3</i></b></c></a>"
        #expect(try read(nested, item: "/a/b", ["id": "i"]).items.map(\.id) == ["2"])
        #expect(try read(nested, item: "/a/g:b", ["id": "i"]).items.map(\.id) == ["1"])
        #expect(try read(nested, item: "//b", ["id": "i"]).items.map(\.id) == ["2", "3"])
    }

    @Test func `an item within an item is a part of it`() throws {
        let document = try read("<a><b><i>1</i><b><i>2</i></b></b></a>", item: "//b", ["id": "i", "title": "b/i"])
        #expect(document.items.map(\.id) == ["1"])
        #expect(document.items.map(\.title) == ["2"])
    }

    @Test func `the root may be the item`() throws {
        #expect(try read("<a><i>1</i></a>", item: "/a", ["id": "i"]).items.map(\.id) == ["1"])
    }

    @Test func `expressions compute`() throws {
        func title(_ expression: String) throws -> String? {
            try read(
                "<s><p n='4006381333931'><a>x</a><b> y </b><c>2</c><d>0.1</d><e><f>deep</f></e></p></s>",
                item: "/s/p", ["id": "'1'", "title": expression]
            ).items.first?.title
        }
        #expect(try title("concat(a, ' ', normalize-space(b))") == "x y")
        #expect(try title("string(a)") == "x")
        #expect(try title("c + 1") == "3")
        #expect(try title("c * d + 0.1") == "0.3")
        #expect(try title("number(@n)") == "4006381333931")
        #expect(try title("a + 1") == nil)
        #expect(try title("c > 1") == "true")
        #expect(try title("//f") == "deep")
        #expect(try title("/p/e") == "deep")
        #expect(try title("e[f = 'deep']/f") == "deep")
        #expect(try title("*[2]") == "y")
        #expect(try title("missing | b | a") == "x")
        #expect(try title("missing") == nil)
    }

    @Test func `a condition tells whether something is in stock`() throws {
        let document = try read(
            shop, item: "//product", ["id": "@sku", "price": "g:price", "availability": "stock > 0"])
        #expect(document.items.map { $0.product?.availability } == [.inStock, .outOfStock])
    }

    @Test func `of several nodes the first with text counts`() throws {
        let document = try read("<s><p><t/><t> </t><t>a</t><t>b</t></p></s>", item: "/s/p", ["title": "t"])
        #expect(document.items.first?.title == "a")
    }

    @Test func `prefixes need no declaration and xml has its own`() throws {
        let document = try read(
            "<s><p><q:t>a</q:t><t xml:lang='de'>b</t><q:t>c</q:t></p></s>", item: "/s/p",
            ["title": "concat(q:t[2], t[@xml:lang='de'], r:none)"])
        #expect(document.items.first?.title == "cb")
    }

    @Test func `references sections and markup within a text are put together`() throws {
        let document = try read(
            "<s><p><t>a&amp;<![CDATA[<b>]]>&#x41;<i>c</i> &lt;</t></p></s>", item: "/s/p",
            ["id": "string(t)", "title": "t/i"])
        #expect(document.items.first?.id == "a&<b>Ac <")
    }

    @Test func `chunks make no difference`() throws {
        let mapping = options("//product", ["id": "@sku", "title": "name", "category": "tag", "price": "g:price"])
        let whole = try FeedReadingTests.read(shop, mapping)
        for size in [1, 2, 7, 64] {
            #expect(try FeedReadingTests.read(Array(shop.utf8), mapping, sizes: [size]).items == whole.items)
        }
    }

    @Test func `an item comes out as soon as it is complete`() throws {
        let reader = FeedReader(options("/s/p", ["id": "i"]))
        let filler = String(repeating: " ", count: 2000)
        #expect(Reading(try reader.push(Array("<s>\(filler)<p><i>1</i></p><p><i>2</i>".utf8))).items.map(\.id) == ["1"])
        let rest = Reading(try reader.finish())
        #expect(rest.items.isEmpty)
        #expect(rest.end?.complete == false)
    }

    @Test func `a mapping wins over what the document is`() throws {
        let document = try FeedReadingTests.read(
            rss("<item><title>A</title><sku>1</sku></item>"), options("//item", ["id": "sku", "title": "title"]))
        #expect(document.feed?.format == .custom)
        #expect(document.items.map(\.id) == ["1"])
    }

    // MARK: What is refused

    @Test func `a path that is no path of names is refused with words that help`() {
        let paths = [
            "/s/p[1]", "p", "data.list", "/s/p/", "/", "", "///p", "/s/text()", "/s/@id", "/s/..", "//", "/a:b:c",
            "/s/1p",
        ]
        for path in paths {
            #expect(refusal("<s><p><id>1</id></p></s>", item: path)?.contains("/shop/products/product") == true)
        }
        #expect(refusal("<s/>", item: "/" + String(repeating: "a", count: 2000))?.contains("1024 bytes") == true)
        #expect(refusal("<s/>", item: String(repeating: "/a", count: 40))?.contains("32 steps") == true)
    }

    @Test func `an expression that cannot be used is named`() {
        let wrong = [
            "name[": "no XPath", "concat(a": "", "$x": "no variables", "'a": "quote",
            "matches(a, 'b')": "no such function",
            "count(1)": "wrong kind", "substring(a)": "too many or too few", "a b": "",
            "document('x')": "no such function",
            "": "empty", String(repeating: "(", count: 40): "nested deeper",
            String(repeating: "a", count: 1025): "longer",
        ]
        for (expression, words) in wrong {
            let message = refusal("<s/>", item: "/s", ["title": expression])
            #expect(message?.contains("expression for title") == true)
            #expect(message?.contains(words) == true)
        }
    }

    @Test func `a path that leads nowhere is told and an empty list is none`() throws {
        #expect(refusal(shop, item: "/shop/items/product")?.contains("nothing stands at “/shop/items/product”") == true)
        #expect(refusal("<html2><p/></html2>", item: "//product")?.contains("<html2>") == true)
        let empty = try read("<s><list/></s>", item: "/s/list/p", ["id": "i"])
        #expect(empty.end?.complete == true)
        #expect(empty.warnings == ["no_items"])
        #expect(empty.end?.warnings.first?.message.contains("“/s/list/p”") == true)
    }

    // MARK: Limits

    @Test func `an item that is too big is left out with a warning`() throws {
        var options = options("/s/p", ["id": "i"])
        options.limits.itemBytes = 1000
        let filler = String(repeating: "x", count: 2000)
        let document = try FeedReadingTests.read(
            "<s><p><i>1</i><t>\(filler)</t></p><p><i>2</i></p><p a='\(filler)'><i>3</i></p></s>", options)
        #expect(document.items.map(\.id) == ["2"])
        #expect(document.warnings == ["item_too_big", "item_too_big"])
    }

    @Test func `an item of too many nodes is left out`() throws {
        let many = String(repeating: "<e/>", count: 25_000)
        let document = try read("<s><p><i>1</i>\(many)</p><p><i>2</i></p></s>", item: "/s/p", ["id": "i"])
        #expect(document.items.map(\.id) == ["2"])
        #expect(document.warnings == ["item_too_big"])
    }

    @Test func `an expression that takes too many steps gives nothing and is told once`() throws {
        let many = String(repeating: "<e><f/></e>", count: 1000)
        let document = try read(
            "<s><p><i>1</i>\(many)</p><p><i>2</i>\(many)</p></s>", item: "/s/p",
            ["id": "i", "title": "count(//e/following::f)"])
        #expect(document.items.map(\.id) == ["1", "2"])
        #expect(document.items.map(\.title) == [nil, nil])
        #expect(document.warnings == ["bad_mapping"])
        #expect(document.end?.warnings.first?.message.contains("too many steps") == true)
    }

    @Test func `depth names and values have their limits`() throws {
        let deep = "<s><p><i>1</i></p><p>" + String(repeating: "<e>", count: 100)
        #expect(
            try read(deep, item: "/s/p", ["id": "i"]).end?.warnings.last?.message.contains("deeper than 64") == true)
        let names = (0..<5000).map { "<n\($0)/>" }.joined()
        #expect(refusal("<s>\(names)</s>", item: "/s")?.contains("different element names") == true)
        let attributes = (0..<5000).map { "<a n\($0)=''/>" }.joined()
        #expect(refusal("<s>\(attributes)</s>", item: "/s/p")?.contains("different names of attributes") == true)
        let images = (0..<1000).map { "<m>/\($0)</m>" }.joined()
        #expect(
            try read("<s><p>\(images)</p></s>", item: "/s/p", ["id": "'1'", "image": "m"]).items.first?.images.count
                == 256)
    }

    @Test func `an item without any field comes blank`() throws {
        let document = try read("<s><p><i/></p><p><i>2</i></p></s>", item: "/s/p", ["id": "i", "unheard_of": "i"])
        #expect(document.items.map(\.id) == [nil, "2"])
    }

    @Test func `a long document streams`() throws {
        let reader = FeedReader(options("//p", ["id": "@n", "title": "t"]))
        var count = 0
        _ = try reader.push(Array("<s>".utf8))
        for turn in 0..<100 {
            let piece = (0..<100).map { "<p n='\(turn)-\($0)'><t>a</t></p>" }.joined()
            count += Reading(try reader.push(Array(piece.utf8))).items.count
        }
        count += Reading(try reader.push(Array("</s>".utf8)) + reader.finish()).items.count
        #expect(count == 10_000)
    }
}

@Suite struct MappingCheckTests {
    private func problems(_ item: String, _ fields: [String: String]) -> [String] {
        MappingCheck.problems(DocumentMapping(item: item, fields: fields))
    }

    @Test func `a mapping that can be used has no problems`() {
        #expect(problems("/s/p", ["id": "@id", "title": "g:name", "availability": "stock > 0"]).isEmpty)
        #expect(problems("data.list", ["id": "a.0.b", "title": "name["]).isEmpty)
        #expect(problems("", ["id": "Article no. (new)"]).isEmpty)
        #expect(problems("//p", Dictionary(uniqueKeysWithValues: DocumentMapping.fieldNames.map { ($0, "x") })).isEmpty)
    }

    @Test func `what is wrong is told each in a sentence`() {
        let found = problems("/s/p[1]", ["ean": "x", "Titel": "y", "title": "name[", "price": " "])
        #expect(found.count == 4)
        #expect(found.first?.contains("“Titel”, “ean”; known are id, title") == true)
        #expect(found.dropFirst().first == "the mapping says nothing for price")
        #expect(found.dropFirst(2).first?.contains("“/s/p[1]” does not fit XML") == true)
        #expect(found.last?.contains("expression for title") == true)
        #expect(problems("/s", [:]) == ["the mapping fills no field"])
    }
}
