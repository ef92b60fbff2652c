import CampaignModel
import TestSupport
import Testing

@testable import CampaignStore

/// What becomes of deliveries of which nobody knows whether they arrived.
@Suite struct ResolutionTests {
    private static let now = StoreBench.now
    private static let reason = DeliveryReason(code: "lost", message: "no answer")

    /// An outbox whose deliveries are unknown at this part of so many.
    private func unknown(subscribers: Int = 1, part: Int = 0, of parts: Int = 1) async throws -> OutboxBench {
        let outbox = try await OutboxBench(subscribers: subscribers)
        for delivery in try await outbox.bench.claim(outbox.channel) {
            for number in 0...part {
                let begun = try await outbox.store.beginSending(
                    delivery, part: number, of: parts, after: number, now: Self.now)
                let outcome: AttemptOutcome = number == part ? .unknown(Self.reason) : .partSent(messageID: "\(number)")
                try await outbox.store.finish(
                    delivery, attempt: try #require(begun.attempt), as: outcome, now: Self.now)
            }
        }
        return outbox
    }

    private let first = DeliveryID(rawValue: 1)

    @Test(arguments: Delivery.Resolution.allCases)
    func `what is unknown becomes what the owner says, once`(_ resolution: Delivery.Resolution) async throws {
        let outbox = try await unknown()
        let resolved = try await outbox.store.resolve([first, DeliveryID(rawValue: 9)], as: resolution, now: Self.now)
        let state: Delivery.State =
            switch resolution {
            case .sent: .sent
            case .retry: .queued
            case .drop: .suppressed
            }
        #expect(
            resolved == [
                ResolvedDelivery(id: first, state: state.rawValue, isResolved: true),
                ResolvedDelivery(id: DeliveryID(rawValue: 9), state: nil, isResolved: false),
            ])
        #expect(try await outbox.bench.states() == [state])
        let open = try await outbox.bench.integer("SELECT COUNT(*) FROM deliveries WHERE ended_at IS NULL")
        #expect(open == (state.isFinal ? 0 : 1))
        for other in Delivery.Resolution.allCases {
            #expect(try await outbox.store.resolve([first], as: other, now: Self.now).map(\.isResolved) == [false])
        }
        #expect(try await outbox.bench.states() == [state])
        let late = try await outbox.bench.texts("SELECT outcome FROM attempts")
        #expect(late == ["unknown"])
    }

    @Test func `a retry sends only what was not accepted, and keeps what was tried`() async throws {
        let outbox = try await unknown(part: 1, of: 3)
        _ = try await outbox.store.resolve([first], as: .retry, now: Self.now)
        let again = try await outbox.claimed()
        #expect((again.partsSent, again.attempts) == (1, 2))
        let begun = try await outbox.store.beginSending(again, part: 1, of: 3, now: Self.now)
        #expect(begun.attempt == 3)
        try await outbox.store.finish(again, attempt: 3, as: .partSent(messageID: "7"), now: Self.now)
        let record = try #require(try await outbox.store.deliveryRecord(first))
        #expect(record.history.map(\.outcome) == ["sent", "unknown", "sent"])
        #expect(record.history.map(\.part) == [1, 2, 2])
        #expect((record.parts, record.partsSent, record.run) == (3, 2, 1))
    }

    @Test func `a retry gets the time that it needs, and a late answer of the first try counts for nothing`()
        async throws
    {
        let outbox = try await OutboxBench(expires: .minutes(5))
        let delivery = try await outbox.claimed()
        _ = try await outbox.store.beginSending(delivery, part: 0, of: 1, now: Self.now)
        try await outbox.store.finish(delivery, attempt: 1, as: .unknown(Self.reason), now: Self.now)
        let later = Self.now + .hours(2)
        _ = try await outbox.store.resolve([first], as: .retry, now: later)
        #expect(try await outbox.store.finish(delivery, attempt: 1, as: .sent(messageID: "1"), now: later) == false)
        #expect(try await outbox.bench.claim(outbox.channel, now: later + .hours(1)).count == 1)
    }

    @Test func `all of a campaign at once`() async throws {
        let outbox = try await unknown(subscribers: 5)
        #expect(try await outbox.store.unknownDeliveries(of: outbox.campaign.id) == 5)
        #expect(try await outbox.store.resolveAll(of: outbox.campaign.id, as: .drop, now: Self.now) == 5)
        #expect(try await outbox.bench.states() == Array(repeating: .suppressed, count: 5))
        #expect(try await outbox.store.resolveAll(of: outbox.campaign.id, as: .drop, now: Self.now) == 0)
    }

