import CampaignModel
import FeedReading
import Testing

/// XML as it is published, not as it should be. Each document is read in any chunks.
@Suite struct WildXMLTests {
    private func title(_ source: String) throws -> String? {
        try readInAnyChunks(rss("<item><guid>1</guid><title>\(source)</title></item>")).items.first?.title
    }

    private func summary(_ source: String) throws -> String? {
        try readInAnyChunks(rss("<item><guid>1</guid><description>\(source)</description></item>")).items.first?.summary
    }

    // MARK: Before the root

    @Test(arguments: [
        "\n", " \t\r\n\n", "\u{FEFF}", "\u{FEFF}\u{FEFF}", "\u{FEFF}\n\n", "\n\u{FEFF} \u{FEFF}", "\u{0}\u{0}",
        "<!-- cached -->\n", "cached 2026 > ",
        "<br />\n<b>Warning</b>: file(x) in <b>y.php</b> on line <b>3</b><br />\n",
        "Notice: Undefined index: <a> in z.php\n\n",
    ])
    func `what stands before the declaration does no harm`(junk: String) throws {
        let document = try readInAnyChunks(junk + rss("<item><title>A</title></item>"))
        #expect(document.items.map(\.title) == ["A"])
        #expect(document.end?.complete == true)
    }

    @Test(arguments: [
        "<rss><channel><item><title>A</title></item></channel></rss>",
        "<feed xmlns='http://www.w3.org/2005/Atom'><entry><id>1</id><title>A</title></entry></feed>",
        "<yml_catalog><shop><offers><offer id='1'><name>A</name></offer></offers></shop></yml_catalog>",
        "<SHOP><SHOPITEM><ITEM_ID>1</ITEM_ID><PRODUCTNAME>A</PRODUCTNAME></SHOPITEM></SHOP>",
        "<offers version='1'><o id='1'><name>A</name></o></offers>",
        "<Products><Offer><Name>A</Name><Link>https://example.org/a</Link></Offer></Products>",
    ])
    func `the root is found behind text`(document: String) throws {
        #expect(try readInAnyChunks("Notice: x in y.php\n" + document).items.map(\.title) == ["A"])
        #expect(try readInAnyChunks("<b>Notice</b>: x in y.php\n" + document).items.map(\.title) == ["A"])
    }

    // MARK: References and characters

    @Test(arguments: [
        ("AT&T & Co", "AT&T & Co"), ("a&", "a&"), ("&&amp;&", "&&&"), ("R&D; x", "R&D; x"),
        ("&#; &#x; &#xZ;", "&#; &#x; &#xZ;"),
        ("&eacute;&nbsp;&hellip;", "é\u{A0}…"), ("&nosuchname;", "&nosuchname;"),
        ("&#128;&#150;&#x99;", "€–™"), ("&#55357;&#56832; &#xD83D;&#xDE00;", "😀 😀"),
        ("a&#xD83D;b&#xDE00;", "a\u{FFFD}b\u{FFFD}"),
        ("&#1114112;&#99999999999;", "\u{FFFD}\u{FFFD}"), ("a&#0;b&#31;c&#127;d", "abcd"),
        ("a\u{0}b\u{1}c\u{B}d\u{1F}e\u{7F}f", "abcdef"), ("b&#xFFFF;c", "b\u{FFFD}c"),
        ("1 < 2 > 0", "1 < 2 > 0"), ("a <3 b", "a <3 b"), ("a << b", "a << b"), ("<- a ->", "<- a ->"),
        ("x ]]> y", "x ]]> y"),
        ("a <“b”> c", "a <“b”> c"), ("a <– b", "a <– b"), ("a <\u{A0}b", "a <\u{A0}b"),
        ("<![CDATA[a]]]]><![CDATA[>b]]>", "a]]>b"), ("a<!-- & < -- -->b<?php echo 1 > 2; ?>c", "abc"),
    ])
    func `text is what its publisher meant`(source: String, text: String) throws {
        #expect(try title(source) == text)
    }

    @Test(arguments: [
        ("?a=1&b=2", "?a=1&b=2"), ("?a=1&copy=2&lt=3&amp=4", "?a=1&copy=2&lt=3&amp=4"),
        ("?a=1&amp;b=2&c", "?a=1&b=2&c"),
        ("?a=&quot;x&quot;", "?a=%22x%22"),
    ])
    func `ampersands in addresses stay`(source: String, address: String) throws {
        let document = try readInAnyChunks(
            rss(
                """
                <item><guid>1</guid><link>https://example.org/\(source)</link>
                <enclosure url="https://example.org/\(source)" type="audio/mpeg"/></item>
                """))
        #expect(document.items.first?.link == "https://example.org/" + address)
        #expect(document.items.first?.enclosures.map(\.url) == ["https://example.org/" + address])
    }

