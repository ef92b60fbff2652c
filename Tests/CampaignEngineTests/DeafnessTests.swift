import CampaignModel
import CampaignStore
import TestSupport
import Testing

@testable import CampaignEngine

@Suite("A bot whose updates cannot be had") struct DeafnessTests {
    private static let words = [
        200: #"{"ok":true,"result":[]}"#,
        409: #"{"ok":false,"error_code":409,"description":"Conflict: can't use getUpdates while webhook is active"}"#,
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

    private func deafness(_ bench: EngineBench) async throws -> Deafness? {
        try await bench.store.status().channels.first?.deaf
    }

    @Test func `campaigns wait while Telegram refuses for long to tell who has left`() async throws {
        try await withBot(409) { bench, status in
            let first = try #require(try await deafness(bench))
            #expect(first.reason.contains("a webhook is set"))
            try await bench.nextPass()
            #expect(bench.sender.sent.isEmpty)
            #expect(try await bench.states() == [.queued])
            #expect(try await deafness(bench)?.since == first.since)
            #expect(Why.wait(for: try await deafness(bench), at: bench.time.now())?.code == "deaf")
            status.withLock { $0 = 200 }
            try await bench.nextPass()
            #expect(bench.texts == ["B"])
            #expect(try await deafness(bench) == nil)
        }
    }

    @Test func `a refusal that has just begun holds nothing back`() async throws {
        try await withBot(200) { bench, status in
            status.withLock { $0 = 409 }
            try await bench.nextPass()
            #expect(bench.texts == ["B"])
            #expect(try await deafness(bench)?.refusedSince != nil)
        }
    }

    @Test func `a platform that is out of reach holds nothing back, but is told of`() async throws {
        try await withBot(502) { bench, _ in
            try await bench.nextPass()
            #expect(bench.texts == ["B"])
            let deaf = try #require(try await deafness(bench))
            #expect(deaf.refusedSince == nil)
            #expect(Why.wait(for: deaf, at: bench.time.now()) == nil)
        }
    }

    @Test func `readiness tells of a bot that has not been heard for long, and stays`() async throws {
        try await withBot(409) { bench, status in
            #expect(await bench.engine.readiness().deaf.isEmpty)
            bench.time.advance(by: .minutes(11))
            let readiness = await bench.engine.readiness()
            #expect(readiness.isReady, "what calls the other channels must still be let through")
            #expect(readiness.deaf["bot"]?.contains("a webhook is set") == true)
            status.withLock { $0 = 200 }
            try await bench.pass()
            #expect(await bench.engine.readiness().deaf.isEmpty)
        }
    }
}
