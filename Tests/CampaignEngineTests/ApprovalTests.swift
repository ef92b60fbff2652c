import CampaignEngine
import CampaignModel
import CampaignPlanning
import TestSupport
import Testing

@testable import CampaignStore

/// Campaigns whose runs somebody must let go.
@Suite struct ApprovalTests {
    private func withDraft(
        _ approval: Approval = Approval(expires: .hours(6)), subscribers: [String] = ["1", "2"],
        _ body: (EngineBench) async throws -> Void
    ) async throws {
        try await withEngine(campaigns: [SampleContent.campaign { $0.approval = approval }], subscribers: subscribers) {
            bench in
            bench.site.publish(feed(["A"]))
            try await bench.pass()
            bench.site.publish(feed(["B", "A"]))
            try await bench.nextPass()
            try await body(bench)
        }
    }

    private func handler(_ bench: EngineBench) -> ControlCommandHandler {
        ControlCommandHandler(bench.store, time: bench.time, engine: bench.engine)
    }

    /// Somebody presses a button of a bot's message.
    private func press(_ payload: String, by address: String, _ bench: EngineBench, key: String = "1") async throws {
        let body = """
            {"update_id":\(key),"callback_query":{"id":"q\(key)","from":{"id":\(address),"is_bot":false,"first_name":"N"},\
            "message":{"message_id":9,"date":\(bench.time.now().milliseconds / 1000),"chat":{"id":\(address),"type":"private"}},\
            "data":"\(payload)"}}
            """
        _ = try await bench.store.receive(
            [(bench.channel, ReceivedEvent(key: key, address: address, body: body))], at: bench.time.now())
        try await EventRun(bench.engine).run()
        _ = try await DeliveryRun(bench.engine, token: "t").run()
    }

    private func approval(_ bench: EngineBench) async throws -> [String?] {
        try await bench.store.runs(of: "news", limit: 10).map(\.approval)
    }

    @Test func `while it waits, nobody is told that they do not belong to it, nor that it is being planned`()
        async throws
    {
        try await withDraft { bench in
            let trail = try #require(
                try await bench.store.trail(ofSubscriber: "1", on: bench.channel, limit: 5, now: bench.time.now()))
            #expect(Why.lines(trail).map(\.code) == ["waiting"])
            let status = try await bench.store.status(at: bench.time.now())
            #expect(status.campaigns.map { $0.outbox?.isPlanning } == [false])
        }
    }

    @Test func `the status tells what waits for approval and until when, and that nobody answered`() async throws {
        try await withDraft { bench in
            func line() async throws -> StatusReport.CampaignLine {
                try #require(try await bench.store.status(at: bench.time.now()).campaigns.first)
            }
            let until = try #require(try await bench.store.runsToApprove().first).until
            let waiting = try await line()
            #expect(waiting.drafts == 1 && waiting.draftsUntil == until && waiting.lastApproval == "waiting")
            bench.time.advance(by: .hours(7))
            try await bench.pass()
            let over = try await line()
            #expect(over.drafts == 0 && over.draftsUntil == nil && over.lastApproval == "expired")
        }
    }

    @Test func `a run waits until it is let go, and goes to those who are there then`() async throws {
        try await withDraft { bench in
            #expect(bench.sender.sent.isEmpty)
            #expect(try await bench.store.runsToApprove().map(\.messages.count) == [1])
            try await bench.subscribe(["3"])
            _ = try await handler(bench).carryOut(.approve(campaign: "news", run: nil, .send))
            try await bench.pass()
            #expect(bench.texts == ["B", "B", "B"])
            #expect(try await approval(bench) == ["send"])
            await #expect { try await handler(bench).carryOut(.approve(campaign: "news", run: nil, .send)) } throws: {
                "\($0)".contains("nothing of news waits")
            }
        }
    }

    @Test func `what is skipped or not answered in time goes to nobody, then or later`() async throws {
        try await withDraft { bench in
            _ = try await handler(bench).carryOut(.approve(campaign: "news", run: nil, .skip))
            bench.site.publish(feed(["C", "B", "A"]))
            try await bench.nextPass()
            bench.time.advance(by: .hours(7))
            try await bench.pass()
            #expect(bench.sender.sent.isEmpty)
            #expect(try await approval(bench) == ["expired", "skip"])
            let told = try await bench.store.trails(ofItems: "B", aliases: []).flatMap { Why.lines($0) }.map(\.sentence)
            #expect(told.contains { $0.hasSuffix("which was skipped by whoever approves.") }, "\(told)")
            await #expect { try await handler(bench).carryOut(.approve(campaign: "news", run: nil, .send)) } throws: {
                "\($0)".contains("nothing of news waits")
            }
        }
    }

    @Test func `a draft of which nobody was asked before a crash is asked about afterwards, once`() async throws {
        let approval = Approval(channel: "bot", address: "7", expires: .hours(6))
        try await withDraft(approval, subscribers: ["7"]) { bench in
            let asked = bench.sender.sent.count
            try await bench.pass()
            #expect(asked == 2 && bench.sender.sent.count == asked)
            try await bench.store.database.write { connection in
                _ = try connection.execute("UPDATE runs SET asked_at = NULL", [])
            }
            for _ in 0..<2 { try await bench.pass() }
            #expect(bench.sender.sent.count == 2 * asked)
        }
    }

    @Test func `who is asked in the chat sees what would go, and lets it go with a button`() async throws {
        let approval = Approval(channel: "bot", address: "7", expires: .hours(6))
        try await withDraft(approval, subscribers: ["1", "7"]) { bench in
            #expect(bench.chats == ["7", "7"] && bench.texts.first == "B")
            #expect(bench.texts.last?.contains("would go to 2 people") ?? false)
            let run = try #require(try await bench.store.runsToApprove().first).run
            // Nobody else may.
            try await press(Approval.Decision.send.payload(run), by: "1", bench, key: "1")
            #expect(try await self.approval(bench) == ["waiting"])
            try await press(Approval.Decision.send.payload(run), by: "7", bench, key: "2")
            try await bench.pass()
            #expect(bench.texts.filter { $0 == "B" }.count == 3)
            #expect(bench.texts.contains("It goes out now."))
            try await press(Approval.Decision.skip.payload(run), by: "7", bench, key: "3")
            #expect(bench.texts.last == "It was decided before, or waited too long.")
            #expect(try await self.approval(bench) == ["send"])
        }
    }

    @Test func `it is said when there is nobody to ask`() async throws {
        try await withDraft(Approval(channel: "bot", address: "99")) { bench in
            #expect(bench.sender.sent.isEmpty)
            #expect(bench.events.withLock { $0.contains { if case .asked("news", _) = $0 { true } else { false } } })
        }
    }

    @Test func `who presses Start after the draft was made is asked then, and that nobody was is told once`()
        async throws
    {
        try await withDraft(Approval(channel: "bot", address: "99", expires: .hours(6))) { bench in
            for _ in 0..<2 { try await bench.pass() }
            let told = bench.events.withLock { $0.count { if case .asked("news", _) = $0 { true } else { false } } }
            #expect(told == 1 && bench.sender.sent.isEmpty)
            try await bench.subscribe(["99"])
            for _ in 0..<2 { try await bench.pass() }
            #expect(bench.chats == ["99", "99"] && bench.texts.first == "B")
        }
    }
}
