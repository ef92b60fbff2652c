import CampaignModel
import TestSupport
import Testing

@testable import CampaignStore

/// What people do, and platforms show, beside the answers to what was sent.
@Suite(.everyDatabase) struct ProofTests {
    private static let now = StoreBench.now

    private func event(_ key: String, _ address: String = "1") -> ReceivedEvent {
        ReceivedEvent(key: key, address: address, body: "{}")
    }

    // MARK: What happens while a request is on the wire

    @Test func `who comes back while a message is refused stays, also where time is told in seconds`() async throws {
        let outbox = try await OutboxBench(messages: 2)
        let claimed = try await outbox.claimed()
        let left = Self.now + .milliseconds(700)
        let attempt = try #require(try await outbox.store.beginSending(claimed, part: 0, of: 1, now: left).attempt)
        try await outbox.take([event("start")]) { _, person in
            let order = EventOrder(at: Self.now, number: 5)
            person?.standing.note(isAway: false, at: order)
            person?.standing.note(wants: true, at: order)
            return EventEffects()
        }
        try await outbox.store.finish(
            claimed, attempt: attempt, as: .subscriberGone(.shutOut, .init(code: "c", message: "m")),
            now: Self.now + .seconds(2))
        #expect(try await outbox.bench.texts("SELECT state FROM subscribers") == ["active"])
        #expect(try await outbox.bench.texts("SELECT kind FROM consent_log") == ["given"])
        #expect(try await outbox.bench.states() == [.suppressed, .queued])
    }

