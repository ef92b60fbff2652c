import CampaignModel
import FeedReading
import Testing

@Suite struct RSSTests {
    @Test func `an item keeps what the document states`() throws {
        let document = try read(
            rss(
                """
                <item><guid isPermaLink="false">7</guid><title>One &amp;amp; two</title><link>/a b</link>
                <description>&lt;p&gt;Short&lt;/p&gt;</description><content:encoded><![CDATA[<p>Long</p>]]></content:encoded>
                <pubDate>Mon, 22 Nov 2026 09:00:00 +0300</pubDate><author>a@example.org (Ann)</author>
                <dc:creator>Bob</dc:creator><category>x</category><category>y</category>
                <enclosure url="e.mp3" type="audio/mpeg" length="12"/></item>
                """))
        #expect(document.feed == FeedDescription(format: .rss20, title: "T", link: "https://example.org/"))
        let item = try #require(document.items.first)
        #expect(item.id == "7")
        #expect(item.key == Fingerprint(of: ["7"]))
        #expect(item.title == "One & two")
        #expect(item.link == "https://example.org/a%20b")
        #expect(item.summary == "<p>Short</p>")
        #expect(item.content == "<p>Long</p>")
        #expect(item.published == Timestamp(iso8601: "2026-11-22T06:00:00Z"))
        #expect(item.authors == ["Ann", "Bob"])
        #expect(item.categories == ["x", "y"])
        #expect(item.enclosures == [Enclosure(url: "https://example.org/e.mp3", type: "audio/mpeg", length: 12)])
        #expect(document.end == DocumentEnd(items: 1, complete: true, warnings: []))
    }

    @Test func `a guid is a link unless it says no or is no address`() throws {
        #expect(try item("<guid>https://example.org/1</guid>")?.link == "https://example.org/1")
        #expect(try item("<guid isPermaLink='false'>https://example.org/1</guid>")?.link == nil)
        #expect(try item("<guid>1</guid>")?.link == nil)
    }

    @Test func `only elements directly in the item and in the right namespace are its fields`() throws {
        let item = try item(
            """
            <title>Right</title><media:title>Wrong</media:title><media:group><media:title>Wrong</media:title>
            </media:group><g:id>1</g:id><g:shipping><g:price>5 EUR</g:price></g:shipping><g:price>9.90 EUR</g:price>
            """)
        #expect(item?.title == "Right")
        #expect(item?.product?.price?.description == "9.90 EUR")
    }

    @Test func `a missing title stays absent and dc date stands for the date`() throws {
        let item = try item("<link>https://example.org/1</link><dc:date>2026-11-22</dc:date>")
        #expect(item?.title == nil)
        #expect(item?.published == Timestamp(iso8601: "2026-11-22"))
    }

    @Test(arguments: [
        ("<b>Bold</b> news", "Bold news"), ("a &amp;lt; b", "a < b"), ("Rock &amp; Roll", "Rock & Roll"),
        ("Tom &amp;#8217;s", "Tom ’s"), ("<![CDATA[ two\n lines ]]>", "two lines"), ("A&nbsp;B &hellip;", "A\u{A0}B …"),
        ("AT&T and R&D", "AT&T and R&D"), ("1 < 2", "1 < 2"), ("&#150;&#55357;&#56832;", "–😀"), ("a\u{1}b&#2;c", "abc"),
        ("x ]]> y", "x ]]> y"), ("&unknown; name", "&unknown; name"),
    ])
    func `titles become one line of plain text`(source: String, title: String) throws {
        #expect(try item("<guid>1</guid><title>\(source)</title>")?.title == title)
    }

    @Test func `images come in their order of trust`() throws {
        let all = try item(
            """
            <guid>1</guid><description>&lt;img src="/d.png"&gt;</description><enclosure url="/c.png" type="image/png"/>
            <media:content url="/b.png" medium="image"/><media:thumbnail url="/a.png"/><itunes:image href="/first.png"/>
            """)
        #expect(all?.images.map { $0.suffix(8) } == ["irst.png", "rg/a.png", "rg/b.png", "rg/c.png"])
        let fromText = try item("<guid>1</guid><description>&lt;img src='/d.png'&gt;</description>")
        #expect(fromText?.images == ["https://example.org/d.png"])
    }

    @Test func `xml base comes before the site and the site before the document`() throws {
        let based = try read(
            rss(
                "<item xml:base='https://other.example/x/'><guid>1</guid><link>a</link></item><item><link>b</link></item>"
            ))
        #expect(based.items.map(\.link) == ["https://other.example/x/a", "https://example.org/b"])
        let bare = try read(rss("<item><link>b</link></item>", channel: ""))
        #expect(bare.items.map(\.link) == ["https://example.org/b"])
    }

    @Test(arguments: [
        ("0.91", DocumentFormat.rss091), ("0.92", .rss092), ("0.93", .rss093), ("0.94", .rss094), ("2.0", .rss20),
        ("9", .rss20), ("", .rss20),
    ])
    func `every version of RSS is told`(version: String, format: DocumentFormat) throws {
        let attribute = version.isEmpty ? "" : " version=\"\(version)\""
        let document = try read("<rss\(attribute)><channel><item><title>A</title></item></channel></rss>")
        #expect(document.feed?.format == format)
        #expect(document.items.count == 1)
    }

    @Test func `a hub a next page and an image of the channel are told`() throws {
        let feed = try read(
            rss(
                "",
                channel: """
                    <atom:link rel="hub" href="https://hub.example/"/><atom:link rel="next" href="?page=2"/>
                    <atom:link rel="self" href="https://example.org/self"/><link>https://example.org/site</link>
                    <image><title>wrong</title><url>/i.png</url><link>https://wrong.example/</link></image>
                    """)
        ).feed
        #expect(feed?.hub == "https://hub.example/")
        #expect(feed?.next == "https://example.org/feed.xml?page=2")
        #expect(feed?.link == "https://example.org/site")
        #expect(feed?.image == "https://example.org/i.png")
        #expect(feed?.title == nil)
    }

    @Test func `a file without an address lends its type to no other`() throws {
        let own =
            "<enclosure url=\"/a.mp3\" type=\"audio/mpeg\"/><enclosure url=\" \" type=\"image/png\" length=\"5\"/>"
        let file = Enclosure(url: "https://example.org/a.mp3", type: "audio/mpeg")
        #expect(try item("<guid>1</guid>\(own)")?.enclosures == [file])
        let media =
            "<media:content url=\"/a.mp3\" type=\"audio/mpeg\"/><media:content type=\"video/mp4\" fileSize=\"9\"/>"
        #expect(try item("<guid>1</guid>\(media)")?.enclosures == [file])
        let links =
            "<atom:link rel=\"enclosure\" href=\"/a.mp3\" type=\"audio/mpeg\"/><atom:link rel=\"enclosure\" type=\"image/png\"/>"
        #expect(try item("<guid>1</guid>\(links)")?.enclosures == [file])
    }
}
