import CampaignEngine
import CampaignModel
import TestSupport
import Testing

@testable import CampaignStore

/// Messages that change with the items that they tell of.
@Suite struct EditTests {
    private func method(_ sent: ScriptedSender.Sent) -> String {
        String(sent.request.url.split(separator: "/").last ?? "")
    }

    private func edits(_ bench: EngineBench) -> [ScriptedSender.Sent] {
        bench.sender.sent.filter { method($0).hasPrefix("edit") }
    }

    private func codes(_ bench: EngineBench, _ state: Delivery.State) async throws -> [String?] {
        try await bench.store.deliveries(in: state, limit: 100).map(\.code)
    }

    private func skipped(_ bench: EngineBench) async throws -> [String] {
        try await bench.store.runs(of: nil, limit: 1).flatMap(\.report.skipped).compactMap(\.code)
    }

    /// A campaign that edits, and one article that it has told everybody of.
    private func withTold(
        layout: String = "described", subscribers: [String] = ["1", "2"], caps: MessageCaps? = nil,
        publicURL: String? = nil,
        answer: @escaping @Sendable (ScriptedSender.Sent, Int) async -> HTTPOutcome = { _, index in
            .accepted(index + 1)
        },
        change: (inout Campaign) -> Void = { _ in }, _ body: (EngineBench) async throws -> Void
    ) async throws {
        let campaign = SampleContent.campaign {
            $0.layout = layout
            $0.onUpdate = .edit
            change(&$0)
        }
        var channel = SampleContent.channel()
        channel.caps = caps
        try await withEngine(
            channels: [channel], campaigns: [campaign], subscribers: subscribers, publicURL: publicURL, answer: answer
        ) { bench in
            bench.site.publish(feed(["A"]))
            try await bench.pass()
            bench.site.publish(feed(["B", "A"]))
            try await bench.nextPass()
            try await body(bench)
        }
    }

    private func publish(_ description: String, _ bench: EngineBench) async throws {
        bench.site.publish(feed(["B", "A"], descriptions: ["B": description]))
        try await bench.nextPass()
    }

