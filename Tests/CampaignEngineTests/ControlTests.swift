import CampaignModel
import CampaignStore
import Foundation
import HTTPTransport
import TestSupport
import Testing

@testable import CampaignEngine

/// What the owner's commands do to an engine that runs.
@Suite struct ControlTests {
    private func handler(_ bench: EngineBench, changed: @escaping @Sendable () -> Void = {}) -> ControlCommandHandler {
        ControlCommandHandler(bench.store, time: bench.time, engine: bench.engine, changed: changed)
    }

    /// A first document is known, and a second one has an item that is news.
    private func publish(_ bench: EngineBench) async throws {
        bench.site.publish(feed(["A"]))
        try await bench.fillOutbox()
        bench.site.publish(feed(["B", "A"]))
    }

    @Test func `a paused campaign makes no run, and takes up after it what came meanwhile`() async throws {
        try await withEngine { bench in
            try await publish(bench)
            let calls = LockedValue(0)
            let handler = handler(bench) { calls.withLock { $0 += 1 } }
            let answer = try await handler.carryOut(.pause(campaign: "news", reason: nil))
            guard case .campaign(let campaign) = answer else {
                Issue.record("\(answer)")
                return
            }
            #expect((campaign.state, campaign.pausedReason) == ("paused", "paused by the owner"))
            try await bench.nextPass()
            #expect(bench.sender.sent.isEmpty)
            #expect(try await bench.states().isEmpty)
            #expect(try await bench.store.status().campaigns.first?.waiting == 1)
            _ = try await handler.carryOut(.resume(campaign: "news"))
            try await bench.nextPass()
            #expect(bench.texts == ["B"])
            #expect(calls.withLock { $0 } == 2)
            let told = bench.events.withLock {
                $0.compactMap { if case .controlled(let event) = $0 { event.code } else { nil } }
            }
            #expect(told == ["paused", "resumed"])
        }
    }

    @Test func `planning stops with a pause, and goes on where it was`() async throws {
        try await withEngine(subscribers: ["1", "2", "3"]) { bench in
            try await publish(bench)
            try await bench.fillOutbox()
            _ = try await handler(bench).carryOut(.pause(campaign: "news", reason: "x"))
            let step = try await FanOut(bench.engine).goOn(bench.content.campaigns[0])
            #expect(step.looked == 0)
        }
    }

    @Test func `people are added and forgotten by the channel's name`() async throws {
        try await withEngine(subscribers: []) { bench in
            let new = Subscriber(address: "7", firstName: "Zoe", tags: ["a"], fields: ["town": "Bursa"])
            let added = try await handler(bench).carryOut(.add([NewSubscriber(new)], channel: "default/bot"))
            guard case .added(let report) = added else {
                Issue.record("\(added)")
                return
            }
            #expect(report.added == 1)
            let (listed, _) = try await bench.store.listSubscribers(limit: 9)
            #expect(listed.map(\.subscriber.firstName) == ["Zoe"])
            #expect(listed.map(\.subscriber.fields) == [["town": "Bursa"]])
            #expect(try await handler(bench).carryOut(.erase(address: "7", channel: "bot")) == .erased)
            await #expect(throws: Problem.self) {
                try await handler(bench).carryOut(.add([NewSubscriber(new)], channel: "nobody"))
            }
        }
    }

    @Test func `a chat that is imported by its name is kept by its number, and is one subscriber`() async throws {
        try await withEngine(
            subscribers: ["@news", "@news/9"],
            answer: { sent, _ in
                sent.field("chat_id") == "@news"
                    ? .json(200, #"{"ok":true,"result":{"id":-1007,"type":"channel","title":"News"}}"#)
                    : .json(400, #"{"ok":false,"error_code":400,"description":"Bad Request: chat not found"}"#)
            }
        ) { bench in
            func add(_ addresses: [String]) async throws -> ControlAnswer {
                try await handler(bench).carryOut(
                    .add(addresses.map { NewSubscriber(Subscriber(address: $0)) }, channel: "bot"))
            }
            func addresses() async throws -> Set<String> {
                Set(try await bench.store.listSubscribers(limit: 9).subscribers.map(\.subscriber.address))
            }
            _ = try await add(["@news", "@news/7", "-1007", "5"])
            #expect(bench.sender.sent.count == 1)
            // What was there by its name is the same one still; what was not asked for is as it was.
            #expect(try await addresses() == ["-1007", "-1007/7", "@news/9", "5"])
            await #expect {
                _ = try await add(["6", "@other"])
            } throws: {
                let problem = $0 as? Problem
                return problem?.code == .badData && problem?.message.contains("@other") ?? false
                    && problem?.hint == "Add the bot to it first, or write its number."
            }
            #expect(try await addresses().count == 4)
        }
    }

    @Test func `unknown deliveries go again once when their campaign says so`() async throws {
        let campaign = SampleContent.campaign { $0.resendUnknownAfter = .minutes(30) }
        try await withEngine(
            campaigns: [campaign], answer: { _, index in index == 0 ? .json(500, "{}") : .accepted(index) }
        ) { bench in
            try await publish(bench)
            try await bench.fillOutbox()
            try await bench.pass()
            #expect(try await bench.states() == [.unknown])
            bench.time.advance(by: .minutes(29))
            try await bench.pass()
            #expect(bench.sender.sent.count == 1)
            bench.time.advance(by: .minutes(2))
            try await bench.pass()
            #expect(try await bench.states() == [.sent])
            #expect(bench.sender.sent.count == 2)
        }
    }

    @Test func `a command and its answer survive the way between two processes`() throws {
        let commands: [ControlCommand] = [
            .pause(campaign: "n", reason: nil), .resume(campaign: "n"),
            .cancel(campaign: "n", run: CampaignRunID(rawValue: 3)),
            .resolve([DeliveryID(rawValue: 1)], as: .retry), .resolveAll(campaign: "n", as: .drop),
            .add([NewSubscriber(Subscriber(address: "7", consentAt: Timestamp(seconds: 5)))], channel: "c"),
            .erase(address: "7", channel: "c"), .decide(source: "s", decision: "latest 3"),
        ]
        let (encoder, decoder) = (JSONEncoder(), JSONDecoder())
        #expect(try decoder.decode([ControlCommand].self, from: encoder.encode(commands)) == commands)
        let resolved = ControlAnswer.resolved([
            ResolvedDelivery(id: DeliveryID(rawValue: 1), state: nil, isResolved: false)
        ])
        let reply = try decoder.decode(ControlReply.self, from: encoder.encode(ControlReply(resolved)))
        #expect(try reply.get() == resolved)
        let problem = Problem(.notFound, "no", hint: "look")
        let refused = try decoder.decode(ControlReply.self, from: encoder.encode(ControlReply(problem)))
        #expect(throws: problem) { try refused.get() }
    }
}

