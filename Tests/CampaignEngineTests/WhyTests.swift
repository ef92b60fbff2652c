import CampaignEngine
import CampaignModel
import TestSupport
import Testing

@testable import CampaignStore

/// What is told of items, people and campaigns, from what is stored.
@Suite struct WhyTests {
    private func feedOf(_ items: [(id: String, title: String, date: String?)]) -> String {
        let entries = items.map { item in
            let date = item.date.map { "<pubDate>\($0)</pubDate>" } ?? ""
            return "<item><guid>\(item.id)</guid><title>\(item.title)</title>\(date)"
                + "<link>https://blog.example.com/\(item.title.lowercased())</link></item>"
        }
        return "<rss version=\"2.0\"><channel><title>B</title><link>https://blog.example.com/</link>"
            + "<description>d</description>\(entries.joined())</channel></rss>"
    }

    private func codes(_ bench: EngineBench, item text: String) async throws -> [[String]] {
        let aliases = text.contains("://") ? Item.storedPlaces(of: text) : []
        return try await bench.store.trails(ofItems: text, aliases: aliases).map { Why.lines($0).map(\.code) }
    }

    private func person(_ bench: EngineBench, _ address: String) async throws -> [String] {
        let trail = try await bench.store.trail(
            ofSubscriber: address, on: bench.channel, limit: 10, now: bench.time.now())
        return Why.lines(try #require(trail)).map(\.code)
    }

    private func withNews(_ body: (EngineBench) async throws -> Void) async throws {
        let campaigns = [
            SampleContent.campaign { $0.filter = ItemFilter(exclude: ["sponsored"]) },
            SampleContent.campaign("vip") { $0.audience = Audience(tags: ["vip"]) },
        ]
        try await withEngine(campaigns: campaigns, subscribers: ["1", "2"]) { bench in
            bench.site.publish(feedOf([("a", "First", "Mon, 04 Jan 2027 08:00:00 GMT")]))
            try await bench.pass()
            bench.site.publish(
                feedOf([
                    ("b", "Second", "Fri, 15 Jan 2027 08:00:00 GMT"),
                    ("c", "Sponsored", "Fri, 15 Jan 2027 08:00:00 GMT"),
                    ("o", "Old", "Mon, 05 Jan 2026 08:00:00 GMT"), ("a", "First", "Mon, 04 Jan 2027 08:00:00 GMT"),
                ]))
            try await bench.nextPass()
            bench.site.publish(
                feedOf([
                    ("bb", "Second", "Fri, 15 Jan 2027 08:00:00 GMT"), ("a", "First", "Mon, 04 Jan 2027 08:00:00 GMT"),
                ]))
            try await bench.nextPass()
            try await body(bench)
        }
    }

    @Test func `each item's path is told, from the poll to what became of it`() async throws {
        try await withNews { bench in
            #expect(try await codes(bench, item: "https://blog.example.com/first") == [["known"]])
            #expect(try await codes(bench, item: "Sponsored") == [["new", "filter_exclude", "chosen", "absent"]])
            #expect(try await codes(bench, item: "Old") == [["old", "absent"]])
            let second = try await codes(bench, item: "https://blog.example.com/second")
            #expect(second == [["new", "chosen", "chosen", "forgotten"], ["same_link"]])
            #expect(try await codes(bench, item: "nothing of this").isEmpty)
            #expect(try await codes(bench, item: "100%\"_' OR 1=1").isEmpty)
        }
    }

    @Test func `each person is told what every run made for them, or why nothing`() async throws {
        try await withNews { bench in
            #expect(try await person(bench, "1") == ["audience", "sent"])
            _ = try await bench.store.importSubscribers(
                [Subscriber(address: "3")], to: bench.channel, hash: { $0 }, now: bench.time.now())
            #expect(try await person(bench, "3") == ["later", "later"])
            try await bench.store.database.write { connection in
                _ = try connection.execute(
                    "INSERT INTO subscriber_unwanted SELECT s.id, p.id FROM subscribers s, campaigns p WHERE p.name = 'vip'"
                )
            }
            #expect(try await person(bench, "2") == ["unwanted", "sent"])
        }
    }

    @Test func `each run of a campaign is told, and why it said nothing`() async throws {
        try await withNews { bench in
            bench.site.publish(feedOf([("d", "Sponsored too", nil), ("bb", "Second", nil), ("a", "First", nil)]))
            try await bench.nextPass()
            let lines = Why.lines(try await bench.store.runs(of: "news", limit: 10))
            #expect(lines.map(\.code) == ["silent", "sent"])
            #expect(lines[0].sentence.contains("1 skipped: contains “sponsored”"))
        }
    }

    @Test func `what the polls of a source came to is told, failures in a row once`() async throws {
        try await withNews { bench in
            bench.site.set("/feed.xml", .init(status: 503, body: "later"))
            try await bench.nextPass()
            bench.time.advance(by: .days(1))
            try await bench.pass()
            let name = bench.content.sources[0].name
            let (_, polls) = try #require(try await bench.store.polls(ofSourcesNamed: name, limit: 10).first)
            let lines = Why.lines(polls)
            #expect(lines.map(\.code) == ["failed", "read", "read", "read"])
            #expect(lines[0].sentence.contains("503") && lines[0].sentence.contains(", 2 times since "))
            #expect(lines[1].sentence == "Its document was read: 2 items, nothing to tell of.")
            #expect(lines[2].sentence == "Its document was read: 4 items, 2 changes.")
            #expect(try await bench.store.polls(ofSourcesNamed: name, limit: 1).map(\.polls.count) == [1])
            #expect(try await bench.store.polls(ofSourcesNamed: "default/\(name)", limit: 1).map(\.source) == [name])
            #expect(try await bench.store.polls(ofSourcesNamed: "elsewhere", limit: 1).isEmpty)
        }
    }
}
