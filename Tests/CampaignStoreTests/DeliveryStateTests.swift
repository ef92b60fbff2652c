import CampaignModel
import TestSupport
import Testing

@testable import CampaignStore

/// Each operation on each state: what is drawn in docs/delivery-states.md happens, everything else is refused.
@Suite(.everyDatabase) struct DeliveryStateTests {
    private static let now = StoreBench.now
    private static let reason = DeliveryReason(code: "because", message: "because")

    struct Operation: Sendable, CustomTestStringConvertible {
        var testDescription: String
        /// From which states it leads where.
        var edges: [Delivery.State: Delivery.State]
        var perform: @Sendable (Store, ClaimedDelivery) async throws -> Void

        static func finish(
            _ name: String, to state: Delivery.State, _ outcome: AttemptOutcome
        ) -> Operation {
            // That it arrived is true also when nobody waited for it any more.
            let late: [Delivery.State: Delivery.State] = state == .sent ? [.unknown: .sent] : [:]
            return Operation(testDescription: name, edges: late.merging([.sending: state]) { first, _ in first }) {
                try await $0.finish($1, attempt: 1, as: outcome, now: now)
            }
        }

        static func release(_ name: String, to state: Delivery.State, _ release: Store.Release) -> Operation {
            Operation(testDescription: name, edges: [.claimed: state]) {
                try await $0.release($1, as: release, now: now)
            }
        }

        static func resolve(
            _ name: String, to state: Delivery.State, _ resolution: Delivery.Resolution
        ) -> Operation {
            Operation(testDescription: name, edges: [.unknown: state]) {
                _ = try await $0.resolve([$1.id], as: resolution, now: now)
            }
        }

        /// When it is not known of an earlier try whether it arrived.
        static func again(
            _ name: String, _ prove: @escaping @Sendable (ClaimedDelivery, any SQLConnection) throws -> Void
        ) -> Operation {
            let edges: [Delivery.State: Delivery.State] = [
                .queued: .sent, .claimed: .sent, .held: .sent, .unknown: .sent,
            ]
            return Operation(testDescription: name, edges: edges) { store, delivery in
                try await store.database.write { connection in
                    try connection.execute(
                        """
                        INSERT INTO attempts (delivery_id, attempt, part, started_at, outcome)
                        VALUES ($1, 1, 0, 1, 'unknown') ON CONFLICT (delivery_id, attempt) DO NOTHING
                        """, [.id(delivery.id)])
                    try prove(delivery, connection)
                }
            }
        }

        static func tidy(
            _ name: String, _ edges: [Delivery.State: Delivery.State], leasesUntil: Timestamp = Timestamp(seconds: 0),
            windowOpenedAfter: Timestamp = now, at moment: Timestamp = now
        ) -> Operation {
            Operation(testDescription: name, edges: edges) { store, _ in
                _ = try await store.tidyOutbox(
                    leasesUntil: leasesUntil, windowOpenedAfter: windowOpenedAfter, now: moment)
            }
        }
    }

    static let operations: [Operation] = [
        Operation(testDescription: "claim", edges: [.queued: .claimed]) { store, delivery in
            _ = try await store.claim(
                channel: delivery.channel, lane: .campaigns(after: nil), limit: 1, token: StoreBench.token,
                lease: .seconds(60),
                now: now)
        },
        Operation(testDescription: "begin", edges: [.claimed: .sending]) { store, delivery in
            _ = try await store.beginSending(delivery, part: 0, of: 1, after: 1, now: now)
        },
        .finish("part sent", to: .claimed, .partSent(messageID: "1")),
        .finish("sent", to: .sent, .sent(messageID: "1")),
        .finish("later", to: .queued, .later(now, reason)),
        .finish("later with its channel", to: .queued, .rest(now, reason)),
        .finish("in another form", to: .claimed, .again(reason)),
        .finish("failed", to: .failed, .failed(reason)),
        .finish("content refused", to: .failed, .contentRefused(reason)),
        .finish("subscriber gone", to: .suppressed, .subscriberGone(.shutOut, reason)),
        .finish("held by the platform", to: .held, .held(reason)),
        .finish("waiting", to: .held, .waiting(reason)),
        .finish("skipped", to: .suppressed, .skipped(reason)),
        .finish("unknown", to: .unknown, .unknown(reason)),
        .finish("moved", to: .queued, .moved(to: "99", again: now)),
        .release("given back", to: .queued, .queued(notBefore: nil)),
        .release("given back as held", to: .held, .held(reason)),
        .release("given back as failed", to: .failed, .failed(reason)),
        .release("given back as suppressed", to: .suppressed, .suppressed(reason)),
        .resolve("arrived, says the owner", to: .sent, .sent),
        .resolve("again, says the owner", to: .queued, .retry),
        .resolve("given up by the owner", to: .suppressed, .drop),
        Operation(testDescription: "sent again after long", edges: [.unknown: .queued]) { store, _ in
            let campaign = try await store.campaign(named: "news").id
            _ = try await store.resendUnknown(of: campaign, after: .zero, now: now)
        },
        Operation(testDescription: "clicked", edges: [.unknown: .sent]) { store, delivery in
            try await store.record([
                Click(link: LinkID(rawValue: 1), delivery: delivery.id, visitor: .person, at: now)
            ])
        },
        .again("clicked, to go again") { delivery, connection in
            try Store.settle(clicked: delivery.id, now: now, on: connection)
        },
        .again("shown by the platform, to go again") { delivery, connection in
            _ = try Store.settle(
                EventEffects.Proof(messageID: "m", metadata: "\(delivery.id)"), of: delivery.subscriber, now: now,
                on: connection)
        },
        Operation(testDescription: "paused", edges: [.claimed: .queued]) { store, delivery in
            _ = try await store.pause(try await store.campaign(named: "news").id, reason: "because", now: now)
        },
        Operation(testDescription: "cancelled", edges: [.queued: .suppressed, .held: .suppressed]) { store, _ in
            _ = try await store.cancel(try await store.campaign(named: "news"), run: nil, now: now)
        },
        .tidy("leases lost", [.claimed: .queued, .sending: .unknown], leasesUntil: Timestamp(milliseconds: .max)),
        .tidy("window opened", [.held: .queued], windowOpenedAfter: now - .hours(24)),
        .tidy("too old", [.queued: .expired, .held: .expired], at: now + .days(3)),
    ]

