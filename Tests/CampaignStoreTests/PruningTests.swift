import CampaignModel
import TestSupport
import Testing

@testable import CampaignStore

/// What is forgotten of what happened long ago, and what is not.
@Suite(.everyDatabase) struct PruningTests {
    private static let now = StoreBench.now
    /// Between the first run of a test and the others.
    private static let before = now + .days(20)
    private static let message = Message(modules: [
        .text(RichText([.link("https://e.com/a", [.text("a")])]), buttons: [])
    ])

    /// Runs of a campaign, each about an item of its own, all of whose messages were sent.
    private func withRuns(
        at times: [Timestamp], sends: Bool = true, _ body: (StoreBench, ProvisionedContent) async throws -> Void
    ) async throws {
        let bench = try await StoreBench()
        let content = try await bench.provision()
        try await bench.subscribe(["1", "2", "3"], to: content.channels[0].id)
        for (number, at) in times.enumerated() {
            try await bench.announce([number + 1], in: content.sources[0].id)
            try await bench.execute(
                "UPDATE changes SET at = \(at.milliseconds) WHERE position = (SELECT MAX(position) FROM changes)")
            var plan = bench.plan(
                content.campaigns[0], try await bench.store.work(for: content.campaigns[0].id),
                messages: [Self.message], notBefore: at, expiresAt: at + .days(3))
            plan.tracksLinks = true
            _ = try await bench.store.record(plan, at: at)
            if sends { try await send(bench, on: content.channels[0].id, at: at) }
        }
        try await body(bench, content)
    }

