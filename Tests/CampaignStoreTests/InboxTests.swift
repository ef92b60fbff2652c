import CampaignModel
import TestSupport
import Testing

@testable import CampaignStore

@Suite(.everyDatabase) struct InboxTests {
    private static let now = StoreBench.now

    private static func event(_ key: String, _ address: String? = "1") -> ReceivedEvent {
        ReceivedEvent(key: key, address: address, body: "{}")
    }

    /// Takes all that is in the inbox, each event with what the test makes of it.
    @discardableResult
    private func take(
        _ outbox: OutboxBench, _ events: [ReceivedEvent], now: Timestamp = now,
        _ step: @escaping @Sendable (InboxEntry, inout Subscriber?) -> EventEffects
    ) async throws -> InboxReport {
        try await outbox.take(events, now: now, step)
    }

    private static func reply(_ purpose: Delivery.Purpose, _ text: String = "hi") -> EventEffects {
        var effects = EventEffects()
        effects.replies = [.init(purpose, SampleContent.message(text), expiresAt: now + .hours(1))]
        return effects
    }

    private func leave(_ person: inout Subscriber?, at time: Timestamp = now + .seconds(1)) {
        person?.standing.note(wants: false, at: EventOrder(at: time))
    }

    @Test func `copies of an event are kept and taken once`() async throws {
        let outbox = try await OutboxBench()
        let count = LockedValue(0)
        for _ in 0..<3 {
            try await take(outbox, [Self.event("a"), Self.event("a"), Self.event("b")]) { _, _ in
                count.withLock { $0 += 1 }
                return EventEffects()
            }
        }
        #expect(count.withLock { $0 } == 2)
        #expect(try await outbox.bench.integer("SELECT COUNT(*) FROM inbox WHERE done_at IS NOT NULL") == 2)
    }

