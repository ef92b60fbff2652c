import CampaignModel
import TestSupport
import Testing

@testable import CampaignStore

/// Pausing, resuming and cancelling campaigns.
@Suite struct CampaignControlTests {
    private static let now = StoreBench.now

    private func standing(_ outbox: OutboxBench) async throws -> CampaignStatus {
        try await outbox.store.campaign(named: outbox.campaign.campaign.name)
    }

    @Test func `nothing of a paused campaign is claimed, and it stays paused over a restart until it is resumed`()
        async throws
    {
        let outbox = try await OutboxBench()
        let paused = try await outbox.store.pause(outbox.campaign.id, reason: "wrong prices", now: Self.now)
        #expect(paused.state == "paused")
        #expect(try await outbox.bench.claim(outbox.channel).isEmpty)
        try await outbox.bench.provision()
        #expect(try await outbox.bench.claim(outbox.channel).isEmpty)
        #expect(try await outbox.store.isPaused(outbox.campaign.id))
        let line = try #require(try await outbox.store.status().campaigns.first)
        #expect((line.state, line.pausedReason, line.pausedAt) == ("paused", "wrong prices", Self.now))
        #expect(try await outbox.store.resume(outbox.campaign.id, now: Self.now).state == "active")
        #expect(try await outbox.store.status().campaigns.first?.pausedReason == nil)
        #expect(try await outbox.bench.claim(outbox.channel).count == 1)
    }

    @Test func `a pause of what is paused keeps its reason, unless there is another`() async throws {
        let outbox = try await OutboxBench()
        let pauses: [(given: String?, told: String)] = [
            (nil, "paused by the owner"), ("wrong prices", "wrong prices"), (nil, "wrong prices"), ("old", "old"),
        ]
        for (hour, pause) in pauses.enumerated() {
            let paused = try await outbox.store.pause(
                outbox.campaign.id, reason: pause.given, now: Self.now + .hours(hour))
            #expect(paused.pausedReason == pause.told)
            #expect(try await outbox.store.status().campaigns.first?.pausedAt == Self.now)
        }
    }

    @Test func `a pause outlives the campaign's absence from the files`() async throws {
        let outbox = try await OutboxBench()
        _ = try await outbox.store.pause(outbox.campaign.id, reason: "because", now: Self.now)
        try await outbox.bench.provision(campaigns: [])
        #expect(try await standing(outbox).state == "withdrawn")
        try await outbox.bench.provision()
        #expect(try await standing(outbox).state == "paused")
        try await outbox.bench.provision(campaigns: [])
        #expect(try await outbox.store.resume(outbox.campaign.id, now: Self.now).state == "withdrawn")
        try await outbox.bench.provision()
        #expect(try await standing(outbox).state == "active")
    }

