import CampaignModel
import TestSupport
import Testing

@testable import CampaignStore

/// Provisioning, polls, subscribers and the fan-out.
@Suite(.everyDatabase) struct ContentStoreTests {
    private static let now = StoreBench.now

    @Test func `numbers stay the same over restarts and changed definitions`() async throws {
        let bench = try await StoreBench()
        let first = try await bench.provision()
        let second = try await bench.provision(sources: [SampleContent.source(every: .minutes(5))])
        #expect(first.channels.map(\.id) == second.channels.map(\.id))
        #expect(first.sources.map(\.id) == second.sources.map(\.id))
        #expect(first.campaigns.map(\.id) == second.campaigns.map(\.id))
        #expect(second.campaigns[0].sources.map(\.source.every) == [.every(.minutes(5))])
    }

    @Test func `a source that moved forgets its state and keeps its log`() async throws {
        let bench = try await StoreBench()
        let content = try await bench.provision()
        try await bench.announce([1], in: content.sources[0].id)
        let moved = try await bench.provision(
            sources: [SampleContent.source(at: "http://127.0.0.1:9/other.xml")], now: Self.now + .hours(1))
        #expect(moved.sources[0].id == content.sources[0].id)
        let state = try await bench.store.sourceState(content.sources[0].id)
        #expect(state.baselineAt == nil && state.fetchState == nil)
        #expect(state.nextPollAt == Self.now + .hours(1))
        #expect(try await bench.store.work(for: content.campaigns[0].id).changes.count == 1)
    }

    @Test func `a source that is read in another way forgets what was known of it`() async throws {
        let bench = try await StoreBench()
        let content = try await bench.provision()
        try await bench.announce([1], in: content.sources[0].id)
        _ = try await bench.provision()
        #expect(try await bench.store.sourceState(content.sources[0].id).baselineAt != nil)
        var mapped = SampleContent.source()
        mapped.mapping = DocumentMapping(item: "/a/b", fields: ["id": "@id"])
        _ = try await bench.provision(sources: [mapped], now: Self.now + .hours(1))
        let state = try await bench.store.sourceState(content.sources[0].id)
        #expect(state.baselineAt == nil && state.nextPollAt == Self.now + .hours(1))
    }

