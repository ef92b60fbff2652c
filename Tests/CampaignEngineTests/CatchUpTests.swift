import CampaignEngine
import CampaignModel
import CampaignPlanning
import MessageChannels
import TestSupport
import Testing

@testable import CampaignStore

/// People whom Messenger's window kept from several messages.
@Suite struct CatchUpTests {
    /// Three articles come, one after the other, while nobody's window is open.
    private func withHeld(
        max: Int = 10, people: [String] = ["1", "2"], _ body: (EngineBench) async throws -> Void
    ) async throws {
        try await withEngine(
            channels: [SampleContent.channel(platform: .messenger)],
            campaigns: [SampleContent.campaign { $0.items.max = max }], subscribers: people,
            activeAt: Timestamp(seconds: 1_700_000_000)
        ) { bench in
            bench.site.publish(feed(["A"]))
            try await bench.pass()
            for titles in [["B", "A"], ["C", "B", "A"], ["D", "C", "B", "A"]] {
                bench.site.publish(feed(titles))
                try await bench.nextPass()
            }
            #expect(bench.sender.sent.isEmpty)
            try await body(bench)
        }
    }

    private func act(_ address: String, _ bench: EngineBench) async throws {
        let now = bench.time.now()
        try await bench.store.database.write { connection in
            _ = try connection.execute(
                "UPDATE subscribers SET last_active_at = $2 WHERE address = $1", [.text(address), .time(now)])
        }
    }

    private func write(_ address: String, _ bench: EngineBench, key: String = "m1") async throws {
        let now = bench.time.now()
        let body = """
            {"sender":{"id":"\(address)"},"recipient":{"id":"42"},"timestamp":\(now.milliseconds),\
            "message":{"mid":"\(key)","text":"hello"}}
            """
        _ = try await bench.store.receive(
            [(bench.channel, ReceivedEvent(key: key, address: address, body: body))], at: now)
        try await EventRun(bench.engine).run()
    }

    private func prefer(
        _ frequency: Subscriber.Preferences.Frequency, _ address: String, _ bench: EngineBench
    ) async throws {
        let preferences = Subscriber.Preferences(frequency: frequency)
        try await bench.store.database.write { connection in
            _ = try connection.execute(
                "UPDATE subscribers SET preferences = $1, timing = $2 WHERE address = $3",
                [.text(try StoredJSON.encode(preferences)), .optional(preferences.timing), .text(address)])
        }
    }

    /// Of what was sent, what tells of an item X or of several.
    private func news(_ bench: EngineBench) -> [String] {
        bench.texts.filter { $0.hasPrefix("X") || $0.hasPrefix("[") }
    }

    private func codes(_ bench: EngineBench) async throws -> [String: Int] {
        let rows = try await bench.store.deliveries(in: .suppressed, limit: 100)
        return Dictionary(rows.map { ($0.code ?? "", 1) }, uniquingKeysWith: +)
    }

    @Test func `when the window opens, what waited comes in one message`() async throws {
        try await withHeld { bench in
            try await act("1", bench)
            try await bench.pass()
            #expect(bench.texts == ["[D][C][B]"] && bench.chats == ["1"])
            #expect(try await codes(bench) == ["caught_up": 3])
            try await bench.pass()
            #expect(bench.sender.sent.count == 1)
            // To others waited the same: they get the same message.
            try await act("2", bench)
            try await bench.pass()
            #expect(bench.texts == ["[D][C][B]", "[D][C][B]"])
            let messages = try await bench.store.database.read { try $0.integer("SELECT COUNT(*) FROM messages") }
            #expect(messages == 4)
        }
    }

    @Test func `more than one message may tell of is left out, the oldest first`() async throws {
        try await withHeld(max: 2, people: ["1"]) { bench in
            try await act("1", bench)
            try await bench.pass()
            #expect(bench.texts == ["[D][C]"])
            #expect(try await codes(bench) == ["caught_up": 2, "too_many": 1])
        }
    }

    @Test func `what waits alone goes as it is`() async throws {
        try await withEngine(
            channels: [SampleContent.channel(platform: .messenger)], activeAt: Timestamp(seconds: 1_700_000_000)
        ) { bench in
            bench.site.publish(feed(["A"]))
            try await bench.pass()
            bench.site.publish(feed(["B", "A"]))
            try await bench.nextPass()
            try await act("1", bench)
            try await bench.pass()
            #expect(bench.texts == ["B"] && bench.chats == ["1"])
        }
    }