    @Test func `a campaign that wants it sends what is unknown for long once more, and no more`() async throws {
        let outbox = try await unknown()
        func resend(_ now: Timestamp) async throws -> Int {
            try await outbox.store.resendUnknown(of: outbox.campaign.id, after: .minutes(30), now: now)
        }
        #expect(try await resend(Self.now + .minutes(29)) == 0)
        let later = Self.now + .minutes(30)
        #expect(try await resend(later) == 1)
        #expect(try await outbox.bench.states() == [.queued])
        let again = try #require(try await outbox.bench.claim(outbox.channel, now: later).first)
        _ = try await outbox.store.beginSending(again, part: 0, of: 1, now: later)
        try await outbox.store.finish(again, attempt: 2, as: .unknown(Self.reason), now: later)
        #expect(try await resend(later + .days(1)) == 0)
        #expect(try await outbox.bench.states() == [.unknown])
    }

    @Test func `what is too old is not sent again`() async throws {
        let outbox = try await unknown()
        let resent = try await outbox.store.resendUnknown(
            of: outbox.campaign.id, after: .minutes(30), now: Self.now + .days(3))
        #expect(resent == 0)
    }

    private func click(_ outbox: OutboxBench, _ visitor: Click.Visitor = .person) async throws {
        try await outbox.store.record([
            Click(link: LinkID(rawValue: 1), delivery: first, visitor: visitor, at: Self.now)
        ])
    }

    @Test func `a click on its own link shows that it arrived`() async throws {
        let outbox = try await unknown()
        // A platform looks at links before anybody sees the message.
        for visitor in [Click.Visitor.bot, .preview] { try await click(outbox, visitor) }
        #expect(try await outbox.bench.states() == [.unknown])
        try await click(outbox)
        #expect(try await outbox.bench.states() == [.sent])
        #expect(try await outbox.bench.texts("SELECT outcome FROM attempts") == ["sent"])
        try await click(outbox)
        #expect(try await outbox.bench.states() == [.sent])
    }

    @Test func `what was to go again does not, once a click shows that it arrived`() async throws {
        let outbox = try await unknown()
        let soon = Self.now + .minutes(30)
        #expect(try await outbox.store.resendUnknown(of: outbox.campaign.id, after: .minutes(30), now: soon) == 1)
        #expect(try await outbox.bench.states() == [.queued])
        try await click(outbox)
        #expect(try await outbox.bench.states() == [.sent])
        #expect(try await outbox.bench.claim(outbox.channel, now: soon).isEmpty)
        // What was never tried did not arrive.
        let other = try await OutboxBench()
        try await click(other)
        #expect(try await other.bench.states() == [.queued])
    }

    @Test func `a click days later does not change when the message ended`() async throws {
        let outbox = try await unknown()
        let ended = try await outbox.bench.texts("SELECT ended_at FROM deliveries")
        try await outbox.store.record([
            Click(link: LinkID(rawValue: 1), delivery: first, visitor: .person, at: Self.now + .days(2))
        ])
        #expect(try await outbox.bench.states() == [.sent])
        #expect(try await outbox.bench.texts("SELECT ended_at FROM deliveries") == ended)
    }

    @Test func `a click does not tell which of several parts arrived`() async throws {
        let outbox = try await unknown(part: 1, of: 3)
        try await click(outbox)
        #expect(try await outbox.bench.states() == [.unknown])
    }

    @Test func `a click before the answer is given up counts as well`() async throws {
        let outbox = try await OutboxBench()
        let delivery = try await outbox.claimed()
        _ = try await outbox.store.beginSending(delivery, part: 0, of: 1, now: Self.now)
        try await click(outbox)
        try await outbox.store.finish(delivery, attempt: 1, as: .unknown(Self.reason), now: Self.now)
        #expect(try await outbox.bench.states() == [.sent])
        #expect(try await outbox.bench.texts("SELECT platform_message_id FROM deliveries") == ["NULL"])
    }

    @Test func `what was sent at once tells its history itself`() async throws {
        let outbox = try await OutboxBench()
        let delivery = try await outbox.claimed()
        _ = try await outbox.store.beginSending(delivery, part: 0, of: 1, now: Self.now)
        let out = try #require(try await outbox.store.deliveryRecord(first))
        #expect(out.history == [ListedAttempt(attempt: 1, part: 1, startedAt: Self.now)])
        try await outbox.store.finish(delivery, attempt: 1, as: .sent(messageID: "77"), now: Self.now)
        let sent = try #require(try await outbox.store.deliveryRecord(first))
        #expect(
            sent.history == [
                ListedAttempt(attempt: 1, part: 1, finishedAt: Self.now, outcome: "sent", platformMessageID: "77")
            ])
        #expect(try await outbox.store.deliveryRecord(DeliveryID(rawValue: 9)) == nil)
    }
}