    @Test func `when the step cannot be stored, the event is still to be taken`() async throws {
        let outbox = try await OutboxBench()
        _ = try await outbox.store.receive([(outbox.channel, Self.event("a"))], at: Self.now)
        await #expect(throws: (any Error).self) {
            _ = try await outbox.store.takeFromInbox(
                atMost: 10, of: [outbox.channel], hash: { $0 }, now: Self.now
            ) { _, person in
                // There is no such campaign.
                person?.unwanted = [CampaignID(rawValue: 999)]
                return Self.reply(.answer)
            }
        }
        #expect(try await outbox.bench.integer("SELECT COUNT(*) FROM inbox WHERE done_at IS NULL") == 1)
        #expect(try await outbox.bench.integer("SELECT COUNT(*) FROM deliveries WHERE campaign_id IS NULL") == 0)
    }

    @Test func `who leaves gets nothing that waits, not even what is claimed, and only a goodbye`() async throws {
        let outbox = try await OutboxBench(messages: 2)
        let claimed = try await outbox.claimed()
        let report = try await take(outbox, [Self.event("a")]) { _, person in
            leave(&person)
            return Self.reply(.goodbye, "bye")
        }
        #expect(report.left == 1 && report.replies == 1)
        #expect(try await outbox.store.beginSending(claimed, part: 0, of: 1, now: Self.now).attempt == nil)
        try await outbox.store.release(claimed, as: .suppressed(.left), now: Self.now)
        #expect(try await outbox.bench.states() == [.suppressed, .suppressed, .queued])
        let goodbye = try await outbox.claimed()
        #expect(goodbye.purpose == .goodbye && goodbye.campaign == nil)
        #expect(try await outbox.store.beginSending(goodbye, part: 0, of: 1, now: Self.now).attempt == 1)
    }

    @Test func `a goodbye is not sent to who came back meanwhile`() async throws {
        let outbox = try await OutboxBench()
        try await take(outbox, [Self.event("a")]) { _, person in
            leave(&person)
            return Self.reply(.goodbye)
        }
        let goodbye = try await outbox.claimed()
        try await take(outbox, [Self.event("b")]) { _, person in
            person?.standing.note(wants: true, at: EventOrder(at: Self.now + .seconds(2)))
            return EventEffects()
        }
        #expect(try await outbox.store.beginSending(goodbye, part: 0, of: 1, now: Self.now).attempt == nil)
    }

    @Test func `replies go before campaigns`() async throws {
        let outbox = try await OutboxBench(subscribers: 3)
        try await take(outbox, [Self.event("a", "3")]) { _, _ in Self.reply(.defaultReply) }
        let claimed = try await outbox.bench.claim(outbox.channel, limit: 2)
        #expect(claimed.map(\.address) == ["3", "1"] && claimed.map(\.purpose) == [.defaultReply, .campaign])
        // One at a time for a person.
        #expect(try await outbox.bench.claim(outbox.channel).map(\.address) == ["2"])
    }

    @Test func `a stranger becomes a subscriber's row with all that is known`() async throws {
        let outbox = try await OutboxBench()
        try await take(outbox, [Self.event("a", "99")]) { _, person in
            person?.firstName = "Ada"
            person?.language = "tr"
            person?.origin = "qr"
            person?.tags = ["vip"]
            person?.fields = ["city": "İzmir"]
            person?.lastActiveAt = Self.now
            person?.preferences.quietHours = QuietHours(from: 60, to: 120)
            person?.preferences.pausedUntil = Self.now + .days(1)
            person?.unwanted = [outbox.campaign.id]
            person?.marketing = MarketingSubscription(token: "t")
            person?.standing.note(wants: true, at: EventOrder(at: Self.now, number: 4))
            var effects = EventEffects()
            effects.consent = [ConsentEntry(.given, origin: "start", shown: "qr", at: Self.now)]
            return effects
        }
        let kept = LockedValue<Subscriber?>(nil)
        try await take(outbox, [Self.event("b", "99")]) { _, person in
            kept.withLock { $0 = person }
            return EventEffects()
        }
        let person = try #require(kept.withLock { $0 })
        #expect(person.firstName == "Ada" && person.fields == ["city": "İzmir"] && person.tags == ["vip"])
        #expect(person.unwanted == [outbox.campaign.id] && person.marketing?.token == "t" && person.state == .active)
        #expect(person.standing.wants?.order == EventOrder(at: Self.now, number: 4))
        #expect(person.preferences.pausedUntil == Self.now + .days(1) && person.origin == "qr")
        #expect(try await outbox.store.subscriberRecord(address: "99", on: outbox.channel)?.consent.count == 1)
    }

    @Test func `events that name nobody we know, and change nothing, make no row`() async throws {
        let outbox = try await OutboxBench()
        try await take(outbox, [Self.event("a", "99"), Self.event("b", nil)]) { _, _ in EventEffects() }
        #expect(try await outbox.bench.integer("SELECT COUNT(*) FROM subscribers") == 1)
    }

    @Test func `what is held for a person goes when they act`() async throws {
        let outbox = try await OutboxBench(platform: .messenger)
        let claimed = try await outbox.claimed()
        try await outbox.store.release(claimed, as: .held(.windowClosed), now: Self.now)
        let report = try await take(outbox, [Self.event("a")]) { _, person in
            person?.lastActiveAt = Self.now
            return EventEffects()
        }
        #expect(report.reopened == 1)
        #expect(try await outbox.bench.states() == [.queued])
    }

    @Test func `people who chose otherwise are not planned for`() async throws {
        let outbox = try await OutboxBench(subscribers: 3)
        try await take(outbox, [Self.event("a", "1"), Self.event("b", "2")]) { entry, person in
            if entry.event.key == "a" {
                person?.unwanted = [outbox.campaign.id]
            } else {
                person?.preferences.pausedUntil = Self.now + .days(1)
            }
            return EventEffects()
        }
        try await outbox.bench.announce([2], in: outbox.content.sources[0].id)
        #expect(try await outbox.bench.run(outbox.campaign)?.queued == 1)
    }

    @Test func `who turns a topic off gets nothing more of it, not even what is claimed`() async throws {
        let outbox = try await OutboxBench(messages: 3)
        let claimed = try await outbox.claimed()
        try await take(outbox, [Self.event("a")]) { _, person in
            person?.unwanted = [outbox.campaign.id]
            return EventEffects()
        }
        let refused = try await outbox.store.beginSending(claimed, part: 0, of: 1, now: Self.now)
        guard case .refused(let release) = refused, case .suppressed(.unwanted) = release else {
            Issue.record("\(refused)")
            return
        }
        try await outbox.store.release(claimed, as: release, now: Self.now)
        #expect(try await outbox.bench.states() == [.suppressed, .suppressed, .suppressed])
    }

    private func pause(_ outbox: OutboxBench, _ reply: EventEffects = EventEffects()) async throws {
        try await take(outbox, [Self.event("a")]) { _, person in
            person?.preferences.pausedUntil = Self.now + .days(7)
            return reply
        }
    }

    @Test(arguments: ["campaign", "edit"])
    func `who chooses a pause gets nothing more, not even what is claimed`(purpose: String) async throws {
        let outbox = try await OutboxBench()
        try await outbox.bench.execute("UPDATE deliveries SET purpose = $1", [.text(purpose)])
        let claimed = try await outbox.claimed()
        try await pause(outbox)
        let refused = try await outbox.store.beginSending(claimed, part: 0, of: 1, now: Self.now)
        guard case .refused(let release) = refused, case .suppressed(.pausedByPerson) = release else {
            Issue.record("\(refused)")
            return
        }
        try await outbox.store.release(claimed, as: release, now: Self.now)
        #expect(try await outbox.bench.texts("SELECT reason_code FROM deliveries") == ["paused_by_person"])
    }

    @Test func `what is begun is ended, and an answer goes out, in spite of a pause that somebody chose`() async throws
    {
        let outbox = try await OutboxBench()
        let claimed = try await outbox.claimed()
        let first = try #require(try await outbox.store.beginSending(claimed, part: 0, of: 2, now: Self.now).attempt)
        try await outbox.store.finish(claimed, attempt: first, as: .partSent(messageID: "1"), now: Self.now)
        try await pause(outbox, Self.reply(.answer))
        let second = try #require(
            try await outbox.store.beginSending(claimed, part: 1, of: 2, after: 1, now: Self.now).attempt)
        try await outbox.store.finish(claimed, attempt: second, as: .sent(messageID: "2"), now: Self.now)
        let answer = try await outbox.claimed()
        #expect(answer.purpose == .answer)
        #expect(try await outbox.store.beginSending(answer, part: 0, of: 1, now: Self.now).attempt == 1)
    }

    @Test func `what somebody wants once a week grows not too old, and another choice brings it at once`() async throws
    {
        let outbox = try await OutboxBench()
        let chosen:
            @Sendable (Subscriber.Preferences.Frequency) -> @Sendable (InboxEntry, inout Subscriber?) -> EventEffects =
                {
                    frequency in
                    { _, person in
                        person?.preferences.frequency = frequency
                        return EventEffects()
                    }
                }
        try await take(outbox, [Self.event("a")], chosen(.weekly))
        try await outbox.bench.announce([2], in: outbox.content.sources[0].id)
        let work = try await outbox.store.work(for: outbox.campaign.id)
        var plan = outbox.bench.plan(outbox.campaign, work, expiresAt: Self.now + .hours(1))
        plan.times = { preferences, _ in
            preferences.frequency == .weekly
                ? DeliveryTimes(notBefore: Self.now + .days(6), expiresAt: Self.now + .days(8)) : nil
        }
        _ = try await outbox.store.record(plan, at: Self.now)
        let rows = "SELECT COUNT(*) FROM deliveries WHERE not_before = \((Self.now + .days(6)).milliseconds)"
        #expect(try await outbox.bench.integer(rows + " AND expires_at > not_before") == 1)
        try await take(outbox, [Self.event("b")], chosen(.atOnce))
        #expect(try await outbox.bench.integer(rows) == 0)
    }

    @Test func `what the window holds for a later day stays with it, unless all is wanted now`() async throws {
        let outbox = try await OutboxBench(platform: .messenger)
        let chosen: @Sendable (String) -> @Sendable (InboxEntry, inout Subscriber?) -> EventEffects = { choice in
            { _, person in
                if let frequency = Subscriber.Preferences.Frequency(rawValue: choice) {
                    person?.preferences.frequency = frequency
                } else {
                    person?.preferences.timeZone = choice
                }
                return EventEffects()
            }
        }
        try await take(outbox, [Self.event("a")], chosen("weekly"))
        let monday = (Self.now + .days(6)).milliseconds
        try await outbox.bench.execute("UPDATE deliveries SET state = 'held', not_before = \(monday)")
        let rows = "SELECT COUNT(*) FROM deliveries WHERE state = 'held' AND not_before = \(monday)"
        #expect(try await outbox.bench.integer(rows) == 1)
        try await take(outbox, [Self.event("b")], chosen("Europe/Rome"))
        #expect(try await outbox.bench.integer(rows) == 1)
        try await take(outbox, [Self.event("c")], chosen("at_once"))
        #expect(try await outbox.bench.integer(rows) == 0)
    }

    @Test func `events that were taken are not looked through for those that wait`() async throws {
        guard TestDatabase.current == .sqlite else { return }
        let outbox = try await OutboxBench()
        let plan = try await outbox.store.database.read { connection in
            try connection.query(
                "EXPLAIN QUERY PLAN " + Store.selectWaiting(channels: 2), [.integer(100), .integer(1), .integer(2)]
            ) { $0.text(3) ?? "" }
        }
        #expect(plan == ["SCAN inbox USING INDEX inbox_waiting"])
    }

    @Test func `what came for a channel that is not there waits for it`() async throws {
        let outbox = try await OutboxBench()
        _ = try await outbox.store.receive([(outbox.channel, Self.event("a"))], at: Self.now)
        let taken = try await outbox.store.takeFromInbox(
            atMost: 10, of: [ChannelID(rawValue: 99)], hash: { $0 }, now: Self.now
        ) { _, _ in EventEffects() }
        #expect(taken.report.isEmpty)
        #expect(try await outbox.bench.integer("SELECT COUNT(*) FROM inbox WHERE done_at IS NULL") == 1)
    }

    @Test func `a restriction pauses the channel until it is lifted`() async throws {
        let outbox = try await OutboxBench(platform: .messenger)
        #expect(try await restrict(outbox, "a", true, at: Self.now) == ["spam"])
        #expect(try await outbox.store.status().channels[0].pausedReason == "spam")
        #expect(try await outbox.bench.claim(outbox.channel).isEmpty)
        #expect(try await restrict(outbox, "b", false, at: Self.now - .hours(1)).count == 1)
        #expect(try await outbox.bench.claim(outbox.channel).isEmpty)
        _ = try await restrict(outbox, "c", false, at: Self.now + .hours(1))
        #expect(try await outbox.bench.claim(outbox.channel).count == 1)
    }

    @Test func `a pause for another reason does not end with a restriction`() async throws {
        let outbox = try await OutboxBench(platform: .messenger)
        try await outbox.store.pause(
            outbox.channel, reason: DeliveryReason(code: "messenger_190", message: "no such token"), now: Self.now)
        _ = try await restrict(outbox, "a", true, at: Self.now)
        _ = try await restrict(outbox, "b", false, at: Self.now + .hours(1))
        #expect(try await outbox.store.status().channels[0].pausedReason == "no such token")
    }

    private func restrict(
        _ outbox: OutboxBench, _ key: String, _ isBlocked: Bool, at: Timestamp
    ) async throws -> [String] {
        try await take(outbox, [Self.event(key, nil)]) { _, _ in
            var effects = EventEffects()
            effects.restriction = .init(isBlocked: isBlocked, reason: "spam", at: at)
            return effects
        }.restrictions
    }

    // MARK: Forgetting

    @Test func `an erased person leaves a hash, and no import brings them back`() async throws {
        let outbox = try await OutboxBench(subscribers: 2)
        try await take(outbox, [Self.event("a")]) { _, person in
            person?.firstName = "Ada"
            person?.tags = ["vip"]
            var effects = Self.reply(.welcome, "Hello Ada")
            effects.consent = [ConsentEntry(.given, origin: "start", at: Self.now)]
            return effects
        }
        let claimed = try #require(try await outbox.bench.claim(outbox.channel, limit: 1).first)
        let erase = { try await outbox.store.erase(address: "1", on: outbox.channel, hash: "#1", now: Self.now) }
        #expect(try await erase() == .busy)
        try await outbox.store.release(claimed, as: .queued(notBefore: nil), now: Self.now)
        #expect(try await erase() == .done)
        #expect(try await erase() == .unknown)
        for trace in [
            "subscribers WHERE first_name IS NOT NULL OR address = '1' OR standing LIKE '%1800000%' AND address LIKE 'erased:%'",
            "messages WHERE body LIKE '%Ada%'", "inbox WHERE address = '1' OR body LIKE '%7%'", "subscriber_tags",
            "attempts",
        ] { #expect(try await outbox.bench.integer("SELECT COUNT(*) FROM \(trace)") == 0, "\(trace)") }
        #expect(try await outbox.bench.integer("SELECT COUNT(*) FROM consent_log") == 1)
        #expect(try await outbox.bench.integer("SELECT COUNT(*) FROM deliveries WHERE state = 'queued'") == 1)
        let people = [Subscriber(address: "1"), Subscriber(address: "3")]
        let report = try await outbox.store.importSubscribers(
            people, to: outbox.channel, hash: { "#\($0)" }, now: Self.now)
        #expect(report.added == 1 && report.left == 1)
        // A receipt that comes late makes no row, nor does a block or its end; a word of their own does, and is no reason for
        // an import either.
        try await take(outbox, [Self.event("late")]) { _, person in
            person?.readUntil = Self.now
            return EventEffects()
        }
        try await take(outbox, [Self.event("block")]) { _, person in
            person?.standing.note(isAway: true, at: EventOrder(at: Self.now))
            leave(&person)
            var effects = EventEffects()
            effects.consent = [ConsentEntry(.withdrawn, origin: "block", at: Self.now)]
            return effects
        }
        try await take(outbox, [Self.event("unblock")]) { _, person in
            person?.standing.seen = EventOrder(at: Self.now)
            person?.standing.note(isAway: false, at: EventOrder(at: Self.now))
            return EventEffects()
        }
        #expect(try await outbox.bench.integer("SELECT COUNT(*) FROM subscribers WHERE address = '1'") == 0)
        try await take(outbox, [Self.event("word")]) { _, person in
            person?.standing.seen = EventOrder(at: Self.now)
            person?.lastActiveAt = Self.now
            return EventEffects()
        }
        let again = try await outbox.store.importSubscribers(
            people, to: outbox.channel, hash: { "#\($0)" }, now: Self.now)
        #expect(again.added == 0 && again.left == 1)
        #expect(
            try await outbox.store.listSubscribers(limit: 10).subscribers.map(\.subscriber.address) == ["2", "3", "1"])
    }

    @Test func `a file never outranks a person's own word, even one that is heard later`() async throws {
        let outbox = try await OutboxBench()
        _ = try await outbox.store.importSubscribers(
            [Subscriber(address: "5")], to: outbox.channel, hash: { $0 }, now: Self.now)
        try await take(outbox, [Self.event("a", "5")]) { _, person in
            leave(&person, at: Self.now - .minutes(5))
            return EventEffects()
        }
        #expect(try await outbox.bench.texts("SELECT state FROM subscribers WHERE address = '5'") == ["stopped"])
    }

    @Test func `replies are forgotten a while after they ended`() async throws {
        let outbox = try await OutboxBench()
        try await take(outbox, [Self.event("a")]) { _, _ in Self.reply(.welcome) }
        let claimed = try #require(try await outbox.bench.claim(outbox.channel, limit: 1).first)
        #expect(try await outbox.store.pruneReplies(now: Self.now + .days(40)) == 0)
        try await outbox.store.release(claimed, as: .failed(.init(code: "c", message: "m")), now: Self.now)
        #expect(try await outbox.store.pruneReplies(now: Self.now + .days(29)) == 0)
        #expect(try await outbox.store.pruneReplies(now: Self.now + .days(31)) == 1)
        #expect(try await outbox.bench.integer("SELECT COUNT(*) FROM messages") == 1)
    }

    @Test func `events are forgotten a while after they were taken`() async throws {
        let outbox = try await OutboxBench()
        try await take(outbox, [Self.event("a")]) { _, _ in EventEffects() }
        _ = try await outbox.store.receive([(outbox.channel, Self.event("b"))], at: Self.now)
        #expect(try await outbox.store.pruneInbox(now: Self.now + .days(7)) == 0)
        #expect(try await outbox.store.pruneInbox(now: Self.now + .days(9)) == 1)
        #expect(try await outbox.bench.texts("SELECT event_key FROM inbox") == ["b"])
    }
}
