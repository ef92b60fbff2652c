import CampaignModel
import CampaignStore
import TestSupport
import Testing

@testable import CampaignEngine

@Suite struct PictureTests {
    private static let noPicture = HTTPOutcome.refused(400, "Bad Request: failed to get HTTP URL content")

    /// One new item with a picture, by that layout, for one subscriber.
    private func send(
        _ layout: String, answer: @escaping @Sendable (ScriptedSender.Sent, Int) async -> HTTPOutcome,
        check: (EngineBench) async throws -> Void
    ) async throws {
        let campaign = SampleContent.campaign { $0.layout = layout }
        try await withEngine(campaigns: [campaign], answer: answer) { bench in
            bench.site.publish(feed(["A"]))
            try await bench.pass()
            bench.site.publish(
                feed(["B", "A"], descriptions: ["B": "&lt;img src='https://blog.example.com/b.jpg'&gt;"]))
            try await bench.nextPass()
            try await check(bench)
        }
    }

    private func methods(_ bench: EngineBench) -> [String] {
        bench.sender.sent.compactMap { $0.request.url.split(separator: "/").last.map(String.init) }
    }

    @Test func `a refused picture does not take its text with it`() async throws {
        try await send(
            "picture",
            answer: { sent, index in
                sent.request.url.hasSuffix("/sendPhoto") ? Self.noPicture : .accepted(index)
            },
            check: { (bench: EngineBench) async throws -> Void in
                #expect(methods(bench) == ["sendPhoto", "sendMessage"])
                #expect(bench.texts.last == "B")
                #expect(try await bench.states() == [.sent])
            })
    }

    @Test func `a refused picture by itself is left out, and the message is sent`() async throws {
        try await send(
            "bare-picture",
            answer: { sent, index in
                sent.request.url.hasSuffix("/sendPhoto") ? Self.noPicture : .accepted(index)
            },
            check: { (bench: EngineBench) async throws -> Void in
                #expect(bench.sender.sent.count == 2)
                #expect(try await bench.states() == [.sent])
                try await bench.nextPass()
                #expect(bench.sender.sent.count == 2, "nothing of it is sent again")
            })
    }

    @Test func `another bot's token unsubscribes nobody`() async throws {
        try await send(
            "picture",
            answer: { _, _ in
                .refused(400, "Bad Request: chat not found")
            },
            check: { (bench: EngineBench) async throws -> Void in
                #expect(try await bench.states() == [.failed])
                let states = try await bench.store.listSubscribers(limit: 10).subscribers.map(
                    \.subscriber.state.rawValue)
                #expect(states == ["active"])
            })
    }

    @Test func `a button that nothing listens to is not sent`() async throws {
        // What calls in Messenger's name cannot be believed without the app's secret.
        var channel = SampleContent.channel(platform: .messenger)
        channel.appSecret = nil
        let campaign = SampleContent.campaign { $0.layout = "stop" }
        try await withEngine(
            channels: [channel], campaigns: [campaign], activeAt: ManualTime().now(),
            answer: { _, index in .accepted(index) }
        ) { bench in
            bench.site.publish(feed(["A"]))
            try await bench.pass()
            bench.site.publish(feed(["B", "A"]))
            try await bench.nextPass()
            #expect(bench.texts == ["B"])
        }
    }

    @Test func `an item without a title goes out under its source's own name`() async throws {
        let campaign = SampleContent.campaign { $0.layout = "named" }
        try await withEngine(campaigns: [campaign]) { bench in
            bench.site.publish(feed(["A"]))
            try await bench.pass()
            bench.site.publish(feed(["B", "A"]))
            try await bench.nextPass()
            #expect(bench.texts == ["Blog: B"])
        }
    }
}
