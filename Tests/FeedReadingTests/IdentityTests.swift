import CampaignModel
import FeedReading
import Testing

@Suite struct IdentityTests {
    @Test func `repeats of an id get keys of their own and a warning`() throws {
        let document = try read(
            rss(
                """
                <item><guid isPermaLink="false">1</guid><link>https://example.org/a</link></item>
                <item><guid isPermaLink="false">1</guid><link>https://example.org/b</link></item>
                <item><guid isPermaLink="false">1</guid><link>https://example.org/b</link></item>
                <item><guid isPermaLink="false">1</guid><link>https://example.org/b</link></item>
                """))
        #expect(document.items.first?.key == Fingerprint(of: ["1"]))
        #expect(document.items[1].key == Fingerprint(of: ["1", "https://example.org/b"]))
        #expect(Set(document.items.map(\.key)).count == 4)
        #expect(document.warnings == ["duplicate_id", "duplicate_id", "duplicate_id"])
    }

    @Test func `an empty guid is none and the link takes its place`() throws {
        let item = try item("<guid>  </guid><link>https://example.org/a</link>")
        #expect(item?.id == nil)
        #expect(item?.key == Fingerprint(of: ["https://example.org/a"]))
    }

    @Test func `without id and link the text tells items apart`() throws {
        let document = try read(rss("<item><title>A</title></item><item><title>B</title></item>"))
        #expect(Set(document.items.map(\.key)).count == 2)
    }

    @Test func `an item with nothing to know it by is left out and told`() throws {
        let document = try read(rss("<item><category>x</category></item>"))
        #expect(document.items.isEmpty)
        #expect(document.warnings == ["no_identity"])
        #expect(document.end?.complete == true)
    }

    @Test func `the date and the place in the document do not change the key`() throws {
        let one = try read(rss("<item><guid>1</guid><pubDate>Mon, 22 Nov 2026 09:00:00 GMT</pubDate></item>"))
        let other = try read(
            rss(
                "<item><guid>0</guid></item><item><guid>1</guid><pubDate>Tue, 23 Nov 2026 09:00:00 GMT</pubDate></item>"
            ))
        #expect(one.items.first?.key == other.items.last?.key)
    }
}
