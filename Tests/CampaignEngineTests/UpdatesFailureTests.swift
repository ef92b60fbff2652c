import CampaignModel
import CampaignStore
import TestSupport
import Testing

@testable import CampaignEngine

@Suite("A bot whose updates cannot be had") struct UpdatesFailureTests {
    private static let words = [
        200: #"{"ok":true,"result":[]}"#,
        409: #"{"ok":false,"error_code":409,"description":"Conflict: can't use getUpdates while webhook is active"}"#,
        410: #"{"ok":false,"error_code":409,"description":"Conflict: terminated by other getUpdates request"}"#,
    ]

    /// A bot that Telegram tells what people write with this status, and a source that was looked at once.
    private func withBot(
        _ first: Int, _ body: (EngineBench, LockedValue<Int>) async throws -> Void
    ) async throws {
        let status = LockedValue(first)
        let telegram = try LoopbackServer { _ in
            let code = status.withLock { $0 }
            return [.answer(status: code, Self.words[code] ?? "<html>")]
        }
        defer { telegram.stop() }
        var channel = SampleContent.channel(api: telegram.url(""))
        channel.conversation.updates = .polling
        try await withEngine(channels: [channel]) { bench in
            bench.site.publish(feed(["A"]))
            try await bench.pass()
            bench.site.publish(feed(["B", "A"]))
            try await body(bench, status)
        }
    }

    private func updatesFailure(_ bench: EngineBench) async throws -> UpdatesFailure? {
        try await bench.store.status().channels.first?.updatesFailing
    }

    @Test func `campaigns wait while Telegram refuses for long to tell who has left`() async throws {
        try await withBot(409) { bench, status in
            let first = try #require(try await updatesFailure(bench))
            #expect(first.reason.contains("a webhook is set"))
            try await bench.nextPass()
            #expect(bench.sender.sent.isEmpty)
            #expect(try await bench.states() == [.queued])
            #expect(try await updatesFailure(bench)?.since == first.since)
            #expect(Why.wait(for: try await updatesFailure(bench), at: bench.time.now())?.code == "updates_failing")
            status.withLock { $0 = 200 }
            try await bench.nextPass()
            #expect(bench.texts == ["B"])
            #expect(try await updatesFailure(bench) == nil)
        }
    }

    @Test func `a refusal that has just begun holds nothing back`() async throws {
        try await withBot(200) { bench, status in
            status.withLock { $0 = 409 }
            try await bench.nextPass()
            #expect(bench.texts == ["B"])
            #expect(try await updatesFailure(bench)?.refusedSince != nil)
        }
    }

    @Test func `a refusal that begins while a run sends is noted, and told once`() async throws {
        try await withBot(200) { bench, status in
            status.withLock { $0 = 409 }
            for _ in 0..<3 { try await UpdatesRun.takeAll(bench.engine, isAgain: true) }
            #expect(try await updatesFailure(bench)?.refusedSince != nil)
            let told = bench.events.withLock { events in
                events.count { if case .updatesFailing = $0 { true } else { false } }
            }
            #expect(told == 1)
            status.withLock { $0 = 200 }
            try await UpdatesRun.takeAll(bench.engine, isAgain: true)
            status.withLock { $0 = 502 }
            try await UpdatesRun.takeAll(bench.engine, isAgain: true)
            #expect(try await updatesFailure(bench) == nil, "a hiccup between two messages")
        }
    }

    @Test func `another program that asks is not waited for long, anything else is`() async throws {
        for (status, longest) in [(410, Duration.seconds(15)), (502, .minutes(5))] {
            try await withBot(status) { bench, _ in
                var updates = UpdatesRun(bench.engine, try #require(UpdatesRun.polled(bench.engine).first))
                var outcome = UpdatesRun.Outcome.nothing
                for _ in 0..<12 { outcome = try await updates.take(waitingFor: .zero) }
                #expect(outcome == .failed(longest, mayPass: true))
            }
        }
    }

    @Test func `a platform that is out of reach holds nothing back, but is told of`() async throws {
        try await withBot(502) { bench, _ in
            try await bench.nextPass()
            #expect(bench.texts == ["B"])
            let failure = try #require(try await updatesFailure(bench))
            #expect(failure.refusedSince == nil)
            #expect(Why.wait(for: failure, at: bench.time.now()) == nil)
        }
    }

    @Test func `readiness tells of a bot that has not been heard for long, and stays`() async throws {
        try await withBot(409) { bench, status in
            #expect(await bench.engine.readiness().updatesFailing.isEmpty)
            bench.time.advance(by: .minutes(11))
            let readiness = await bench.engine.readiness()
            #expect(readiness.isReady, "what calls the other channels must still be let through")
            #expect(readiness.updatesFailing["bot"]?.contains("a webhook is set") == true)
            status.withLock { $0 = 200 }
            try await bench.pass()
            #expect(await bench.engine.readiness().updatesFailing.isEmpty)
        }
    }
}
