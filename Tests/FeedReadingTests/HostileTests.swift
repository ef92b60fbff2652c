import CampaignModel
import Testing

@testable import FeedReading

@Suite struct HostileTests {
    private func message(_ document: String) -> String? {
        guard case .broken(let message, _)? = failure(document) else { return nil }
        return message
    }

    @Test func `entities beyond simple text are not resolved`() throws {
        let laughs = declaring("<!ENTITY a \"ha\"><!ENTITY x \"&a;&a;&a;&a;\">")
        let blowup = declaring("<!ENTITY x \"\(String(repeating: "A", count: 5000))\">")
        let outside = declaring("<!ENTITY x SYSTEM \"file:///etc/hostname\">")
        let parameter = declaring("<!ENTITY % x SYSTEM \"http://127.0.0.1:1/\"> %x;")
        for document in [laughs, blowup, outside, parameter] {
            let reading = try read(document)
            #expect(reading.items.map(\.title) == ["&x;"])
            #expect(reading.warnings == ["entity_refused"])
        }
    }

    @Test func `entities of simple text are resolved and cannot blow up`() throws {
        let document = try read(declaring("<!ENTITY x \"caf&#233; < & co\">"))
        #expect(document.items.map(\.title) == ["&x;"])
        let simple = try read(
            declaring("<!-- <!ENTITY x 'no'> --><!ENTITY x \"caf&#233; <!\"><!ENTITY x 'caf&#233; >'>"))
        #expect(simple.items.map(\.title) == ["café >"])
        let text = String(repeating: "a", count: 1000)
        let many = "<!DOCTYPE rss [<!ENTITY x '\(text)'>]><rss><channel>\(String(repeating: "&x;", count: 2000))"
        #expect(message(many)?.contains("make too much text") == true)
    }

    private func declaring(_ entities: String) -> String {
        "<!DOCTYPE rss [\(entities)]><rss><channel><item><title>&x;</title></item></channel></rss>"
    }

    @Test func `a DOCTYPE alone does no harm`() throws {
        let document = try read(
            """
            <!DOCTYPE rss PUBLIC "-//Netscape Communications//DTD RSS 0.91//EN" "http://127.0.0.1:1/rss.dtd">
            <rss version="0.91"><channel><item><title>caf&eacute;</title></item></channel></rss>
            """)
        #expect(document.items.first?.title == "café")
    }

    @Test func `depth attributes names and start tags have limits`() {
        let deep = "<rss>" + String(repeating: "<a>", count: 100_000)
        #expect(message(deep)?.contains("nested deeper than 64") == true)
        let attributes = (0..<200_000).map { " a\($0)=''" }.joined()
        #expect(message("<rss><channel\(attributes)>")?.contains("start tag is longer") == true)
        let some = (0..<65).map { " a\($0)=''" }.joined()
        #expect(message("<rss><channel\(some)>")?.contains("more than 64 attributes") == true)
        let names = (0..<5000).map { "<n\($0)/>" }.joined()
        #expect(message("<rss>\(names)")?.contains("different element names") == true)
        let value = String(repeating: "x", count: 40_000)
        #expect(message("<rss><channel a='\(value)'>")?.contains("start tag is longer") == true)
    }

    @Test func `namespaces have limits`() throws {
        func declared(_ numbers: Range<Int>) -> String { numbers.map { " xmlns:p\($0)='u'" }.joined() }
        #expect(message("<rss><channel\(declared(0..<65))>")?.contains("more than 64 namespaces") == true)
        let nested = (0..<5).map { "<a\(declared(($0 * 60)..<($0 * 60 + 60)))>" }.joined()
        #expect(message("<rss><channel>\(nested)")?.contains("more than 256 namespaces") == true)
        let beside = String(repeating: "<a\(declared(0..<60))/>", count: 10)
        #expect(try read("<rss><channel>\(beside)<item><title>A</title></item></channel></rss>").items.count == 1)
    }