/// How fast it goes.
@Suite struct SendingMeterTests {
    private static let lane = SendingMeter.Lane(channel: ChannelID(rawValue: 1), campaign: CampaignID(rawValue: 2))

    private func second(_ number: UInt64) -> UInt64 { number * 1_000_000_000 }

    @Test func `the rate is that of the last minute, or since it began`() throws {
        let meter = SendingMeter()
        for number in 0..<200 {
            for _ in 0..<3 { meter.note(Self.lane, at: second(1000 + UInt64(number))) }
            let course = try #require(meter.courses(at: second(1000 + UInt64(number)))[Self.lane])
            #expect(course.perSecond == 3)
            #expect((course.sent, course.seconds) == (3 * (number + 1), Double(number + 1)))
        }
    }

    @Test func `silence brings the rate down, and after a minute nothing is left of it`() throws {
        let meter = SendingMeter()
        for number in 0..<60 { meter.note(Self.lane, at: second(UInt64(number))) }
        #expect(meter.courses(at: second(89))[Self.lane]?.perSecond == 0.5)
        #expect(meter.courses(at: second(119))[Self.lane]?.perSecond == 0)
        #expect(meter.courses(at: second(120))[Self.lane] == nil)
        meter.note(Self.lane, at: second(500))
        #expect(meter.courses(at: second(500))[Self.lane]?.sent == 1)
    }

    @Test func `what takes long is told with the time that is left, and the rate is stored`() async throws {
        try await withEngine(subscribers: (1...30).map { "\($0)" }) { bench in
            bench.site.publish(feed(["A"]))
            try await bench.fillOutbox()
            bench.site.publish(feed(["B", "A"]))
            try await bench.fillOutbox()
            let lane = SendingMeter.Lane(channel: bench.channel, campaign: bench.content.campaigns[0].id)
            let service = ProgressService(bench.engine, worker: "me")
            func reports() -> [ProgressReport] {
                bench.events.withLock {
                    $0.compactMap { if case .progressed(let report) = $0 { report } else { nil } }
                }
            }
            for _ in 0..<10 {
                bench.engine.meter.note(lane, at: bench.time.monotonicNanoseconds())
                bench.engine.meter.note(lane, at: bench.time.monotonicNanoseconds())
                try await service.look()
                if reports().isEmpty { bench.time.advance(by: .seconds(1)) }
            }
            let report = try #require(reports().first)
            #expect((report.campaign, report.done, report.left) == ("news", 20, 30))
            #expect(report.step == .sending(channel: "bot", perSecond: 2))
            #expect(report.secondsLeft == 15)
            let outbox = try await bench.store.status(at: bench.time.now()).channels.first?.outbox
            #expect(outbox?.perSecond == 2)
        }
    }

    @Test func `a message that was written by hand tells of its progress, too`() async throws {
        try await withEngine(subscribers: (1...30).map { "\($0)" }) { bench in
            let oneOff = OneOff(
                workspace: Workspace.defaultName, name: "sale", channels: ["bot"],
                message: SampleContent.message("Sale"),
                at: bench.time.now(), provenance: Provenance(file: "sale.yaml", line: 1))
            _ = try await ControlCommandHandler(bench.store, time: bench.time, engine: bench.engine).carryOut(
                .send(oneOff))
            try await ScheduledRuns(bench.engine).runDue { _ in }
            let sale = try await bench.store.campaign(named: "sale").id
            for _ in 0..<12 {
                bench.engine.meter.note(
                    .init(channel: bench.channel, campaign: sale), at: bench.time.monotonicNanoseconds())
                bench.time.advance(by: .seconds(1))
            }
            try await ProgressService(bench.engine, worker: "me").look()
            let told = bench.events.withLock {
                $0.compactMap { if case .progressed(let report) = $0 { report } else { nil } }
            }
            #expect(told.map(\.campaign) == ["sale"] && told.map(\.left) == [30])
        }
    }
}
