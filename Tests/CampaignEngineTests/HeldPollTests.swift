import CampaignEngine
import CampaignModel
import CampaignStore
import TestSupport
import Testing

@Suite struct HeldPollTests {
    private static let before = (1...12).map { "Old\($0)" }
    private static let flood = (1...60).map { "Fresh\($0)" }

    private func withFlood(_ body: (EngineBench) async throws -> Void) async throws {
        try await withEngine { bench in
            bench.site.set("/feed.xml", Site.Document(body: feed(Self.before), etag: "\"1\""))
            try await bench.pass()
            bench.site.set("/feed.xml", Site.Document(body: feed(Self.flood + Self.before), etag: "\"2\""))
            try await bench.nextPass()
            try await body(bench)
        }
    }

    private func decide(_ decision: HoldDecision, _ bench: EngineBench) async throws {
        let isHeld = try await bench.store.decide(decision, on: bench.source, at: bench.time.now())
        #expect(isHeld)
        try await bench.pass()
    }

    @Test func `a flood is held, and the owner sees why`() async throws {
        try await withFlood { bench in
            #expect(bench.sender.sent.isEmpty)
            let state = try await bench.store.sourceState(bench.source)
            #expect(state.hold?.code == "flood")
            #expect(state.hold?.reason == "60 items would be announced as new, where up to 20 are usual")
            #expect(state.fetchState?.contains("etag=\"1\"") == true, "what is held must be read again")
        }
    }

    @Test func `what is held stays held until somebody decides`() async throws {
        try await withFlood { bench in
            let since = try await bench.store.sourceState(bench.source).hold?.at
            try await bench.nextPass()
            try await bench.nextPass()
            #expect(bench.sender.sent.isEmpty)
            #expect(try await bench.store.sourceState(bench.source).hold?.at == since)
        }
    }

    @Test func `accepted, all of it is told once`() async throws {
        try await withFlood { bench in
            try await decide(.accept, bench)
            for _ in 1...12 { try await bench.nextPass() }
            #expect(Set(bench.texts) == Set(Self.flood) && bench.texts.count == 60)
            #expect(try await bench.store.sourceState(bench.source).hold == nil)
        }
    }

    @Test func `skipped, none of it is told, and what comes later is`() async throws {
        try await withFlood { bench in
            try await decide(.skip, bench)
            bench.site.publish(feed(["Later"] + Self.flood + Self.before))
            try await bench.nextPass()
            #expect(bench.texts == ["Later"])
        }
    }

    @Test func `of the latest, so many are told`() async throws {
        try await withFlood { bench in
            try await decide(.latest(2), bench)
            try await bench.nextPass()
            #expect(bench.texts.sorted() == ["Fresh1", "Fresh2"])
        }
    }

    @Test func `a document that is as it was ends the hold by itself`() async throws {
        try await withFlood { bench in
            bench.site.publish(feed(["One"] + Self.before))
            try await bench.nextPass()
            #expect(bench.texts == ["One"])
            #expect(try await bench.store.sourceState(bench.source).hold == nil)
        }
    }

    @Test func `items that are exchanged for undated ones are held`() async throws {
        try await withEngine { bench in
            bench.site.publish(feed(Self.before))
            try await bench.pass()
            bench.site.publish(feed((1...12).map { "Other\($0)" }))
            try await bench.nextPass()
            #expect(bench.sender.sent.isEmpty)
            #expect(try await bench.store.sourceState(bench.source).hold?.code == "items_exchanged")
        }
    }

    /// Posts whose addresses are their ids.
    private func entries(_ numbers: ClosedRange<Int>, at folder: String) -> [QuietDocumentTests.Entry] {
        numbers.reversed().map { number in
            var entry = QuietDocumentTests.Entry(number, host: "https://blog.example.com/\(folder)")
            entry.guid = entry.link
            return entry
        }
    }

    @Test func `a few posts at new addresses are held, where none of them is dated since`() async throws {
        try await withEngine { bench in
            let date = (bench.time.now() - .days(2)).description
            func blog(at folder: String) -> String {
                QuietDocumentTests.document(
                    entries(1...5, at: folder).map { entry in
                        var entry = entry
                        entry.date = date
                        return entry
                    })
            }
            bench.site.publish(blog(at: "old"))
            try await bench.pass()
            bench.site.publish(blog(at: "new"))
            try await bench.nextPass()
            #expect(bench.sender.sent.isEmpty)
            #expect(try await bench.store.sourceState(bench.source).hold?.code == "items_exchanged")
        }
    }

