import CampaignModel
import TestSupport
import Testing

@testable import CampaignStore

/// What waits, how fast it goes, and when it will be done.
@Suite struct OutboxStatusTests {
    private static let now = StoreBench.now

    @Test func `a channel tells what waits and what of it may go now`() async throws {
        let outbox = try await OutboxBench(subscribers: 6)
        try await outbox.bench.execute("UPDATE deliveries SET not_before = not_before + 60000 WHERE id <= 2")
        try await outbox.bench.execute("UPDATE deliveries SET state = 'held' WHERE id = 6")
        func line() async throws -> ChannelOutbox {
            try #require(try await outbox.store.status(at: Self.now).channels.first?.outbox)
        }
        let waiting = try await line()
        #expect((waiting.queued, waiting.due, waiting.held) == (5, 3, 1))
        #expect((waiting.perSecond, waiting.secondsLeft) == (0, nil))
        _ = try await outbox.store.pause(outbox.campaign.id, reason: "because", now: Self.now)
        #expect(try await line().due == 0)
        let campaign = try #require(try await outbox.store.status(at: Self.now).campaigns.first?.outbox)
        #expect((campaign.queued, campaign.held, campaign.isPlanning) == (5, 1, false))
    }

    @Test func `the rates of several processes are summed, and old ones forgotten`() async throws {
        let outbox = try await OutboxBench(subscribers: 6)
        try await outbox.store.noteRates([outbox.channel: 1.25], of: "one", now: Self.now)
        try await outbox.store.noteRates([outbox.channel: 0.5], of: "two", now: Self.now + .seconds(10))
        func rate(_ seconds: Int64) async throws -> (Double, Int?) {
            let outbox = try await outbox.store.status(at: Self.now + .seconds(seconds)).channels.first?.outbox
            return (outbox?.perSecond ?? 0, outbox?.secondsLeft)
        }
        #expect(try await rate(12) == (1.75, 4))
        #expect(try await rate(30) == (0.5, 12))
        #expect(try await rate(60) == (0, nil))
        try await outbox.store.noteRates([:], of: "one", now: Self.now + .hours(2))
        #expect(try await outbox.bench.integer("SELECT COUNT(*) FROM sending_rates") == 0)
    }
}
