import CampaignEngine
import CampaignModel
import CampaignPlanning
import TestSupport
import Testing

@testable import CampaignStore

/// Campaigns with a frequency. The tests begin on a Friday, 15 January 2027, at 08:00 in UTC.
@Suite struct ScheduledRunTests {
    private static let nine = Frequency.calendar(CalendarRule(minutes: .init([0]), hours: .init([9])))

    private func at(_ text: String) -> Timestamp { Timestamp(iso8601: text) ?? Timestamp(seconds: 0) }

    private func move(_ bench: EngineBench, to text: String) { bench.time.advance(by: at(text) - bench.time.now()) }

    private func runs(_ bench: EngineBench) -> [RunReport] {
        bench.events.withLock { $0.compactMap { if case .ran(let report) = $0 { report } else { nil } } }
    }

    private func daily(_ change: @escaping (inout Campaign) -> Void = { _ in }) -> Campaign {
        SampleContent.campaign {
            $0.frequency = Self.nine
            $0.layout = "list"
            change(&$0)
        }
    }

    @Test func `a daily digest waits for its hour, takes the whole day, and says nothing of nothing`() async throws {
        try await withEngine(campaigns: [daily()], subscribers: ["1", "2"]) { bench in
            bench.site.publish(feed(["A"]))
            try await bench.pass()
            bench.site.publish(feed(["B", "A"]))
            try await bench.nextPass()
            bench.site.publish(feed(["C", "B", "A"]))
            try await bench.nextPass()
            #expect(bench.sender.sent.isEmpty)
            move(bench, to: "2027-01-15T09:00:00Z")
            try await bench.pass()
            #expect(bench.texts == ["[C][B]", "[C][B]"])
            try await bench.nextPass()
            move(bench, to: "2027-01-16T09:00:00Z")
            try await bench.pass()
            #expect(bench.sender.sent.count == 2)
            #expect(runs(bench).map(\.seen) == [2, 0])
            #expect(runs(bench).map(\.nominalAt) == [at("2027-01-15T09:00:00Z"), at("2027-01-16T09:00:00Z")])
        }
    }

    @Test func `runs that were missed are made up by one, and a clock that is set back brings none again`() async throws
    {
        try await withEngine(campaigns: [daily()]) { bench in
            bench.site.publish(feed(["A"]))
            try await bench.pass()
            bench.site.publish(feed(["B", "A"]))
            move(bench, to: "2027-01-18T12:00:00Z")
            try await bench.pass()
            #expect(bench.texts == ["[B]"] && runs(bench).map(\.missed) == [3])
            bench.site.publish(feed(["C", "B", "A"]))
            bench.time.setWallClock(to: at("2027-01-18T08:30:00Z"))
            try await bench.pass()
            move(bench, to: "2027-01-18T09:10:00Z")
            try await bench.pass()
            move(bench, to: "2027-01-18T23:00:00Z")
            try await bench.pass()
            #expect(bench.texts == ["[B]"])
            move(bench, to: "2027-01-19T09:00:00Z")
            try await bench.pass()
            #expect(bench.texts == ["[B]", "[C]"])
        }
    }

    @Test func `what is missed is skipped where the owner wants that, and it is said`() async throws {
        try await withEngine(campaigns: [daily { $0.missed = .skip }]) { bench in
            bench.site.publish(feed(["A"]))
            try await bench.pass()
            bench.site.publish(feed(["B", "A"]))
            move(bench, to: "2027-01-17T12:00:00Z")
            try await bench.pass()
            #expect(bench.sender.sent.isEmpty && runs(bench).isEmpty)
            #expect(bench.events.withLock { $0.contains { if case .missed("news", 3) = $0 { true } else { false } } })
            move(bench, to: "2027-01-18T09:30:00Z")
            try await bench.pass()
            #expect(bench.texts == ["[B]"])
        }
    }

    @Test func `what was missed is caught up one by one`() async throws {
        let campaign = daily { ($0.missed, $0.items.max, $0.items.order) = (.catchUp, 1, .oldest) }
        try await withEngine(campaigns: [campaign]) { bench in
            bench.site.publish(feed(["A"]))
            try await bench.pass()
            bench.site.publish(feed(["C", "B", "A"]))
            move(bench, to: "2027-01-16T12:00:00Z")
            try await bench.pass()
            #expect(bench.texts == ["[B]", "[C]"])
            #expect(runs(bench).map(\.nominalAt) == [at("2027-01-15T09:00:00Z"), at("2027-01-16T09:00:00Z")])
        }
    }

