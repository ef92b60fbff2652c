import CampaignModel
import CampaignStore
import HTTPTransport
import Logging
import ServiceLifecycle
import TestSupport
import Testing

@testable import CampaignEngine

@Suite(.timeLimit(.minutes(5))) struct ServiceTests {
    private func group(_ services: [any Service]) -> ServiceGroup {
        ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: services, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }))
    }

    /// The bench's engine on a clock that only the test moves.
    private func engine(_ bench: EngineBench, _ time: SteppedTime, _ sender: any HTTPSending) -> Engine {
        Engine(
            store: bench.store, content: bench.content, layouts: bench.engine.layouts, fetcher: bench.engine.fetcher,
            sender: sender, time: time, random: { 0.5 }, settings: EngineSettings(),
            report: { event in bench.events.withLock { $0.append(event) } })
    }

    @Test func `the services poll, send and end when told to`() async throws {
        try await withEngine { bench in
            bench.site.publish(feed(["A"]))
            let time = SteppedTime()
            let sender = ScriptedSender(time: time) { _, index in .accepted(index + 1) }
            let engine = engine(bench, time, sender)
            let wake = WakeSignal()
            let group = group([
                DeliveryService(engine, wake: wake, token: "serve"),
                PollService(
                    engine, try await PollCalendar(engine), wake: wake),
            ])
            try await withThrowingTaskGroup(of: Void.self) { tasks in
                tasks.addTask { try await group.run() }
                while bench.polls == 0 { await Task.yield() }
                #expect(bench.server.requests.count == 1)
                #expect(sender.sent.isEmpty)
                bench.site.publish(feed(["B", "A"]))
                time.advance(by: .minutes(11))
                while sender.sent.isEmpty { await Task.yield() }
                await group.triggerGracefulShutdown()
                try await tasks.waitForAll()
            }
            #expect(sender.sent.map { $0.field("text") } == ["B"])
            #expect(try await bench.states() == [.sent])
        }
    }

    @Test func `the end waits for the request that is out and stores its answer`() async throws {
        try await withEngine(subscribers: ["1", "2"]) { bench in
            bench.site.publish(feed(["A"]))
            try await bench.fillOutbox()
            bench.site.publish(feed(["B", "A"]))
            try await bench.fillOutbox()
            let time = SteppedTime(bench.time.now())
            let (arrived, arrival) = AsyncStream<Void>.makeStream()
            let (released, release) = AsyncStream<Void>.makeStream()
            let sender = ScriptedSender(time: time) { _, index in
                arrival.yield()
                if index == 1 { for await _ in released {} }
                return .accepted(index + 1)
            }
            let engine = engine(bench, time, sender)
            let group = group([DeliveryService(engine, wake: WakeSignal(), token: "serve")])
            try await withThrowingTaskGroup(of: Void.self) { tasks in
                tasks.addTask { try await group.run() }
                var arrivals = arrived.makeAsyncIterator()
                for _ in 0..<2 { await arrivals.next() }
                await group.triggerGracefulShutdown()
                while !engine.stop.isRaised { await Task.yield() }
                release.finish()
                try await tasks.waitForAll()
            }
            #expect(try await bench.states() == [.sent, .sent])
        }
    }

    @Test func `a paused channel does not hold up another`() async throws {
        let channels = [
            SampleContent.channel("slow", api: "http://slow"), SampleContent.channel("quick", api: "http://quick"),
        ]
        try await withEngine(
            channels: channels, campaigns: [SampleContent.campaign(channels: ["slow", "quick"])]
        ) { bench in
            bench.site.publish(feed(["A"]))
            try await bench.fillOutbox()
            let time = SteppedTime(bench.time.now())
            let sender = ScriptedSender(time: time) { sent, index in
                sent.request.url.hasPrefix("http://slow")
                    ? .refused(429, "Too Many Requests", retryAfter: 3600) : .accepted(index + 1)
            }
            let engine = engine(bench, time, sender)
            let wake = WakeSignal()
            let group = group([DeliveryService(engine, wake: wake, token: "serve")])
            try await withThrowingTaskGroup(of: Void.self) { tasks in
                tasks.addTask { try await group.run() }
                for titles in [["B", "A"], ["C", "B", "A"]] {
                    bench.site.publish(feed(titles))
                    try await bench.fillOutbox()
                    let before = sender.sent.count
                    wake.raise()
                    while !sender.sent.dropFirst(before).contains(where: { $0.request.url.hasPrefix("http://quick") }) {
                        await Task.yield()
                    }
                }
                await group.triggerGracefulShutdown()
                try await tasks.waitForAll()
            }
            #expect(sender.sent.filter { $0.request.url.hasPrefix("http://slow") }.count == 1)
            #expect(sender.sent.filter { $0.request.url.hasPrefix("http://quick") }.count == 2)
        }
    }

    @Test func `a raised signal is not lost on who looks later`() async {
        let wake = WakeSignal()
        let time = SteppedTime()
        let began = time.now()
        let seen = wake.calls
        wake.raise()
        await wake.wait(since: seen, atMost: .hours(1), on: time)
        await wake.wait(atMost: .hours(1), on: time)
        async let first: Void = wake.wait(since: wake.calls, atMost: .hours(1), on: time)
        async let second: Void = wake.wait(since: wake.calls, atMost: .hours(1), on: time)
        await time.waitForSleepers(2)
        wake.raise()
        _ = await (first, second)
        #expect(wake.calls == seen + 2)
        #expect(time.now() == began, "the signal ended each wait, not the clock")
    }
}
