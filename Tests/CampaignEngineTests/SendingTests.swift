import CampaignModel
import HTTPTransport
import TestSupport
import Testing

@testable import CampaignEngine
@testable import CampaignStore

@Suite struct SendingTests {
    private static let cut = HTTPOutcome.unanswered(
        HTTPFailure(.cut, requestLeft: true, message: "the connection broke"))
    private static let unreachable = HTTPOutcome.notSent(HTTPFailure(.refused, requestLeft: false, message: "refused"))

    /// A bench whose outbox holds one message for each subscriber.
    private func withOutbox(
        channels: [Channel] = [SampleContent.channel()], campaigns: [Campaign] = [SampleContent.campaign()],
        subscribers: [String] = ["1"], activeAt: Timestamp? = nil, concurrency: Int = 8,
        stop: StopSignal = StopSignal(), titles: [String] = ["B"],
        answer: @escaping @Sendable (ScriptedSender.Sent, Int) async -> HTTPOutcome = { .accepted($1 + 1) },
        _ body: (EngineBench) async throws -> Void
    ) async throws {
        try await withEngine(
            channels: channels, campaigns: campaigns, subscribers: subscribers, activeAt: activeAt,
            concurrency: concurrency, stop: stop, answer: answer
        ) { bench in
            bench.site.publish(feed(["A"]))
            try await bench.fillOutbox()
            bench.site.publish(feed(titles + ["A"]))
            try await bench.fillOutbox()
            try await body(bench)
        }
    }

    @Test func `someone who blocked the bot is written to no more`() async throws {
        try await withOutbox(
            subscribers: ["1", "2"], titles: ["C", "B"],
            answer: { sent, index in
                sent.field("chat_id") == "1"
                    ? .refused(403, "Forbidden: bot was blocked by the user") : .accepted(index + 1)
            }
        ) { bench in
            try await bench.pass()
            #expect(bench.chats.filter { $0 == "1" }.count == 1)
            #expect(bench.chats.filter { $0 == "2" }.count == 2)
            #expect(try await bench.states().filter { $0 == .suppressed }.count == 2)
            bench.site.publish(feed(["D", "C", "B", "A"]))
            try await bench.nextPass()
            #expect(bench.chats.filter { $0 == "1" }.count == 1)
        }
    }

    @Test func `a platform that asks for a pause hears nothing until it is over`() async throws {
        try await withOutbox(
            subscribers: (1...20).map { "\($0)" }, concurrency: 4,
            answer: { _, index in
                index == 0 ? .refused(429, "Too Many Requests: retry after 300", retryAfter: 300) : .accepted(index)
            }
        ) { bench in
            try await bench.pass()
            let asked = try #require(bench.sender.sent.first).at
            let early = bench.sender.sent.dropFirst().filter { $0.at > asked && $0.at < asked + .seconds(300) }
            #expect(early.isEmpty)
            let before = bench.sender.sent.count
            try await bench.pass()
            #expect(bench.sender.sent.count == before)
            bench.time.advance(by: .seconds(301))
            try await bench.pass()
            #expect(bench.sender.sent.dropFirst(before).allSatisfy { $0.at >= asked + .seconds(300) })
            #expect(try await bench.states() == Array(repeating: .sent, count: 20))
            #expect(Set(bench.chats).count == 20)
        }
    }

    @Test func `an answer is stored also when what it says of the pace cannot be`() async throws {
        let (left, leaves) = AsyncStream<Void>.makeStream()
        let (refused, refuses) = AsyncStream<Void>.makeStream()
        try await withOutbox(
            subscribers: ["1", "2"],
            answer: { _, index in
                guard index == 0 else {
                    leaves.finish()
                    for await _ in refused {}
                    return .accepted(index)
                }
                for await _ in left {}
                return .refused(429, "Too Many Requests", retryAfter: 30)
            }
        ) { bench in
            // Which the later message ends, for it shows that only a chat was meant.
            try await bench.store.database.write {
                try $0.execute(
                    """
                    CREATE TRIGGER unlucky BEFORE UPDATE OF rests_until ON channels WHEN NEW.rests_until IS NULL
                    BEGIN SELECT RAISE(ABORT, 'unlucky'); END
                    """)
            }
            let passing = Task { try await bench.pass() }
            func attempts() async throws -> Int64? {
                try await bench.store.database.read { try $0.integer("SELECT COUNT(*) FROM attempts") }
            }
            while try await attempts() == 0 { await Task.yield() }
            refuses.finish()
            await #expect(throws: (any Error).self) { try await passing.value }
            #expect(try await Set(bench.states()) == [.queued, .sent])
        }
    }