    @Test func `everyone gets it at nine by their own clock`() async throws {
        let campaign = daily { ($0.timeZone, $0.followsPeople) = ("Europe/Istanbul", true) }
        try await withEngine(campaigns: [campaign], subscribers: ["1", "2", "3"]) { bench in
            for (address, zone) in [("2", "Asia/Tokyo"), ("3", "America/New_York")] {
                try await bench.store.database.write { connection in
                    _ = try connection.execute(
                        "UPDATE subscribers SET timing = $2, preferences = $3 WHERE address = $1",
                        [
                            .text(address), .text("at_once \(zone)"),
                            .text("{\"frequency\":\"at_once\",\"timeZone\":\"\(zone)\",\"chosen\":{}}"),
                        ])
                }
            }
            bench.site.publish(feed(["A"]))
            try await bench.pass()
            bench.site.publish(feed(["B", "A"]))
            try await bench.nextPass()
            for (moment, chats) in [
                ("2027-01-15T23:59:59Z", []), ("2027-01-16T00:00:00Z", ["2"]), ("2027-01-16T05:59:59Z", ["2"]),
                ("2027-01-16T06:00:00Z", ["2", "1"]), ("2027-01-16T13:59:59Z", ["2", "1"]),
                ("2027-01-16T14:00:00Z", ["2", "1", "3"]), ("2027-01-16T23:00:00Z", ["2", "1", "3"]),
            ] as [(String, [String])] {
                move(bench, to: moment)
                try await bench.pass()
                #expect(bench.chats == chats, "\(moment)")
            }
            #expect(runs(bench).map(\.seen) == [1])
        }
    }

    @Test func `a paused campaign makes up for its runs when it goes on`() async throws {
        try await withEngine(campaigns: [daily()]) { bench in
            bench.site.publish(feed(["A"]))
            try await bench.pass()
            let campaign = bench.content.campaigns[0].id
            _ = try await bench.store.pause(campaign, reason: "r", now: bench.time.now())
            bench.site.publish(feed(["B", "A"]))
            move(bench, to: "2027-01-15T09:30:00Z")
            try await bench.pass()
            #expect(bench.sender.sent.isEmpty && runs(bench).isEmpty)
            _ = try await bench.store.resume(campaign, now: bench.time.now())
            try await bench.pass()
            #expect(bench.texts == ["[B]"])
        }
    }

    @Test func `after its end a campaign sends nothing, not even what waits`() async throws {
        let campaign = SampleContent.campaign {
            $0.until = Timestamp(iso8601: "2027-01-15T20:00:00Z")
            $0.quietHours = QuietHours(from: 8 * 60, to: 21 * 60)
        }
        try await withEngine(campaigns: [campaign]) { bench in
            bench.site.publish(feed(["A"]))
            try await bench.pass()
            bench.site.publish(feed(["B", "A"]))
            try await bench.nextPass()
            move(bench, to: "2027-01-15T21:30:00Z")
            bench.site.publish(feed(["C", "B", "A"]))
            try await bench.nextPass()
            #expect(bench.sender.sent.isEmpty)
            #expect(try await bench.states() == [.expired])
            #expect(runs(bench).last?.skipped.map(\.code) == ["after_end"])
        }
    }

    @Test func `the daemon runs a campaign when its time has come`() async throws {
        try await withEngine(campaigns: [daily()]) { bench in
            bench.site.publish(feed(["A"]))
            try await bench.pass()
            bench.site.publish(feed(["B", "A"]))
            try await bench.nextPass()
            let time = bench.time
            let started = time.now()
            let service = CampaignService(bench.engine, wake: WakeSignal())
            let running = Task { try await service.run() }
            while runs(bench).isEmpty, time.now() < started + .hours(2) { await Task.yield() }
            running.cancel()
            try await running.value
            let run = try #require(runs(bench).first)
            #expect(run.nominalAt == at("2027-01-15T09:00:00Z") && run.queued == 1)
        }
    }
}
