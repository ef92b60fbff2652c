import CampaignModel
import FeedReading
import Testing

@Suite struct AtomTests {
    @Test func `an entry keeps what the document states`() throws {
        let document = try read(
            atom(
                """
                <entry><id>tag:1</id><title type="html">A &amp;lt;b&amp;gt; &lt;i&gt;c&lt;/i&gt;</title>
                <link rel="self" href="/self"/><link href="/a"/><link rel="enclosure" href="/e.mp3" type="audio/mpeg"/>
                <summary>x &lt; y</summary><content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>Long
                &amp; wide</p></div></content><published>2026-11-22T09:00:00Z</published>
                <updated>2026-11-23T09:00:00+03:00</updated><category term="t" label="L"/></entry>
                """,
                feed: "<title>F</title><author><name>Feed Author</name></author><updated>2026-11-23T09:00Z</updated>"))
        let item = try #require(document.items.first)
        #expect(document.feed?.format == .atom10)
        #expect(document.feed?.updated == Timestamp(iso8601: "2026-11-23T09:00:00Z"))
        #expect(item.id == "tag:1")
        #expect(item.title == "A <b> c")
        #expect(item.link == "https://example.org/a")
        #expect(item.summary == "x &lt; y")
        #expect(item.content?.collapsedText == "<p>Long &amp; wide</p>")
        #expect(item.published == Timestamp(iso8601: "2026-11-22T09:00:00Z"))
        #expect(item.updated == Timestamp(iso8601: "2026-11-23T06:00:00Z"))
        #expect(item.authors == ["Feed Author"])
        #expect(item.categories == ["t"])
        #expect(item.enclosures == [Enclosure(url: "https://example.org/e.mp3", type: "audio/mpeg")])
    }

    @Test func `the entry's author comes before the feed's and the id stays as it is`() throws {
        let document = try read(
            atom(
                "<entry xml:base='https://other.example/'><id>rel/1</id><author><name>E</name></author></entry>",
                feed: "<author><name>F</name></author>"))
        #expect(document.items.first?.authors == ["E"])
        #expect(document.items.first?.id == "rel/1")
    }

    @Test func `text titles are never decoded twice`() throws {
        let document = try read(atom("<entry><id>1</id><title>a &amp;lt; b</title></entry>"))
        #expect(document.items.first?.title == "a &lt; b")
    }

    @Test func `a lone entry is a feed of one`() throws {
        let document = try read("<entry xmlns='http://www.w3.org/2005/Atom'><id>1</id><title>A</title></entry>")
        #expect(document.items.map(\.title) == ["A"])
    }

    @Test func `Google's fields make it a catalog`() throws {
        let document = try read(
            atom("<entry><g:id>1</g:id><g:title>Lamp</g:title><g:link>/l</g:link><g:price>374990 KZT</g:price></entry>")
        )
        #expect(document.feed?.format == .googleAtom)
        #expect(document.items.first?.title == "Lamp")
        #expect(document.items.first?.product?.price?.description == "374990 KZT")
    }
}

extension String {
    var collapsedText: String { split(whereSeparator: \.isWhitespace).joined(separator: " ") }
}
