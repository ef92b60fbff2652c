import CampaignEngine
import CampaignModel
import CampaignStore
import TestSupport
import Testing

/// What waits for the clock or for a second document is looked at, though the server says that nothing changed.
@Suite struct WaitingForTimeTests {
    private func shop(sale: String?) -> String {
        let sale = sale.map {
            "<g:sale_price>70 EUR</g:sale_price><g:sale_price_effective_date>\($0)</g:sale_price_effective_date>"
        }
        return catalog(price: "100 EUR", availability: "in stock")
            .replacing("</g:availability>", with: "</g:availability>\(sale ?? "")")
    }

    @Test func `a sale is told when it begins, in a document that stays the same`() async throws {
        let campaign = SampleContent.campaign { $0.on = [.priceDropped] }
        try await withEngine(paths: ["blog": "/shop.xml"], campaigns: [campaign]) { bench in
            let from = bench.time.now() + .hours(5)
            bench.site.set(
                "/shop.xml", Site.Document(body: shop(sale: "\(from)/\(from + .hours(20))"), etag: "\"same\""))
            try await bench.pass()
            for _ in 1...20 { try await bench.nextPass() }
            #expect(bench.sender.sent.isEmpty)
            let asked = bench.server.requests.filter { $0.header("If-None-Match") == nil }.count
            #expect(asked == 1)
            for _ in 1...10 { try await bench.nextPass() }
            #expect(bench.texts == ["Kettle"])
        }
    }

    @Test func `a document that is the same confirms`() async throws {
        let campaign = SampleContent.campaign { $0.on = [.priceDropped] }
        try await withEngine(paths: ["blog": "/shop.xml"], campaigns: [campaign]) { bench in
            var sources = bench.content.sources.map(\.source)
            sources[0].confirm = [.priceDropped]
            let content = try await bench.store.provision(
                channels: bench.content.channels.map(\.channel), sources: sources,
                campaigns: bench.content.campaigns.map(\.campaign), now: bench.time.now())
            func poll() async throws {
                bench.time.advance(by: .minutes(11))
                _ = try await Poller(bench.engine).poll(content.sources)
                _ = try await bench.pass()
            }
            func publish(_ price: String) {
                bench.site.set(
                    "/shop.xml",
                    Site.Document(body: catalog(price: price, availability: "in stock"), etag: "\"\(price)\""))
            }
            publish("100 EUR")
            try await poll()
            publish("80 EUR")
            _ = try await Poller(bench.engine).poll(content.sources)
            #expect(bench.sender.sent.isEmpty)
            try await poll()
            #expect(bench.texts == ["Kettle"])
        }
    }

    @Test func `half a catalog gone is held, though the rest is as it was`() async throws {
        func shop(_ numbers: ClosedRange<Int>) -> String {
            let items = numbers.map {
                "<item><g:id>\($0)</g:id><g:title>Thing \($0)</g:title><g:price>5 EUR</g:price></item>"
            }
            return """
                <?xml version="1.0"?><rss version="2.0" xmlns:g="http://base.google.com/ns/1.0"><channel>\
                <title>Shop</title>\(items.joined())</channel></rss>
                """
        }
        try await withEngine(paths: ["blog": "/shop.xml"]) { bench in
            bench.site.set("/shop.xml", Site.Document(body: shop(1...30), etag: "\"1\""))
            try await bench.pass()
            bench.site.set("/shop.xml", Site.Document(body: shop(1...9), etag: "\"2\""))
            try await bench.nextPass()
            #expect(try await bench.store.sourceState(bench.source).hold?.code == "shrunk")
            // As it was, and said to be.
            bench.site.set("/shop.xml", Site.Document(body: shop(1...30), etag: "\"1\""))
            try await bench.nextPass()
            #expect(try await bench.store.sourceState(bench.source).hold == nil)
        }
    }

    @Test func `of the latest, the new ones are meant`() async throws {
        try await withEngine { bench in
            let before = (1...12).map { "Old\($0)" }
            bench.site.publish(feed(before))
            try await bench.pass()
            bench.site.publish(feed(before + (1...60).map { "Fresh\($0)" }))
            try await bench.nextPass()
            _ = try await bench.store.decide(.latest(2), on: bench.source, at: bench.time.now())
            try await bench.pass()
            #expect(bench.texts.sorted() == ["Fresh1", "Fresh2"])
            #expect(try await bench.store.sourceState(bench.source).usualNew == nil)
        }
    }

    @Test func `nothing secret of an address gets into links`() async throws {
        try await withEngine { bench in
            var entry = bench.content.sources[0]
            entry.source.location = bench.server.url("/feed.xml?token=SECRET")
                .replacing("http://", with: "http://shop:SECRET@")
            entry.source.writtenLocation = "http://shop:${PASS}@127.0.0.1/feed.xml?token=${TOKEN}"
            let document = "<rss version=\"2.0\"><channel><title>t</title>%</channel></rss>"
            func item(_ name: String) -> String {
                "<item><guid>\(name)</guid><title>\(name)</title><link>#\(name)</link></item>"
            }
            bench.site.publish(document.replacing("%", with: item("a")), at: "/feed.xml?token=SECRET")
            _ = try await Poller(bench.engine).poll([entry])
            bench.site.publish(document.replacing("%", with: item("b") + item("a")), at: "/feed.xml?token=SECRET")
            _ = try await Poller(bench.engine).poll([entry])
            let work = try await bench.store.work(for: bench.content.campaigns[0].id)
            #expect(work.changes.count == 1)
            #expect(work.changes.first?.change.after?.link?.contains("SECRET") == false)
        }
    }
}
