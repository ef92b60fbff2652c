import CampaignModel
import TestSupport
import Testing

@testable import CampaignStore

@Suite(.everyDatabase) struct ScheduleStoreTests {
    private static let now = StoreBench.now

    @Test func `counting begins with the first look and anew when the rule changes`() async throws {
        let bench = try await StoreBench()
        let campaign = try await bench.provision().campaigns[0].id
        func mark(_ rule: String, _ start: Timestamp) async throws -> Timestamp {
            try await bench.store.scheduleMark(of: campaign, rule: rule, start: start).doneUntil
        }
        #expect(try await mark("a", Self.now) == Self.now)
        #expect(try await mark("a", Self.now + .hours(1)) == Self.now)
        let moved = ScheduleMark(doneUntil: Self.now + .hours(2), ahead: Self.now + .days(9))
        try await bench.store.moveSchedule(of: campaign, to: moved)
        #expect(try await bench.store.scheduleMark(of: campaign, rule: "a", start: Self.now) == moved)
        #expect(try await mark("a", Self.now) == Self.now + .hours(2))
        #expect(try await mark("b", Self.now + .hours(1)) == Self.now + .hours(1))
    }

    @Test func `a run is made once, however often its time comes`() async throws {
        let bench = try await StoreBench()
        let content = try await bench.provision()
        try await bench.subscribe(["1"], to: content.channels[0].id)
        try await bench.announce([1], in: content.sources[0].id)
        let nominal = NominalRun(at: Self.now, doneUntil: Self.now)
        func plan() async throws -> RunPlan {
            var plan = bench.plan(content.campaigns[0], try await bench.store.work(for: content.campaigns[0].id))
            plan.nominal = nominal
            return plan
        }
        #expect(try await bench.store.record(try await plan(), at: Self.now)?.queued == 1)
        try await bench.announce([2], in: content.sources[0].id)
        #expect(try await bench.store.record(try await plan(), at: Self.now + .hours(1)) == nil)
        #expect(try await bench.states().count == 1)
        #expect(try await bench.store.work(for: content.campaigns[0].id).changes.count == 1)
    }

    @Test func `runs with nothing to look at are forgotten after a week`() async throws {
        let bench = try await StoreBench()
        let content = try await bench.provision()
        for day in 0..<10 {
            let at = Self.now + .days(day)
            var plan = bench.plan(
                content.campaigns[0], try await bench.store.work(for: content.campaigns[0].id), messages: [])
            plan.nominal = NominalRun(at: at, doneUntil: at)
            #expect(try await bench.store.record(plan, at: at) != nil)
        }
        #expect(try await bench.store.runs(of: nil, limit: 100).count == 8)
    }

    @Test func `each way in which people want to be reached is found once`() async throws {
        let bench = try await StoreBench()
        let content = try await bench.provision()
        let channel = content.channels[0].id
        try await bench.subscribe((1...50).map(String.init), to: channel)
        let ways = ["at_once Asia/Tokyo", "daily ", "weekly Europe/Istanbul"]
        for (place, way) in ways.enumerated() {
            try await bench.execute("UPDATE subscribers SET timing = '\(way)' WHERE id % 5 = \(place)")
        }
        let found = try await bench.store.timings(on: [channel])
        #expect(Set(found.compactMap(\.timing)) == Set(ways))
    }

    @Test func `who chose a time gets a run's message at that time`() async throws {
        let bench = try await StoreBench()
        let content = try await bench.provision()
        try await bench.subscribe(["1", "2", "3"], to: content.channels[0].id)
        try await bench.execute("UPDATE subscribers SET timing = 'at_once Asia/Tokyo' WHERE address = '2'")
        try await bench.execute("UPDATE subscribers SET timing = 'daily ' WHERE address = '3'")
        try await bench.announce([1], in: content.sources[0].id)
        var plan = bench.plan(content.campaigns[0], try await bench.store.work(for: content.campaigns[0].id))
        plan.nominal = NominalRun(at: Self.now + .hours(9), doneUntil: Self.now + .hours(9))
        plan.times = { preferences, run in
            guard preferences.timeZone != nil, let nominal = run.nominal else { return nil }
            return DeliveryTimes(notBefore: nominal, expiresAt: nominal + .hours(1))
        }
        _ = try await bench.store.record(plan, at: Self.now)
        let times =
            "SELECT (not_before - \(Self.now.milliseconds)) || ' ' || (expires_at - not_before) FROM deliveries ORDER BY id"
        #expect(try await bench.texts(times) == ["0 259200000", "32400000 3600000", "0 259200000"])
    }

    @Test func `of what waits as much is taken as a run can look at, and the rest goes on waiting`() async throws {
        let bench = try await StoreBench()
        let content = try await bench.provision()
        let campaign = content.campaigns[0]
        try await bench.announce([1, 2, 3, 4], in: content.sources[0].id)
        var plan = bench.plan(campaign, try await bench.store.work(for: campaign.id))
        (plan.waiting, plan.chosen) = (plan.chosen, [])
        _ = try await bench.store.record(plan, at: Self.now)
        func titles(_ work: CampaignWork) -> [String?] { work.changes.map(\.change.after?.title) }
        let newest = try await bench.store.work(for: campaign.id, mostWaiting: 2)
        #expect(titles(newest) == ["Item 3", "Item 4"])
        let oldest = try await bench.store.work(
            for: campaign.id, of: SampleContent.campaign { $0.items.order = .oldest }, mostWaiting: 2)
        #expect(titles(oldest) == ["Item 1", "Item 2"])
        _ = try await bench.store.record(bench.plan(campaign, oldest), at: Self.now)
        #expect(titles(try await bench.store.work(for: campaign.id)) == ["Item 3", "Item 4"])
    }
}