    @Test(arguments: [true, false])
    func `a pause takes back what was only claimed, and what is out ends, whoever made it`(byOwner: Bool) async throws {
        let outbox = try await OutboxBench(subscribers: 3)
        let claimed = try await outbox.bench.claim(outbox.channel, limit: 2)
        #expect(try await outbox.store.beginSending(claimed[1], part: 0, of: 1, now: Self.now).attempt == 1)
        if byOwner {
            _ = try await outbox.store.pause(outbox.campaign.id, reason: "because", now: Self.now)
        } else {
            try await outbox.store.pause(campaign: outbox.campaign.id, reason: "ten failed", now: Self.now)
        }
        #expect(try await outbox.bench.states() == [.queued, .sending, .queued])
        let refused = try await outbox.store.beginSending(claimed[0], part: 0, of: 1, now: Self.now)
        guard case .refused(.queued) = refused else {
            Issue.record("\(refused)")
            return
        }
        #expect(
            try await outbox.store.finish(claimed[1], attempt: 1, as: .sent(messageID: "1"), now: Self.now))
        #expect(try await outbox.bench.states() == [.queued, .sent, .queued])
    }

    @Test(arguments: [1, 2])
    func `what is claimed while a pause is made waits, and a message of which a part is out goes on`(count: Int)
        async throws
    {
        let outbox = try await OutboxBench(subscribers: count + 1)
        let claimed = try await outbox.bench.claim(outbox.channel)
        let begun = try #require(claimed.last)
        #expect(try await outbox.store.beginSending(begun, part: 0, of: 2, now: Self.now).attempt == 1)
        try await outbox.store.finish(begun, attempt: 1, as: .partSent(messageID: "1"), now: Self.now)
        // As a pause does that did not see the claims of another worker.
        try await outbox.bench.execute("UPDATE campaigns SET state = 'paused', paused_at = 1")
        for delivery in claimed.dropLast() {
            let refused = try await outbox.store.beginSending(delivery, part: 0, of: 1, now: Self.now)
            guard case .refused(let release) = refused, case .queued(nil) = release else {
                Issue.record("\(refused)")
                return
            }
            try await outbox.store.release(delivery, as: release, now: Self.now)
        }
        #expect(try await outbox.bench.states() == Array(repeating: .queued, count: count) + [.claimed])
        #expect(try await outbox.bench.claim(outbox.channel).isEmpty)
        #expect(try await outbox.store.beginSending(begun, part: 1, of: 2, after: 1, now: Self.now).attempt == 2)
    }

    @Test func `what a pause took back and is claimed again is not for the hands that had it`() async throws {
        let outbox = try await OutboxBench()
        let old = try await outbox.claimed()
        _ = try await outbox.store.pause(outbox.campaign.id, reason: "because", now: Self.now)
        _ = try await outbox.store.resume(outbox.campaign.id, now: Self.now)
        let new = try #require(try await outbox.bench.claim(outbox.channel, token: "another").first)
        #expect(try await outbox.store.beginSending(new, part: 0, of: 2, now: Self.now).attempt == 1)
        try await outbox.store.finish(new, attempt: 1, as: .partSent(messageID: "1"), now: Self.now)
        // Between its two parts it looks as if it were only claimed.
        guard case .refused(let release) = try await outbox.store.beginSending(old, part: 0, of: 2, now: Self.now)
        else {
            Issue.record("it was begun a second time")
            return
        }
        try await outbox.store.release(old, as: release, now: Self.now)
        #expect(try await outbox.bench.states() == [.claimed])
        #expect(try await outbox.store.beginSending(new, part: 1, of: 2, after: 1, now: Self.now).attempt == 2)
    }

    @Test func `a message of which a part is out is not left half by a pause`() async throws {
        let outbox = try await OutboxBench()
        let claimed = try await outbox.claimed()
        _ = try await outbox.store.beginSending(claimed, part: 0, of: 2, now: Self.now)
        try await outbox.store.finish(claimed, attempt: 1, as: .partSent(messageID: "1"), now: Self.now)
        _ = try await outbox.store.pause(outbox.campaign.id, reason: "because", now: Self.now)
        let next = try await outbox.store.beginSending(claimed, part: 1, of: 2, after: 1, now: Self.now)
        #expect(next.attempt == 2)
    }

    @Test func `cancelling ends what waits and what is not planned yet, and no later run`() async throws {
        let outbox = try await OutboxBench(subscribers: 4, messages: 2)
        let claimed = try await outbox.bench.claim(outbox.channel, limit: 2)
        _ = try await outbox.store.beginSending(claimed[0], part: 0, of: 1, now: Self.now)
        try await outbox.bench.execute(
            """
            INSERT INTO fan_outs (run_id, message_id, campaign_id, channel_id, after_id, until_id, planned_at, not_before,
                expires_at, window_opened_after, audience)
            SELECT m.run_id, m.id, 1, 1, 0, 99, 1, 1, 1, 1, '{}' FROM messages m
            """)
        let end = try await outbox.store.cancel(standing(outbox), run: nil, now: Self.now)
        #expect((end.suppressed, end.onTheWire) == (6, 1))
        #expect(try await outbox.bench.integer("SELECT COUNT(*) FROM fan_outs") == 0)
        // What was claimed and not begun is refused to its sender.
        let refused = try await outbox.store.beginSending(claimed[1], part: 0, of: 1, now: Self.now)
        guard case .refused(let release) = refused, case .suppressed(.cancelled) = release else {
            Issue.record("\(refused)")
            return
        }
        try await outbox.store.release(claimed[1], as: release, now: Self.now)
        // What comes back from the platform is not tried again.
        try await outbox.store.finish(
            claimed[0], attempt: 1, as: .later(Self.now, DeliveryReason(code: "c", message: "m")), now: Self.now)
        let claim = try await outbox.store.claim(
            channel: outbox.channel, lane: .campaigns(after: nil), limit: 9, token: "t", lease: .seconds(60),
            now: Self.now)
        #expect((claim.deliveries.count, claim.stopped, claim.cancelled) == (0, 0, 1))
        #expect(try await outbox.bench.states().allSatisfy { $0 == .suppressed })
        #expect(
            try await outbox.bench.texts("SELECT DISTINCT reason FROM deliveries") == ["cancelled by the owner"])
        try await outbox.bench.announce([2], in: outbox.content.sources[0].id)
        #expect(try await outbox.bench.run(outbox.campaign)?.queued == 4)
        #expect(try await outbox.bench.claim(outbox.channel).count == 4)
    }

    @Test func `cancelling one run leaves the others, and lots are looked through to their end`() async throws {
        let outbox = try await OutboxBench(subscribers: Store.lot + 3)
        try await outbox.bench.announce([2], in: outbox.content.sources[0].id)
        try await outbox.bench.run(outbox.campaign)
        let end = try await outbox.store.cancel(standing(outbox), run: CampaignRunID(rawValue: 1), now: Self.now)
        #expect(end.suppressed == Store.lot + 3)
        let open = try await outbox.bench.integer("SELECT COUNT(*) FROM deliveries WHERE state = 'queued'")
        // A run plans one lot, and what an earlier one left goes first.
        #expect(open == Int64(Store.lot - 3))
        await #expect(throws: Problem.self) {
            try await outbox.store.cancel(
                self.standing(outbox), run: CampaignRunID(rawValue: 9), now: Self.now)
        }
    }

    @Test func `refusals before a resume do not pause the campaign again`() async throws {
        let outbox = try await OutboxBench(messages: 12)
        let reason = DeliveryReason(code: "too_long", message: "too long")
        func refuse(_ times: Int) async throws {
            for _ in 0..<times {
                let delivery = try await outbox.claimed()
                let begun = try await outbox.store.beginSending(delivery, part: 0, of: 1, now: Self.now)
                try await outbox.store.finish(
                    delivery, attempt: try #require(begun.attempt), as: .contentRefused(reason), now: Self.now)
            }
        }
        try await refuse(5)
        #expect(try await standing(outbox).state == "paused")
        _ = try await outbox.store.resume(outbox.campaign.id, now: Self.now)
        try await refuse(4)
        #expect(try await standing(outbox).state == "active")
    }

    @Test func `a campaign is found by its name, with the workspace where several have one`() async throws {
        let outbox = try await OutboxBench()
        #expect(try await outbox.store.campaign(named: "default/news").id == outbox.campaign.id)
        await #expect(throws: Problem.self) { try await outbox.store.campaign(named: "nothing") }
        var other = SampleContent.campaign()
        other.workspace = "second"
        try await outbox.bench.provision(campaigns: [SampleContent.campaign(), other])
        await #expect(throws: Problem.self) { try await outbox.store.campaign(named: "news") }
        #expect(try await outbox.store.campaign(named: "default/news").id == outbox.campaign.id)
    }
}
