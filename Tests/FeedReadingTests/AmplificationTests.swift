import CampaignModel
import FeedReading
import Testing

/// Little that would become much: short references on a long base, values without number, names that go with each item.
@Suite struct AmplificationTests {
    private func repeated(_ text: String, _ count: Int) -> String { String(repeating: text, count: count) }

    @Test func `an item has so many values of a field and no more`() throws {
        let values = (0..<300).map {
            "<category>c\($0)</category><author>a\($0)</author><media:thumbnail url='http://a.example/\($0)'/>"
        }.joined()
        let document = try read(
            "<rss xmlns:media='http://search.yahoo.com/mrss/'><channel><item>\(values)</item></channel></rss>")
        let item = try #require(document.items.first)
        #expect(item.categories.count == 256)
        #expect(item.authors.count == 256)
        #expect(item.images.count == 256)
    }

    @Test func `what is said of a file too many is not said of the last one`() throws {
        var options = ReadOptions()
        options.limits.values = 1
        let files =
            "<enclosure url='http://a.example/1'/><enclosure url='http://a.example/2' type='audio/mpeg' length='9'/>"
        let document = try read(rss("<item>\(files)</item><item>\(files)</item>"), options)
        #expect(document.items.map(\.enclosures) == Array(repeating: [Enclosure(url: "http://a.example/1")], count: 2))
    }

    @Test func `a document that says much of itself says only so much`() throws {
        var options = ReadOptions()
        options.limits.itemBytes = 100
        let text = repeated("a", 60)
        let document = try read(
            rss("<item><title>A</title></item>", channel: repeated("<title>\(text)</title>", 500)), options)
        #expect(document.feed?.title == text)
        #expect(document.items.map(\.title) == ["A"])
        #expect(document.end?.complete == true)
    }

    @Test func `the names that go with every item are few`() throws {
        let authors = (0..<50).map { "<author><name>\(repeated("n", 100))\($0)</name></author>" }.joined()
        let document = try read("<feed xmlns='http://www.w3.org/2005/Atom'>\(authors)<entry><id>1</id></entry></feed>")
        #expect(document.items.first?.authors.count == 5)
    }

    @Test func `nothing counts from an absurdly long base`() throws {
        func link(_ length: Int) throws -> String? {
            let base = "http://a.example/\(repeated("b", length))/"
            return try read("<rss xml:base='\(base)'><channel><item><link>c</link></item></channel></rss>").items.first?
                .link
        }
        #expect(try link(1000)?.hasSuffix("b/c") == true)
        #expect(try link(4000) == nil)
    }

    @Test func `links make a text only so much longer`() throws {
        let base = "http://a.example/\(repeated("b", 1500))/"
        let links = repeated("<a href='c'>", 4000)
        let html = try read(
            "<rss xml:base='\(base)'><channel><item><description><![CDATA[\(links)]]></description></item></channel></rss>"
        )
        let summary = try #require(html.items.first?.summary)
        #expect(summary.hasPrefix("<a href='http://a.example/bbb"))
        #expect(summary.utf8.count < 20 * links.utf8.count)
        let tags = repeated("<a href='c'/>", 4000)
        let xhtml = try read(
            """
            <feed xmlns='http://www.w3.org/2005/Atom' xml:base='\(base)'><entry><content type='xhtml'>\
            <div xml:base='d/'>\(tags)</div></content></entry></feed>
            """)
        let content = try #require(xhtml.items.first?.content)
        #expect(content.contains("/d/c\""))
        #expect(content.utf8.count < 40 * tags.utf8.count + 100_000)
    }

    @Test func `a category of a catalog has a name and no essay`() throws {
        let name = repeated("n", 200)
        let levels = (1...16).map { "<category id='\($0)' parentId='\($0 - 1)'>\(name)</category>" }.joined()
        let essay = "<category id='20'>\(repeated("e", 1000))</category>"
        func offer(_ category: Int) -> String {
            "<offer id='\(category)'><name>n</name><url>http://a.example/</url><price>1</price><categoryId>\(category)</categoryId></offer>"
        }
        let document = try read(
            """
            <yml_catalog><shop><categories>\(levels)\(essay)</categories><offers>\(offer(2))\(offer(16))\(offer(20))\
            </offers></shop></yml_catalog>
            """)
        #expect(document.items.map { $0.product?.category?.utf8.count } == [403, 1012, nil])
    }

    @Test func `elements with long names are in no proposal`() {
        let item = "<goods><name>A</name><url>http://a.example/1</url><price>5</price></goods>"
        func proposal(_ root: String) -> DocumentMapping? {
            guard case .unknownXML(_, let proposal)? = failure("<\(root)>\(repeated(item, 5))</\(root)>") else {
                return nil
            }
            return proposal
        }
        #expect(proposal("shop")?.item == "/shop/goods")
        #expect(proposal(repeated("s", 300)) == nil)
    }

    @Test func `a warning is short whatever it quotes`() throws {
        let accents = repeated("\u{301}", 10_000)
        let document = try read(rss("<item><guid>a\(accents)</guid><pubDate>no\(accents)</pubDate></item>"))
        let warning = try #require(document.end?.warnings.first)
        #expect(warning.code == "bad_date")
        #expect(warning.item?.utf8.count ?? 0 < 1000)
        #expect(warning.message.utf8.count < 5000)
    }

    @Test func `many columns of one meaning are read as far as an item needs`() throws {
        let columns = repeated(",image_link", 100)
        let images = (0..<100).map { ",http://a.example/\($0)" }.joined()
        let document = try read(
            "id,title,link\(columns)\n1,A,http://a.example/\(images)\n2,B,http://a.example/\(images)\n")
        #expect(document.items.map(\.images.count) == [32, 32])
    }

    @Test func `many half tags behind each other are text`() throws {
        let half = repeated("<a x=", 200) + "b < >"
        let document = try read(rss("<item><description>\(half)<b/></description></item>"))
        #expect(document.items.first?.summary?.hasPrefix("<a x=<a x=") == true)
    }

    @Test func `what a few packed bytes make does not come all at once`() throws {
        let items = (0..<20_000).map { "<item><guid>\($0)</guid></item>" }.joined()
        let packed = Packed.gzip(storing: Array(rss(items).utf8))
        let reader = FeedReader(ReadOptions())
        let first = try reader.push(packed)
        #expect(Reading(first).items.count < 5000)
        var events = first
        while reader.hasMore { events += try reader.more() }
        events += try reader.finish()
        #expect(Reading(events).items.count == 20_000)
        #expect(Reading(events).end?.complete == true)
        // Who does not ask gets all of it in the end.
        #expect(try read(packed, ReadOptions()).items.count == 20_000)
    }
}
