import CampaignModel
import TestSupport
import Testing

@testable import CampaignStore

@Suite struct ClaimTests {
    private static let now = StoreBench.now

    @Test func `one subscriber is claimed once at a time and in the order planned`() async throws {
        let outbox = try await OutboxBench(subscribers: 2, messages: 2)
        let first = try await outbox.bench.claim(outbox.channel)
        #expect(Set(first.map(\.subscriber)).count == 2)
        #expect(first.map(\.message) == Array(repeating: SampleContent.message("Message 1"), count: 2))
        #expect(try await outbox.bench.claim(outbox.channel, token: "other").isEmpty)
        let attempt = try #require(try await outbox.store.beginSending(first[0], part: 0, of: 1, now: Self.now).attempt)
        #expect(try await outbox.bench.claim(outbox.channel).isEmpty)
        try await outbox.store.finish(first[0], attempt: attempt, as: .sent(messageID: "9"), now: Self.now)
        let second = try await outbox.bench.claim(outbox.channel)
        #expect(second.map(\.subscriber) == [first[0].subscriber])
        #expect(second.map(\.message) == [SampleContent.message("Message 2")])
    }

    @Test func `no more are claimed than asked for, the oldest first`() async throws {
        let outbox = try await OutboxBench(subscribers: 5)
        let claimed = try await outbox.bench.claim(outbox.channel, limit: 2)
        #expect(claimed.map(\.id.rawValue) == [1, 2])
        #expect(try await outbox.bench.claim(outbox.channel, limit: 2).map(\.id.rawValue) == [3, 4])
    }

    @Test func `nothing is claimed before it is due`() async throws {
        let outbox = try await OutboxBench()
        let delivery = try await outbox.claimed()
        let due = Self.now + .minutes(5)
        try await outbox.store.release(delivery, as: .queued(notBefore: due), now: Self.now)
        #expect(try await outbox.bench.claim(outbox.channel, now: due - .milliseconds(1)).isEmpty)
        #expect(try await outbox.bench.claim(outbox.channel, now: due).count == 1)
    }

    @Test func `what is too old is not claimed even before it was marked`() async throws {
        let outbox = try await OutboxBench(expires: .minutes(5))
        #expect(try await outbox.bench.claim(outbox.channel, now: Self.now + .minutes(5)).isEmpty)
        #expect(try await outbox.bench.claim(outbox.channel, now: Self.now + .minutes(5) - .milliseconds(1)).count == 1)
    }

    @Test func `nothing of a paused channel is claimed until the owner starts anew`() async throws {
        let outbox = try await OutboxBench()
        try await outbox.store.pause(
            outbox.channel, reason: DeliveryReason(code: "token", message: "no such token"), now: Self.now)
        #expect(try await outbox.bench.claim(outbox.channel).isEmpty)
        #expect(try await outbox.store.nextDeliveryDue(on: outbox.channel, replies: false) == nil)
        #expect(try await outbox.store.status().channels[0].pausedReason == "no such token")
        try await outbox.bench.provision()
        #expect(try await outbox.bench.claim(outbox.channel).count == 1)
    }

    @Test func `a withdrawn campaign sends nothing until it is back`() async throws {
        let outbox = try await OutboxBench()
        try await outbox.bench.provision(campaigns: [])
        #expect(try await outbox.bench.claim(outbox.channel).isEmpty)
        #expect(try await outbox.store.nextDeliveryDue(on: outbox.channel, replies: false) == nil)
        #expect(try await outbox.bench.states() == [.queued])
        try await outbox.bench.provision()
        #expect(try await outbox.bench.claim(outbox.channel).count == 1)
    }

    @Test func `what a withdrawn campaign left waiting holds up no other campaign`() async throws {
        let outbox = try await OutboxBench()
        let content = try await outbox.bench.provision(campaigns: [SampleContent.campaign("other")])
        try await outbox.bench.announce([2], in: content.sources[0].id)
        try await outbox.bench.run(content.campaigns[0], messages: [SampleContent.message("Other")])
        #expect(try await outbox.bench.claim(outbox.channel).map(\.message) == [SampleContent.message("Other")])
    }

    @Test func `what waits for the end of one campaign's quiet hours holds up no other campaign`() async throws {
        let bench = try await StoreBench()
        let content = try await bench.provision(campaigns: [SampleContent.campaign(), SampleContent.campaign("other")])
        try await bench.subscribe(["1"], to: content.channels[0].id)
        try await bench.announce([1], in: content.sources[0].id)
        try await bench.run(content.campaigns[0], notBefore: Self.now + .hours(8))
        try await bench.run(content.campaigns[1], messages: [SampleContent.message("Other")])
        #expect(try await bench.claim(content.channels[0].id).map(\.message) == [SampleContent.message("Other")])
    }

    @Test func `a postponed message is not overtaken by a later one of its campaign`() async throws {
        let outbox = try await OutboxBench(messages: 2)
        let first = try await outbox.claimed()
        let due = Self.now + .minutes(5)
        try await outbox.store.release(first, as: .queued(notBefore: due), now: Self.now)
        #expect(try await outbox.bench.claim(outbox.channel).isEmpty)
        #expect(try await outbox.store.nextDeliveryDue(on: outbox.channel, replies: false) == due)
        #expect(try await outbox.bench.claim(outbox.channel, now: due).map(\.id) == [first.id])
    }

    @Test func `the next delivery is due when the earliest of that channel may go`() async throws {
        let bench = try await StoreBench()
        let content = try await bench.provision(channels: [SampleContent.channel(), SampleContent.channel("second")])
        try await bench.subscribe(["1", "2"], to: content.channels[0].id)
        try await bench.announce([1], in: content.sources[0].id)
        try await bench.run(content.campaigns[0], notBefore: Self.now + .hours(1))
        #expect(
            try await bench.store.nextDeliveryDue(on: content.channels[0].id, replies: false) == Self.now + .hours(1))
        #expect(try await bench.store.nextDeliveryDue(on: content.channels[1].id, replies: false) == nil)
    }
}