    @Test(arguments: operations) func `an edge that is not drawn is refused`(operation: Operation) async throws {
        for state in Delivery.State.allCases {
            let outbox = try await OutboxBench()
            let delivery = try await outbox.claimed()
            let attempt = try await outbox.store.beginSending(delivery, part: 0, of: 1, now: Self.now).attempt
            #expect(attempt == 1)
            try await outbox.bench.execute(
                "UPDATE deliveries SET state = $1, ended_at = $2",
                [.text(state.rawValue), state.isFinal ? .time(Self.now) : .null])
            if state == .unknown {
                try await outbox.bench.execute(
                    """
                    INSERT INTO attempts (delivery_id, attempt, part, started_at, outcome)
                    VALUES (\(delivery.id), 1, 0, 1, 'unknown')
                    """)
            }
            try await operation.perform(outbox.store, delivery)
            let after = try #require(try await outbox.bench.states().first)
            #expect(after == operation.edges[state] ?? state, "from \(state)")
            #expect(after == state || state.successors.contains(after), "from \(state)")
        }
    }

    @Test func `an answer with a strange token, an old attempt or for the second time counts for nothing`() async throws
    {
        let outbox = try await OutboxBench()
        let mine = try await outbox.claimed()
        let first = try #require(try await outbox.store.beginSending(mine, part: 0, of: 1, now: Self.now).attempt)
        try await outbox.store.finish(mine, attempt: first, as: .later(Self.now, Self.reason), now: Self.now)
        let again = try await outbox.bench.claim(outbox.channel, token: "another")[0]
        #expect(again.attempts == 1)
        #expect(try await outbox.store.beginSending(mine, part: 0, of: 1, now: Self.now).attempt == nil)
        let second = try #require(try await outbox.store.beginSending(again, part: 0, of: 1, now: Self.now).attempt)
        #expect(second == 2)
        let sent = AttemptOutcome.sent(messageID: "7")
        #expect(try await outbox.store.finish(mine, attempt: second, as: sent, now: Self.now) == false)
        #expect(try await outbox.store.finish(again, attempt: first, as: sent, now: Self.now) == false)
        #expect(try await outbox.bench.states() == [.sending])
        #expect(try await outbox.store.finish(again, attempt: second, as: sent, now: Self.now))
        #expect(try await outbox.store.finish(again, attempt: second, as: .failed(Self.reason), now: Self.now) == false)
        #expect(try await outbox.bench.states() == [.sent])
        #expect(try await outbox.bench.texts("SELECT outcome FROM attempts ORDER BY attempt") == ["queued", "sent"])
    }

    @Test func `what a dead process left is taken back and its attempts are closed`() async throws {
        let outbox = try await OutboxBench(subscribers: 3)
        let claimed = try await outbox.bench.claim(outbox.channel, limit: 2)
        _ = try await outbox.store.beginSending(claimed[1], part: 0, of: 1, now: Self.now)
        let live = try await outbox.store.tidyOutbox(
            leasesUntil: Self.now + .seconds(59), windowOpenedAfter: Self.now, now: Self.now + .seconds(59))
        #expect(live.isEmpty)
        let upkeep = try await outbox.store.tidyOutbox(
            leasesUntil: Self.now + .seconds(60), windowOpenedAfter: Self.now, now: Self.now + .seconds(60))
        #expect(upkeep == Upkeep(requeued: 1, unknown: 1, reopened: 0, expired: 0))
        #expect(try await outbox.bench.states() == [.queued, .unknown, .queued])
        #expect(try await outbox.bench.integer("SELECT COUNT(*) FROM attempts WHERE finished_at IS NULL") == 0)
        #expect(try await outbox.bench.texts("SELECT outcome FROM attempts") == ["unknown"])
        let late = try await outbox.store.finish(
            claimed[1], attempt: 1, as: .later(Self.now, Self.reason), now: Self.now)
        #expect(late == false)
        #expect(try await outbox.bench.states() == [.queued, .unknown, .queued])
    }