    @Test func `validators, snapshot and log move together`() async throws {
        let bench = try await StoreBench()
        let source = try await bench.provision().sources[0].id
        try await bench.announce([1, 2], in: source)
        let state = try await bench.store.sourceState(source)
        #expect(state.fetchState == "1" && state.baselineAt == Self.now && state.lastPollAt == Self.now)
        let keys = [1, 2, 3].map(SampleContent.key)
        let known = try await bench.store.snapshot(of: source, keys: keys)
        #expect(
            known == [keys[0]: SampleContent.entry(1), keys[1]: SampleContent.entry(2)])
        #expect(try await bench.integer("SELECT COUNT(*) FROM changes") == 2)
    }

    @Test func `a poll that cannot be stored whole leaves nothing behind`() async throws {
        let bench = try await StoreBench()
        let source = try await bench.provision().sources[0].id
        let before = try await bench.store.sourceState(source)
        try await bench.execute("DROP TABLE polls")
        await #expect(throws: (any Error).self) { try await bench.announce([1], in: source) }
        #expect(try await bench.store.sourceState(source) == before)
        #expect(try await bench.store.snapshot(of: source, keys: [SampleContent.key(1)]).isEmpty)
        #expect(try await bench.integer("SELECT COUNT(*) FROM changes") == 0)
    }

    @Test func `an unchanged document moves only the times`() async throws {
        let bench = try await StoreBench()
        let source = try await bench.provision().sources[0].id
        try await bench.announce([1], in: source)
        let later = Self.now + .minutes(10)
        try await bench.store.record(
            PollResult(document: .notModified, fetchState: "x", next: NextPoll.sample(later + .minutes(10))),
            of: source, at: later)
        let state = try await bench.store.sourceState(source)
        #expect(state.baselineAt == Self.now && state.fetchState == "x" && state.lastPollAt == later)
        #expect(try await bench.store.status().sources.map(\.items) == [1])
    }

    @Test func `a failed poll changes nothing but the failure`() async throws {
        let bench = try await StoreBench()
        let source = try await bench.provision().sources[0].id
        try await bench.announce([1], in: source)
        let before = try await bench.store.sourceState(source)
        let later = Self.now + .minutes(10)
        for _ in 0..<2 {
            try await bench.store.recordFailure(
                of: source, reason: "no", fetchState: before.fetchState, next: .sample(later + .hours(1)), at: later)
        }
        let after = try await bench.store.sourceState(source)
        #expect(after.failures == 2 && after.lastError == "no" && after.nextPollAt == later + .hours(1))
        #expect(after.fetchState == before.fetchState && after.baselineAt == before.baselineAt)
        try await bench.announce([1], in: source)
        let mended = try await bench.store.sourceState(source)
        #expect(mended.failures == 0 && mended.lastError == nil)
    }

    @Test func `only the audience and only active people get a delivery`() async throws {
        let bench = try await StoreBench()
        let content = try await bench.provision(
            campaigns: [SampleContent.campaign { $0.audience = Audience(tags: ["news", "sport"]) }])
        let channel = content.channels[0].id
        try await bench.subscribe(["1"], to: channel, tags: ["news", "sport"])
        try await bench.subscribe(["2"], to: channel, tags: ["art"])
        try await bench.subscribe(["3"], to: channel)
        try await bench.subscribe(["4"], to: channel, tags: ["sport"])
        try await bench.execute("UPDATE subscribers SET standing = NULL, state = 'stopped' WHERE address = '4'")
        try await bench.announce([1], in: content.sources[0].id)
        let report = try #require(
            try await bench.run(
                content.campaigns[0], messages: [SampleContent.message("a"), SampleContent.message("b")]))
        #expect(report.queued == 2 && report.held == 0)
        #expect(
            try await bench.texts("SELECT address FROM deliveries d JOIN subscribers s ON s.id = d.subscriber_id") == [
                "1", "1",
            ])
        #expect(try await bench.store.runs(of: "news", limit: 10).map(\.report) == [report])
        #expect(try await bench.store.runs(of: "news", limit: 10).map(\.deliveries) == [["queued": 2]])
    }

    @Test func `an audience is who has all that it asks for`() async throws {
        let bench = try await StoreBench()
        let content = try await bench.provision()
        let people = [
            Subscriber(address: "1", language: "tr", tags: ["news"], fields: ["city": "ankara"], origin: "qr"),
            Subscriber(address: "2", language: "pt-BR", tags: ["news", "staff"], fields: ["city": "izmir"]),
            Subscriber(address: "3", fields: ["city": "o'hara\"%"], lastActiveAt: StoreBench.now - .days(3)),
        ]
        _ = try await bench.store.importSubscribers(
            people, to: content.channels[0].id, hash: { $0 }, now: StoreBench.now)
        try await bench.execute("UPDATE subscribers SET origin = 'qr' WHERE address = '1'")
        func who(_ change: (inout Audience) -> Void) async throws -> [String] {
            var audience = Audience()
            change(&audience)
            let dialect = try await bench.store.database.read { $0.dialect }
            let condition = AudienceCondition(audience, from: 1, now: StoreBench.now, dialect)
            return try await bench.store.database.read { connection in
                try connection.query(
                    "SELECT s.address FROM subscribers s WHERE s.id > 0\(condition.text) ORDER BY s.address",
                    condition.values
                ) { $0.text(0) ?? "" }
            }
        }
        #expect(try await who { _ in } == ["1", "2", "3"])
        #expect(try await who { $0.tags = ["news"] } == ["1", "2"])
        #expect(try await who { ($0.tags, $0.withoutTags) = (["news"], ["staff", "x"]) } == ["1"])
        #expect(try await who { $0.languages = ["pt", "en"] } == ["2"])
        #expect(try await who { $0.languages = ["pt-br"] } == ["2"])
        #expect(try await who { $0.fields = ["city": ["izmir", "ankara"]] } == ["1", "2"])
        #expect(try await who { $0.fields = ["city": ["o'hara\"%"]] } == ["3"])
        #expect(try await who { $0.fields = ["town": ["izmir"]] } == [])
        #expect(try await who { $0.origins = ["qr", "site"] } == ["1"])
        #expect(try await who { $0.activeWithin = .days(3) } == ["3"])
        #expect(try await who { $0.activeWithin = .days(2) } == [])
    }

    @Test func `a Messenger window is closed at exactly 24 hours`() async throws {
        let bench = try await StoreBench()
        let content = try await bench.provision(channels: [SampleContent.channel(platform: .messenger)])
        let channel = content.channels[0].id
        try await bench.subscribe(["open"], to: channel, activeAt: Self.now - .hours(24) + .milliseconds(1))
        try await bench.subscribe(["closed"], to: channel, activeAt: Self.now - .hours(24))
        try await bench.subscribe(["never"], to: channel)
        try await bench.announce([1], in: content.sources[0].id)
        let report = try #require(try await bench.run(content.campaigns[0]))
        #expect(report.queued == 1 && report.held == 2)
        let held =
            "SELECT address FROM deliveries d JOIN subscribers s ON s.id = d.subscriber_id WHERE d.state = 'held'"
        #expect(try await bench.texts(held).sorted() == ["closed", "never"])
    }

    @Test func `a run holds a message for a person once`() async throws {
        let outbox = try await OutboxBench()
        await #expect(throws: (any Error).self) {
            try await outbox.bench.execute(
                """
                INSERT INTO deliveries (message_id, campaign_id, channel_id, subscriber_id, purpose, state, not_before,
                    expires_at, updated_at)
                SELECT message_id, campaign_id, channel_id, subscriber_id, purpose, state, not_before, expires_at,
                    updated_at FROM deliveries
                """)
        }
        #expect(try await outbox.bench.states().count == 1)
    }

    @Test func `an import completes what is known and never brings back who left`() async throws {
        let bench = try await StoreBench()
        let channel = try await bench.provision().channels[0].id
        let store = bench.store
        let first = try await store.importSubscribers(
            [
                Subscriber(address: "1", firstName: "Ada", tags: ["news"], lastActiveAt: Self.now - .hours(2)),
                Subscriber(address: "2"),
            ], to: channel, hash: { $0 }, now: Self.now)
        #expect(first.added == 2 && first.updated == 0 && first.left == 0)
        try await bench.execute("UPDATE subscribers SET standing = NULL, state = 'stopped' WHERE address = '2'")
        let second = try await store.importSubscribers(
            [
                Subscriber(address: "1", lastName: "L", tags: ["sport"], lastActiveAt: Self.now - .hours(5)),
                Subscriber(address: "2", firstName: "Bob", lastActiveAt: Self.now),
            ], to: channel, hash: { $0 }, now: Self.now)
        #expect(second.added == 0 && second.updated == 1 && second.left == 1)
        let listed = try await store.listSubscribers(limit: 10).subscribers
        #expect(listed.map(\.subscriber.state) == [.active, .stopped])
        #expect(listed[0].subscriber.firstName == "Ada" && listed[0].subscriber.lastName == "L")
        #expect(listed[0].subscriber.lastActiveAt == Self.now - .hours(2))
        #expect(listed[1].subscriber.firstName == nil && listed[1].subscriber.lastActiveAt == nil)
        #expect(try await bench.texts("SELECT tag FROM subscriber_tags ORDER BY tag") == ["news", "sport"])
        #expect(try await bench.integer("SELECT COUNT(*) FROM consent_log") == 2)
    }

    @Test func `a clock that runs ahead holds no window open`() async throws {
        let bench = try await StoreBench()
        let channel = try await bench.provision().channels[0].id
        try await bench.subscribe(["1"], to: channel, activeAt: Self.now + .days(365))
        #expect(
            try await bench.store.listSubscribers(limit: 1).subscribers.map(\.subscriber.lastActiveAt) == [Self.now])
    }

    @Test func `whoever is listed comes with how they last agreed, and when it was stated`() async throws {
        let bench = try await StoreBench()
        let channel = try await bench.provision().channels[0].id
        _ = try await bench.store.importSubscribers(
            [
                Subscriber(address: "1", consentAt: Self.now - .days(9), consentSource: "form"),
                Subscriber(address: "2"),
            ],
            to: channel, hash: { $0 }, now: Self.now)
        let agreed = try await bench.store.listSubscribers(limit: 9).subscribers.map(\.agreed)
        #expect(agreed.map { $0?.at } == [Self.now - .days(9), Self.now])
        #expect(agreed.map { $0?.origin } == ["form", "import"])
    }

    @Test func `what belongs to another workspace is listed with its name before its own`() async throws {
        let bench = try await StoreBench()
        var (channel, source, campaign) = (SampleContent.channel(), SampleContent.source(), SampleContent.campaign())
        (channel.workspace, source.workspace, campaign.workspace) = ("second", "second", "second")
        let content = try await bench.provision(
            channels: [SampleContent.channel(), channel], sources: [SampleContent.source(), source],
            campaigns: [SampleContent.campaign(), campaign])
        for entry in content.channels { try await bench.subscribe(["1"], to: entry.id) }
        for entry in content.sources { try await bench.announce([1], in: entry.id) }
        for entry in content.campaigns { try await bench.run(entry) }
        let people = try await bench.store.listSubscribers(limit: 9).subscribers
        #expect(Set(people.map(\.channel)) == ["bot", "second/bot"])
        let deliveries = try await bench.store.deliveries(in: nil, limit: 9)
        #expect(Set(deliveries.map { "\($0.what) → \($0.channel)" }) == ["news → bot", "second/news → second/bot"])
        let second = try #require(content.channels.first { $0.channel.workspace == "second" })
        let trail = try await bench.store.trail(ofSubscriber: "1", on: second.id, limit: 9, now: Self.now)
        #expect(trail?.channel == "second/bot" && trail?.runs.map(\.deliveries.count) == [1])
    }

    @Test func `what feeds/ no longer holds is told as such and not measured until it is back`() async throws {
        let bench = try await StoreBench()
        let content = try await bench.provision()
        let channel = content.channels[0].id
        _ = try await bench.store.receive(
            [(channel, ReceivedEvent(key: "u1", address: "1", body: "{}"))], at: Self.now)
        try await bench.store.pause(
            channel, reason: DeliveryReason(code: "token", message: "no such token"), now: Self.now)
        for isThere in [true, false, true] {
            if !isThere { try await bench.provision(channels: [], sources: [], campaigns: []) }
            let measures = try await bench.store.measures(at: Self.now)
            let count = isThere ? 1 : 0
            #expect(measures.sources.count == count && measures.channels.count == count)
            #expect(measures.campaigns.count == count && measures.inboxWaiting == count)
            #expect((measures.inboxOldestAt != nil) == isThere)
            let status = try await bench.store.status()
            #expect(status.sources.map(\.isWithdrawn) == [!isThere])
            #expect(status.channels.map(\.isWithdrawn) == [!isThere])
            if !isThere { try await bench.provision() }
        }
    }
}
