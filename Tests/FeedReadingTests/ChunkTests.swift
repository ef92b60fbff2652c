import CampaignModel
import FeedReading
import Testing

@Suite struct ChunkTests {
    static let samples: [String] = [
        rss(
            """
            <!-- a -- comment & more --><item><guid>1</guid><title>Grüße &amp; 😀 &nbsp;&#150; A&B</title>
            <description><![CDATA[<p>x]] ]]]></description><g:price>1,5 EUR</g:price></item><?php echo 1 > 2 ?>
            <item><guid>1</guid><title>&#55357;&#56832;</title><pubDate>never</pubDate></item>
            <item><link>/a?b=1&c=2</link><enclosure url="/x?a=1&b=2" length='3'/></item>
            """),
        atom(
            """
            <entry><id>1</id><title type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">A <b>b</b></div></title>
            <content type="html">&lt;p&gt;é&lt;/p&gt;</content></entry><entry><id>2</id></entry>
            """),
        "\u{FEFF}\n <!DOCTYPE rss [<!-- isn't it > --><!ELEMENT rss ANY>]>" + rss("<item><title>A</title></item>")
            + "junk",
        "Warning: x in y.php\n" + rss("<item><title>A</title></item>"),
        rss("<item><title>A</title></item><item><title>B</item>"),
    ]

    @Test(arguments: samples.indices)
    func `the chunks make no difference`(index: Int) throws {
        let bytes = Array(Self.samples[index].utf8)
        let whole = try read(bytes)
        #expect(!whole.items.isEmpty)
        var generator = SystemRandomNumberGenerator()
        let random = (0..<64).map { _ in Int.random(in: 1...97, using: &generator) }
        for sizes in [[1], [7], random] {
            #expect(try read(bytes, sizes: sizes).events == whole.events, "chunks of \(sizes)")
        }
    }

    @Test(arguments: [[1], [7], [5000]])
    func `the name of items within XHTML is that of a part of a text`(sizes: [Int]) throws {
        let padding = "<!--" + String(repeating: "x", count: 20_000) + "-->"
        let content = "<entry><p>a</p>\n<p>b</p> <p>c</p>\n</entry>"
        let bytes = Array(
            atom(
                "<entry><id>1</id></entry>\(padding)<entry><id>2</id>\n"
                    + "<content type='xhtml'><div>\(content)</div></content></entry>"
            ).utf8)
        #expect(try read(bytes, sizes: sizes).items.map(\.content) == [nil, content])
    }

    @Test func `items come as soon as they are complete`() throws {
        let reader = FeedReader(ReadOptions())
        let start = String(rss("<item><title>A</title></item>").dropLast("</channel></rss>".count))
        let padding = "<!--" + String(repeating: "x", count: 2000) + "-->"
        let events = try reader.push(Array((start + padding + "<item>").utf8))
        #expect(Reading(events).items.count == 1)
    }

    @Test(arguments: samples.indices)
    func `a document cut anywhere gives whole items or a refusal`(index: Int) throws {
        let bytes = Array(Self.samples[index].utf8)
        let whole = try read(bytes)
        for cut in 0..<bytes.count {
            guard let part = try? read(Array(bytes[..<cut])) else { continue }
            #expect(Array(whole.items.prefix(part.items.count)) == part.items, "cut at \(cut)")
            if part.items.count < whole.items.count { #expect(part.end?.complete == false, "cut at \(cut)") }
        }
    }

    @Test func `an error in the middle ends the document with its line`() throws {
        let deep = String(repeating: "<a>", count: 100)
        let document = try read("<rss><channel><item><title>A</title></item>\n\n<item>\(deep)</item></channel></rss>")
        #expect(document.items.map(\.title) == ["A"])
        #expect(document.end?.complete == false)
        #expect(document.end?.warnings.first?.code == "broken")
        #expect(document.end?.warnings.first?.message.contains("line 3") == true)
    }

    @Test func `what follows the root is ignored`() throws {
        let document = try read(rss("<item><title>A</title></item>") + "<rss>junk & more")
        #expect(document.end == DocumentEnd(items: 1, complete: true, warnings: []))
    }
}
