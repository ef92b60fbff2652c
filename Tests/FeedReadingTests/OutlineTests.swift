import CampaignModel
import FeedReading
import Testing

@Suite struct OutlineTests {
    private func read(_ text: String) throws(OutlineFailure) -> Outlines { try OutlineReader.read(Array(text.utf8)) }

    private func opml(_ outlines: String) throws(OutlineFailure) -> Outlines {
        try read("<?xml version='1.0'?><opml version='2.0'><head/><body>\(outlines)</body></opml>")
    }

    private func failure(_ text: String) -> OutlineFailure? {
        do throws(OutlineFailure) {
            _ = try read(text)
            return nil
        } catch {
            return error
        }
    }

    @Test func `outlines with an address are sources and those around them folders`() throws {
        let list = try read(
            """
            <?xml version="1.0"?>
            <opml version="1.1"><head><title> My
              feeds </title><ownerName>Ann</ownerName><dateCreated>Sun, 21 Jun 2009 12:00:00 GMT</dateCreated></head>
            <body>
              <outline text="Shops"><outline title="Tea">
                <outline text="Pots &amp; cups" title="x" type="rss" xmlUrl="https://a.example/feed" htmlUrl="https://a.example/"/>
              </outline></outline>
              <outline xmlUrl="http://b.example/feed"/>
            </body></opml>
            """)
        #expect(list.title == "My feeds")
        #expect(list.owner == "Ann")
        #expect(list.created?.description == "2009-06-21T12:00:00Z")
        #expect(list.version == "1.1")
        #expect(
            list.sources == [
                OutlinedSource(title: "Pots & cups", url: "https://a.example/feed", folder: ["Shops", "Tea"]),
                OutlinedSource(url: "http://b.example/feed"),
            ])
        #expect(list.complete)
        #expect(list.warnings.isEmpty)
    }

    @Test func `names of attributes are read in any case`() throws {
        let list = try opml(
            "<outline TEXT='A' XMLURL='http://a.example/'/><Outline Text='B' xmlurl='http://b.example/'/>")
        #expect(list.sources.map(\.title) == ["A", "B"])
    }

    @Test func `categories are paths with commas between them`() throws {
        let list = try opml("<outline category=',, tag , /a/b c/ ,/, tag' xmlUrl='http://a.example/'/>")
        #expect(list.sources.first?.categories == ["tag", "a/b c"])
    }

    @Test func `a repeated address is one source`() throws {
        let list = try opml(
            "<outline text='A' xmlUrl='http://a.example/'/><outline text='B' xmlUrl=' http://a.example/ '/>")
        #expect(list.sources.map(\.title) == ["A"])
        #expect(list.warnings.isEmpty)
    }

    @Test func `the scheme of feeds is taken off and other schemes are told`() throws {
        let list = try opml(
            """
            <outline xmlUrl="feed://a.example/"/><outline xmlUrl="FEED:https://b.example/"/><outline xmlUrl=""/>
            <outline text="C" xmlUrl="exec:ls"/><outline xmlUrl="feed.xml"/><outline xmlUrl="javascript:alert(1)"/>
            """)
        #expect(list.sources.map(\.url) == ["http://a.example/", "https://b.example/"])
        #expect(list.warnings.map(\.code) == ["bad_address", "bad_address", "bad_address"])
        #expect(list.warnings.first?.item == "C")
    }

    @Test func `lists and pages are no sources`() throws {
        let list = try opml(
            """
            <outline text="L" type="include" url="http://a.example/more.opml"/><outline type="link" url="http://b.example/"/>
            <outline type="source" xmlUrl="http://c.example/"/><outline type="link"/>
            <outline text="P" htmlUrl="http://d.example/"/>
            """)
        #expect(list.sources.isEmpty)
        #expect(list.lists.map(\.url) == ["http://a.example/more.opml", "http://b.example/", "http://c.example/"])
        #expect(list.pages == [OutlinedPage(title: "P", url: "http://d.example/")])
    }

    @Test func `what is malformed is mended`() throws {
        let list = try read(
            """
            warning: something <opml xmlns><head><title>a &egregious; &mu; & b</title></head><body>
            <outline text=A&B xmlUrl="http://a.example/?x=1&y=2"><outline text="B" xmlUrl='http://b.example/'></body>
            """)
        #expect(list.title == "a &egregious; μ & b")
        #expect(list.sources.map(\.url) == ["http://a.example/?x=1&y=2", "http://b.example/"])
        #expect(list.sources.map(\.title) == ["A&B", "B"])
    }

    @Test func `encodings are found as in feeds`() throws {
        let text = "<?xml version='1.0' encoding='iso-8859-1'?><opml><head><title>Caf#</title></head><body/></opml>"
        let bytes = text.utf8.map { $0 == UInt8(ascii: "#") ? 0xE9 : $0 }
        #expect(try OutlineReader.read(bytes).title == "Café")
        let wide = "\u{FEFF}<opml><head><title>Café</title></head></opml>".utf16.flatMap {
            [UInt8(truncatingIfNeeded: $0), UInt8(truncatingIfNeeded: $0 >> 8)]
        }
        #expect(try OutlineReader.read(wide).title == "Café")
    }

    @Test func `chunks make no difference`() throws {
        let text = """
            <opml><head><title>T\u{E9}</title></head><body><outline text="A &amp; B"><outline text="C"
            xmlUrl="http://a.example/" category="x,y"/></outline><outline xmlUrl="ftp://a"/>\(String(repeating: " ", count: 2000))</body></opml>
            """
        let whole = try read(text)
        #expect(whole.sources.count == 1)
        for size in [1, 3, 100] {
            let reader = OutlineReader()
            let bytes = Array(text.utf8)
            for start in stride(from: 0, to: bytes.count, by: size) {
                reader.push(Array(bytes[start..<min(bytes.count, start + size)]))
            }
            #expect(try reader.finish() == whole)
        }
    }

    @Test func `a cut list keeps its sources and says that it is cut`() throws {
        let list = try read("<opml><body><outline xmlUrl='http://a.example/'/><outline xmlUrl='http://b.exa")
        #expect(list.sources.map(\.url) == ["http://a.example/"])
        #expect(!list.complete)
        #expect(list.warnings.map(\.code) == ["broken"])
        guard case .broken? = failure("<opml><body>") else {
            Issue.record("an empty cut list is not refused")
            return
        }
    }

    @Test func `what is no list is told`() {
        #expect(failure(rss("<item/>")) == .feed)
        #expect(failure(atom("")) == .feed)
        #expect(failure("<rdf:RDF xmlns:rdf='r'><channel/><item/></rdf:RDF>") == .feed)
        #expect(failure("<yml_catalog/>") == .feed)
        #expect(failure("<urlset/>") == .notAList(what: "a sitemap for search engines"))
        #expect(failure("<html><title>Hi</title></html>") == .notAList(what: "a web page (“Hi”)"))
        #expect(failure("") == .notAList(what: "an empty document"))
        #expect(failure("%PDF-1.4") == .notAList(what: "a PDF file"))
        for text in ["{\"a\":1}", "a,b\n1,2\n3,4\n", "just text", "<foo/>", "<rdf:RDF/>"] {
            guard case .notAList? = failure(text) else {
                Issue.record("\(text) is taken for a list")
                return
            }
        }
        #expect(OutlineFailure.feed.problem(in: "a.xml").hint == "Put its address into feeds/.")
    }

    @Test func `people in FOAF have feeds and groups are folders`() throws {
        let list = try read(
            """
            <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:foaf="http://xmlns.com/foaf/0.1/"
             xmlns:rdfs="http://www.w3.org/2000/01/rdf-schema#" xmlns:rss="http://purl.org/rss/1.0/" xmlns:ya="y">
            <foaf:Group><foaf:member><foaf:Agent>
              <foaf:weblog><foaf:Document rdf:about="http://a.example/"><rdfs:seeAlso>
                <rss:channel rdf:about=" http://a.example/feed "/></rdfs:seeAlso></foaf:Document></foaf:weblog>
              <foaf:name>Ann</foaf:name>
            </foaf:Agent></foaf:member><foaf:name>Planet</foaf:name></foaf:Group>
            <foaf:Person><foaf:name>Bob</foaf:name>
              <ya:feed rdf:resource="http://b.example/feed"/>
              <foaf:weblog><foaf:Document rdf:about="http://b.example/"/></foaf:weblog>
              <foaf:knows><foaf:Person><foaf:name>Cid</foaf:name>
                <rdfs:seeAlso rdf:resource="http://c.example/foaf"/></foaf:Person></foaf:knows>
            </foaf:Person></rdf:RDF>
            """)
        #expect(
            list.sources == [
                OutlinedSource(title: "Ann", url: "http://a.example/feed", folder: ["Planet"]),
                OutlinedSource(title: "Bob", url: "http://b.example/feed"),
            ])
        #expect(list.lists == [OutlinedPage(title: "Cid", url: "http://c.example/foaf")])
        #expect(list.pages == [OutlinedPage(title: "Bob", url: "http://b.example/")])
    }

    @Test func `modules of iGoogle are sources and tabs folders`() throws {
        let list = try read(
            """
            <GadgetTabML><Tab title="News"><Section><Module type="RSS"><ModulePrefs xmlUrl="http://a.example/"/></Module>
            <Module type="gadget"><ModulePrefs xmlUrl="http://b.example/"/></Module></Section></Tab></GadgetTabML>
            """)
        #expect(list.sources == [OutlinedSource(url: "http://a.example/", folder: ["News"])])
    }

    @Test func `entities beyond simple text are not resolved in lists either`() throws {
        let list = """
            <!DOCTYPE opml [<!ENTITY x SYSTEM 'file:///etc/hostname'>]>
            <opml><body><outline text='&x;' xmlUrl='https://a.example/'/></body></opml>
            """
        #expect(try OutlineReader.read(Array(list.utf8)).sources.map(\.title) == ["&x;"])
    }

    @Test func `depth and the number of outlines have limits`() {
        func message(_ text: String) -> String? {
            guard case .broken(let message, _)? = failure(text) else { return nil }
            return message
        }
        let deep = "<opml><body>" + String(repeating: "<outline text='a'>", count: 100)
        #expect(message(deep)?.contains("deeper than 64") == true)
        let many = "<opml><body>" + String(repeating: "<outline text='a'/>", count: 100_001)
        #expect(message(many)?.contains("100000 outlines") == true)
    }
}