    @Test func `who writes while the window is said to be closed is answered`() async throws {
        let outbox = try await OutboxBench(platform: .messenger)
        for writes in [false, true] {
            try await outbox.bench.execute(
                "UPDATE subscribers SET last_active_at = $1", [.time(Self.now - .hours(23))])
            let claimed = try await outbox.claimed()
            let attempt = try #require(
                try await outbox.store.beginSending(claimed, part: 0, of: 1, now: Self.now).attempt)
            if writes {
                try await outbox.take([event("word")]) { _, person in
                    person?.lastActiveAt = Self.now
                    return EventEffects()
                }
            }
            try await outbox.store.finish(claimed, attempt: attempt, as: .held(.windowClosed), now: Self.now)
            let upkeep = try await outbox.store.tidyOutbox(
                leasesUntil: Timestamp(seconds: 0), windowOpenedAfter: Self.now - .hours(24), now: Self.now)
            #expect(upkeep.reopened == (writes ? 1 : 0))
            try await outbox.bench.execute(
                "UPDATE deliveries SET state = 'queued' WHERE state = 'held'")
        }
    }

    // MARK: Proof by echo

    private func unknown(_ outbox: OutboxBench, part: Int = 0, of parts: Int = 1) async throws -> ClaimedDelivery {
        let claimed = try await outbox.claimed()
        let attempt = try #require(
            try await outbox.store.beginSending(claimed, part: part, of: parts, now: Self.now).attempt)
        try await outbox.store.finish(
            claimed, attempt: attempt, as: .unknown(.init(code: "timeout", message: "m")), now: Self.now)
        return claimed
    }

    private func echo(_ outbox: OutboxBench, _ metadata: String, _ id: String = "mid", from address: String = "1")
        async throws -> InboxReport
    {
        try await outbox.take([event("e\(id)\(metadata)\(address)", address)]) { _, _ in
            var effects = EventEffects()
            effects.proof = .init(messageID: id, metadata: metadata)
            return effects
        }
    }

    @Test func `the platform's own copy settles what was not known`() async throws {
        let outbox = try await OutboxBench(platform: .messenger)
        let delivery = try await unknown(outbox)
        #expect(try await echo(outbox, "999").settled == 0)
        #expect(try await echo(outbox, "\(delivery.id)", from: "2").settled == 0)
        #expect(try await echo(outbox, "x").settled == 0)
        #expect(try await outbox.bench.states() == [.unknown])
        #expect(try await echo(outbox, "\(delivery.id)").settled == 1)
        let listed = try await outbox.store.deliveries(in: .sent, limit: 10)
        #expect(listed.map(\.platformMessageID) == ["mid"] && listed[0].reason == nil)
        #expect(try await outbox.bench.texts("SELECT outcome FROM attempts") == ["sent"])
    }

    @Test func `a copy that comes before the answer is given up settles it then`() async throws {
        let outbox = try await OutboxBench(platform: .messenger)
        let claimed = try await outbox.claimed()
        let attempt = try #require(try await outbox.store.beginSending(claimed, part: 0, of: 1, now: Self.now).attempt)
        #expect(try await echo(outbox, "\(claimed.id)").settled == 0)
        try await outbox.store.finish(
            claimed, attempt: attempt, as: .unknown(.init(code: "timeout", message: "m")), now: Self.now)
        #expect(try await outbox.bench.states() == [.sent])
    }

    @Test func `a copy that comes after it was let go again keeps it from going again`() async throws {
        let outbox = try await OutboxBench(platform: .messenger)
        let delivery = try await unknown(outbox)
        _ = try await outbox.store.resolve([delivery.id], as: .retry, now: Self.now)
        let again = try await outbox.claimed()
        #expect(try await echo(outbox, "\(delivery.id)").settled == 1)
        let refused = try await outbox.store.beginSending(again, part: 0, of: 1, now: Self.now)
        guard case .refused(let release) = refused else {
            Issue.record("it is sent twice")
            return
        }
        try await outbox.store.release(again, as: release, now: Self.now)
        #expect(try await outbox.bench.states() == [.sent])
        #expect(try await outbox.bench.claim(outbox.channel).isEmpty)
    }

    @Test func `a copy that comes while it goes again counts when that try surely did not arrive`() async throws {
        let outbox = try await OutboxBench(platform: .messenger)
        let delivery = try await unknown(outbox)
        _ = try await outbox.store.resolve([delivery.id], as: .retry, now: Self.now)
        let again = try await outbox.claimed()
        let attempt = try #require(try await outbox.store.beginSending(again, part: 0, of: 1, now: Self.now).attempt)
        #expect(try await echo(outbox, "\(delivery.id)").settled == 0)
        try await outbox.store.finish(
            again, attempt: attempt, as: .later(Self.now, .init(code: "busy", message: "m")), now: Self.now)
        #expect(try await outbox.bench.states() == [.sent])
    }

    @Test func `a copy says nothing of what was never tried, nor of a part that is not the next one`() async throws {
        let outbox = try await OutboxBench(platform: .messenger)
        let never = try await outbox.claimed()
        #expect(try await echo(outbox, "\(never.id)").settled == 0)
        #expect(try await outbox.bench.states() == [.claimed])
        try await outbox.store.release(never, as: .queued(notBefore: nil), now: Self.now)
        _ = try await unknown(outbox, of: 2)
        _ = try await outbox.store.resolve([never.id], as: .retry, now: Self.now)
        let again = try await outbox.claimed()
        let attempt = try #require(try await outbox.store.beginSending(again, part: 0, of: 2, now: Self.now).attempt)
        try await outbox.store.finish(again, attempt: attempt, as: .partSent(messageID: "second"), now: Self.now)
        #expect(try await echo(outbox, "\(never.id)", "first").settled == 0)
        #expect(try await outbox.bench.states() == [.claimed])
    }

    @Test
    func `what is left of a message goes on when its middle is proven, and a copy of its beginning proves nothing`()
        async throws
    {
        let outbox = try await OutboxBench(platform: .messenger)
        let claimed = try await outbox.claimed()
        let first = try #require(try await outbox.store.beginSending(claimed, part: 0, of: 3, now: Self.now).attempt)
        try await outbox.store.finish(claimed, attempt: first, as: .partSent(messageID: "one"), now: Self.now)
        let second = try #require(
            try await outbox.store.beginSending(claimed, part: 1, of: 3, after: 1, now: Self.now).attempt)
        try await outbox.store.finish(
            claimed, attempt: second, as: .unknown(.init(code: "timeout", message: "m")), now: Self.now)
        #expect(try await echo(outbox, "\(claimed.id)", "one").settled == 0)
        #expect(try await echo(outbox, "\(claimed.id)", "two").settled == 1)
        #expect(try await outbox.bench.states() == [.queued])
        #expect(try await outbox.claimed().partsSent == 2)
    }
}
