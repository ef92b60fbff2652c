import CampaignEngine
import CampaignModel
import CampaignStore
import TestSupport
import Testing

@Suite struct BadDocumentTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var document: Site.Document
        var code: Problem.Code
    }

    static let cases = [
        Case(
            testDescription: "cut in the middle of an item",
            document: Site.Document(body: String(feed(["C", "B", "A"]).dropLast(120))), code: .brokenDocument),
        Case(
            testDescription: "a connection that broke off",
            document: Site.Document(body: feed(["C", "B", "A"]), cutAt: 300), code: .unavailable),
        Case(
            testDescription: "a web page with status 200",
            document: Site.Document(
                headers: ["Content-Type: text/html"],
                body: "<!DOCTYPE html><html><head><title>Oops</title></head><body><p>Sorry</p></body></html>"),
            code: .notAFeed),
        Case(testDescription: "nothing at all", document: Site.Document(body: ""), code: .notAFeed),
        Case(testDescription: "not found", document: Site.Document(status: 404, body: "gone"), code: .unavailable),
        Case(
            testDescription: "a server in trouble", document: Site.Document(status: 503, body: feed(["C"])),
            code: .unavailable),
    ]

    @Test(arguments: cases) func `a bad document changes nothing and says why`(bad: Case) async throws {
        try await withEngine { bench in
            bench.site.set("/feed.xml", Site.Document(body: feed(["B", "A"]), etag: "\"good\""))
            try await bench.pass()
            let before = try await bench.store.sourceState(bench.source)
            bench.site.set("/feed.xml", bad.document)
            let problems = try await bench.nextPass()
            #expect(problems.map(\.code) == [bad.code])
            #expect(problems.first?.message.contains("blog") == true)
            let after = try await bench.store.sourceState(bench.source)
            #expect(after.fetchState == before.fetchState)
            #expect(after.baselineAt == before.baselineAt)
            #expect(after.failures == 1)
            #expect(bench.sender.sent.isEmpty)
            bench.site.publish(feed(["C", "B", "A"]))
            bench.time.advance(by: .hours(1))
            #expect(try await bench.pass().isEmpty)
            #expect(bench.texts == ["C"])
            #expect(try await bench.store.sourceState(bench.source).failures == 0)
        }
    }

    @Test func `a first document that is bad is no baseline`() async throws {
        try await withEngine { bench in
            bench.site.set("/feed.xml", Site.Document(body: feed(["B", "A"]), cutAt: 300))
            #expect(try await bench.pass().count == 1)
            #expect(try await bench.store.sourceState(bench.source).baselineAt == nil)
            bench.site.publish(feed(["B", "A"]))
            bench.time.advance(by: .hours(1))
            try await bench.pass()
            #expect(bench.sender.sent.isEmpty)
        }
    }

    @Test func `a table that is cut within a price changes nothing`() async throws {
        let campaign = SampleContent.campaign { $0.on = [.priceDropped] }
        try await withEngine(paths: ["blog": "/shop.csv"], campaigns: [campaign]) { bench in
            func publish(_ price: String) {
                let body = "id,title,link,price\n1,Lamp,https://a.example/1,10 EUR\n2,Desk,https://a.example/2,\(price)"
                bench.site.set("/shop.csv", Site.Document(headers: ["Content-Type: text/csv"], body: body))
            }
            publish("1999 EUR\n")
            try await bench.pass()
            publish("19")
            #expect(try await bench.nextPass().map(\.code) == [.brokenDocument])
            publish("1899 EUR\n")
            bench.time.advance(by: .hours(1))
            try await bench.pass()
            #expect(bench.texts == ["Desk"])
        }
    }

    @Test func `a table without a last line break is read as long as it never had one`() async throws {
        let campaign = SampleContent.campaign { $0.on = [.priceDropped] }
        try await withEngine(paths: ["blog": "/shop.csv"], campaigns: [campaign]) { bench in
            for price in ["1999 EUR", "1899 EUR"] {
                let body = "id,title,link,price\n1,Desk,https://a.example/1,\(price)"
                bench.site.set("/shop.csv", Site.Document(headers: ["Content-Type: text/csv"], body: body))
                try await bench.nextPass()
            }
            #expect(bench.texts == ["Desk"])
        }
    }

    @Test func `a source that fails again and again is asked ever more seldom`() async throws {
        try await withEngine { bench in
            var waits: [Duration] = []
            for _ in 0..<4 {
                try await bench.pass()
                let next = try await bench.store.sourceState(bench.source).nextPollAt
                waits.append(next - bench.time.now())
                bench.time.advance(by: next - bench.time.now())
            }
            #expect(waits == waits.sorted() && Set(waits).count == 4)
        }
    }

    @Test func `a bad source holds up no other`() async throws {
        try await withEngine(
            paths: ["a": "/missing.xml", "b": "/b.xml"], campaigns: [SampleContent.campaign(sources: ["a", "b"])]
        ) { bench in
            bench.site.publish(feed(["B"]), at: "/b.xml")
            let first = try await bench.pass()
            bench.site.publish(feed(["C", "B"]), at: "/b.xml")
            let second = try await bench.nextPass()
            #expect([first.count, second.count] == [1, 1])
            #expect(bench.texts == ["C"])
        }
    }

    @Test(arguments: ["missing.xml", "/proc/self/mem"])
    func `a file that cannot be read is a problem of its source alone`(path: String) async throws {
        try await withEngine(
            paths: ["a": path, "b": "/b.xml"], campaigns: [SampleContent.campaign(sources: ["b"])]
        ) { bench in
            bench.site.publish(feed(["B"]), at: "/b.xml")
            #expect(try await bench.pass().count == 1)
            bench.site.publish(feed(["C", "B"]), at: "/b.xml")
            try await bench.nextPass()
            #expect(bench.texts == ["C"])
        }
    }
}

@Suite struct LargeDocumentTests {
    @Test func `a feed of more than 20 MiB is refused, and a catalog is not`() async throws {
        let text = String(repeating: "word ", count: 4_400_000)
        try await withEngine(paths: ["blog": "/feed.xml", "shop": "/shop.xml"]) { bench in
            bench.site.publish(feed(["A", "B"], descriptions: ["A": text]))
            bench.site.publish(
                catalog(price: "5 EUR", availability: "in stock")
                    .replacing("</item>", with: "</item><!--\(text)-->"), at: "/shop.xml")
            let problems = try await bench.pass()
            #expect(problems.map(\.message) == ["source blog: it is a feed of more than 20 MiB"])
        }
    }
}
