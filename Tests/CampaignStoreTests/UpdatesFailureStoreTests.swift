import CampaignModel
import TestSupport
import Testing

@testable import CampaignStore

/// What becomes of a channel of which it cannot be asked what people write.
@Suite(.everyDatabase) struct UpdatesFailureStoreTests {
    private static let now = StoreBench.now

    private func refuse(_ outbox: OutboxBench, at now: Timestamp = now) async throws {
        try await outbox.store.noteUpdatesFailure(
            of: outbox.channel, reason: "a webhook is set", isRefusal: true, now: now)
    }

    @Test func `what campaigns have is claimed for ten minutes of refusals, and again after them`() async throws {
        let outbox = try await OutboxBench(subscribers: 2)
        try await refuse(outbox)
        #expect(try await outbox.bench.claim(outbox.channel, limit: 1, now: Self.now + .minutes(10)).count == 1)
        try await refuse(outbox, at: Self.now + .minutes(9))
        let late = Self.now + .minutes(10) + .seconds(1)
        #expect(try await outbox.bench.claim(outbox.channel, now: late).isEmpty)
        try await outbox.store.endUpdatesFailure(of: outbox.channel)
        #expect(try await outbox.bench.claim(outbox.channel, now: late).count == 1)
    }

    @Test func `answers to people go on`() async throws {
        let outbox = try await OutboxBench()
        try await outbox.bench.execute("UPDATE deliveries SET campaign_id = NULL, purpose = 'answer'")
        try await refuse(outbox)
        let late = Self.now + .hours(1)
        #expect(try await outbox.store.nextDeliveryDue(on: outbox.channel, replies: true) == Self.now)
        #expect(try await outbox.bench.claim(outbox.channel, now: late).count == 1)
    }

    @Test func `it is told since when and why, as long as it lasts`() async throws {
        let outbox = try await OutboxBench()
        try await outbox.store.noteUpdatesFailure(
            of: outbox.channel, reason: "no way there", isRefusal: false, now: Self.now)
        try await refuse(outbox, at: Self.now + .minutes(1))
        let failure = try #require(try await outbox.store.status().channels.first?.updatesFailing)
        #expect(
            failure
                == UpdatesFailure(since: Self.now, reason: "a webhook is set", refusedSince: Self.now + .minutes(1)))
        #expect(try await outbox.store.measures(at: Self.now).channels.map(\.updatesFailingSince) == [Self.now])
        try await outbox.store.endUpdatesFailure(of: outbox.channel)
        #expect(try await outbox.store.updatesFailures().isEmpty)
    }

    @Test func `a clock that was set back makes it begin anew`() async throws {
        let outbox = try await OutboxBench()
        try await refuse(outbox, at: Self.now + .days(365))
        try await refuse(outbox)
        #expect(try await outbox.store.updatesFailures()[outbox.channel]?.refusedSince == Self.now)
    }

    @Test func `a start keeps it for a bot that is asked, and forgets it for one that is called`() async throws {
        let outbox = try await OutboxBench()
        try await refuse(outbox)
        var asked = SampleContent.channel()
        asked.conversation.updates = .polling
        try await outbox.bench.provision(channels: [asked])
        #expect(try await outbox.store.updatesFailures().count == 1)
        try await outbox.bench.provision()
        #expect(try await outbox.store.updatesFailures().isEmpty)
    }
}