    @Test func `what may be the whole bot's pause is stored with the answer that says it`() async throws {
        try await withOutbox(answer: { _, _ in .refused(429, "Too Many Requests", retryAfter: 300) }) { bench in
            let asked = bench.time.now()
            try await bench.store.database.write {
                try $0.execute(
                    """
                    CREATE TRIGGER alone BEFORE UPDATE OF rests_until ON channels
                    WHEN EXISTS (SELECT 1 FROM deliveries WHERE state = 'sending')
                    BEGIN SELECT RAISE(ABORT, 'alone'); END
                    """)
            }
            try await bench.pass()
            let rests = try await bench.store.database.read { try $0.integer("SELECT rests_until FROM channels") }
            #expect(try #require(rests) >= (asked + .seconds(300)).milliseconds)
        }
    }

    @Test func `a short pause is waited for in place`() async throws {
        try await withOutbox(
            subscribers: ["1", "2", "3"], concurrency: 1,
            answer: { _, index in index == 0 ? .refused(429, "Too Many Requests", retryAfter: 3) : .accepted(index) }
        ) { bench in
            try await bench.pass()
            let sent = bench.sender.sent
            #expect(sent.dropFirst().allSatisfy { $0.at >= sent[0].at + .seconds(3) })
            #expect(try await bench.states() == [.sent, .sent, .sent])
        }
    }

    @Test func `a token that is refused stops the channel and keeps what waits`() async throws {
        try await withOutbox(
            subscribers: (1...10).map { "\($0)" }, concurrency: 1, answer: { _, _ in .refused(401, "Unauthorized") }
        ) { bench in
            try await bench.pass()
            #expect(bench.sender.sent.count == 1)
            #expect(try await bench.states() == Array(repeating: .queued, count: 10))
            #expect(try await bench.store.status().channels[0].pausedReason?.contains("token") == true)
            try await bench.pass()
            #expect(bench.sender.sent.count == 1)
        }
    }

