import CampaignModel
import CampaignStore
import MessageChannels
import TestSupport
import Testing

@testable import CampaignEngine

/// What waits at Telegram is heard before a campaign goes on.
@Suite(.timeLimit(.minutes(5))) struct UpdatesTests {
    private static let stop = stop(of: 1)

    private static func stop(of person: Int) -> String {
        #"{"update_id":7,"message":{"message_id":1,"date":1800000000,"from":{"id":\#(person),"is_bot":false},"#
            + #""chat":{"id":\#(person),"type":"private"},"text":"/stop"}}"#
    }

    /// A Bot API that answers one call of a method after another; the last answer stays.
    private func api(_ method: String, _ answers: [LoopbackServer.Step]) throws -> LoopbackServer {
        let calls = LockedValue(0)
        return try LoopbackServer { request in
            guard request.path.hasSuffix("/" + method) else { return [.answer(#"{"ok":true,"result":true}"#)] }
            let call = calls.withLock { calls in
                calls += 1
                return calls - 1
            }
            return [answers[min(call, answers.count - 1)]]
        }
    }

    /// A Bot API that tells of a stop when it has happened, and once.
    private func api(telling update: String, once hasLeft: StopSignal) throws -> LoopbackServer {
        let wasTold = LockedValue(false)
        return try LoopbackServer { request in
            guard request.path.hasSuffix("/getUpdates") else { return [.answer(#"{"ok":true,"result":true}"#)] }
            guard hasLeft.isRaised else { return [.answer(#"{"ok":true,"result":[]}"#)] }
            let isNews = wasTold.withLock { told in
                defer { told = true }
                return !told
            }
            return [.answer(#"{"ok":true,"result":[\#(isNews ? update : "")]}"#)]
        }
    }

    /// A bench whose three subscribers know A, with a bot at that Bot API.
    private func withThree(
        _ platform: LoopbackServer, rate: Double = 30, _ body: (EngineBench) async throws -> Void
    ) async throws {
        defer { platform.stop() }
        var channel = SampleContent.channel(api: "http://127.0.0.1:\(platform.port)")
        channel.conversation.updates = .polling
        channel.rate = rate
        try await withEngine(channels: [channel], subscribers: ["1", "2", "3"]) { bench in
            bench.site.publish(feed(["A"]))
            try await bench.fillOutbox()
            bench.site.publish(feed(["B", "A"]))
            try await body(bench)
        }
    }

    /// An engine that sends one message after the other.
    private func engine(
        of bench: EngineBench, _ sender: ScriptedSender, report: @escaping @Sendable (EngineEvent) -> Void
    ) -> Engine {
        Engine(
            store: bench.store, content: bench.content, layouts: bench.engine.layouts, fetcher: bench.engine.fetcher,
            sender: sender, time: bench.time, random: { 0.5 }, settings: EngineSettings(sendConcurrency: 1),
            report: report)
    }

    private func gotB(_ sender: ScriptedSender) -> [String?] {
        sender.sent.filter { $0.field("text") == "B" }.map { $0.field("chat_id") }
    }

    private static func webhook(_ pending: Int, url: String = "https://shop.example.com/webhooks")
        -> LoopbackServer.Step
    {
        .answer(#"{"ok":true,"result":{"url":"\#(url)","pending_update_count":\#(pending)}}"#)
    }

    /// A bench whose one subscriber has B in the outbox, with a bot at that Bot API.
    private func withOutbox(
        _ platform: LoopbackServer, isCalled: Bool, _ body: (EngineBench) async throws -> Void
    ) async throws {
        defer { platform.stop() }
        var channel = SampleContent.channel(api: "http://127.0.0.1:\(platform.port)")
        channel.conversation.updates = isCalled ? .webhook : .polling
        try await withEngine(channels: [channel]) { bench in
            for titles in [["A"], ["B", "A"]] {
                bench.site.publish(feed(titles))
                try await bench.fillOutbox()
            }
            try await body(bench)
        }
    }

    @Test(arguments: [502, 429, 409]) func `who left is heard also when the first call fails`(status: Int) async throws
    {
        let platform = try api(
            "getUpdates",
            [
                .answer(status: status, #"{"ok":false,"error_code":\#(status),"description":"Not now"}"#),
                .answer(#"{"ok":true,"result":[\#(Self.stop)]}"#), .answer(#"{"ok":true,"result":[]}"#),
            ])
        try await withOutbox(platform, isCalled: false) { bench in
            try await bench.pass()
            #expect(!bench.texts.contains("B"))
        }
    }

    @Test func `who leaves while others are sent to gets nothing more`() async throws {
        let (hasLeft, isHeard) = (StopSignal(), StopSignal())
        try await withThree(try api(telling: Self.stop(of: 3), once: hasLeft)) { bench in
            try await bench.fillOutbox()
            let time = bench.time
            let sender = ScriptedSender(time: time) { _, index in
                if index == 0 {
                    hasLeft.raise()
                    time.advance(by: .seconds(5))
                }
                while index == 1, !isHeard.isRaised { await Task.yield() }
                return .accepted(index + 1)
            }
            let engine = engine(of: bench, sender) { event in
                if case .heard(let report) = event, report.left == 1 { isHeard.raise() }
            }
            _ = try await Pass(engine, token: "pass").run()
            #expect(gotB(sender) == ["1", "2"])
        }
    }

    @Test func `an answer that was claimed while others are sent to goes out before the end`() async throws {
        let hasLeft = StopSignal()
        try await withThree(try api(telling: Self.stop(of: 3), once: hasLeft), rate: 1) { bench in
            try await bench.fillOutbox()
            let time = bench.time
            let sender = ScriptedSender(time: time) { _, index in
                if index == 0 {
                    hasLeft.raise()
                    time.advance(by: .seconds(5))
                }
                return .accepted(index + 1)
            }
            let engine = engine(of: bench, sender) { _ in }
            let isDone = StopSignal()
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    defer { isDone.raise() }
                    _ = try await Pass(engine, token: "pass").run()
                }
                group.addTask {
                    while !isDone.isRaised {
                        time.advance(by: .milliseconds(10))
                        await Task.yield()
                    }
                }
                try await group.waitForAll()
            }
            let states = try await bench.store.deliveries(in: nil, limit: 99).map(\.state)
            #expect(!states.contains("claimed") && !states.contains("queued"), "\(states)")
            #expect(sender.sent.contains { $0.field("chat_id") == "3" && $0.field("text") != "B" }, "the goodbye")
        }
    }

    @Test func `who leaves while sources are looked at is not written to`() async throws {
        let hasLeft = StopSignal()
        try await withThree(try api(telling: Self.stop(of: 1), once: hasLeft)) { bench in
            bench.time.advance(by: .minutes(11))
            let sender = ScriptedSender(time: bench.time) { _, index in .accepted(index + 1) }
            let engine = engine(of: bench, sender) { event in
                if case .polled = event { hasLeft.raise() }
            }
            _ = try await Pass(engine, token: "pass").run()
            #expect(gotB(sender) == ["2", "3"])
        }
    }

    @Test func `a call that fails again and again holds up nothing for long`() async throws {
        let platform = try api("getUpdates", [.answer(status: 502)])
        try await withOutbox(platform, isCalled: false) { bench in
            let start = bench.time.now()
            try await UpdatesRun.takeAll(bench.engine)
            #expect(platform.requests.count == 4)
            #expect(bench.time.now() - start == .seconds(7))
        }
    }

    @Test func `a campaign waits for what Telegram could not bring`() async throws {
        let platform = try api("getWebhookInfo", [Self.webhook(1), Self.webhook(0)])
        try await withOutbox(platform, isCalled: true) { bench in
            let time = SteppedTime(bench.time.now())
            let sender = ScriptedSender(time: time) { _, index in .accepted(index + 1) }
            let engine = Engine(
                store: bench.store, content: bench.content, layouts: bench.engine.layouts,
                fetcher: bench.engine.fetcher, sender: sender, time: time, random: { 0.5 },
                settings: EngineSettings(), report: { _ in })
            let (wake, look) = (WakeSignal(), WakeSignal())
            let service = DeliveryService(
                engine, wake: wake, look: look, backlog: WebhookBacklog(engine), token: "serve")
            let running = Task { try await service.run() }
            while platform.requests.isEmpty { await Task.yield() }
            let update = TelegramUpdates.received(webhook: Array(Self.stop.utf8))
            _ = try await bench.store.receive([(bench.channel, update)], at: time.now())
            while try await bench.states().first == .queued {
                time.advance(by: .milliseconds(100))
                await Task.yield()
            }
            #expect(try await bench.states().first == .suppressed)
            engine.stop.raise()
            wake.raise()
            look.raise()
            try await running.value
            #expect(!sender.sent.contains { $0.field("text") == "B" })
        }
    }

    @Test func `what Telegram does not bring is waited for a minute, and the owner hears of it`() async throws {
        let platform = try api("getWebhookInfo", [Self.webhook(5)])
        try await withOutbox(platform, isCalled: true) { bench in
            let start = bench.time.now()
            try await WebhookBacklog(bench.engine).take(of: bench.content.channels[0])
            #expect(bench.time.now() - start == .seconds(60))
            let isTold = bench.events.withLock { events in
                events.contains {
                    if case .updatesFailing(_, let reason) = $0 { reason.contains("5 updates") } else { false }
                }
            }
            #expect(isTold)
        }
    }

    @Test func `nothing is waited for where no webhook is set, or the bot is not known`() async throws {
        let unknown = #"{"ok":false,"error_code":401,"description":"Unauthorized"}"#
        for answer in [Self.webhook(5, url: ""), .answer(status: 401, unknown)] {
            let platform = try api("getWebhookInfo", [answer])
            try await withOutbox(platform, isCalled: true) { bench in
                let start = bench.time.now()
                try await WebhookBacklog(bench.engine).take(of: bench.content.channels[0])
                #expect(platform.requests.count == 1)
                #expect(bench.time.now() == start)
            }
        }
    }
}
