import CampaignModel
import CampaignStore
import Foundation
import HTTPTransport
import TestSupport
import Testing

@testable import CampaignEngine

/// Pictures by address, by upload and by the platform's own id.
@Suite struct MediaSendingTests {
    private static let gone = HTTPOutcome.refused(400, "Bad Request: failed to get HTTP URL content")
    private static let wrongID = HTTPOutcome.refused(400, "Bad Request: wrong file identifier/HTTP URL specified")

    /// Telegram has taken it, a picture under that id.
    private static func taken(_ number: Int, as id: String = "FILE") -> HTTPOutcome {
        .json(200, #"{"ok":true,"result":{"message_id":\#(number + 1),"photo":[{"file_id":"\#(id)"}]}}"#)
    }

    /// One new item with a picture at `/b.jpg` of the site, by that layout.
    private func send(
        _ layout: String, channel: Channel = SampleContent.channel(), subscribers: [String] = ["1"],
        activeAt: Timestamp? = nil, concurrency: Int = 8, titles: [String] = ["B"],
        answer: @escaping @Sendable (ScriptedSender.Sent, Int) async -> HTTPOutcome,
        before: (EngineBench) async throws -> Void = { _ in }, check: (EngineBench) async throws -> Void
    ) async throws {
        let campaign = SampleContent.campaign { $0.layout = layout }
        try await withEngine(
            channels: [channel], campaigns: [campaign], subscribers: subscribers, activeAt: activeAt,
            concurrency: concurrency, answer: answer
        ) { bench in
            bench.site.publish(feed(["A"]))
            try await bench.pass()
            try await before(bench)
            let image = "&lt;img src='\(bench.server.url("/b.jpg"))'&gt;"
            bench.site.publish(
                feed(titles + ["A"], descriptions: Dictionary(titles.map { ($0, image) }) { first, _ in first }))
            try await bench.nextPass()
            try await check(bench)
        }
    }

    private func methods(_ bench: EngineBench) -> [String] {
        bench.sender.sent.compactMap { $0.request.url.split(separator: "/").last.map(String.init) }
    }

    private static func isUpload(_ sent: ScriptedSender.Sent) -> Bool {
        sent.request.headers["Content-Type"]?.hasPrefix("multipart/form-data") == true
    }

    @Test func `a file goes up once, and everybody else gets it by its id`() async throws {
        try await send(
            "sale", subscribers: (1...60).map { "\($0)" }, answer: { _, index in Self.taken(index) },
            check: { (bench: EngineBench) async throws -> Void in
                #expect(bench.sender.sent.count == 60)
                #expect(bench.sender.sent.count(where: Self.isUpload) == 1)
                #expect(bench.sender.sent.count { $0.field("photo") == "FILE" } == 59)
                #expect(try await bench.states() == Array(repeating: .sent, count: 60))
                try await bench.nextPass()
                #expect(bench.sender.sent.count(where: Self.isUpload) == 1)
            })
    }

    @Test func `Messenger stores a file once, and shows it by its id`() async throws {
        let activeAt = ManualTime().now()
        try await send(
            "sale", channel: SampleContent.channel(platform: .messenger), subscribers: (1...20).map { "\($0)" },
            activeAt: activeAt,
            answer: { sent, index in
                sent.request.url.hasSuffix("/message_attachments")
                    ? .json(200, #"{"attachment_id":"77"}"#) : .accepted(index)
            },
            check: { (bench: EngineBench) async throws -> Void in
                #expect(methods(bench).count { $0 == "message_attachments" } == 1)
                #expect(
                    bench.sender.sent.count { $0.field("message.attachment.payload.attachment_id") == "77" } == 20)
                #expect(try await bench.states() == Array(repeating: .sent, count: 20))
            })
    }

    @Test func `an address that was taken once goes by its id from then on`() async throws {
        try await send(
            "picture", subscribers: ["1", "2", "3"], concurrency: 1, answer: { _, index in Self.taken(index) },
            check: { (bench: EngineBench) async throws -> Void in
                #expect(
                    bench.sender.sent.map { $0.field("photo") } == [bench.server.url("/b.jpg"), "FILE", "FILE"])
            })
    }

