import CampaignEngine
import CampaignModel
import TestSupport
import Testing

@testable import CampaignStore

@Suite struct MainJobTests {
    @Test func `the first document is known, a new item is told once to each, then nothing`() async throws {
        try await withEngine(subscribers: ["1", "2", "3"]) { bench in
            bench.site.publish(feed(["A", "B"]))
            #expect(try await bench.pass().isEmpty)
            #expect(bench.sender.sent.isEmpty)
            bench.site.publish(feed(["C", "A", "B"]))
            try await bench.nextPass()
            #expect(bench.chats.sorted() == ["1", "2", "3"])
            #expect(bench.texts == ["C", "C", "C"])
            try await bench.nextPass()
            try await bench.nextPass()
            #expect(bench.sender.sent.count == 3)
            #expect(try await bench.states() == [.sent, .sent, .sent])
        }
    }

    @Test(arguments: ItemChoice.Overflow.allCases)
    func `the parts of a long log are one run to those who get its messages`(overflow: ItemChoice.Overflow) async throws
    {
        let campaign = SampleContent.campaign { $0.items = ItemChoice(max: 3, order: .oldest, overflow: overflow) }
        try await withEngine(campaigns: [campaign]) { bench in
            bench.site.publish(feed(["A"]))
            try await bench.pass()
            bench.site.publish(feed(["H", "G", "F", "E", "D", "C", "B", "A"]))
            bench.time.advance(by: .minutes(11))
            _ = try await Poller(bench.engine).poll(bench.content.sources)
            let run = CampaignRun(bench.engine, mostChanges: 2)
            let reports = try await run.run(bench.content.campaigns[0], .update(takesWaiting: true))
            #expect(reports.map(\.queued) == [2, 1, 0, 0])
            try await bench.pass()
            #expect(bench.texts == ["B", "C", "D"])
            #expect(
                try await bench.store.work(for: bench.content.campaigns[0].id).changes.count
                    == (overflow == .keep ? 4 : 0))
        }
    }

    @Test func `a source that is not due is left alone`() async throws {
        try await withEngine { bench in
            bench.site.publish(feed(["A"]))
            try await bench.pass()
            bench.time.advance(by: .minutes(9))
            try await bench.pass()
            #expect(bench.server.requests.count == 1)
        }
    }

    @Test func `validators go back exactly as they came`() async throws {
        try await withEngine { bench in
            let etag = #"W/"a,b c-\#(UInt8(7))""#
            let modified = "Sun, 22 Nov 2026 09:00:00 GMT"
            bench.site.set(
                "/feed.xml", Site.Document(body: feed(["A"]), etag: etag, lastModified: modified))
            try await bench.pass()
            try await bench.nextPass()
            let requests = bench.server.requests
            #expect(requests.count == 2)
            #expect(requests[0].header("If-None-Match") == nil)
            #expect(requests[1].header("If-None-Match") == etag)
            #expect(requests[1].header("If-Modified-Since") == modified)
            bench.site.set("/feed.xml", Site.Document(body: feed(["B", "A"]), etag: "\"2\""))
            try await bench.nextPass()
            #expect(bench.texts == ["B"])
            try await bench.nextPass()
            #expect(bench.server.requests.last?.header("If-Modified-Since") == nil)
        }
    }

    @Test func `a campaign that starts with the last two tells those two and goes on with what is new`() async throws {
        try await withEngine(campaigns: [SampleContent.campaign { $0.start = .last(2) }]) { bench in
            bench.site.publish(feed(["C", "B", "A"]))
            try await bench.pass()
            #expect(Set(bench.texts) == ["C", "B"])
            bench.site.publish(feed(["D", "C", "B", "A"]))
            try await bench.nextPass()
            #expect(bench.texts.count == 3)
            #expect(bench.texts.last == "D")
        }
    }

    @Test func `an updated article is told to who asked for updates`() async throws {
        try await withEngine(campaigns: [SampleContent.campaign { $0.on = [.updated] }]) { bench in
            bench.site.publish(feed(["A"]))
            try await bench.pass()
            bench.site.publish(feed(["B", "A"], descriptions: ["A": "Corrected"]))
            try await bench.nextPass()
            #expect(bench.texts == ["A"])
        }
    }

    @Test func `a lower price and a return to the cache are told, each once`() async throws {
        let campaigns = [
            SampleContent.campaign("drops") {
                $0.on = [.priceDropped]
                $0.layout = "price"
            },
            SampleContent.campaign("back") { $0.on = [.backInStock] },
        ]
        try await withEngine(campaigns: campaigns) { bench in
            bench.site.publish(catalog(price: "20.00 EUR", availability: "out_of_stock"))
            try await bench.pass()
            bench.site.publish(catalog(price: "15.00 EUR", availability: "out_of_stock"))
            try await bench.nextPass()
            #expect(bench.texts.count == 1)
            #expect(bench.texts.first?.contains("20") == true && bench.texts.first?.contains("15") == true)
            bench.site.publish(catalog(price: "15.00 EUR", availability: "in_stock"))
            try await bench.nextPass()
            #expect(bench.texts.dropFirst() == ["Kettle"])
            bench.site.publish(catalog(price: "18.00 EUR", availability: "in_stock"))
            try await bench.nextPass()
            #expect(bench.sender.sent.count == 2)
        }
    }

    @Test(arguments: [(Duration.hours(1), Delivery.State.expired), (.hours(12), .sent)])
    func `what quiet hours put off grows old from its run on`(expires: Duration, state: Delivery.State) async throws {
        // It is eight in the morning.
        let quiet = SampleContent.campaign {
            ($0.quietHours, $0.expires) = (QuietHours(from: 7 * 60, to: 12 * 60), expires)
        }
        try await withEngine(campaigns: [quiet]) { bench in
            bench.site.publish(feed(["A"]))
            try await bench.pass()
            bench.site.publish(feed(["B", "A"]))
            try await bench.nextPass()
            #expect(try await bench.states() == [.queued])
            bench.time.advance(by: .hours(4))
            try await bench.pass()
            #expect(try await bench.states() == [state])
        }
    }

    @Test func `small falls add up for a campaign with a threshold, though another one tells of each`() async throws {
        let campaigns = [
            SampleContent.campaign("all") { $0.on = [.priceDropped] },
            SampleContent.campaign("large") {
                ($0.on, $0.layout) = ([.priceDropped], "price")
                $0.priceDrop = PriceDropThreshold(percent: DecimalAmount(digits: 10, scale: 0))
            },
        ]
        try await withEngine(campaigns: campaigns) { bench in
            func falls(to price: Int) async throws -> [String] {
                let before = bench.texts.count
                bench.site.publish(catalog(price: "\(price).00 EUR", availability: "in_stock"))
                bench.time.advance(by: .days(2))
                try await bench.pass()
                return bench.texts.dropFirst(before).filter { $0 != "Kettle" }
            }
            #expect(try await falls(to: 100).isEmpty)
            #expect(try await falls(to: 93).isEmpty)
            #expect(try await falls(to: 95).isEmpty)
            let told = try await falls(to: 88)
            #expect(told.count == 1 && told[0].contains("100") && told[0].contains("88"), "\(told)")
            #expect(try await falls(to: 80).isEmpty, "it counts from what was told")
            #expect(try await falls(to: 79).count == 1)
            #expect(try await bench.store.runs(of: "all", limit: 9).filter { $0.report.messages > 0 }.count == 4)
        }
    }

    @Test func `small falls add up also where a rise came in the same run, or a filter left the item out`() async throws
    {
        let fivePercent = PriceDropThreshold(percent: DecimalAmount(digits: 5, scale: 0))
        let both = SampleContent.campaign("both") {
            ($0.on, $0.priceDrop) = ([.priceDropped, .priceRaised], fivePercent)
        }
        let all = SampleContent.campaign("all") { $0.on = [.priceDropped] }
        try await withEngine(campaigns: [all, both]) { bench in
            for price in [100, 97, 98] {
                bench.site.publish(catalog(price: "\(price) EUR", availability: "in_stock"))
                bench.time.advance(by: .days(2))
                _ = try await Poller(bench.engine).poll(bench.content.sources)
            }
            try await bench.pass()
            bench.site.publish(catalog(price: "94 EUR", availability: "in_stock"))
            bench.time.advance(by: .days(2))
            try await bench.pass()
            #expect(try await bench.store.runs(of: "both", limit: 9).map(\.report.messages).reduce(0, +) == 1)
        }
    }

    @Test func `what a price was counts no more when the item came anew, or another document takes its place`()
        async throws
    {
        let large = SampleContent.campaign {
            $0.on = [.priceDropped]
            $0.priceDrop = PriceDropThreshold(percent: DecimalAmount(digits: 10, scale: 0))
        }
        try await withEngine(campaigns: [SampleContent.campaign("all") { $0.on = [.priceDropped] }, large]) { bench in
            for price in [100, 93] {
                bench.site.publish(catalog(price: "\(price).00 EUR", availability: "in_stock"))
                try await bench.nextPass()
            }
            let rows: @Sendable (any SQLConnection) throws -> Int64? = {
                try $0.integer("SELECT COUNT(*) FROM campaign_prices")
            }
            #expect(try await bench.store.database.read(rows) == 1)
            bench.site.publish(
                catalog(price: "9 EUR", availability: "in_stock").replacing("k1", with: "k2").replacing(
                    "Kettle", with: "Pot"))
            try await bench.nextPass()
            #expect(try await bench.store.database.read(rows) == 0, "it is gone")
        }
    }

    @Test func `a product that is gone is told as it was last, if anything is known of it`() async throws {
        let nothing = """
            <?xml version="1.0"?><rss version="2.0" xmlns:g="http://base.google.com/ns/1.0"><channel><title>Shop</title>\
            <item><g:id>k2</g:id><g:title>Pot</g:title><g:price>9 EUR</g:price></item></channel></rss>
            """
        let both = catalog(price: "15.00 EUR", availability: "in_stock").replacing(
            "</channel>", with: "<item><g:id>k2</g:id><g:title>Pot</g:title><g:price>9 EUR</g:price></item></channel>")
        let gone = nothing.replacing("k2", with: "k3").replacing("Pot", with: "Pan")
        try await withEngine(campaigns: [SampleContent.campaign { $0.on = [.removed] }]) { bench in
            bench.site.publish(both.replacing("15.00", with: "20.00"))
            try await bench.pass()
            bench.site.publish(both)
            try await bench.nextPass()
            #expect(bench.sender.sent.isEmpty)
            // The pot never changed.
            bench.site.publish(gone)
            try await bench.nextPass()
            #expect(bench.texts == ["Kettle"])
            let codes = try await bench.store.runs(of: nil, limit: 1).flatMap(\.report.skipped).map(\.code)
            #expect(codes == ["not_known", "kind"] || codes == ["kind", "not_known"])
            // What comes back is no news, and the pan is gone in its turn.
            bench.site.publish(both)
            try await bench.nextPass()
            #expect(bench.texts == ["Kettle", "Pan"])
        }
    }

    @Test func `a product that is back by the time of the run was never gone`() async throws {
        let campaign = SampleContent.campaign {
            $0.on = [.new, .removed]
            $0.frequency = .calendar(CalendarRule(minutes: .init([0]), hours: .init([18])))
        }
        let pot = "<item><g:id>k2</g:id><g:title>Pot</g:title><g:price>9 EUR</g:price></item></channel>"
        func shop(_ price: String) -> String {
            catalog(price: price, availability: "in_stock").replacing("</channel>", with: pot)
        }
        try await withEngine(campaigns: [campaign]) { bench in
            for document in [
                shop("20 EUR"), shop("15 EUR"), shop("15 EUR").replacing("k1", with: "k3"), shop("15 EUR"),
            ] {
                bench.site.publish(document)
                try await bench.nextPass()
            }
            bench.time.advance(by: .hours(12))
            try await bench.pass()
            // What came and went between two runs nobody knows of.
            #expect(bench.texts.isEmpty)
        }
    }

    @Test func `a digest is one message for all items, an item layout one for each`() async throws {
        let campaigns = [SampleContent.campaign("list") { $0.layout = "list" }, SampleContent.campaign("single")]
        try await withEngine(campaigns: campaigns) { bench in
            bench.site.publish(feed(["A"]))
            try await bench.pass()
            bench.site.publish(feed(["C", "B", "A"]))
            try await bench.nextPass()
            #expect(bench.texts.count == 3)
            let digest = try #require(bench.texts.first { $0.contains("[") })
            #expect(digest.contains("[B]") && digest.contains("[C]"))
            #expect(Set(bench.texts.filter { !$0.contains("[") }) == ["B", "C"])
        }
    }

    @Test func `two sources of one campaign are both heard`() async throws {
        try await withEngine(
            paths: ["a": "/a.xml", "b": "/b.xml"], campaigns: [SampleContent.campaign(sources: ["a", "b"])]
        ) { bench in
            bench.site.publish(feed(["A"]), at: "/a.xml")
            bench.site.publish(feed(["B"]), at: "/b.xml")
            try await bench.pass()
            bench.site.publish(feed(["A2", "A"]), at: "/a.xml")
            bench.site.publish(feed(["B2", "B"]), at: "/b.xml")
            try await bench.nextPass()
            #expect(Set(bench.texts) == ["A2", "B2"])
            #expect(bench.texts.count == 2)
        }
    }

    @Test func `a file is a source like any other`() async throws {
        try await withEngine(paths: ["blog": "feed.xml"]) { bench in
            try bench.folder.write(feed(["A"]), to: "feed.xml")
            #expect(try await bench.pass().isEmpty)
            try bench.folder.write(feed(["B", "A"]), to: "feed.xml")
            try await bench.nextPass()
            #expect(bench.texts == ["B"])
        }
    }

    @Test func `what one run may not take goes out with the next, and all of it once`() async throws {
        let campaign = SampleContent.campaign { $0.items = ItemChoice(min: 1, max: 2) }
        try await withEngine(campaigns: [campaign]) { bench in
            bench.site.publish(feed(["A"]))
            try await bench.pass()
            bench.site.publish(feed(["F", "E", "D", "C", "B", "A"]))
            for _ in 0..<4 { try await bench.nextPass() }
            #expect(bench.texts.sorted() == ["B", "C", "D", "E", "F"])
        }
    }
}
