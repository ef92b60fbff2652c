import CampaignModel
import TestSupport
import Testing

@testable import CampaignStore

@Suite(.everyDatabase) struct ClaimTests {
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

@Suite struct TurnTests {
    private static let now = StoreBench.now

    private func claim(_ bench: StoreBench, _ channel: ChannelID, after: CampaignID?, limit: Int) async throws -> Claim
    {
        try await bench.store.claim(
            channel: channel, lane: .campaigns(after: after), limit: limit, token: "t", lease: .seconds(60),
            now: Self.now)
    }

    @Test func `a large campaign holds up no small one`() async throws {
        let bench = try await StoreBench()
        let content = try await bench.provision(campaigns: ["large", "small"].map { SampleContent.campaign($0) })
        let channel = content.channels[0].id
        try await bench.subscribe((1...9).map { "\($0)" }, to: channel)
        try await bench.subscribe(["10", "11"], to: channel, tags: ["few"])
        try await bench.announce([1], in: content.sources[0].id)
        try await bench.run(content.campaigns[0], messages: [SampleContent.message("large")])
        let work = try await bench.store.work(for: content.campaigns[1].id)
        var few = bench.plan(content.campaigns[1], work, messages: [SampleContent.message("small")])
        few.audience = Audience(tags: ["few"])
        _ = try await bench.store.record(few, at: Self.now)
        let first = try await claim(bench, channel, after: nil, limit: 4)
        #expect(
            first.deliveries.map(\.message) == ["large", "large", "small", "small"].map { SampleContent.message($0) })
        #expect(first.lastTurn == content.campaigns[1].id)
        let second = try await claim(bench, channel, after: content.campaigns[0].id, limit: 1)
        #expect(second.deliveries.isEmpty == false, "nothing of the small one is left: the large one goes on")
    }

    @Test func `the next claim begins behind the campaign that had the last turn`() async throws {
        let bench = try await StoreBench()
        let names = ["a", "b", "c"]
        let content = try await bench.provision(campaigns: names.map { SampleContent.campaign($0) })
        let channel = content.channels[0].id
        try await bench.subscribe((1...9).map { "\($0)" }, to: channel)
        try await bench.announce([1], in: content.sources[0].id)
        for (entry, name) in zip(content.campaigns, names) {
            try await bench.run(entry, messages: [SampleContent.message(name)])
        }
        var (turn, order): (CampaignID?, [Message]) = (nil, [])
        for _ in 0..<4 {
            let claim = try await claim(bench, channel, after: turn, limit: 1)
            turn = claim.lastTurn
            order += claim.deliveries.map(\.message)
        }
        #expect(order == ["a", "b", "c", "a"].map { SampleContent.message($0) })
    }

    @Test func `who was active last comes first`() async throws {
        let bench = try await StoreBench()
        let content = try await bench.provision()
        let channel = content.channels[0].id
        try await bench.subscribe(["never"], to: channel)
        try await bench.subscribe(["long ago"], to: channel, activeAt: Self.now - .days(9))
        try await bench.subscribe(["just now"], to: channel, activeAt: Self.now - .minutes(1))
        try await bench.announce([1], in: content.sources[0].id)
        try await bench.run(content.campaigns[0])
        let claim = try await claim(bench, channel, after: nil, limit: 3)
        #expect(claim.deliveries.map(\.address) == ["just now", "long ago", "never"])
    }

    @Test func `a suspicion that was wrong ends no longer pause`() async throws {
        let bench = try await StoreBench()
        let channel = try await bench.provision().channels[0].id
        func rest() async throws -> Int64? {
            try await bench.integer("SELECT COALESCE(MAX(rests_until), 0) FROM channels")
        }
        try await bench.store.rest(channel, until: Self.now + .seconds(30))
        try await bench.store.endRest(of: channel, until: Self.now + .seconds(30))
        #expect(try await rest() == 0)
        try await bench.store.rest(channel, until: Self.now + .seconds(60))
        try await bench.store.endRest(of: channel, until: Self.now + .seconds(30))
        #expect(try await rest() == (Self.now + .seconds(60)).milliseconds)
    }