    @Test func `an id that is refused is forgotten, and the file goes up again`() async throws {
        try await send(
            "sale", subscribers: ["1", "2"], concurrency: 1,
            answer: { sent, index in
                sent.field("photo") == "OLD" ? Self.wrongID : Self.taken(index, as: "NEW")
            },
            before: { bench in
                let media = Media(.image, .file(MediaFile(path: "", size: 3, hash: EngineBench.pictureHash)))
                try await bench.store.remember(
                    "OLD", for: MediaKey(media, on: bench.channel), life: nil, now: bench.time.now())
            },
            check: { (bench: EngineBench) async throws -> Void in
                #expect(bench.sender.sent.map { $0.field("photo") } == ["OLD", nil, "NEW"])
                #expect(bench.sender.sent.map(Self.isUpload) == [false, true, false])
                #expect(try await bench.states() == [.sent, .sent])
            })
    }

    @Test func `an address that Telegram cannot fetch is fetched by us and goes up`() async throws {
        try await send(
            "picture", subscribers: ["1", "2", "3"], concurrency: 1,
            answer: { sent, index in
                sent.field("photo")?.hasPrefix("http") == true ? Self.gone : Self.taken(index)
            },
            before: { bench in bench.site.set("/b.jpg", .init(headers: ["Content-Type: image/jpeg"], body: "JPG")) },
            check: { (bench: EngineBench) async throws -> Void in
                #expect(bench.sender.sent.map(Self.isUpload) == [false, true, false, false])
                #expect(bench.sender.sent.map { $0.field("photo") == "FILE" } == [false, false, true, true])
                #expect(try await bench.states() == [.sent, .sent, .sent])
            })
    }

    @Test func `a picture that nobody can have is dropped in favour of its text, for everybody at once`() async throws {
        try await send(
            "picture", subscribers: ["1", "2", "3"], concurrency: 1,
            answer: { sent, index in
                sent.request.url.hasSuffix("/sendPhoto") ? Self.gone : .accepted(index)
            },
            check: { (bench: EngineBench) async throws -> Void in
                #expect(methods(bench) == ["sendPhoto", "sendMessage", "sendMessage", "sendMessage"])
                #expect(try await bench.states() == [.sent, .sent, .sent])
            })
    }

    @Test func `an upload that is refused is dropped in favour of its text`() async throws {
        try await send(
            "sale", subscribers: ["1", "2"], concurrency: 2,
            answer: { sent, index in
                Self.isUpload(sent) ? .refused(400, "Bad Request: IMAGE_PROCESS_FAILED") : .accepted(index)
            },
            check: { (bench: EngineBench) async throws -> Void in
                #expect(methods(bench) == ["sendPhoto", "sendMessage", "sendMessage"])
                #expect(try await bench.states() == [.sent, .sent])
            })
    }

    @Test func `an upload whose answer was lost is unknown, and the next one goes up itself`() async throws {
        let cut = HTTPOutcome.unanswered(HTTPFailure(.cut, requestLeft: true, message: "cut"))
        try await send(
            "sale", subscribers: ["1", "2", "3"], concurrency: 3,
            answer: { _, index in index == 0 ? cut : Self.taken(index) },
            check: { (bench: EngineBench) async throws -> Void in
                #expect(bench.sender.sent.count == 3)
                #expect(bench.sender.sent.count(where: Self.isUpload) == 2)
                #expect(try await bench.states().sorted { $0.rawValue < $1.rawValue } == [.sent, .sent, .unknown])
            })
    }

    @Test func `a file that is gone when the message is sent leaves its text`() async throws {
        try await send(
            "sale", answer: { _, index in .accepted(index) },
            before: { bench in try FileManager.default.removeItem(atPath: bench.folder.path("sale.jpg")) },
            check: { (bench: EngineBench) async throws -> Void in
                #expect(methods(bench) == ["sendMessage"])
                #expect(bench.texts == ["B"])
            })
    }