    @Test func `what they write opens their window, and what waited follows at once`() async throws {
        try await withHeld(people: ["1"]) { bench in
            try await write("1", bench)
            _ = try await DeliveryRun(bench.engine, token: "t").run()
            #expect(bench.texts.contains("[D][C][B]"))
            #expect(bench.texts.count { $0.hasPrefix("[") } == 1 && !bench.texts.contains("B"))
        }
    }

    /// The tests begin on a Friday at 08:00.
    @Test func `who wants all on Mondays and is there on Wednesdays gets then what Monday would have brought`()
        async throws
    {
        try await withEngine(
            channels: [SampleContent.channel(platform: .messenger)], activeAt: Timestamp(seconds: 1_700_000_000)
        ) { bench in
            let start = bench.time.now()
            try await prefer(.weekly, "1", bench)
            bench.site.publish(feed(["A"]))
            try await bench.pass()
            var titles = ["A"]
            for day in 3...20 {
                let morning = start + .days(day)
                func wait(until hour: Duration) { bench.time.advance(by: morning + hour - bench.time.now()) }
                titles.insert("X\(day)", at: 0)
                bench.site.publish(feed(titles))
                for hour in [Duration.hours(0), .minutes(62)] {
                    wait(until: hour)
                    try await bench.pass()
                }
                guard day % 7 == 5 else { continue }
                wait(until: .hours(10))
                try await write("1", bench, key: "m\(day)")
                try await bench.pass()
            }
            // What comes alone comes as it is.
            #expect(
                news(bench) == ["X3", "[X10][X9][X8][X7][X6][X5][X4]", "[X17][X16][X15][X14][X13][X12][X11]"])
        }
    }

    @Test func `who is there on Monday gets then what came before their window opened and after it`() async throws {
        try await withEngine(
            channels: [SampleContent.channel(platform: .messenger)], activeAt: Timestamp(seconds: 1_700_000_000)
        ) { bench in
            try await prefer(.weekly, "1", bench)
            bench.site.publish(feed(["A"]))
            try await bench.pass()
            bench.site.publish(feed(["X2", "X1", "A"]))
            try await bench.nextPass()
            bench.time.advance(by: .days(2) + .hours(4))
            try await write("1", bench)
            bench.site.publish(feed(["X3", "X2", "X1", "A"]))
            try await bench.nextPass()
            #expect(news(bench).isEmpty)
            bench.time.advance(by: .hours(21))
            try await bench.pass()
            #expect(news(bench) == ["[X3][X2][X1]"])
        }
    }

    @Test func `what has grown too old is not in it`() async throws {
        try await withHeld(people: ["1"]) { bench in
            bench.time.advance(by: .days(3) - .minutes(15))
            try await act("1", bench)
            try await bench.pass()
            #expect(bench.texts == ["[D][C]"])
            #expect(try await bench.states().contains(.expired))
        }
    }

    /// Somebody who wants everything at nine, and somebody who does not; the tests begin at 08:00 in UTC. Three articles come
    /// before nine.
    private func withCollector(
        max: Int = 10, layout: String = "article", change: (inout Campaign) -> Void = { _ in },
        _ body: (EngineBench) async throws -> Void
    ) async throws {
        let campaign = SampleContent.campaign {
            $0.items.max = max
            $0.layout = layout
            change(&$0)
        }
        try await withEngine(campaigns: [campaign], subscribers: ["1", "2"]) { bench in
            try await prefer(.daily, "1", bench)
            bench.site.publish(feed(["A"]))
            try await bench.pass()
            for titles in [["B", "A"], ["C", "B", "A"], ["D", "C", "B", "A"]] {
                bench.site.publish(feed(titles))
                try await bench.nextPass()
            }
            #expect(Set(bench.chats) == ["2"])
            try await body(bench)
        }
    }

    private func got(_ address: String, _ bench: EngineBench) -> [String] {
        zip(bench.chats, bench.texts).filter { $0.0 == address }.map(\.1)
    }

    @Test func `who wants everything once a day gets it in one message`() async throws {
        try await withCollector { bench in
            #expect(got("2", bench) == ["B", "C", "D"])
            bench.time.advance(by: .minutes(40))
            try await bench.pass()
            #expect(got("1", bench) == ["[D][C][B]"])
            #expect(try await codes(bench) == ["caught_up": 3])
            try await bench.nextPass()
            #expect(got("1", bench).count == 1)
            // The next day again, and what comes alone comes as it is.
            bench.site.publish(feed(["E", "D", "C", "B", "A"]))
            try await bench.nextPass()
            bench.time.advance(by: .hours(24))
            try await bench.pass()
            #expect(got("1", bench) == ["[D][C][B]", "E"])
        }
    }

    @Test func `who wants it as it happens again gets in one message what had waited, and then each as it comes`()
        async throws
    {
        try await withCollector { bench in
            bench.time.advance(by: .minutes(1))
            let press =
                #"{"update_id":9,"callback_query":{"id":"q","from":{"id":1,"is_bot":false},"data":"set:f:at_once","#
                + #""message":{"message_id":1,"date":0,"chat":{"id":1,"type":"private"}}}}"#
            let update = TelegramUpdates.received(webhook: Array(press.utf8))
            _ = try await bench.store.receive([(bench.channel, update)], at: bench.time.now())
            try await bench.pass()
            func news() -> [String] { got("1", bench).filter { $0.hasPrefix("[") || $0.count == 1 } }
            #expect(news() == ["[D][C][B]"])
            #expect(try await codes(bench) == ["caught_up": 3])
            for titles in [["E", "D", "C", "B", "A"], ["F", "E", "D", "C", "B", "A"]] {
                bench.site.publish(feed(titles))
                try await bench.nextPass()
            }
            #expect(news() == ["[D][C][B]", "E", "F"])
        }
    }

    @Test func `a campaign's own digest tells of a day, however little one run may send`() async throws {
        try await withCollector(max: 1, layout: "list") { bench in
            bench.time.advance(by: .minutes(40))
            try await bench.pass()
            #expect(got("1", bench) == ["[D][C][B]"])
            #expect(try await codes(bench) == ["caught_up": 3])
        }
    }

    @Test func `what came in one message is not edited on its own`() async throws {
        try await withCollector(layout: "described", change: { $0.onUpdate = .edit }) { bench in
            bench.time.advance(by: .minutes(40))
            try await bench.pass()
            bench.site.publish(feed(["D", "C", "B", "A"], descriptions: ["D": "Mended"]))
            try await bench.nextPass()
            #expect(got("2", bench).suffix(1) == ["D: Mended"])
            #expect(got("1", bench) == ["[D][C][B]"])
        }
    }

    @Test func `a message that was stopped is not gathered, and holds up nothing`() async throws {
        try await withCollector { bench in
            try await bench.store.database.write { connection in
                _ = try connection.execute(
                    """
                    UPDATE message_fates SET stopped_at = 1
                    WHERE message_id = (SELECT MIN(id) FROM messages)
                    """, [])
            }
            bench.time.advance(by: .minutes(40))
            try await bench.pass()
            #expect(got("1", bench) == ["[D][C]"])
        }
    }

    @Test func `what was corrected meanwhile is told as it is now`() async throws {
        try await withCollector(layout: "described", change: { $0.onUpdate = .edit }) { bench in
            bench.site.publish(
                feed(["Delta", "C", "B", "A"], descriptions: ["C": "Mended"]).replacing(
                    "<guid isPermaLink=\"false\">Delta", with: "<guid isPermaLink=\"false\">D"))
            try await bench.nextPass()
            bench.time.advance(by: .minutes(40))
            try await bench.pass()
            #expect(got("1", bench) == ["[Delta][C][B]"])
        }
    }

    @Test func `what says that there is less is in no list of news`() async throws {
        try await withCollector(change: { $0.on = [.new, .priceRaised] }) { bench in
            try await bench.store.database.write { connection in
                _ = try connection.execute("UPDATE changes SET kind = 'price_rise' WHERE position = 2", [])
            }
            bench.time.advance(by: .minutes(40))
            try await bench.pass()
            #expect(got("1", bench) == ["B", "C", "D"])
        }
    }

    @Test func `what is gathered waits for nothing that was planned meanwhile for the next day`() async throws {
        try await withCollector { bench in
            bench.time.advance(by: .minutes(40))
            bench.site.publish(feed(["E", "D", "C", "B", "A"]))
            // It is planned for tomorrow before anything of today is sent.
            try await bench.pass()
            #expect(got("1", bench) == ["[D][C][B]"])
            bench.time.advance(by: .hours(24))
            try await bench.pass()
            #expect(got("1", bench) == ["[D][C][B]", "E"])
            let run = try await bench.store.results(of: "news", byRun: true).map(\.planned)
            #expect(run == [2, 2, 3, 2])
        }
    }
}