    @Test func `an exchange stays held while new posts come to it`() async throws {
        try await withEngine { bench in
            bench.site.publish(QuietDocumentTests.document(entries(1...10, at: "old")))
            try await bench.pass()
            bench.site.publish(QuietDocumentTests.document(entries(1...10, at: "new")))
            try await bench.nextPass()
            #expect(try await bench.store.sourceState(bench.source).hold?.code == "items_exchanged")
            bench.time.advance(by: .days(5))
            let fresh = entries(11...15, at: "new").map { entry in
                var entry = entry
                entry.date = (bench.time.now() - .hours(1)).description
                return entry
            }
            bench.site.publish(QuietDocumentTests.document(fresh + entries(6...10, at: "new")))
            try await bench.nextPass()
            #expect(bench.sender.sent.isEmpty)
            #expect(try await bench.store.sourceState(bench.source).hold?.code == "items_exchanged")
        }
    }

    /// Twelve products at 100, 200 … of a unit, or at so many percent of that.
    private func shop(percent: Int) -> String {
        let items = (1...12).map { number in
            "<item><g:id>\(number)</g:id><g:title>Thing \(number)</g:title><g:price>\(number * percent) EUR</g:price></item>"
        }
        return """
            <?xml version="1.0"?><rss version="2.0" xmlns:g="http://base.google.com/ns/1.0"><channel>\
            <title>Shop</title>\(items.joined())</channel></rss>
            """
    }

    @Test(arguments: [(100, 10_000), (10_000, 100)])
    func `a catalog whose prices are of another unit at once is held until it is as it was`(
        before: Int, after: Int
    ) async throws {
        let campaign = SampleContent.campaign { $0.on = [.priceDropped, .priceRaised] }
        try await withEngine(campaigns: [campaign]) { bench in
            bench.site.publish(shop(percent: before))
            try await bench.pass()
            bench.site.publish(shop(percent: after))
            try await bench.nextPass()
            #expect(try await bench.store.sourceState(bench.source).hold?.code == "repriced")
            bench.site.publish(shop(percent: before))
            try await bench.nextPass()
            #expect(bench.sender.sent.isEmpty)
            #expect(try await bench.store.sourceState(bench.source).hold == nil)
        }
    }

    @Test func `a sale of all that there is by 70 percent is told`() async throws {
        try await withEngine(campaigns: [SampleContent.campaign { $0.on = [.priceDropped] }]) { bench in
            bench.site.publish(shop(percent: 100))
            try await bench.pass()
            bench.site.publish(shop(percent: 30))
            try await bench.nextPass()
            #expect(!bench.sender.sent.isEmpty)
        }
    }

    @Test func `two shirts in many sizes are no flood, and each is told once`() async throws {
        func shop(_ groups: Int) -> String {
            let items = (0..<groups).flatMap { group in
                (1...15).map { size in
                    """
                    <item><g:id>\(group)-\(size)</g:id><g:item_group_id>\(group)</g:item_group_id>\
                    <g:title>Shirt \(group), size \(size)</g:title><g:link>https://a.example/\(group)?size=\(size)</g:link><g:price>20 EUR</g:price></item>
                    """
                }
            }
            return """
                <?xml version="1.0"?><rss version="2.0" xmlns:g="http://base.google.com/ns/1.0"><channel>\
                <title>Shop</title>\(items.joined())</channel></rss>
                """
        }
        try await withEngine { bench in
            bench.site.publish(shop(1))
            try await bench.pass()
            bench.site.publish(shop(3))
            try await bench.nextPass()
            #expect(try await bench.store.sourceState(bench.source).hold == nil)
            #expect(bench.sender.sent.count == 2)
        }
    }

    @Test func `without a hold there is nothing to decide`() async throws {
        try await withEngine { bench in
            bench.site.publish(feed(["A"]))
            try await bench.pass()
            #expect(try await bench.store.decide(.accept, on: bench.source, at: bench.time.now()) == false)
        }
    }
}
