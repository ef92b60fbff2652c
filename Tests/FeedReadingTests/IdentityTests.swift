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

    @Test func `an item that states nothing is given as blank and told`() throws {
        let document = try read(rss("<item/><item><category>x</category></item>"))
        #expect(document.items.map(\.isBlank) == [true, true])
        #expect(Set(document.items.map(\.key)).count == 2)
        #expect(document.warnings == ["no_identity"])
        #expect(document.end?.complete == true)
    }

    @Test func `an item that is known costs no text`() throws {
        let text = rss("<item><guid>1</guid><title>A</title></item><item><guid>2</guid><title>B</title></item>")
        var seen: [ItemKey: Fingerprint] = [:]
        _ = try events(text) { key, fingerprint in
            seen[key] = fingerprint
            return false
        }
        let changed = text.split(separator: "B").joined(separator: "C")
        let again = Reading(try events(changed) { seen[$0] == $1 })
        #expect(again.known == [Fingerprint(of: ["1"])])
        #expect(again.items.map(\.title) == ["C"])
        #expect(again.end?.items == 2)
    }

    @Test func `a date is no part of what is known`() throws {
        func fingerprints(_ date: String) throws -> [Fingerprint] {
            var found: [Fingerprint] = []
            _ = try events(rss("<item><guid>1</guid><pubDate>\(date)</pubDate><title>A</title></item>")) {
                found.append($1)
                return true
            }
            return found
        }
        #expect(
            try fingerprints("Mon, 22 Nov 2026 09:00:00 GMT") == fingerprints("Tue, 23 Nov 2026 09:00:00 GMT"))
    }

    private func events(_ text: String, _ isKnown: @escaping (ItemKey, Fingerprint) -> Bool) throws -> [ReadEvent] {
        let reader = FeedReader(ReadOptions(), isKnown: isKnown)
        return try reader.push(Array(text.utf8)) + reader.finish()
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
