import CampaignEngine
import CampaignModel
import CampaignPlanning
import TestSupport
import Testing

@testable import CampaignStore

/// Messages that were written by hand, and limits that hold for all campaigns. The tests begin on 15 January 2027, at 08:00
/// in UTC.
@Suite struct OneOffTests {
    private func at(_ text: String) -> Timestamp { Timestamp(iso8601: text) ?? Timestamp(seconds: 0) }

    private func move(_ bench: EngineBench, to text: String) { bench.time.advance(by: at(text) - bench.time.now()) }

    private func handler(_ bench: EngineBench) -> ControlCommandHandler {
        ControlCommandHandler(bench.store, time: bench.time, engine: bench.engine)
    }

    private func message(
        _ name: String = "sale", at moment: Timestamp, _ change: (inout OneOff) -> Void = { _ in }
    ) -> OneOff {
        var oneOff = OneOff(
            workspace: Workspace.defaultName, name: name, channels: ["bot"], message: SampleContent.message("Sale"),
            at: moment, provenance: Provenance(file: "sale.yaml", line: 1))
        change(&oneOff)
        return oneOff
    }

    @Test func `a message goes once, when its time has come`() async throws {
        try await withEngine(subscribers: ["1", "2"]) { bench in
            let answer = try await handler(bench).carryOut(.send(message(at: at("2027-01-15T09:00:00Z"))))
            guard case .scheduled(_, let reach) = answer else { return #expect(Bool(false)) }
            #expect(reach.map(\.counts.now) == [2])
            try await bench.pass()
            #expect(bench.sender.sent.isEmpty)
            move(bench, to: "2027-01-15T09:00:00Z")
            try await bench.pass()
            #expect(bench.texts == ["Sale", "Sale"])
            move(bench, to: "2027-01-16T09:00:00Z")
            try await bench.pass()
            #expect(bench.sender.sent.count == 2)
        }
    }

    @Test func `a message whose channel is gone from feeds waits, and it is said once`() async throws {
        try await withEngine { bench in
            _ = try await handler(bench).carryOut(.send(message(at: bench.time.now())))
            try await bench.store.database.write { connection in
                _ = try connection.execute(
                    "UPDATE campaigns SET definition = REPLACE(definition, '\"bot\"', '\"gone\"') WHERE name = 'sale'",
                    [])
            }
            for _ in 0..<3 { try await bench.pass() }
            #expect(bench.sender.sent.isEmpty)
            let told = bench.events.withLock { $0.count { if case .waits = $0 { true } else { false } } }
            #expect(told == 1)
            #expect(try await bench.store.status().campaigns.first { $0.name == "sale" }?.oneOff == "scheduled")
        }
    }

    @Test func `a name is used once, and is free again when nobody got it`() async throws {
        try await withEngine { bench in
            let handler = handler(bench)
            let later = message(at: bench.time.now() + .hours(1))
            _ = try await handler.carryOut(.send(later))
            await #expect { try await handler.carryOut(.send(later)) } throws: { "\($0)".contains("already") }
            guard case .cancelled(let end) = try await handler.carryOut(.cancel(campaign: "sale", run: nil)) else {
                return
            }
            #expect(end.neverSent == true)
            _ = try await handler.carryOut(.send(message(at: bench.time.now())))
            try await bench.pass()
            #expect(bench.texts == ["Sale"])
            await #expect { try await handler.carryOut(.send(later)) } throws: { "\($0)".contains("already") }
            await #expect { try await handler.carryOut(.send(message("news", at: bench.time.now()))) } throws: {
                "\($0)".contains("there is a campaign news already")
            }
        }
    }

