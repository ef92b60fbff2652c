import CampaignEngine
import CampaignModel
import CampaignPlanning
import HTTPTransport
import TestSupport
import Testing

@testable import CampaignStore

/// Links that lead through us, and what came of a campaign.
@Suite struct ResultTests {
    private static let publicURL = "https://tellal.example.com"

    /// Sends one article with a link to three people.
    private func withSent(
        _ change: @escaping (inout Campaign) -> Void = { _ in },
        answer: @escaping @Sendable (ScriptedSender.Sent, Int) async -> HTTPOutcome = { _, index in .accepted(index + 1)
        },
        _ body: (EngineBench) async throws -> Void
    ) async throws {
        try await withEngine(
            campaigns: [
                SampleContent.campaign {
                    ($0.layout) = "linked"; change(&$0)
                }
            ], subscribers: ["1", "2", "3"],
            publicURL: Self.publicURL, answer: answer
        ) { bench in
            bench.site.publish(feed(["A"]))
            try await bench.pass()
            bench.site.publish(feed(["B", "A"]))
            try await bench.nextPass()
            try await body(bench)
        }
    }

    private func tokens(_ bench: EngineBench) -> [String] {
        bench.texts.compactMap { text in
            text.split(separator: "\"").first { $0.hasPrefix("\(Self.publicURL)/c/") }?.split(separator: "/").last.map {
                String($0)
            }
        }
    }

    private func report(_ bench: EngineBench) async throws -> ResultReport {
        try #require(try await bench.store.results(of: "news", byRun: false).first)
    }

    @Test func `each person has a link of their own, and it leads where it should`() async throws {
        try await withSent { bench in
            let tokens = tokens(bench)
            #expect(Set(tokens).count == 3)
            let listener = try await ClickListener(bench.engine)
            for token in tokens {
                #expect(await listener.open(token, by: .person) == .to("https://blog.example.com/b"))
            }
            #expect(await listener.open(tokens[0], by: .person) == .to("https://blog.example.com/b"))
            #expect(await listener.open(tokens[0], by: .preview) == .to("https://blog.example.com/b"))
            #expect(await listener.open(tokens[1], by: .bot) == .to("https://blog.example.com/b"))
            #expect(await listener.open("1.AAAAAAAAAAAAAAAAAAAAAA.AAAAAAAAAAAAAAAA", by: .person) == .unknown)
            #expect(await listener.flush())
            let report = try await report(bench)
            #expect(report.planned == 3 && report.sent == 3 && report.clicked == 3 && report.clicks == 4)
            #expect(report.botClicks == 1 && report.previewClicks == 1)
            let active = "SELECT COUNT(*) FROM subscribers WHERE last_clicked_at IS NOT NULL AND last_active_at IS NULL"
            let people = try await bench.store.database.read { try $0.integer(active) }
            #expect(people == 3)
        }
    }

    @Test func `who is not asked is not followed`() async throws {
        try await withSent({ $0.tracksLinks = false }) { bench in
            #expect(tokens(bench).isEmpty && bench.texts.allSatisfy { $0.contains("https://blog.example.com/b") })
        }
        try await withSent({ $0.utm = UTM(source: "s", medium: "m", campaign: "c") }) { bench in
            let listener = try await ClickListener(bench.engine)
            let token = try #require(tokens(bench).first)
            #expect(
                await listener.open(token, by: .person)
                    == .to("https://blog.example.com/b?utm_source=s&utm_medium=m&utm_campaign=c"))
        }
    }

    @Test func `links lead on while the database does not answer, and what was opened is not lost`() async throws {
        try await withSent { bench in
            let listener = try await ClickListener(bench.engine)
            let fresh = try await ClickListener(bench.engine)
            let token = try #require(tokens(bench).first)
            try await bench.store.database.write { connection in
                _ = try connection.execute("ALTER TABLE links RENAME TO links_gone")
                _ = try connection.execute("ALTER TABLE clicks RENAME TO clicks_gone")
            }
            #expect(await listener.open(token, by: .person) == .to("https://blog.example.com/b"))
            #expect(await listener.flush() == false)
            try await bench.store.database.write { connection in
                _ = try connection.execute("ALTER TABLE links_gone RENAME TO links")
                _ = try connection.execute("ALTER TABLE clicks_gone RENAME TO clicks")
            }
            #expect(await listener.flush())
            _ = fresh
            #expect(try await report(bench).clicks == 1)
        }
    }

    @Test func `every delivery is counted in one place, and who leaves within a day is`() async throws {
        let outcomes: @Sendable (ScriptedSender.Sent, Int) async -> HTTPOutcome = { sent, index in
            sent.field("chat_id") == "2" ? .refused(400, "Bad Request: chat not found") : .accepted(index + 1)
        }
        try await withSent(answer: outcomes) { bench in
            let now = bench.time.now()
            let person = try await bench.store.database.read {
                try $0.integer("SELECT id FROM subscribers WHERE address = '1'")
            }
            try await bench.store.database.write { connection in
                try Store.logConsent(
                    ConsentEntry(.withdrawn, origin: "word", at: now + .hours(2)),
                    of: SubscriberID(rawValue: person ?? 0),
                    now: now, on: connection)
            }
            let report = try await report(bench)
            #expect(report.planned == 3 && report.sent == 2 && report.failed == 1 && report.unsubscribed == 1)
            #expect(
                report.planned
                    == report.sent + report.failed + report.unknown + report.waiting
                    + report.held.values.reduce(0, +) + report.skipped.values.reduce(0, +))
            let runs = try await bench.store.results(of: nil, byRun: true)
            #expect(runs.map(\.planned) == [3])
        }
    }
}