    @Test func `that it arrived counts also after the lease had ended`() async throws {
        let outbox = try await OutboxBench()
        let claimed = try await outbox.claimed()
        _ = try await outbox.store.beginSending(claimed, part: 0, of: 1, now: Self.now)
        _ = try await outbox.store.tidyOutbox(
            leasesUntil: Self.now + .days(1), windowOpenedAfter: Self.now, now: Self.now)
        #expect(try await outbox.bench.states() == [.unknown])
        #expect(try await outbox.store.finish(claimed, attempt: 1, as: .sent(messageID: "1"), now: Self.now))
        #expect(try await outbox.bench.states() == [.sent])
        #expect(try await outbox.bench.texts("SELECT outcome FROM attempts") == ["sent"])
    }

    @Test func `someone who left gets nothing more and the log says so`() async throws {
        let outbox = try await OutboxBench(subscribers: 2, messages: 3)
        let delivery = try await outbox.claimed()
        let attempt = try #require(try await outbox.store.beginSending(delivery, part: 0, of: 1, now: Self.now).attempt)
        try await outbox.store.finish(
            delivery, attempt: attempt, as: .subscriberGone(.shutOut, Self.reason), now: Self.now)
        let states = try await outbox.bench.states()
        #expect(states.filter { $0 == .suppressed }.count == 3)
        #expect(
            try await outbox.bench.texts("SELECT kind FROM consent_log ORDER BY id") == ["given", "given", "withdrawn"])
        #expect(try await outbox.bench.texts("SELECT state FROM subscribers ORDER BY id") == ["blocked", "active"])
        try await outbox.bench.announce([2], in: outbox.content.sources[0].id)
        #expect(try await outbox.bench.run(outbox.campaign)?.queued == 1)
    }

    @Test func `someone who left after the claim is not written to`() async throws {
        let outbox = try await OutboxBench()
        let delivery = try await outbox.claimed()
        try await outbox.bench.execute("UPDATE subscribers SET standing = NULL, state = 'stopped'")
        #expect(try await outbox.store.beginSending(delivery, part: 0, of: 1, now: Self.now).attempt == nil)
        #expect(try await outbox.bench.integer("SELECT COUNT(*) FROM attempts") == 0)
    }

    @Test func `a chat that moved to a known subscriber is no second one`() async throws {
        let outbox = try await OutboxBench(subscribers: 2)
        let delivery = try await outbox.claimed()
        let attempt = try #require(try await outbox.store.beginSending(delivery, part: 0, of: 1, now: Self.now).attempt)
        try await outbox.store.finish(
            delivery, attempt: attempt, as: .moved(to: "2", again: Self.now), now: Self.now)
        #expect(try await outbox.bench.texts("SELECT state FROM subscribers ORDER BY id") == ["blocked", "active"])
        #expect(try await outbox.bench.states() == [.suppressed, .claimed])
    }

    @Test(arguments: [false, true])
    func `a group goes on under its new number, which was told of before`(isAway: Bool) async throws {
        let outbox = try await OutboxBench()
        _ = try await outbox.store.receive(
            [(outbox.channel, ReceivedEvent(key: "a", address: "-1001", body: "{}"))], at: Self.now)
        _ = try await outbox.store.takeFromInbox(
            atMost: 9, of: [outbox.channel], hash: { $0 }, now: Self.now
        ) { _, group in
            group?.standing.note(isAway: isAway, at: EventOrder(at: Self.now))
            return EventEffects()
        }
        let delivery = try await outbox.claimed()
        let attempt = try #require(try await outbox.store.beginSending(delivery, part: 0, of: 1, now: Self.now).attempt)
        try await outbox.store.finish(
            delivery, attempt: attempt, as: .moved(to: "-1001", again: Self.now), now: Self.now)
        #expect(
            try await outbox.bench.texts("SELECT address || ' ' || state FROM subscribers ORDER BY id")
                == ["-1001 active", isAway ? "1 blocked" : "1 guest"])
        #expect(try await outbox.claimed().address == "-1001")
    }

    @Test func `the parts that were sent are remembered over a give-back`() async throws {
        let outbox = try await OutboxBench()
        let delivery = try await outbox.claimed()
        let attempt = try #require(try await outbox.store.beginSending(delivery, part: 0, of: 1, now: Self.now).attempt)
        try await outbox.store.finish(delivery, attempt: attempt, as: .partSent(messageID: "1"), now: Self.now)
        try await outbox.store.release(delivery, as: .queued(notBefore: nil), now: Self.now)
        let again = try await outbox.claimed()
        #expect(again.partsSent == 1)
        #expect(again.attempts == 1)
    }
}