    @Test func `an updated article changes its message for whoever has it, and for nobody else`() async throws {
        try await withTold { bench in
            #expect(bench.texts == ["B: About B", "B: About B"])
            try await bench.subscribe(["3"])
            try await publish("Mended", bench)
            let edits = edits(bench)
            #expect(edits.map(method) == ["editMessageText", "editMessageText"])
            #expect(edits.map { $0.field("text") } == ["B: Mended", "B: Mended"])
            // Each one's own message, and no more than a message can be given later.
            let sent = zip(bench.chats, 1...).prefix(2).map { "\($0)/\($1)" }
            #expect(
                Set(edits.map { "\($0.field("chat_id") ?? "")/\($0.field("message_id") ?? "")" }) == Set(sent))
            #expect(edits.allSatisfy { $0.field("disable_notification") == nil && $0.field("protect_content") == nil })
            #expect(bench.sender.sent.count == 4)
            try await bench.nextPass()
            #expect(bench.sender.sent.count == 4)
        }
    }

    @Test func `what is edited again is always the first message`() async throws {
        try await withTold(subscribers: ["1"]) { bench in
            for text in ["Second", "Third"] { try await publish(text, bench) }
            #expect(edits(bench).map { $0.field("text") } == ["B: Second", "B: Third"])
            #expect(edits(bench).map { $0.field("message_id") } == ["1", "1"])
        }
    }

    @Test func `an update that the layout does not show changes nothing`() async throws {
        try await withTold(layout: "article") { bench in
            try await publish("Other words", bench)
            #expect(edits(bench).isEmpty)
            #expect(try await skipped(bench) == ["same_message"])
        }
    }

    @Test func `an update that is taken back changes the message back`() async throws {
        try await withTold(subscribers: ["1"]) { bench in
            try await publish("Wrong", bench)
            try await publish("About B", bench)
            #expect(edits(bench).map { $0.field("text") } == ["B: Wrong", "B: About B"])
        }
    }

    @Test func `a campaign that ignores updates sends and changes nothing`() async throws {
        try await withTold(change: { $0.onUpdate = .ignore }) { bench in
            try await publish("Mended", bench)
            #expect(bench.sender.sent.count == 2)
            #expect(try await skipped(bench) == ["kind"])
        }
    }

    @Test func `what was told together, or never, is not edited`() async throws {
        try await withTold(layout: "list", subscribers: ["1"]) { bench in
            bench.site.publish(feed(["D", "C", "B", "A"]))
            try await bench.nextPass()
            #expect(bench.texts.last == "[D][C]")
            bench.site.publish(feed(["D", "C", "B", "A"], descriptions: ["D": "Mended", "A": "Mended"]))
            try await bench.nextPass()
            #expect(edits(bench).isEmpty)
            #expect(try await skipped(bench) == ["not_told", "not_told"])
        }
    }

    @Test func `what is still to be sent is sent first, and then edited`() async throws {
        try await withTold(
            subscribers: ["1"],
            change: {
                // The tests begin at 08:00.
                $0.quietHours = QuietHours(from: 7 * 60, to: 9 * 60)
            }
        ) { bench in
            try await publish("Mended", bench)
            #expect(bench.sender.sent.isEmpty)
            bench.time.advance(by: .hours(1))
            try await bench.pass()
            #expect(bench.sender.sent.map(method) == ["sendMessage", "editMessageText"])
            #expect(bench.texts == ["B: About B", "B: Mended"])
            #expect(edits(bench).map { $0.field("message_id") } == ["1"])
        }
    }

    @Test func `what waits for a limit holds up no edit of what came before`() async throws {
        try await withTold(subscribers: ["1"], caps: MessageCaps(perDay: 1, perWeek: nil)) { bench in
            for titles in [["C", "B", "A"], ["D", "C", "B", "A"]] {
                bench.site.publish(feed(titles))
                try await bench.nextPass()
            }
            #expect(bench.texts == ["B: About B"])
            bench.site.publish(feed(["D", "C", "B", "A"], descriptions: ["B": "Mended", "C": "Mended"]))
            try await bench.nextPass()
            #expect(bench.texts == ["B: About B", "B: Mended"])
            // The edit of C waits with it, and asks for nothing meanwhile.
            let due = try await bench.store.nextDeliveryDue(on: bench.channel, replies: false)
            #expect((due ?? bench.time.now()) - bench.time.now() > .hours(20))
            bench.time.advance(by: .hours(24))
            try await bench.pass()
            try await bench.nextPass()
            #expect(bench.texts == ["B: About B", "B: Mended", "C: About C", "C: Mended"])
        }
    }

    @Test func `an edit disturbs nobody, so it waits for no hour and counts for no limit`() async throws {
        try await withTold(subscribers: ["1"]) { bench in
            try await bench.store.database.write { connection in
                let preferences = Subscriber.Preferences(
                    frequency: .weekly, quietHours: QuietHours(from: 0, to: 1439))
                _ = try connection.execute(
                    "UPDATE subscribers SET preferences = $1, timing = $2",
                    [.text(try StoredJSON.encode(preferences)), .optional(preferences.timing)])
            }
            try await publish("Mended", bench)
            #expect(edits(bench).count == 1)
            let subscriber = try await bench.store.database.read { connection in
                try connection.query("SELECT id FROM subscribers", []) { $0.id(0, SubscriberID.self) }
            }
            let reached = try await bench.store.messagesReached(subscriber[0], since: Timestamp(seconds: 0))
            #expect(reached.count == 1)
        }
    }

    @Test func `who left or turned the topic off is left alone`() async throws {
        try await withTold(subscribers: ["1", "2", "3"], change: { $0.topic = "News" }) { bench in
            try await bench.store.database.write { connection in
                _ = try connection.execute("UPDATE subscribers SET state = 'stopped' WHERE address = '1'", [])
                _ = try connection.execute(
                    "INSERT INTO subscriber_unwanted SELECT s.id, p.id FROM subscribers s, campaigns p WHERE address = '2'",
                    [])
            }
            try await publish("Mended", bench)
            #expect(edits(bench).map { $0.field("chat_id") } == ["3"])
        }
    }

    @Test func `what did not arrive is not edited`() async throws {
        try await withTold(answer: { sent, index in
            sent.field("chat_id") == "1"
                ? .refused(400, "not enough rights to send text messages") : .accepted(index + 1)
        }) { bench in
            try await publish("Mended", bench)
            #expect(edits(bench).map { $0.field("chat_id") } == ["2"])
        }
    }

    @Test func `that the message is so already is a success, that it is gone is not`() async throws {
        try await withTold(answer: { sent, index in
            guard sent.request.url.hasSuffix("editMessageText") else { return .accepted(index + 1) }
            return .refused(
                400,
                sent.field("chat_id") == "1"
                    ? "Bad Request: message is not modified: …" : "Bad Request: message to edit not found")
        }) { bench in
            try await publish("Mended", bench)
            #expect(try await codes(bench, .failed) == ["telegram_400_not_editable"])
            #expect(try await codes(bench, .sent).count == 3)
            // A message that somebody deleted is no reason to pause the campaign, nor to stop the edit for others.
            #expect(try await bench.store.status().campaigns.map(\.state) == ["active"])
        }
    }

    @Test func `an edit of which nobody knows goes again`() async throws {
        try await withTold(
            subscribers: ["1"],
            answer: { sent, index in
                sent.request.url.hasSuffix("editMessageText") && index == 1
                    ? .json(502, "{}") : .accepted(index + 1)
            }
        ) { bench in
            try await publish("Mended", bench)
            #expect(try await codes(bench, .unknown).isEmpty)
            try await bench.nextPass()
            #expect(edits(bench).count == 2)
            #expect(try await bench.states() == [.sent, .sent])
        }
    }

    @Test func `an edit that never gets an answer ends, and holds up no news`() async throws {
        try await withTold(
            subscribers: ["1"],
            answer: { sent, index in
                sent.request.url.hasSuffix("editMessageText") ? .json(502, "{}") : .accepted(index + 1)
            }
        ) { bench in
            try await publish("Mended", bench)
            bench.site.publish(feed(["C", "B", "A"], descriptions: ["B": "Mended"]))
            try await bench.nextPass()
            #expect(bench.texts.contains("C: About C") && edits(bench).count < 6)
            for _ in 0..<8 { try await bench.nextPass() }
            #expect(edits(bench).count == 6)
            #expect(try await bench.store.deliveries(in: .failed, limit: 9).map(\.purpose) == ["edit"])
            #expect(try await bench.store.status().campaigns.map(\.state) == ["active"])
        }
    }

    @Test func `of several edits that wait the last one is made, in whatever order they come`() async throws {
        try await withTold(subscribers: ["1"], change: { $0.approval = Approval() }) { bench in
            let handler = ControlCommandHandler(bench.store, time: bench.time, engine: bench.engine)
            _ = try await handler.carryOut(.approve(campaign: "news", run: nil, .send))
            try await bench.pass()
            for text in ["Second", "Third"] { try await publish(text, bench) }
            for run in [3, 2] {
                _ = try await handler.carryOut(
                    .approve(campaign: "news", run: CampaignRunID(rawValue: Int64(run)), .send))
                try await bench.pass()
            }
            #expect(edits(bench).map { $0.field("text") } == ["B: Third"])
            #expect(try await codes(bench, .suppressed) == ["superseded"])
        }
    }

    @Test func `what is updated while it waits for approval is edited once it went`() async throws {
        try await withTold(subscribers: ["1"], change: { $0.approval = Approval() }) { bench in
            try await publish("Mended", bench)
            let handler = ControlCommandHandler(bench.store, time: bench.time, engine: bench.engine)
            _ = try await handler.carryOut(.approve(campaign: "news", run: nil, .send))
            try await bench.nextPass()
            _ = try await handler.carryOut(.approve(campaign: "news", run: nil, .send))
            try await bench.nextPass()
            #expect(bench.texts == ["B: About B", "B: Mended"])
        }
    }

    @Test func `a chat that got another address since is not edited by the old one's numbers`() async throws {
        try await withTold(subscribers: ["-5"]) { bench in
            let now = bench.time.now()
            try await bench.store.database.write { connection in
                _ = try connection.execute(
                    "UPDATE subscribers SET address = '-100', moved_at = \(now.milliseconds)", [])
            }
            try await publish("Mended", bench)
            #expect(edits(bench).isEmpty)
            #expect(try await codes(bench, .suppressed) == ["nothing_to_edit"])
        }
    }

    @Test func `what nobody knows of is edited once that is settled`() async throws {
        try await withTold(
            subscribers: ["1"], answer: { _, index in index == 0 ? .json(502, "{}") : .accepted(index + 1) }
        ) { bench in
            try await publish("Mended", bench)
            #expect(edits(bench).isEmpty)
            let id = try await bench.store.deliveries(in: .unknown, limit: 1).map(\.id)
            _ = try await bench.store.resolve([DeliveryID(rawValue: id[0])], as: .retry, now: bench.time.now())
            try await bench.nextPass()
            bench.time.advance(by: .minutes(31))
            try await bench.pass()
            #expect(bench.texts == ["B: About B", "B: About B", "B: Mended"])
        }
    }

    @Test func `an edit that was under way when the program died goes again`() async throws {
        try await withTold(subscribers: ["1"]) { bench in
            bench.site.publish(feed(["B", "A"], descriptions: ["B": "Mended"]))
            bench.time.advance(by: .minutes(11))
            try await bench.fillOutbox()
            let now = bench.time.now()
            let claim = try await bench.store.claim(
                channel: bench.channel, lane: .campaigns(after: nil), limit: 1, token: "dead", lease: .seconds(60),
                now: now)
            let delivery = try #require(claim.deliveries.first)
            #expect(delivery.purpose == .edit)
            _ = try await bench.store.beginSending(delivery, part: 0, of: 1, now: now)
            try await bench.pass()
            #expect(edits(bench).count == 1)
            #expect(try await bench.states() == [.sent, .sent])
        }
    }

    @Test func `each part of a message is changed where it stands`() async throws {
        try await withTold(layout: "described-twice", subscribers: ["1"]) { bench in
            try await publish("Mended", bench)
            #expect(edits(bench).map { $0.field("message_id") } == ["1", "2"])
            #expect(edits(bench).map { $0.field("text") } == ["first B: Mended", "second B: Mended"])
        }
    }

    @Test func `a picture's words are changed with it, and a message of another form stays`() async throws {
        try await withTold(layout: "described-picture", subscribers: ["1"]) { bench in
            try await publish("Mended", bench)
            let edit = try #require(edits(bench).first)
            #expect(method(edit) == "editMessageMedia" && edit.field("message_id") == "1")
            #expect(edit.field("media.caption") == "B: Mended")
            // Longer than what goes below a picture: it would be two messages.
            try await publish(String(repeating: "long ", count: 300), bench)
            #expect(edits(bench).count == 1)
            #expect(try await codes(bench, .failed) == ["other_form"])
        }
    }

    @Test func `whoever opens a link of an edited message counts for the message`() async throws {
        try await withTold(layout: "linked-text", subscribers: ["1"], publicURL: "https://t.example.com") { bench in
            try await publish("Mended", bench)
            let text = try #require(edits(bench).first?.field("text"))
            let token = try #require(
                text.split(separator: "\"").first { $0.contains("/c/") }?.split(separator: "/").last)
            let listener = try await ClickListener(bench.engine)
            guard case .to(let address) = await listener.open(String(token), by: .person) else {
                return #expect(Bool(false))
            }
            #expect(address == "https://blog.example.com/b")
            #expect(await listener.flush())
            let reports = try await bench.store.results(of: nil, byRun: true)
            #expect(reports.map(\.clicked) == [1, 0])
            #expect(reports.map(\.planned) == [1, 0])
            #expect(reports.map(\.edited) == [0, 1])
        }
    }

    @Test func `a run of edits waits for approval like any other`() async throws {
        try await withTold(subscribers: ["1"], change: { $0.approval = Approval() }) { bench in
            let handler = ControlCommandHandler(bench.store, time: bench.time, engine: bench.engine)
            _ = try await handler.carryOut(.approve(campaign: "news", run: nil, .send))
            try await bench.pass()
            #expect(bench.sender.sent.count == 1)
            try await publish("Mended", bench)
            #expect(edits(bench).isEmpty)
            _ = try await handler.carryOut(.approve(campaign: "news", run: nil, .send))
            try await bench.pass()
            #expect(edits(bench).count == 1)
        }
    }

    @Test func `it is told why, for the item, the person and the campaign`() async throws {
        try await withTold(subscribers: ["1"]) { bench in
            try await publish("Mended", bench)
            let item = try await bench.store.trails(ofItems: "B", aliases: []).flatMap { Why.lines($0).map(\.code) }
            #expect(item == ["new", "chosen", "updated", "edited"])
            let trail = try await bench.store.trail(
                ofSubscriber: "1", on: bench.channel, limit: 10, now: bench.time.now())
            #expect(
                Why.lines(try #require(trail)).map(\.sentence) == [
                    "news, run 2: the message that they have was changed.", "news, run 1: sent.",
                ])
            let runs = try await bench.store.runs(of: "news", limit: 10)
            #expect(Why.lines(runs).map(\.code) == ["edited", "sent"])
            #expect(runs.map(\.edits) == [["sent": 1], nil] && runs.map(\.deliveries) == [[:], ["sent": 1]])
        }
    }
}
