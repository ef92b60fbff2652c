import CampaignModel
import CampaignStore
import TestSupport
import Testing

@testable import CampaignEngine

@Suite("Whether a process goes on with its work") struct ReadinessTests {
    @Test func `it is ready while its loops come around`() async throws {
        try await withEngine(subscribers: []) { bench in
            bench.engine.beat("outbox")
            bench.time.advance(by: .minutes(9))
            let readiness = await bench.engine.readiness()
            #expect(readiness.isReady)
            #expect(readiness.loops == ["outbox": 540])
        }
    }

    @Test func `a loop that hangs is named`() async throws {
        try await withEngine(subscribers: []) { bench in
            bench.engine.beat("outbox")
            bench.engine.beat("polls", silentFor: .minutes(90))
            bench.time.advance(by: .minutes(11))
            let readiness = await bench.engine.readiness()
            #expect(readiness.problems == ["the loop “outbox” has not come around for 660 s"])
            bench.engine.beat("outbox")
            #expect(await bench.engine.readiness().isReady)
        }
    }

    @Test func `a webhook that was never called is missed since it is listened for`() async throws {
        try await withEngine(subscribers: []) { bench in
            let times = bench.engine.webhooks
            #expect(times.silences(of: bench.content).isEmpty)
            try await bench.engine.recallWebhooks()
            let start = bench.time.now()
            bench.time.advance(by: .hours(30))
            #expect(times.silences(of: bench.content).map(\.since) == [start])
            times.note(bench.channel, at: bench.time.now())
            #expect(times.silences(of: bench.content).map(\.since) == [bench.time.now()])
        }
    }

    @Test func `one that is ending is not ready`() async throws {
        try await withEngine(subscribers: []) { bench in
            bench.engine.stop.raise()
            #expect(await bench.engine.readiness().problems == ["it is ending"])
        }
    }

    @Test func `a database that does not answer is a problem`() async throws {
        try await withEngine(subscribers: []) { bench in
            try bench.engine.store.close()
            let problems = await bench.engine.readiness().problems
            #expect(problems.count == 1)
            #expect(problems.first?.hasPrefix("the database does not answer") == true)
        }
    }
}