    @Test(arguments: [
        ("caf&eacute; &amp; &#8364; &#128;", "café & € €"), ("a & b < c > d", "a & b < c > d"),
        ("a\u{1}b\u{7F}c&#2;", "abc"),
        ("&#55357;&#56832;", "😀"), ("a\tb\n\r\nc", "a b c"),
    ])
    func `attributes are mended like text`(source: String, text: String) throws {
        let document = try readInAnyChunks(atom("<entry><id>1</id><category term=\"\(source)\"/></entry>"))
        #expect(document.items.first?.categories == [text])
    }

    @Test func `line ends are the same however they are written`() throws {
        let lines = ["short", "a line that is longer than others", "<![CDATA[in a section]]>", "&amp; more", ""]
        let expected = "short\na line that is longer than others\nin a section\n& more\n."
        for end in ["\n", "\r\n", "\r"] { #expect(try summary(lines.joined(separator: end) + ".") == expected) }
    }

    // MARK: Tags

    @Test(arguments: [
        "<enclosure url=/e.mp3 type=audio/mpeg length=3></enclosure>",
        "<enclosure url=/e.mp3 type=audio/mpeg length=3/>",
        "<enclosure url=/e.mp3 type=audio/mpeg length=3 />",
        "<enclosure checked url='/e.mp3' type='audio/mpeg' length='3'/>",
        "<enclosure url='/e.mp3' type='audio/mpeg' length='3' checked/>",
        "<enclosure url='/e.mp3' url='/no.mp3' type='audio/mpeg' length='3'/>",
        "<enclosure url='/e.mp3'type='audio/mpeg'length='3'/>",
        "<enclosure url = '/e.mp3'\n type\n=\n'audio/mpeg' length='3' / >",
        "<enclosure ,url='/e.mp3', type='audio/mpeg', length='3'/>",
        "<enclosure “x”='1' url='/e.mp3' type='audio/mpeg' length='3'/>",
    ])
    func `attributes are read however they are written`(tag: String) throws {
        let document = try readInAnyChunks(rss("<item>\(tag)<title>A</title></item>"))
        let item = try #require(document.items.first)
        #expect(item.enclosures == [Enclosure(url: "https://example.org/e.mp3", type: "audio/mpeg", length: 3)])
        #expect(item.title == "A")
        #expect(document.items.count == 1)
    }

    @Test(arguments: [
        // A wrong one, one too many, one in other letters, crossed ones.
        "<item><title>A</title><b>x</i></b><guid>1</guid></item><item><title>B</title></item>",
        "<item><title>A</title></p></div></item><item><title>B</title></item>",
        "<item><title>A</TITLE></title></item><item><title>B</title></item>",
        "<item><title>A</title><description><b>x<i>y</b></i></description></item><item><title>B</title></item>",
        // Missing ones.
        "<item><title>A</title><item><title>B</title></item>", "<item><title>A</item><item><title>B</item>",
        "<item><title>A</title><description><p>x<br>y</description></item><item><title>B</title></item>",
    ])
    func `wrong and missing end tags lose no item`(items: String) throws {
        let document = try readInAnyChunks(rss(items))
        #expect(document.items.map(\.title) == ["A", "B"])
        #expect(document.end?.complete == true)
        #expect(document.warnings.contains("mended"))
    }

    @Test func `names may be in any script`() throws {
        let document = try readInAnyChunks(
            rss("<item><größe maß='1'>x</größe><товар/><:x>y</:x><a:b:c>z</a:b:c><title>A</title></item>"))
        #expect(document.items.map(\.title) == ["A"])
        #expect(document.end == DocumentEnd(items: 1, complete: true, warnings: []))
    }

    // MARK: The end

    @Test(arguments: [
        "", "<item>", "<item><title>B</title>", "<item><title><![CDATA[B", "<item><title>B]]", "<item><!-- B",
        "<item><tit",
        "<item><enclosure url=\"https://exa", "<item><title>B &am", "<item><title>B</title></ite",
        "<item><title>B\u{FFFD}",
        "<?php echo", "\n<item><title>B</title><description>half",
    ])
    func `a cut document keeps its complete items`(rest: String) throws {
        var bytes = Array(("<rss><channel><item><title>A</title></item>" + rest).utf8)
        // Half a character.
        if rest.hasSuffix("\u{FFFD}") { bytes.removeLast() }
        let document = try readInAnyChunks(bytes)
        #expect(document.items.map(\.title) == ["A"])
        #expect(document.end?.complete == false)
        if rest.hasPrefix("\n") { #expect(document.end?.warnings.first?.message.hasPrefix("line 2:") == true) }
    }

    // MARK: The order of things

    @Test func `items beside the channel and of further channels are read`() throws {
        let document = try readInAnyChunks(
            """
            <rss version="2.0"><item><title>A</title></item><channel><title>T</title><item><title>B</title></item></channel>
            <item><title>C</title></item><channel><title>U</title><item><title>D</title></item></channel></rss>
            """)
        #expect(document.items.map(\.title) == ["A", "B", "C", "D"])
    }

    @Test func `prefixes that nobody declared mean what everybody means`() throws {
        let document = try readInAnyChunks(
            """
            <rss version="2.0"><channel><item><guid>1</guid><dc:creator>Ann</dc:creator><dc:date>2026-11-22</dc:date>
            <content:encoded>&lt;p&gt;Long&lt;/p&gt;</content:encoded><media:thumbnail url="https://example.org/t.jpg"/>
            <itunes:image href="https://example.org/i.jpg"/><atom:link href="https://example.org/a"/><odd:title>no</odd:title>
            </item></channel></rss>
            """)
        let item = try #require(document.items.first)
        #expect(item.authors == ["Ann"])
        #expect(item.published == Timestamp(iso8601: "2026-11-22"))
        #expect(item.content == "<p>Long</p>")
        #expect(item.images == ["https://example.org/i.jpg", "https://example.org/t.jpg"])
        #expect(item.link == "https://example.org/a")
        #expect(item.title == nil)
    }

    // MARK: Long texts

    /// As they stand in a document, and what they mean.
    private static let pieces: [(source: String, text: String)] = [
        ("Plain words that are long enough. ", "Plain words that are long enough. "),
        ("Tea &amp; cups &lt; 5 &euro; ", "Tea & cups < 5 € "),
        ("<![CDATA[<b>bold</b> & ]] > ]]>", "<b>bold</b> & ]] > "), ("<!-- a note -- & more -->", ""),
        ("é😀 AT&T &#x1F600;&nbsp;", "é😀 AT&T 😀\u{A0}"), ("\n  <![CDATA[]]>", "\n  "), ("a\u{1}b 1 < 2", "ab 1 < 2"),
        ("<?php 1 ?>ж", "ж"),
    ]

    @Test(arguments: [24, 300, 9000, 70_000])
    func `a long text of many parts comes whole`(length: Int) throws {
        var source = ""
        var text = ""
        var turn = 0
        while text.utf8.count < length {
            let piece = Self.pieces[turn % Self.pieces.count]
            source += piece.source
            text += piece.text
            turn += 1
        }
        #expect(try summary(source + ".") == text + ".")
    }

    @Test(arguments: [8 * 1024, 16 * 1024, 32 * 1024, 64 * 1024])
    func `no border within splits a character`(border: Int) throws {
        for offset in 0..<4 {
            // Four bytes a character; the places where the reader cuts its input fall into each of its bytes.
            let start = rss("<item><guid>1</guid><description>").dropLast("</channel></rss>".utf8.count)
            let padding = String(repeating: "x", count: border - start.utf8.count - 40 + offset)
            let text = padding + String(repeating: "😀", count: 20) + "é"
            let document = try read(start + text + "</description></item></channel></rss>")
            #expect(document.items.first?.summary == text)
            #expect(document.warnings.isEmpty)
        }
    }

    @Test(arguments: 1...9)
    func `characters are whole in chunks of any size`(size: Int) throws {
        let text = String(repeating: "aé€😀ж", count: 40)
        let bytes = Array(
            rss("<item><guid>\(text)</guid><title>\(text)</title><enclosure url='/\(text)'/></item>").utf8)
        let document = try read(bytes, sizes: [size])
        #expect(document.items.first?.id == text)
        #expect(document.items.first?.title == text)
        #expect(try document.events == read(bytes).events)
    }
}