    @Test func `a file that the owner changed meanwhile goes up once as well`() async throws {
        try await send(
            "sale", subscribers: ["1", "2", "3"], answer: { _, index in Self.taken(index) },
            before: { bench in try bench.folder.write("another", to: "sale.jpg") },
            check: { (bench: EngineBench) async throws -> Void in
                #expect(bench.sender.sent.count(where: Self.isUpload) == 1)
                #expect(try await bench.states() == [.sent, .sent, .sent])
            })
    }

    @Test func `a site that is down for a moment costs nobody the picture, and no message is given up for it`()
        async throws
    {
        try await send(
            "picture", subscribers: (1...5).map { "\($0)" }, concurrency: 1,
            answer: { sent, index in Self.isUpload(sent) ? Self.taken(index) : Self.gone },
            before: { bench in bench.site.set("/b.jpg", .init(status: 503, body: "")) },
            check: { (bench: EngineBench) async throws -> Void in
                #expect(try await bench.states() == Array(repeating: .queued, count: 5))
                // Looked for once, not once a person.
                #expect(bench.sender.sent.count == 1)
                bench.site.set("/b.jpg", .init(headers: ["Content-Type: image/jpeg"], body: "jpeg"))
                bench.time.advance(by: .minutes(1))
                try await bench.pass()
                #expect(bench.sender.sent.count(where: Self.isUpload) >= 1)
                bench.time.advance(by: .minutes(1))
                try await bench.pass()
                #expect(try await bench.states() == Array(repeating: .sent, count: 5))
            })
    }

    @Test func `a page that stands where a picture should is not sent in its place`() async throws {
        try await send(
            "picture",
            answer: { sent, index in sent.field("text") != nil ? .accepted(index) : Self.gone },
            before: { bench in
                bench.site.set("/b.jpg", .init(headers: ["Content-Type: text/html; charset=utf-8"], body: "<html>"))
            },
            check: { (bench: EngineBench) async throws -> Void in
                #expect(!bench.sender.sent.contains(where: Self.isUpload))
                #expect(bench.texts.last == "B")
                #expect(try await bench.states() == [.sent])
            })
    }

    @Test func `an album goes with the pictures that can be had`() async throws {
        try await send(
            "album",
            answer: { sent, index in
                if sent.request.url.hasSuffix("/sendMediaGroup"), !Self.isUpload(sent) { return Self.gone }
                if sent.request.url.hasSuffix("/sendMediaGroup") { return Self.gone }
                return Self.taken(index)
            },
            check: { (bench: EngineBench) async throws -> Void in
                // The address was refused, our own fetch of it failed: the other picture goes alone.
                #expect(methods(bench) == ["sendMediaGroup", "sendPhoto"])
                #expect(bench.sender.sent.map(Self.isUpload) == [true, true])
                #expect(try await bench.states() == [.sent])
            })
    }

    @Test func `a text whose formatting is refused goes plain, and for the next person at once`() async throws {
        try await send(
            "bold", subscribers: ["1", "2", "3"], concurrency: 1,
            answer: { sent, index in
                sent.field("parse_mode") == nil
                    ? .accepted(index) : .refused(400, "Bad Request: can't parse entities: Unsupported start tag")
            },
            check: { (bench: EngineBench) async throws -> Void in
                #expect(bench.texts == ["<b>B</b>", "B", "B", "B"])
                #expect(try await bench.states() == [.sent, .sent, .sent])
            })
    }

    @Test func `a message that is refused for what it says is not tried on everybody, and stops no other`() async throws
    {
        let subscribers = (1...30).map { "\($0)" }
        try await send(
            "article", subscribers: subscribers, concurrency: 1, titles: ["C", "B"],
            answer: { sent, index in
                sent.field("text") == "B" ? .refused(400, "Bad Request: message is too long") : .accepted(index)
            },
            check: { (bench: EngineBench) async throws -> Void in
                #expect(bench.texts.count { $0 == "B" } == 3)
                #expect(bench.texts.count { $0 == "C" } == 30)
                let states = try await bench.states()
                #expect(states.count { $0 == .failed } == 30)
                #expect(states.count { $0 == .sent } == 30)
                let failed = try await bench.store.deliveries(in: .failed, limit: 100)
                #expect(Set(failed.map(\.code)) == ["telegram_400_too_long"])
            })
    }