    @Test func `a platform that cannot be reached is tried again later and then not twice`() async throws {
        try await withOutbox(answer: { _, index in index < 3 ? Self.unreachable : .accepted(index) }) { bench in
            for tries in 1...4 {
                try await bench.pass()
                #expect(bench.sender.sent.count == tries)
                let due = try await bench.store.nextDeliveryDue(on: bench.channel, replies: false)
                if tries < 4 { #expect(try #require(due) > bench.time.now()) }
                bench.time.advance(by: .minutes(1))
            }
            #expect(try await bench.states() == [.sent])
            try await bench.pass()
            #expect(bench.sender.sent.count == 4)
        }
    }

    @Test func `a request whose answer was lost is never sent again by itself`() async throws {
        try await withOutbox(answer: { _, _ in Self.cut }) { bench in
            try await bench.pass()
            #expect(try await bench.states() == [.unknown])
            bench.time.advance(by: .hours(2))
            for _ in 0..<3 { try await bench.nextPass() }
            #expect(bench.sender.sent.count == 1)
            #expect(try await bench.states() == [.unknown])
        }
    }

    @Test func `a message whose second part was put off goes on with that part`() async throws {
        let campaign = SampleContent.campaign { $0.layout = "two-parts" }
        try await withOutbox(
            campaigns: [campaign], answer: { _, index in index == 1 ? Self.unreachable : .accepted(index + 1) }
        ) { bench in
            try await bench.pass()
            #expect(bench.texts == ["first B", "second B"])
            #expect(try await bench.states() == [.queued])
            bench.time.advance(by: .minutes(1))
            try await bench.pass()
            #expect(bench.texts == ["first B", "second B", "second B"])
            #expect(try await bench.states() == [.sent])
        }
    }

    @Test func `a process that died between two parts leaves the second for the next one`() async throws {
        let campaign = SampleContent.campaign { $0.layout = "two-parts" }
        try await withOutbox(campaigns: [campaign]) { bench in
            // What the dead process did: claimed, sent the first part, stored its answer.
            let now = bench.time.now()
            let claimed = try await bench.store.claim(
                channel: bench.channel, lane: .campaigns(after: nil), limit: 1, token: "dead", lease: .seconds(60),
                now: now
            ).deliveries
            let attempt = try #require(try await bench.store.beginSending(claimed[0], part: 0, of: 1, now: now).attempt)
            try await bench.store.finish(claimed[0], attempt: attempt, as: .partSent(messageID: "1"), now: now)
            try await bench.pass()
            #expect(bench.texts == ["second B"])
        }
    }

    @Test func `a process that died while a request was out leaves it unknown`() async throws {
        try await withOutbox { bench in
            let now = bench.time.now()
            let claimed = try await bench.store.claim(
                channel: bench.channel, lane: .campaigns(after: nil), limit: 1, token: "dead", lease: .seconds(60),
                now: now
            ).deliveries
            _ = try await bench.store.beginSending(claimed[0], part: 0, of: 1, now: now)
            try await bench.pass()
            #expect(bench.sender.sent.isEmpty)
            #expect(try await bench.states() == [.unknown])
        }
    }

    @Test func `a store that fails stops the sending`() async throws {
        try await withOutbox(subscribers: ["1", "2"]) { bench in
            try bench.store.close()
            await #expect(throws: (any Error).self) { try await bench.pass() }
            #expect(bench.sender.sent.isEmpty)
        }
    }

    @Test func `told to stop, it finishes what is out and gives back the rest`() async throws {
        let stop = StopSignal()
        try await withOutbox(
            subscribers: (1...10).map { "\($0)" }, concurrency: 1, stop: stop,
            answer: { _, index in
                if index == 2 { stop.raise() }
                return .accepted(index + 1)
            }
        ) { bench in
            _ = try await DeliveryRun(bench.engine, token: "run").run()
            #expect(bench.sender.sent.count == 3)
            let states = try await bench.states()
            #expect(states.filter { $0 == .sent }.count == 3)
            #expect(states.filter { $0 == .queued }.count == 7)
        }
    }

    @Test func `a chat that moved is written to at its new address`() async throws {
        try await withOutbox(
            answer: { sent, index in
                sent.field("chat_id") == "1"
                    ? .json(
                        400,
                        #"{"ok":false,"error_code":400,"description":"Bad Request: group chat was upgraded to a supergroup chat","parameters":{"migrate_to_chat_id":-1001}}"#
                    ) : .accepted(index + 1)
            }
        ) { bench in
            try await bench.pass()
            #expect(bench.chats == ["1", "-1001"])
            #expect(try await bench.states() == [.sent])
        }
    }

    @Test func `a move after many fruitless tries is still believed`() async throws {
        try await withOutbox(
            answer: { sent, index in
                if index < 5 { return Self.unreachable }
                return sent.field("chat_id") == "1"
                    ? .json(
                        400,
                        #"{"ok":false,"error_code":400,"description":"upgraded","parameters":{"migrate_to_chat_id":-1001}}"#
                    ) : .accepted(index + 1)
            }
        ) { bench in
            for _ in 0..<7 {
                try await bench.pass()
                bench.time.advance(by: .minutes(5))
            }
            #expect(bench.chats.last == "-1001")
            #expect(try await bench.states() == [.sent])
        }
    }

    @Test func `a Messenger message waits for the person and goes out when they were active`() async throws {
        let channels = [SampleContent.channel(platform: .messenger)]
        try await withOutbox(channels: channels) { bench in
            try await bench.pass()
            #expect(bench.sender.sent.isEmpty)
            #expect(try await bench.states() == [.held])
            try await bench.subscribe(["1"], activeAt: bench.time.now() - .minutes(1))
            try await bench.pass()
            #expect(bench.texts == ["B"])
            #expect(try await bench.states() == [.sent])
        }
    }

    @Test func `a Messenger window that closed before sending holds the message`() async throws {
        let channels = [SampleContent.channel(platform: .messenger)]
        let activeAt = ManualTime().now() - .hours(23)
        try await withOutbox(channels: channels, activeAt: activeAt) { bench in
            #expect(try await bench.states() == [.queued])
            bench.time.advance(by: .hours(1))
            try await bench.pass()
            #expect(bench.sender.sent.isEmpty)
            #expect(try await bench.states() == [.held])
        }
    }

    @Test func `nobody is written to in quiet hours`() async throws {
        // 1 800 000 000 s is 08:00 UTC.
        let campaign = SampleContent.campaign { $0.quietHours = QuietHours(from: 7 * 60, to: 9 * 60) }
        try await withOutbox(campaigns: [campaign]) { bench in
            try await bench.pass()
            #expect(bench.sender.sent.isEmpty)
            bench.time.advance(by: .minutes(59))
            try await bench.pass()
            #expect(bench.sender.sent.isEmpty)
            bench.time.advance(by: .minutes(1))
            try await bench.pass()
            #expect(bench.texts == ["B"])
        }
    }

    @Test func `one person gets their messages in order, one after another`() async throws {
        let busy = LockedValue(0)
        let campaign = SampleContent.campaign { $0.items = ItemChoice(order: .oldest) }
        try await withOutbox(
            campaigns: [campaign], titles: ["E", "D", "C", "B"],
            answer: { _, index in
                let together = busy.withLock { busy in
                    busy += 1
                    return busy
                }
                await Task.yield()
                busy.withLock { $0 -= 1 }
                return together == 1 ? .accepted(index + 1) : .refused(400, "two at once")
            }
        ) { bench in
            try await bench.pass()
            #expect(bench.texts == ["B", "C", "D", "E"])
            #expect(try await bench.states() == Array(repeating: .sent, count: 4))
        }
    }

    @Test func `two campaigns on one channel each tell what is theirs`() async throws {
        let campaigns = [
            SampleContent.campaign("all"), SampleContent.campaign("b-only") { $0.filter = ItemFilter(include: ["B"]) },
        ]
        try await withOutbox(campaigns: campaigns, titles: ["C", "B"]) { bench in
            try await bench.pass()
            #expect(bench.texts.sorted() == ["B", "B", "C"])
        }
    }

    @Test func `what is too old is dropped and not sent`() async throws {
        let campaign = SampleContent.campaign { $0.expires = .hours(1) }
        try await withOutbox(campaigns: [campaign]) { bench in
            bench.time.advance(by: .hours(1))
            try await bench.pass()
            #expect(bench.sender.sent.isEmpty)
            #expect(try await bench.states() == [.expired])
        }
    }

    @Test func `the real transport tells a refused connection from a lost answer`() async throws {
        try await withOutbox { bench in
            let silent = try LoopbackServer { _ in [.close] }
            defer { silent.stop() }
            let nowhere = try LoopbackServer { _ in [] }
            nowhere.stop()
            for (api, state) in [(silent.url(""), Delivery.State.unknown), (nowhere.url(""), .queued)] {
                try await withOutbox(channels: [SampleContent.channel(api: api)]) { inner in
                    let engine = Engine(
                        store: inner.store, content: inner.content, layouts: [:], fetcher: bench.engine.fetcher,
                        sender: bench.engine.fetcher, time: inner.time, random: { 0.5 }, settings: EngineSettings(),
                        report: { _ in })
                    _ = try await DeliveryRun(engine, token: "real").run()
                    #expect(try await inner.states() == [state])
                }
            }
        }
    }
}