    @Test func `a pause is shown until it is over, and a clock that was set back makes it no longer than a day`()
        async throws
    {
        let bench = try await StoreBench()
        let channel = try await bench.provision().channels[0].id
        func shown(_ now: Timestamp) async throws -> Timestamp? {
            try await bench.store.status(at: now).channels.first?.restsUntil
        }
        try await bench.store.rest(channel, until: Self.now + .hours(2))
        #expect(try await shown(Self.now + .hours(1)) == Self.now + .hours(2))
        #expect(try await shown(Self.now + .hours(2)) == nil)
        #expect(try await bench.provision().channels[0].restsUntil == Self.now + .hours(2))
        try await bench.store.rest(channel, until: Self.now + .days(365))
        #expect(try await bench.provision().channels[0].restsUntil == Self.now + .days(1))
        #expect(try await shown(Self.now) == Self.now + .days(1))
    }

    @Test func `claims look neither at what has ended nor at what waits for others`() async throws {
        guard TestDatabase.current == .sqlite else { return }
        let outbox = try await OutboxBench()
        let plan = try await outbox.store.database.read { connection in
            try connection.query(
                "EXPLAIN QUERY PLAN " + Store.findStatement("= $6"),
                [.integer(1), .integer(2), .integer(3), .text("t"), .integer(4), .integer(5)]
            ) { $0.text(3) ?? "" }
        }
        #expect(
            plan.filter { $0.hasPrefix("SEARCH d ") || $0.hasPrefix("SEARCH e ") } == [
                "SEARCH d USING INDEX deliveries_to_claim (channel_id=? AND campaign_id=? AND not_before<?)",
                "SEARCH e USING INDEX deliveries_open (subscriber_id=? AND ended_at=?)",
            ])
    }
}

@Suite(.everyDatabase) struct FanOutTests {
    private static let now = StoreBench.now

    /// The first lot of a run for twice as many and one more.
    private func largeRun() async throws -> (StoreBench, ProvisionedContent, RunReport) {
        let bench = try await StoreBench()
        let content = try await bench.provision()
        try await bench.subscribe((0...2 * Store.lot).map { "\($0)" }, to: content.channels[0].id)
        try await bench.announce([1], in: content.sources[0].id)
        return (bench, content, try #require(try await bench.run(content.campaigns[0])))
    }

    @Test func `a large run is planned lot after lot, and its report counts what was planned`() async throws {
        let (bench, content, report) = try await largeRun()
        #expect(report.queued == Store.lot)
        let campaign = content.campaigns[0].id
        #expect(try await bench.store.fanOut(campaign) { _, _ in nil }.queued == Store.lot)
        #expect(try await bench.store.runs(of: nil, limit: 1)[0].report.queued == 2 * Store.lot)
        #expect(try await bench.store.fanOut(campaign) { _, _ in nil }.queued == 1)
        #expect(try await bench.store.fanOut(campaign) { _, _ in nil }.looked == 0)
        #expect(
            try await bench.integer("SELECT COUNT(DISTINCT subscriber_id) FROM deliveries") == 2 * Int64(Store.lot) + 1)
        #expect(try await bench.store.runs(of: nil, limit: 1)[0].report.queued == 2 * Store.lot + 1)
    }

    @Test func `who came after the run gets nothing of it, and who left before their lot neither`() async throws {
        let (bench, content, _) = try await largeRun()
        try await bench.subscribe(["late"], to: content.channels[0].id)
        try await bench.execute("UPDATE subscribers SET state = 'stopped' WHERE address = '\(2 * Store.lot)'")
        while try await bench.store.fanOut(content.campaigns[0].id, times: { _, _ in nil }).looked > 0 {}
        #expect(try await bench.integer("SELECT COUNT(*) FROM deliveries") == 2 * Int64(Store.lot))
    }
}