    @Test func `one success shows that the message itself is fine`() async throws {
        try await send(
            "article", subscribers: (1...10).map { "\($0)" }, concurrency: 1,
            answer: { _, index in index == 0 ? .accepted(1) : .refused(400, "Bad Request: something new") },
            check: { (bench: EngineBench) async throws -> Void in #expect(bench.sender.sent.count == 10) })
    }

    @Test func `a campaign whose messages are refused again and again is paused, and status says why`() async throws {
        try await send(
            "article", subscribers: (1...4).map { "\($0)" }, concurrency: 1,
            titles: ["H", "G", "F", "E", "D", "C", "B"],
            answer: { _, _ in .refused(400, "Bad Request: message is too long") },
            check: { (bench: EngineBench) async throws -> Void in
                #expect(bench.sender.sent.count == 15)
                let campaign = try #require(try await bench.store.status().campaigns.first)
                #expect(campaign.state == "paused")
                #expect(campaign.pausedReason?.contains("longer than Telegram takes") == true)
                // Two messages for four people each, and what was claimed of those that were stopped.
                let states = try await bench.states()
                #expect(states.count { $0 == .queued } >= 8 && states.allSatisfy { $0 == .queued || $0 == .failed })
            })
    }

    @Test(arguments: [(Duration.hours(1), Delivery.State.suppressed), (.hours(24), .held)])
    func `whether 1545041 means the person or the window is for our clock to say`(
        passed: Duration, state: Delivery.State
    ) async throws {
        let time = ManualTime()
        let channels = [SampleContent.channel(platform: .messenger)]
        try await withEngine(
            channels: channels, activeAt: time.now(),
            answer: { sent, _ in .json(400, #"{"error":{"code":551,"error_subcode":1545041,"message":"x"}}"#) }
        ) { bench in
            bench.site.publish(feed(["A"]))
            try await bench.fillOutbox()
            bench.site.publish(feed(["B", "A"]))
            try await bench.fillOutbox()
            bench.time.advance(by: passed)
            try await bench.pass()
            #expect(try await bench.states() == [state])
        }
    }

    @Test func `a server that does not know rich messages is asked once`() async throws {
        var channel = SampleContent.channel()
        channel.rich = .always
        try await send(
            "list", channel: channel, subscribers: ["1", "2", "3"], concurrency: 1,
            answer: { sent, index in
                sent.request.url.hasSuffix("/sendRichMessage")
                    ? .refused(404, "Not Found: method not found") : .accepted(index)
            },
            check: { (bench: EngineBench) async throws -> Void in
                #expect(methods(bench) == ["sendRichMessage", "sendMessage", "sendMessage", "sendMessage"])
                #expect(bench.texts.suffix(3) == ["[B]", "[B]", "[B]"])
                #expect(try await bench.states() == [.sent, .sent, .sent])
                #expect(try await bench.store.status().channels.first?.pausedReason == nil)
            })
    }

    @Test func `a bad token is not taken for an old server`() async throws {
        var channel = SampleContent.channel()
        channel.rich = .always
        try await send(
            "list", channel: channel, answer: { _, _ in .refused(404, "Not Found") },
            check: { (bench: EngineBench) async throws -> Void in
                #expect(methods(bench) == ["sendRichMessage", "sendMessage"])
                #expect(try await bench.store.status().channels.first?.pausedReason != nil)
                #expect(try await bench.states() == [.queued])
            })
    }

    @Test func `Messenger gets ten videos a second, however many texts it may get`() async throws {
        let channel = SampleContent.channel(platform: .messenger, rate: 30)
        try await send(
            "clip", channel: channel, subscribers: (1...30).map { "\($0)" }, activeAt: ManualTime().now(),
            answer: { _, index in .accepted(index) },
            check: { (bench: EngineBench) async throws -> Void in
                for _ in 0..<10 where try await bench.states().contains(.queued) {
                    bench.time.advance(by: .seconds(5))
                    try await bench.pass()
                }
                let times = bench.sender.sent.map(\.monotonic).sorted()
                #expect(times.count == 30)
                for (first, eleventh) in zip(times, times.dropFirst(10)) { #expect(eleventh - first >= 1_000_000_000) }
            })
    }
}
