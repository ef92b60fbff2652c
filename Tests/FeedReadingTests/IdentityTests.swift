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

    @Test func `items without ids that share a link keep their keys, whatever comes before them`() throws {
        func keys(_ names: [String]) throws -> [ItemKey] {
            let items = names.map {
                "<item><title>News</title><link>https://example.org/news</link><description>\($0)</description></item>"
            }
            var options = ReadOptions(baseURL: "https://example.org/feed.xml")
            options.identity = .idAndLink
            return try read(rss(items.joined()), options).items.map(\.key)
        }
        let before = try keys(["c", "b", "a"])
        let after = try keys(["d", "c", "b"])
        #expect(Set(before).count == 3)
        #expect(before.prefix(2) == after.suffix(2))
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

    @Test func `found items give the same as items that are made at once`() throws {
        let text = rss(
            """
            <item><guid>1</guid><title>A</title><pubDate>x</pubDate><description>&lt;b>B&lt;/b></description></item>
            <item><g:id>2</g:id><g:price>5 EUR</g:price><link>/two</link></item>
            """)
        let found = Reading(try events(text)).found
        let whole = try read(text, ReadOptions())
        var warnings: [ReadWarning] = []
        #expect(found.map { $0.item { warnings.append($0) } } == whole.items)
        #expect(found.map(\.key) == whole.items.map(\.key))
        #expect(warnings == whole.end?.warnings)
    }

    @Test func `what is stated has one fingerprint and any change another`() throws {
        let base = ["<title>A</title>", "<description>B</description>", "<g:price>5 EUR</g:price>"]
        let fingerprints = try (0...base.count).map { place in
            var fields = base
            if place < base.count { fields[place] = fields[place].split(separator: "</").joined(separator: "x</") }
            return try fingerprint(fields.joined())
        }
        #expect(Set(fingerprints).count == 4)
        #expect(try fingerprint(base.joined()) == fingerprints.last)
    }

    @Test func `a date is no part of what is stated`() throws {
        let dates = ["Mon, 22 Nov 2026 09:00:00 GMT", "Tue, 23 Nov 2026 09:00:00 GMT"]
        #expect(Set(try dates.map { try fingerprint("<pubDate>\($0)</pubDate><title>A</title>") }).count == 1)
    }

    private func fingerprint(_ fields: String) throws -> Fingerprint? {
        Reading(try events(rss("<item><guid>1</guid>\(fields)</item>"))).found.first?.statedFingerprint
    }

    private func events(_ text: String) throws -> [ReadEvent] {
        let reader = FeedReader(ReadOptions(), lazily: true)
        return try reader.push(Array(text.utf8)) + reader.finish()
    }

    @Test func `the stated fingerprint knows where links count from`() throws {
        func fingerprint(_ site: String, base: String) throws -> Fingerprint? {
            let text = rss(
                "<item xml:base=\"\(base)\"><guid>1</guid><link>a</link></item>", channel: "<link>\(site)</link>")
            let reader = FeedReader(ReadOptions(), lazily: true)
            for case .found(let item) in try reader.push(Array(text.utf8)) + reader.finish() {
                return item.statedFingerprint
            }
            return nil
        }
        let one = try fingerprint("http://example.org/", base: "/x/")
        #expect(try fingerprint("http://example.org/", base: "/x/") == one)
        #expect(try fingerprint("http://example.org/", base: "http://example.com/") != one)
        #expect(try fingerprint("http://example.com/", base: "") != fingerprint("http://example.org/", base: ""))
    }
}