    @Test func `names of attributes and namespaces have a limit`() {
        let attributes = (0..<5000).map { "<a n\($0)=''/>" }.joined()
        #expect(message("<rss>\(attributes)")?.contains("different names of attributes") == true)
        let namespaces = (0..<5000).map { "<a xmlns:p\($0)='u'/>" }.joined()
        #expect(message("<rss>\(namespaces)")?.contains("different names of attributes") == true)
    }

    @Test func `processor time has a limit`() throws {
        var options = ReadOptions()
        options.limits.cpuSeconds = 0
        options.limits.cpuSecondsPerMiB = 0
        #expect {
            try read(
                Array("<rss><channel><title>A</title>".utf8) + Array(repeating: 0x20, count: 5000), options,
                sizes: [3000])
        } throws: {
            guard case .broken(let message, _)? = $0 as? ReadFailure else { return false }
            return message.contains("too long to read")
        }
        let item = "<item><title>A</title></item>"
        let document = try read(Array(rss(String(repeating: item, count: 300)).utf8), options, sizes: [3000])
        #expect(document.items.count < 300)
        #expect(document.end?.complete == false)
        #expect(document.warnings.last == "broken")
    }

    @Test func `the number of items has a limit`() throws {
        var options = ReadOptions()
        options.limits.items = 2
        let item = "<item><title>A</title></item>"
        #expect(try read(rss(item + item), options).end?.complete == true)
        let document = try read(rss(item + item + item), options)
        #expect(document.items.count == 2)
        #expect(document.end?.complete == false)
        #expect(document.end?.warnings.last?.message.contains("more than 2 items") == true)
    }

    @Test func `a limit in the middle keeps the items before it`() throws {
        let document = try read(rss("<item><title>A</title></item>" + String(repeating: "<a>", count: 100)))
        #expect(document.items.count == 1)
        #expect(document.end?.complete == false)
    }

    @Test func `a text beyond the limit is cut with a warning`() throws {
        var options = ReadOptions()
        options.limits.fieldBytes = 10
        let document = try read(
            rss("<item><guid>1</guid><description>äääääääääää</description></item>", channel: ""), options)
        #expect(document.items.first?.summary == "äääää")
        #expect(document.warnings == ["text_cut"])
    }

    @Test func `nothing is taken after a cut`() throws {
        var options = ReadOptions()
        options.limits.fieldBytes = 10
        let document = try read(
            rss("<item><guid>1</guid><title>123456789<![CDATA[ää]]>x</title></item>", channel: ""), options)
        #expect(document.items.first?.title == "123456789")
    }

    @Test func `fields of one line are cut sooner than others`() throws {
        let long = String(repeating: "a", count: 100_000)
        let document = try read(rss("<item><title>\(long)</title><description>\(long)</description></item>"))
        #expect(document.items.first?.title?.utf8.count == 64 * 1024)
        #expect(document.items.first?.summary?.utf8.count == 100_000)
        #expect(document.warnings == ["text_cut"])
    }

    @Test func `the texts of one item have a limit together`() throws {
        var options = ReadOptions()
        options.limits.itemBytes = 20
        let fields = "<description>aaaaaaaaaaaa</description><content:encoded>bbbbbbbbbbbb</content:encoded>"
        let document = try read(
            rss(
                "<item><guid>1</guid>\(fields)</item><item><guid>2</guid><description>c</description></item>",
                channel: ""), options)
        #expect(document.items.map(\.summary) == ["aaaaaaaaaaaa", "c"])
        #expect(document.items.map(\.content) == ["bbbbbbb", nil])
        #expect(document.warnings == ["text_cut"])
    }

    @Test func `brackets before a bad byte do not end a CDATA section`() throws {
        let text = rss("<item><description><![CDATA[x]]#> <b>y</b> & z]]></description></item>")
        let document = try read(text.utf8.map { $0 == UInt8(ascii: "#") ? 0xFF : $0 })
        #expect(document.items.first?.summary == "x]]ÿ> <b>y</b> & z")
    }

    @Test func `replaced bytes count as bytes of their start tag`() {
        let start = Array("<?xml version='1.0' encoding='UTF-8'?><rss><channel a='".utf8)
        let bytes = start + [UInt8](repeating: 0xFF, count: 17_000) + Array("'></channel></rss>".utf8)
        do throws(ReadFailure) {
            _ = try read(bytes)
            Issue.record("not refused")
        } catch {
            #expect(error == .broken(message: "a start tag is longer than 32 KiB", line: 1))
        }
    }

    @Test func `a reference in an attribute is nothing to mend`() throws {
        let link = "<item><enclosure url='https://a.example/?x=1&amp;y=2' type='audio/mpeg'/><guid>1</guid></item>"
        let document = try read(rss(link))
        #expect(document.items.first?.enclosures.map(\.url) == ["https://a.example/?x=1&y=2"])
        #expect(document.warnings.isEmpty)
        #expect(try read(rss(link.filter { $0 != "'" })).warnings == ["mended"])
    }

    @Test func `NULs and bad bytes do not stop the reader`() throws {
        let text = rss("<item><guid>1</guid><title>éüñA@B#</title></item>")
        let bytes: [UInt8] = text.utf8.map { $0 == UInt8(ascii: "@") ? 0 : $0 == UInt8(ascii: "#") ? 0xC3 : $0 }
        let document = try read(bytes)
        #expect(document.items.first?.title == "éüñAB\u{FFFD}")
        #expect(document.warnings == ["bad_encoding"])
    }

    @Test func `many repeats of one id cost no more than many ids`() throws {
        let items = String(repeating: "<item><guid>1</guid></item>", count: 5000)
        let document = try read(rss(items))
        #expect(Set(document.items.map(\.key)).count == 5000)
        #expect(document.end?.warnings.count == 100)
    }

    @Test func `a long catalog streams`() throws {
        let reader = FeedReader(ReadOptions())
        var count = 0
        let piece = (0..<100).map { "<item><g:id>\($0)x</g:id><g:price>5 EUR</g:price></item>" }.joined()
        _ = try reader.push(Array(rss("").dropLast("</channel></rss>".utf8.count).utf8))
        for turn in 0..<200 {
            let text = piece.split(separator: "x").joined(separator: "-\(turn)")
            count += Reading(try reader.push(Array(text.utf8))).items.count
        }
        let rest = Reading(try reader.push(Array("</channel></rss>".utf8)) + reader.finish())
        #expect(count + rest.items.count == 20_000)
        #expect(rest.end == DocumentEnd(items: 20_000, complete: true, warnings: []))
    }

    @Test func `what one item or the document itself states has an end however it is stated`() throws {
        var options = ReadOptions()
        options.limits.itemBytes = 1000
        options.limits.values = 4
        let names = (0..<300).map { "<author>a\($0)</author>" }.joined()
        let images = (0..<300).map { "<media:thumbnail url=\"http://example.org/\($0)\"/>" }.joined()
        for fields in [names, images] {
            let item = try #require(try read(rss("<item><guid>1</guid>\(fields)</item>"), options).items.first)
            #expect(item.authors.count <= 64 && item.images.count <= 64)
        }
        #expect(try read(rss("<item>\(names)</item>")).items.first?.authors.count == 256)
        let sink = ItemCollector(options)
        let reader = XMLDocumentReader(options, sink)
        let titles = String(repeating: "<title>0123456789</title><link href=\"http://example.org/\"/>", count: 300)
        Array(rss("", channel: titles + images).utf8).withUnsafeBufferPointer(reader.push)
        #expect(sink.header.count <= 1100)
    }

    @Test func `XHTML that is cut loses no more than what is too long`() throws {
        var options = ReadOptions()
        options.limits.fieldBytes = 20
        let text =
            "<content type=\"xhtml\"><div xmlns=\"http://www.w3.org/1999/xhtml\">0123456789äöüäöü</div></content>"
        #expect(try read(atom("<entry><id>1</id>\(text)</entry>"), options).items.first?.content == "0123456789äö")
    }
}