    @Test func `it can be put off and brought forward until it is sent`() async throws {
        try await withEngine { bench in
            let handler = handler(bench)
            func reschedule(_ text: String) async throws {
                _ = try await handler.carryOut(
                    .reschedule(campaign: "sale", at: text, timeZone: nil))
            }
            _ = try await handler.carryOut(.send(message(at: at("2027-01-15T09:00:00Z"))))
            try await bench.pass()
            try await reschedule("2027-01-15T12:00:00Z")
            move(bench, to: "2027-01-15T11:00:00Z")
            try await bench.pass()
            #expect(bench.sender.sent.isEmpty)
            try await reschedule("2027-01-15T11:30:00Z")
            move(bench, to: "2027-01-15T11:30:00Z")
            try await bench.pass()
            #expect(bench.texts == ["Sale"])
            await #expect { try await reschedule("2027-01-16T12:00:00Z") } throws: { "\($0)".contains("waits no more") }
            await #expect {
                try await handler.carryOut(
                    .reschedule(campaign: "news", at: "2027-02-01 09:00", timeZone: nil))
            } throws: { "\($0)".contains("goes by its frequency") }
        }
    }

    /// Somebody writes to the bot; a pass hears it.
    private func write(_ text: String, by address: String, _ bench: EngineBench) async throws {
        let seconds = bench.time.now().milliseconds / 1000
        let body = """
            {"update_id":\(seconds),"message":{"message_id":1,"date":\(seconds),"text":"\(text)",\
            "from":{"id":\(address),"is_bot":false,"first_name":"N"},"chat":{"id":\(address),"type":"private"}}}
            """
        _ = try await bench.store.receive(
            [(bench.channel, ReceivedEvent(key: "\(address) \(text)", address: address, body: body))],
            at: bench.time.now())
        try await bench.pass()
    }

    /// Who got it.
    private func chats(_ bench: EngineBench, of text: String = "Sale") -> [String] {
        zip(bench.chats, bench.texts).filter { $0.1 == text }.map(\.0)
    }

    @Test func `a time that is over for somebody by their own clock is refused, and one that all have ahead is named`()
        async throws
    {
        try await withEngine(subscribers: ["1", "2", "3"]) { bench in
            try await write("/timezone Asia/Tokyo", by: "2", bench)
            let tooLate = message(at: at("2027-01-15T09:00:00Z")) { $0.followsPeople = true }
            await #expect { try await handler(bench).carryOut(.send(tooLate)) } throws: {
                "\($0)".contains("for 1 of 3 people 2027-01-15 09:00 is over")
                    && ($0 as? Problem)?.hint?.contains("2027-01-16 09:00") == true
            }
            await #expect { try await Reach(bench.store, time: bench.time).forecast(tooLate, on: []) } throws: {
                "\($0)".contains("is over")
            }
            #expect(try await bench.store.openOneOffs().isEmpty)
            var later = tooLate
            later.at = at("2027-01-16T09:00:00Z")
            _ = try await handler(bench).carryOut(.send(later))
            await #expect {
                try await handler(bench).carryOut(.reschedule(campaign: "sale", at: "2027-01-15 09:00", timeZone: nil))
            } throws: { "\($0)".contains("is over") }
            for (moment, gotIt) in [
                ("2027-01-15T23:59:00Z", []), ("2027-01-16T00:00:00Z", ["2"]),
                ("2027-01-16T09:00:00Z", ["2", "1", "3"]),
            ] as [(String, Set<String>)] {
                move(bench, to: moment)
                try await bench.pass()
                #expect(Set(chats(bench)) == gotIt, "\(moment)")
            }
        }
    }

    @Test func `who goes to where the hour is over gets it at that hour of the next day, not in their night`()
        async throws
    {
        try await withEngine { bench in
            try await write("/timezone America/Los_Angeles", by: "1", bench)
            let oneOff = message(at: at("2027-01-15T09:00:00Z")) { $0.followsPeople = true }
            _ = try await handler(bench).carryOut(.send(oneOff))
            move(bench, to: "2027-01-15T16:30:00Z")
            try await write("/timezone Asia/Tokyo", by: "1", bench)
            for (moment, gotIt) in [
                ("2027-01-15T16:31:00Z", []), ("2027-01-15T17:00:00Z", []), ("2027-01-15T23:59:00Z", []),
                ("2027-01-16T00:00:00Z", ["1"]),
            ] as [(String, [String])] {
                move(bench, to: moment)
                try await bench.pass()
                #expect(chats(bench) == gotIt, "\(moment)")
            }
        }
    }

    @Test
    func `what would be another day by their own clock expires first, and the same zone once more puts nothing off`()
        async throws
    {
        try await withEngine { bench in
            try await write("/timezone America/Los_Angeles", by: "1", bench)
            let oneOff = message(at: at("2027-01-15T09:00:00Z")) { ($0.followsPeople, $0.expires) = (true, .hours(4)) }
            _ = try await handler(bench).carryOut(.send(oneOff))
            move(bench, to: "2027-01-15T16:30:00Z")
            try await write("/timezone Asia/Tokyo", by: "1", bench)
            move(bench, to: "2027-01-16T00:00:00Z")
            try await bench.pass()
            #expect(chats(bench).isEmpty)
            #expect(try await bench.store.deliveries(in: .expired, limit: 9).map(\.campaign) == ["sale"])
        }
        try await withEngine { bench in
            try await write("/timezone Europe/London", by: "1", bench)
            let oneOff = message(at: at("2027-01-15T09:00:00Z")) { $0.followsPeople = true }
            _ = try await handler(bench).carryOut(.send(oneOff))
            move(bench, to: "2027-01-15T11:00:00Z")
            try await write("/timezone Europe/London", by: "1", bench)
            #expect(chats(bench) == ["1"])
        }
    }

    private func choose(_ preferences: String, timing: String, _ bench: EngineBench) async throws {
        try await bench.store.database.write { connection in
            _ = try connection.execute(
                "UPDATE subscribers SET timing = $1, preferences = $2", [.text(timing), .text(preferences)])
        }
    }

    @Test func `who wants it once a week gets it then, though it would have been too old`() async throws {
        try await withEngine { bench in
            try await choose("{\"frequency\":\"weekly\",\"chosen\":{}}", timing: "weekly ", bench)
            // On a Friday at eight, for three days.
            _ = try await handler(bench).carryOut(.send(message(at: bench.time.now())))
            for (moment, gotIt) in [
                ("2027-01-15T08:01:00Z", []), ("2027-01-18T08:30:00Z", []), ("2027-01-18T09:00:00Z", ["1"]),
            ] as [(String, [String])] {
                move(bench, to: moment)
                try await bench.pass()
                #expect(chats(bench) == gotIt, "\(moment)")
            }
        }
    }

    @Test func `quiet hours longer than the time until it expires only put it off`() async throws {
        try await withEngine { bench in
            let oneOff = message(at: bench.time.now()) {
                ($0.quietHours, $0.expires) = (QuietHours(from: 7 * 60, to: 12 * 60), .hours(2))
            }
            _ = try await handler(bench).carryOut(.send(oneOff))
            try await bench.pass()
            move(bench, to: "2027-01-15T11:59:00Z")
            try await bench.pass()
            #expect(chats(bench).isEmpty)
            move(bench, to: "2027-01-15T12:01:00Z")
            try await bench.pass()
            #expect(chats(bench) == ["1"])
        }
    }

    @Test func `whoever tries a message out gets it at once, whatever they chose`() async throws {
        let wishes = "{\"frequency\":\"weekly\",\"quietHours\":{\"from\":420,\"to\":720},\"chosen\":{}}"
        try await withEngine { bench in
            try await choose(wishes, timing: "weekly ", bench)
            let oneOff = message(at: bench.time.now()) { ($0.isTest, $0.expires) = (true, .hours(1)) }
            let answer = try await handler(bench).carryOut(.send(oneOff))
            guard case .scheduled(_, let reach) = answer else { return #expect(Bool(false)) }
            #expect(reach.map(\.counts.now) == [1] && reach.map(\.counts.later) == [0])
            try await bench.pass()
            #expect(chats(bench) == ["1"])
        }
    }

    @Test func `cancelled half-way, the rest does not go`() async throws {
        let stop = StopSignal()
        try await withEngine(
            subscribers: (1...6).map(String.init), concurrency: 1, stop: stop,
            answer: { _, index in
                if index == 1 { stop.raise() }
                return .accepted(index + 1)
            }
        ) { bench in
            _ = try await handler(bench).carryOut(.send(message(at: bench.time.now())))
            try await bench.pass()
            #expect(bench.sender.sent.count == 2)
            guard case .cancelled(let end) = try await handler(bench).carryOut(.cancel(campaign: "sale", run: nil))
            else {
                return
            }
            #expect(end.suppressed == 4 && end.neverSent == nil)
        }
    }

    @Test func `what was written for a day does not come days after it`() async throws {
        try await withEngine { bench in
            let oneOff = message(at: bench.time.now() + .hours(1)) { $0.expires = .hours(6) }
            _ = try await handler(bench).carryOut(.send(oneOff))
            move(bench, to: "2027-01-17T12:00:00Z")
            try await bench.pass()
            #expect(bench.sender.sent.isEmpty)
            try await bench.pass()
            #expect(try await bench.states() == [.expired])
        }
    }

    @Test func `it keeps to quiet hours and is filled in for each person`() async throws {
        try await withEngine { bench in
            let text = "Hi \(PersonalMark.text(0))"
            let oneOff = message(at: bench.time.now()) {
                $0.message = Message(
                    modules: [.text(RichText(plain: text), buttons: [])],
                    personal: [PersonalField(name: "subscriber.first_name", fallback: "you")])
                $0.quietHours = QuietHours(from: 7 * 60, to: 10 * 60)
            }
            _ = try await bench.store.importSubscribers(
                [Subscriber(address: "2", firstName: "Ada")], to: bench.channel, hash: { $0 }, now: bench.time.now())
            _ = try await handler(bench).carryOut(.send(oneOff))
            try await bench.pass()
            #expect(bench.sender.sent.isEmpty)
            move(bench, to: "2027-01-15T10:00:00Z")
            try await bench.pass()
            #expect(Set(bench.texts) == ["Hi you", "Hi Ada"])
        }
    }

    @Test func `a channel that is not there is said before anything is kept`() async throws {
        try await withEngine { bench in
            await #expect {
                try await handler(bench).carryOut(.send(message(at: bench.time.now()) { $0.channels = ["bto"] }))
            } throws: { "\($0)".contains("there is no channel bto") }
            let kept = try await bench.store.openOneOffs()
            #expect(kept.isEmpty)
        }
    }

    @Test func `nobody gets more than the channel's limit, whatever campaigns there are`() async throws {
        var channel = SampleContent.channel()
        channel.caps = MessageCaps(perDay: 2, perWeek: 3)
        let campaigns = ["one", "two", "three"].map { name in
            SampleContent.campaign(name) { $0.expires = .days(10) }
        }
        try await withEngine(channels: [channel], campaigns: campaigns) { bench in
            bench.site.publish(feed(["A"]))
            try await bench.pass()
            bench.site.publish(feed(["C", "B", "A"]))
            try await bench.nextPass()
            #expect(bench.sender.sent.count == 2)
            let waiting = try await bench.store.deliveries(in: .queued, limit: 10)
            #expect(waiting.count == 4 && waiting.contains { $0.code == "enough" })
            let first = bench.time.now()
            bench.time.advance(by: .hours(23))
            try await bench.pass()
            #expect(bench.sender.sent.count == 2)
            bench.time.advance(by: .hours(2))
            try await bench.pass()
            #expect(bench.sender.sent.count == 3)
            bench.time.advance(by: first + .days(7) + .seconds(1) - bench.time.now())
            try await bench.pass()
            #expect(bench.sender.sent.count == 5)
        }
    }
}
