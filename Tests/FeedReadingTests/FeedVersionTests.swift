import CampaignModel
import FeedReading
import Testing

/// The versions of RSS and Atom, CDF, and what their extensions add. Each document is read in any chunks.
@Suite struct FeedVersionTests {
    private func item(_ fields: String) throws -> Item? {
        try readInAnyChunks(rss("<item>\(fields)</item>")).items.first
    }

    private func entry(_ fields: String) throws -> Item? {
        try readInAnyChunks(atom("<entry><id>1</id>\(fields)</entry>")).items.first
    }

    // MARK: RSS

    @Test func `RSS 0_90 is read`() throws {
        let document = try readInAnyChunks(
            """
            <?xml version="1.0"?>
            <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://my.netscape.com/rdf/simple/0.9/">
            <channel><title>T</title><link>https://example.org/</link><description>D</description></channel>
            <image><title>wrong</title><url>https://example.org/i.png</url><link>https://wrong.example/</link></image>
            <item><title>A</title><link>https://example.org/a</link></item>
            <item><title>B</title><link>https://example.org/b</link></item></rdf:RDF>
            """)
        #expect(
            document.feed
                == FeedDescription(
                    format: .rss090, title: "T", link: "https://example.org/", description: "D",
                    image: "https://example.org/i.png"))
        #expect(document.items.map(\.title) == ["A", "B"])
        #expect(document.items.map(\.link) == ["https://example.org/a", "https://example.org/b"])
    }

    @Test func `RSS 0_91 is read and its DOCTYPE left alone`() throws {
        let document = try readInAnyChunks(
            """
            <?xml version="1.0" encoding="UTF-8"?>
            <!DOCTYPE rss PUBLIC "-//Netscape Communications//DTD RSS 0.91//EN" "http://127.0.0.1:1/rss-0.91.dtd">
            <rss version="0.91"><channel><title>T</title><link>https://example.org/</link><language>en-us</language>
            <textinput><title>Search</title><link>https://wrong.example/</link></textinput>
            <item><title>caf&eacute;</title><link>https://example.org/a</link><description>x</description></item>
            </channel></rss>
            """)
        #expect(
            document.feed
                == FeedDescription(format: .rss091, title: "T", link: "https://example.org/", language: "en-us"))
        #expect(document.items.map(\.title) == ["café"])
        #expect(document.warnings.isEmpty)
    }

    @Test func `RSS 0_92 is read with items that are mere text`() throws {
        let document = try readInAnyChunks(
            """
            <rss version="0.92"><channel><title>T</title><cloud domain="d" port="80" path="/" protocol="soap"/>
            <item><description>Only &lt;b&gt;text&lt;/b&gt;</description><category domain="d">c</category>
            <source url="https://other.example/">wrong</source><enclosure url="https://example.org/1.mp3" length="1"
            type="audio/mpeg"/><enclosure url="https://example.org/2.mp3" length="2" type="audio/mpeg"/></item>
            </channel></rss>
            """)
        #expect(document.feed?.format == .rss092)
        let item = try #require(document.items.first)
        #expect(item.title == nil)
        #expect(item.summary == "Only <b>text</b>")
        #expect(item.categories == ["c"])
        #expect(item.enclosures.map(\.length) == [1, 2])
    }

    @Test func `RSS 1_0 is read with its modules`() throws {
        let document = try readInAnyChunks(
            """
            <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
             xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:c="http://purl.org/rss/1.0/modules/content/">
            <channel rdf:about="https://example.org/feed"><title>T</title><link>https://example.org/</link>
            <items><rdf:Seq><rdf:li rdf:resource="https://example.org/2"/><rdf:li rdf:resource="https://example.org/1"/>
            </rdf:Seq></items></channel>
            <item rdf:about="https://example.org/1"><title>A</title><link>https://example.org/a</link>
            <description>Short</description><c:encoded><![CDATA[<p>Long</p>]]></c:encoded><dc:creator>Ann</dc:creator>
            <dc:subject>s</dc:subject><dc:date>2026-11-22T09:00+03:00</dc:date></item></rdf:RDF>
            """)
        #expect(document.feed?.format == .rss10)
        #expect(document.items.count == 1)
        let item = try #require(document.items.first)
        #expect(item.id == "https://example.org/1")
        #expect(item.link == "https://example.org/a")
        #expect(item.summary == "Short")
        #expect(item.content == "<p>Long</p>")
        #expect(item.authors == ["Ann"])
        #expect(item.categories == ["s"])
        #expect(item.published == Timestamp(iso8601: "2026-11-22T06:00:00Z"))
    }

    @Test func `RSS 1_1 is read`() throws {
        let document = try readInAnyChunks(
            """
            <Channel xmlns="http://purl.org/net/rss1.1#" xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
             rdf:about="https://example.org/feed"><title>T</title><link>https://example.org/</link><description>D</description>
            <image rdf:parseType="Resource"><title>wrong</title><url>https://example.org/i.png</url></image>
            <items rdf:parseType="Collection"><item rdf:about="https://example.org/1"><title>A</title>
            <link>https://example.org/a</link></item><item rdf:about="https://example.org/2"><title>B</title></item>
            </items></Channel>
            """)
        #expect(
            document.feed
                == FeedDescription(
                    format: .rss11, title: "T", link: "https://example.org/", description: "D",
                    image: "https://example.org/i.png"))
        #expect(document.items.map(\.id) == ["https://example.org/1", "https://example.org/2"])
    }

    @Test func `CDF is read`() throws {
        let document = try readInAnyChunks(
            """
            <?xml version="1.0"?><CHANNEL HREF="https://example.org/"><TITLE>T</TITLE><ABSTRACT>D</ABSTRACT>
            <LOGO HREF="l.gif" STYLE="image"/><ITEM HREF="https://example.org/1" LASTMOD="1998-11-05T09:00"><TITLE>A</TITLE>
            <ABSTRACT>Short</ABSTRACT></ITEM><ITEM HREF="https://example.org/2"><TITLE>B</TITLE></ITEM></CHANNEL>
            """)
        #expect(document.feed?.format == .cdf)
        #expect(document.feed?.title == "T")
        #expect(document.items.map(\.title) == ["A", "B"])
        #expect(document.items.map(\.link) == ["https://example.org/1", "https://example.org/2"])
        #expect(document.items.first?.summary == "Short")
        #expect(document.items.first?.updated == Timestamp(iso8601: "1998-11-05T09:00:00Z"))
    }

    @Test func `namespaces may be addresses by https`() throws {
        let document = try readInAnyChunks(
            """
            <rss version="2.0" xmlns:d="https://purl.org/dc/elements/1.1/" xmlns:m="https://search.yahoo.com/mrss/">
            <channel><item><guid>1</guid><d:creator>Ann</d:creator><m:thumbnail url="https://example.org/t.jpg"/></item>
            </channel></rss>
            """)
        #expect(document.items.first?.authors == ["Ann"])
        #expect(document.items.first?.images == ["https://example.org/t.jpg"])
    }

    @Test func `an item may have Atom's elements alone`() throws {
        let item = try item(
            """
            <atom:id>tag:1</atom:id><atom:title type="html">A &lt;i&gt;b&lt;/i&gt;</atom:title>
            <atom:link rel="self" href="/self"/><atom:link href="/a"/><atom:summary>x &lt; y</atom:summary>
            <atom:content type="html">&lt;p&gt;Long&lt;/p&gt;</atom:content><atom:published>2026-11-22</atom:published>
            <atom:updated>2026-11-23</atom:updated><atom:author><atom:name>Ann</atom:name></atom:author>
            """)
        #expect(item?.id == "tag:1")
        #expect(item?.title == "A b")
        #expect(item?.link == "https://example.org/a")
        #expect(item?.summary == "x &lt; y")
        #expect(item?.content == "<p>Long</p>")
        #expect(item?.published == Timestamp(iso8601: "2026-11-22"))
        #expect(item?.updated == Timestamp(iso8601: "2026-11-23"))
        #expect(item?.authors == ["Ann"])
    }

    @Test func `an item may have Dublin Core's elements alone`() throws {
        let item = try item(
            """
            <dc:identifier>urn:1</dc:identifier><dc:title>A</dc:title><dc:description>Short</dc:description>
            <dc:creator>Ann</dc:creator><dc:subject>s</dc:subject><dc:date>2026-11-22</dc:date>
            """)
        #expect(item?.id == "urn:1")
        #expect(item?.title == "A")
        #expect(item?.link == nil)
        #expect(item?.summary == "Short")
        #expect(item?.authors == ["Ann"])
        #expect(item?.categories == ["s"])
        #expect(item?.published == Timestamp(iso8601: "2026-11-22"))
    }

    // MARK: Files

    @Test func `a group of media gives its pictures and files but no title`() throws {
        let item = try item(
            """
            <guid>1</guid><media:group><media:title>Wrong</media:title><media:content url="/v.mp4" type="video/mp4"
            fileSize="9"/><media:content url="/p.jpg" medium="image"/><media:thumbnail url="/t.jpg"/>
            <media:description>Words</media:description></media:group>
            """)
        #expect(item?.title == nil)
        #expect(item?.summary == "Words")
        #expect(item?.images == ["https://example.org/t.jpg", "https://example.org/p.jpg"])
        #expect(item?.enclosures == [Enclosure(url: "https://example.org/v.mp4", type: "video/mp4", length: 9)])
    }

    @Test func `an episode keeps its file its picture and its speaker`() throws {
        let document = try readInAnyChunks(
            """
            <rss version="2.0" xmlns:i="http://www.itunes.com/DTDs/Podcast-1.0.dtd"><channel><title>T</title>
            <i:image href="https://example.org/show.jpg"/><i:author>Show</i:author><i:summary>About</i:summary>
            <item><guid>1</guid><title>Episode</title><i:title>Wrong</i:title><i:author>Ann</i:author>
            <i:summary>Words</i:summary><i:image href="https://example.org/1.jpg"/><i:duration>1:02:03</i:duration>
            <enclosure url="https://example.org/1.mp3" type="audio/mpeg" length="12345"/></item></channel></rss>
            """)
        #expect(document.feed?.image == "https://example.org/show.jpg")
        #expect(document.feed?.description == "About")
        let item = try #require(document.items.first)
        #expect(item.title == "Episode")
        #expect(item.authors == ["Ann"])
        #expect(item.summary == "Words")
        #expect(item.images == ["https://example.org/1.jpg"])
        #expect(
            item.enclosures == [Enclosure(url: "https://example.org/1.mp3", type: "audio/mpeg", length: 12345)])
    }

    @Test(arguments: ["", "n/a", "-1", "0", "12 MB", "99999999999999999999"])
    func `a length that is none stays absent`(length: String) throws {
        let item = try item("<guid>1</guid><enclosure url='/a.mp3' type='audio/mpeg' length='\(length)'/>")
        #expect(item?.enclosures == [Enclosure(url: "https://example.org/a.mp3", type: "audio/mpeg")])
    }

    @Test(arguments: ["", " ", "javascript:x", "data:audio/mpeg,x"])
    func `a file without an address is none`(address: String) throws {
        #expect(try item("<guid>1</guid><enclosure url='\(address)' type='audio/mpeg'/>")?.enclosures == [])
    }

    // MARK: Atom

    @Test func `Atom 0_3 is read`() throws {
        let document = try readInAnyChunks(
            """
            <feed version="0.3" xmlns="http://purl.org/atom/ns#" xml:lang="de"><title>T</title><tagline>D</tagline>
            <link rel="alternate" type="text/html" href="https://example.org/"/><modified>2026-11-23T00:00:00Z</modified>
            <author><name>Feed</name></author><entry><id>tag:1</id><title>A</title><link rel="alternate" type="text/html"
            href="https://example.org/a"/><issued>2026-11-22T09:00:00+03:00</issued><modified>2026-11-23</modified>
            <created>2026-11-21</created></entry></feed>
            """)
        #expect(
            document.feed
                == FeedDescription(
                    format: .atom03, title: "T", link: "https://example.org/", description: "D", language: "de",
                    updated: Timestamp(iso8601: "2026-11-23")))
        let item = try #require(document.items.first)
        #expect(item.id == "tag:1")
        #expect(item.link == "https://example.org/a")
        #expect(item.published == Timestamp(iso8601: "2026-11-22T06:00:00Z"))
        #expect(item.updated == Timestamp(iso8601: "2026-11-23"))
        #expect(item.authors == ["Feed"])
    }

    @Test(arguments: [
        ("type='text/html' mode='escaped'", "&lt;p&gt;a &amp;amp; b&lt;/p&gt;"),
        ("type='text/html' mode='escaped'", "<![CDATA[<p>a &amp; b</p>]]>"),
        ("type='text/html' mode='xml'", "<div xmlns='http://www.w3.org/1999/xhtml'><p>a &amp; b</p></div>"),
        ("type='application/xhtml+xml' mode='xml'", "<p xmlns='http://www.w3.org/1999/xhtml'>a &amp; b</p>"),
        ("type='text/html' mode='base64'", "PHA+YSAmYW1wOyBi\nPC9wPg=="),
    ])
    func `Atom 0_3 packs its content in three ways`(attributes: String, content: String) throws {
        let document = try readInAnyChunks(
            """
            <feed version="0.3" xmlns="http://purl.org/atom/ns#"><entry><id>1</id>
            <content \(attributes)>\(content)</content></entry></feed>
            """)
        #expect(document.items.first?.content == "<p>a &amp; b</p>")
    }

    @Test(arguments: [
        ("", "a &lt;b&gt; &amp;amp; c", "a &lt;b&gt; &amp;amp; c"), ("type='text'", "a &amp; b", "a &amp; b"),
        ("type='html'", "&lt;p&gt;a&lt;/p&gt;", "<p>a</p>"), ("type='html'", "<![CDATA[<p>a</p>]]>", "<p>a</p>"),
        ("type='text/html'", "&lt;p&gt;a&lt;/p&gt;", "<p>a</p>"),
        ("type='xhtml'", "<div xmlns='http://www.w3.org/1999/xhtml'><p>a &lt; b<br/></p></div>", "<p>a &lt; b<br></p>"),
        ("type='xhtml'", "<x:div xmlns:x='http://www.w3.org/1999/xhtml'><x:p>a</x:p></x:div>", "<p>a</p>"),
    ])
    func `Atom's content is text HTML or XHTML`(type: String, source: String, content: String) throws {
        #expect(try entry("<content \(type)>\(source)</content>")?.content == content)
    }

    @Test func `content that lies elsewhere is a link where there is no other`() throws {
        let elsewhere = "<content type='video/mp4' src='/v.mp4'/>"
        #expect(try entry(elsewhere)?.content == nil)
        #expect(try entry(elsewhere)?.link == "https://example.org/v.mp4")
        #expect(try entry(elsewhere + "<link href='/a'/>")?.link == "https://example.org/a")
    }

    @Test func `a web page comes before other alternates`() throws {
        let item = try entry(
            "<link rel='alternate' type='application/json' href='/a.json'/><link type='text/html' href='/a'/>")
        #expect(item?.link == "https://example.org/a")
    }

    @Test func `Atom tells its hub and its next page`() throws {
        let feed = try readInAnyChunks(
            atom(
                "<entry><id>1</id><link rel='next' href='/no'/></entry>",
                feed:
                    "<link rel='hub' href='https://hub.example/'/><link rel='next' href='?page=2'/><link rel='self' href='/s'/>"
            )
        ).feed
        #expect(feed?.hub == "https://hub.example/")
        #expect(feed?.next == "https://example.org/feed.xml?page=2")
        #expect(feed?.link == nil)
    }

    // MARK: Bases

    @Test func `each base counts from the one around it`() throws {
        let document = try readInAnyChunks(
            """
            <feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://a.example/x/"><link href="site/"/>
            <entry xml:base="y/"><id>1</id><link href="z"/><link rel="enclosure" href="../f.mp3"/>
            <content type="html" xml:base="c/">&lt;a href="p"&gt;q&lt;/a&gt;</content></entry>
            <entry><id>2</id><link href="z"/></entry></feed>
            """)
        #expect(document.feed?.link == "https://a.example/x/site/")
        #expect(document.items.map(\.link) == ["https://a.example/x/y/z", "https://a.example/x/z"])
        #expect(document.items.first?.enclosures.map(\.url) == ["https://a.example/x/f.mp3"])
        #expect(document.items.first?.content == "<a href=\"https://a.example/x/y/c/p\">q</a>")
    }
}