    private func send(_ bench: StoreBench, on channel: ChannelID, at: Timestamp) async throws {
        for delivery in try await bench.claim(channel, now: at) {
            let intent = try await bench.store.beginSending(delivery, part: 0, of: 1, now: at)
            try await bench.store.finish(
                delivery, attempt: try #require(intent.attempt), as: .sent(messageID: "m"), now: at)
            if let link = delivery.links.values.first {
                try await bench.store.record([Click(link: link, delivery: delivery.id, visitor: .person, at: at)])
            }
        }
    }

    private func pruneRuns(_ bench: StoreBench, before: Timestamp = before) async throws -> Int {
        var all = 0
        while case let count = try await bench.store.pruneRuns(before: before), count > 0 { all += count }
        return all
    }

    @Test func `a run that is long over is forgotten, and its results stay in the sum`() async throws {
        try await withRuns(at: [Self.now, Self.now + .days(30)]) { bench, content in
            let results = try await bench.store.results(of: "news", byRun: false)
            #expect(results.first?.sent == 6 && results.first?.clicks == 6)
            #expect(try await pruneRuns(bench) > 0)
            for table in ["runs", "messages", "links"] {
                #expect(try await bench.integer("SELECT COUNT(*) FROM \(table)") == 1, "\(table)")
            }
            #expect(try await bench.integer("SELECT COUNT(*) FROM deliveries") == 3)
            #expect(try await bench.integer("SELECT COUNT(*) FROM clicks") == 3)
            #expect(try await bench.store.results(of: "news", byRun: false) == results)
            let byRun = try await bench.store.results(of: "news", byRun: true)
            #expect(byRun.map(\.isEarlier) == [true, nil] && byRun.map(\.sent) == [3, 3])
            #expect(try await pruneRuns(bench) == 0)
        }
    }

    @Test func `the sum grows with each run that goes`() async throws {
        try await withRuns(at: (0...3).map { Self.now + .days(10 * $0) }) { bench, _ in
            let results = try await bench.store.results(of: nil, byRun: false)
            for days in [5, 15, 25] { _ = try await pruneRuns(bench, before: Self.now + .days(days)) }
            #expect(try await bench.integer("SELECT COUNT(*) FROM runs") == 1)
            #expect(try await bench.store.results(of: nil, byRun: false) == results)
        }
    }

    @Test func `half of a run that is forgotten changes no result`() async throws {
        try await withRuns(at: [Self.now, Self.now + .days(30)]) { bench, _ in
            let results = try await bench.store.results(of: "news", byRun: false)
            #expect(try await bench.store.pruneRuns(before: Self.before) > 0)
            #expect(try await bench.integer("SELECT COUNT(*) FROM deliveries") == 3)
            #expect(try await bench.integer("SELECT COUNT(*) FROM runs") == 2)
            #expect(try await bench.store.results(of: "news", byRun: false) == results)
        }
    }

    @Test func `what is still to be sent keeps its run`() async throws {
        try await withRuns(at: [Self.now, Self.now + .days(30)], sends: false) { bench, _ in
            let count = try await pruneRuns(bench)
            #expect(count == 0)
            #expect(try await bench.store.changesHorizon(before: Self.before) == Self.now)
            #expect(try await bench.states().count == 6)
        }
    }

    @Test func `the last rows stay, so that no number is given out twice`() async throws {
        try await withRuns(at: [Self.now]) { bench, _ in
            let count = try await pruneRuns(bench)
            #expect(count == 0)
        }
    }

    @Test func `what a campaign has sent is not forgotten`() async throws {
        try await withRuns(at: [Self.now, Self.now + .days(30)]) { bench, _ in
            _ = try await pruneRuns(bench)
            #expect(try await bench.integer("SELECT COUNT(*) FROM campaign_items") == 2)
        }
    }

    @Test func `what a run decided goes with it`() async throws {
        try await withRuns(at: [Self.now, Self.now + .days(30)]) { bench, _ in
            #expect(try await bench.integer("SELECT COUNT(*) FROM run_items") == 2)
            _ = try await pruneRuns(bench)
            let walk = try await bench.store.pruneDecisions(after: .start)
            #expect(walk.deleted == 1)
            let end = try await bench.store.pruneDecisions(after: try #require(walk.reached))
            #expect(end.reached == nil && end.deleted == 0)
        }
    }

    @Test func `of an item that is known the last change stays, of one that is not none`() async throws {
        try await withRuns(at: [Self.now, Self.now, Self.now, Self.now + .days(30)]) { bench, content in
            let source = content.sources[0].id
            // The first has changed twice, the second is known no more.
            try await bench.execute(
                """
                INSERT INTO changes (source_id, kind, item_key, before, after, at)
                SELECT source_id, 'updated', item_key, before, after, at FROM changes WHERE position = 1
                """)
            try await bench.execute(
                """
                DELETE FROM snapshot_entries WHERE source_id = \(source)
                    AND item_key = (SELECT item_key FROM changes WHERE position = 2)
                """)
            try await bench.execute("UPDATE source_states SET log_head = 5")
            try await bench.execute("UPDATE campaign_cursors SET position = 5")
            try await bench.announce([9], in: source)
            let walk = try await bench.store.pruneChanges(after: 0, before: Self.before)
            #expect(walk.deleted == 2)
            #expect(
                try await bench.texts("SELECT CAST(position AS TEXT) FROM changes ORDER BY position") == [
                    "3", "4", "5", "6",
                ])
            let reached = try #require(walk.reached)
            #expect(try await bench.store.pruneChanges(after: reached, before: Self.before).reached == nil)
        }
    }

    @Test func `what a campaign has not seen stays`() async throws {
        let bench = try await StoreBench()
        let content = try await bench.provision()
        try await bench.announce([1, 2, 3], in: content.sources[0].id)
        #expect(try await bench.store.pruneChanges(after: 0, before: Self.before).reached == nil)
        #expect(try await bench.store.work(for: content.campaigns[0].id).changes.count == 3)
    }

    @Test func `a walk is due once in its time, also when the clock was set back`() async throws {
        let bench = try await StoreBench()
        let store = bench.store
        #expect(try await store.takeWalk(every: .hours(24), now: Self.now))
        #expect(try await !store.takeWalk(every: .hours(24), now: Self.now + .hours(23)))
        #expect(try await store.takeWalk(every: .hours(24), now: Self.now + .hours(24)))
        #expect(try await store.takeWalk(every: .hours(24), now: Self.now))
    }
}
