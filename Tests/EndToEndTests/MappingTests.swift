import Foundation
import Testing

@Suite(.timeLimit(.minutes(5))) struct MappingTests {
    private let scratch: Scratch
    private let tellal: Program

    init() throws {
        scratch = try Scratch()
        tellal = Program(folder: scratch.url)
    }

    private let catalog = """
        <store><products>
        <product sku="1"><name>Copper kettle</name><url>https://a.example/1</url><price>89.00</price><stock>3</stock></product>
        <product sku="2"><name>Tin spoon</name><url>https://a.example/2</url><price>2.50</price><stock>0</stock></product>
        </products></store>
        """

    private func items(of document: String, mapping: String) throws -> [[String: Any]] {
        try scratch.write(mapping, to: "mapping.yaml")
        let done = try tellal("parse", "-", "--mapping", "mapping.yaml", "--json", input: document)
        #expect(done.exitCode == 0, "\(done.errors)")
        #expect((done.objects.first?["feed"] as? [String: Any])?["format"] as? String == "custom")
        return done.objects.compactMap { $0["item"] as? [String: Any] }
    }

    @Test func `XML is read through paths`() throws {
        let mapping = """
            item: /store/products/product
            fields:
              id: "@sku"
              title: name
              link: url
              price: price
              availability: stock > 0
            """
        let items = try items(of: catalog, mapping: mapping)
        #expect(items.map { $0["id"] as? String } == ["1", "2"])
        #expect(items.map { $0["title"] as? String } == ["Copper kettle", "Tin spoon"])
        let products = items.map { $0["product"] as? [String: Any] }
        #expect((products.first??["price"] as? [String: Any])?["amount"] as? String == "89.00")
        #expect(products.map { $0?["availability"] as? String } == ["in_stock", "out_of_stock"])
    }

    @Test func `JSON is read through dotted paths`() throws {
        let document =
            #"{"data":{"list":[{"sku":7,"name":{"en":"Lamp"},"images":[{"src":"https://a.example/7.jpg"}]}]}}"#
        let mapping = "format: {item: data.list, fields: {id: sku, title: name.en, image: 'images[0].src'}}"
        let item = try #require(try items(of: document, mapping: mapping).first)
        #expect(item["id"] as? String == "7")
        #expect(item["title"] as? String == "Lamp")
        #expect(item["images"] as? [String] == ["https://a.example/7.jpg"])
    }

    @Test func `CSV is read through the names of its columns`() throws {
        let document = "Article number;Description;Gross price\nA 1;Lamp;12,90 €\nA 2;Table;199,00 €\n"
        let mapping = "fields: {id: article number, title: Description, price: Gross price}"
        let items = try items(of: document, mapping: mapping)
        #expect(items.map { $0["id"] as? String } == ["A 1", "A 2"])
        let price = (items.first?["product"] as? [String: Any])?["price"] as? [String: Any]
        #expect(price?["amount"] as? String == "12.90")
        #expect(price?["currency"] as? String == "EUR")
    }

    @Test func `a mapping may come through a pipe`() throws {
        try scratch.write(catalog, to: "shop.xml")
        let mapping = "item: /store/products/product\nfields: {id: '@sku'}\n"
        for pipe in ["-", "/dev/stdin"] {
            let done = try tellal("parse", "shop.xml", "--mapping", pipe, "--json", input: mapping)
            #expect(done.exitCode == 0, "\(done.errors)")
            #expect(done.objects.count { $0["item"] != nil } == 2)
        }
    }

    @Test func `what is proposed for unknown XML works when it is copied`() throws {
        try scratch.write(catalog, to: "shop.xml")
        let refused = try tellal("parse", "shop.xml")
        #expect(refused.exitCode == 65)
        #expect(refused.errors.contains("<store>"))
        let block = try #require(refused.errors.range(of: "format:\n").map { String(refused.errors[$0.lowerBound...]) })
        let items = try items(of: catalog, mapping: block)
        #expect(items.compactMap { $0["title"] as? String } == ["Copper kettle", "Tin spoon"])
        // And as a source.
        let indented = block.split(separator: "\n").map { "    \($0)" }.joined(separator: "\n")
        try scratch.write("sources:\n  - name: shop\n    url: ../shop.xml\n\(indented)\n", to: "feeds/shop.yaml")
        #expect(try tellal("check").exitCode == 0)
        let poll = try tellal("poll", "shop", "--json")
        #expect((poll.objects.first?["poll"] as? [String: Any])?["items"] as? Int == 2, "\(poll.errors)")
    }

    @Test func `the proposal is told to machines, too`() throws {
        let error = try #require(try tellal("parse", "-", "--json", input: catalog).error)
        #expect(error["code"] as? String == "not_a_feed")
        #expect((error["hint"] as? String)?.contains("/store/products/product") == true)
        let proposal = try #require(error["proposal"] as? [String: Any])
        #expect(proposal["item"] as? String == "/store/products/product")
        #expect((proposal["fields"] as? [String: String])?["title"] == "name")
    }

    @Test(arguments: [
        ("{\"data\":[]}", "item: list\nfields: {id: a}", "list"),
        ("id;title;price\n1;2;3\n", "fields: {id: sku}", "sku"),
        ("<s><p/></s>", "item: /s/q/p\nfields: {id: a}", "/s/q/p"),
    ])
    func `a mapping that does not fit is what the hint is about`(
        document: String, mapping: String, place: String
    ) throws {
        try scratch.write(mapping, to: "mapping.yaml")
        let done = try tellal("parse", "-", "--mapping", "mapping.yaml", "--json", input: document)
        #expect(done.exitCode == 65)
        #expect((done.error?["message"] as? String)?.contains(place) == true)
        #expect((done.error?["hint"] as? String)?.contains("mapping") == true)
    }

    @Test func `a mistake in a mapping is told with file and line`() throws {
        try scratch.write("item: /a/b\nfields:\n  id: x\n  titel: y\n", to: "mapping.yaml")
        let done = try tellal("parse", "-", "--mapping", "mapping.yaml", "--json", input: catalog)
        #expect(done.exitCode == 65)
        #expect(done.error?["code"] as? String == "bad_data")
        #expect((done.error?["message"] as? String)?.contains("mapping.yaml:4: fields.titel") == true)
        #expect((done.error?["hint"] as? String)?.contains("title") == true)
        #expect(try tellal("parse", "-", "--mapping", "nowhere.yaml", input: catalog).exitCode == 66)
        #expect(try tellal("parse", "-", "--mapping", "mapping.yaml", "--format", "rss20").exitCode == 64)
        #expect(try tellal("parse", "-", "--format", "custom").errors.contains("--mapping"))
    }
}
