import CampaignModel
import TestSupport
import Testing

@testable import CampaignStore

/// What is told of results, reach and reasons, on every database.
@Suite(.everyDatabase) struct ResultStoreTests {
    private static let now = StoreBench.now
    private static let message = Message(modules: [
        .text(
            RichText([.link("https://e.com/a", [.text("a")]), .link("https://t.me/b", [.text("b")])]),
            buttons: [MessageButton(title: "A", action: .link("https://e.com/a"))])
    ])

    private func withRun(_ body: (StoreBench, ProvisionedContent) async throws -> Void) async throws {
        let bench = try await StoreBench()
        let content = try await bench.provision()
        try await bench.subscribe(["1", "2", "3"], to: content.channels[0].id)
        try await bench.announce([1, 2], in: content.sources[0].id)
        var plan = bench.plan(
            content.campaigns[0], try await bench.store.work(for: content.campaigns[0].id), messages: [Self.message])
        plan.tracksLinks = true
        plan.skipped = [SkippedChange(plan.chosen.removeLast(), code: "filter_include", reason: "why not")]
        _ = try await bench.store.record(plan, at: Self.now)
        try await body(bench, content)
    }

    @Test func `links are kept with their message, and clicks are counted by who made them`() async throws {
        try await withRun { bench, content in
            let claimed = try await bench.claim(content.channels[0].id)
            #expect(claimed.map { Array($0.links.keys) } == Array(repeating: ["https://e.com/a"], count: 3))
            let link = try #require(claimed.first?.links["https://e.com/a"])
            #expect(try await bench.store.address(of: link) == "https://e.com/a")
            #expect(try await bench.store.address(of: LinkID(rawValue: 999)) == nil)
            #expect(try await bench.store.newestLinks(10) == [link: "https://e.com/a"])
            try await bench.store.record([
                Click(link: link, delivery: claimed[0].id, visitor: .person, at: Self.now),
                Click(link: link, delivery: claimed[0].id, visitor: .person, at: Self.now),
                Click(link: link, delivery: claimed[1].id, visitor: .bot, at: Self.now),
                Click(link: link, delivery: DeliveryID(rawValue: 999), visitor: .person, at: Self.now),
            ])
            let report = try #require(try await bench.store.results(of: "news", byRun: true).first)
            #expect(report.planned == 3 && report.waiting == 3 && report.clicked == 1)
            #expect(report.clicks == 2 && report.botClicks == 1 && report.previewClicks == 0)
            #expect(try await bench.store.results(of: nil, byRun: false).map(\.campaign) == ["news"])
            await #expect { try await bench.store.results(of: "nosuch", byRun: false) } throws: {
                "\($0)".contains("there is no campaign nosuch")
            }
        }
    }

    @Test func `a link that is opened for ever fills no disk, and hides nobody else's click`() async throws {
        try await withRun { bench, content in
            let claimed = try await bench.claim(content.channels[0].id)
            let link = try #require(claimed.first?.links["https://e.com/a"])
            func click(_ visitor: Click.Visitor, _ delivery: Int, at seconds: Int) -> Click {
                Click(link: link, delivery: claimed[delivery].id, visitor: visitor, at: Self.now + .seconds(seconds))
            }
            for lot in 0..<3 { try await bench.store.record((0..<50).map { click(.bot, 0, at: lot * 50 + $0) }) }
            try await bench.store.record((0..<150).map { click(.person, 0, at: $0) } + [click(.person, 1, at: 0)])
            #expect(try await bench.integer("SELECT COUNT(*) FROM clicks") == 201)
            let report = try #require(try await bench.store.results(of: "news", byRun: false).first)
            #expect(report.clicked == 2 && report.clicks == 101 && report.botClicks == 100)
            let last = try await bench.integer("SELECT MAX(last_clicked_at) FROM subscribers")
            #expect(last == (Self.now + .seconds(99)).milliseconds, "what is not kept changes nothing")
        }
    }

    @Test func `everybody of an audience is counted in one place`() async throws {
        let bench = try await StoreBench()
        let content = try await bench.provision(
            channels: [SampleContent.channel(), SampleContent.channel("page", platform: .messenger)])
        let (bot, page) = (content.channels[0].id, content.channels[1].id)
        try await bench.subscribe((1...6).map(String.init), to: bot)
        try await bench.subscribe(["1"], to: page, activeAt: Self.now)
        try await bench.subscribe(["2", "3"], to: page, activeAt: Self.now - .days(2))
        try await bench.execute("UPDATE subscribers SET state = 'stopped' WHERE address = '2'")
        try await bench.execute(
            "UPDATE subscribers SET paused_until = \(Self.now.milliseconds + 1) WHERE address = '4'")
        try await bench.execute("UPDATE subscribers SET timing = 'daily ' WHERE address = '5'")
        try await bench.execute("UPDATE subscribers SET timing = 'at_once Asia/Tokyo' WHERE address = '6'")
        try await bench.execute(
            "INSERT INTO subscriber_unwanted SELECT s.id, p.id FROM subscribers s, campaigns p WHERE s.channel_id = \(bot) AND s.address = '3'"
        )
        func count(_ channel: ChannelID) async throws -> AudienceCounts {
            try await bench.store.count(
                Audience(), of: content.campaigns[0].id, on: channel, windowOpenedAfter: Self.now - .hours(24),
                now: Self.now)
        }
        let onBot = try await count(bot)
        #expect(onBot.all == 6 && onBot.now == 2 && onBot.later == 1 && onBot.stopped == 1)
        #expect(onBot.paused == 1 && onBot.unwanted == 1 && onBot.held == 0)
        let timings = try await bench.store.countTimings(of: Audience(), on: bot, now: Self.now)
        #expect(timings == [.init(): 3, .init(frequency: .daily): 1, .init(timeZone: "Asia/Tokyo"): 1])
        let onPage = try await count(page)
        #expect(onPage.now == 1 && onPage.held == 1 && onPage.stopped == 1 && onPage.paid == 0)
    }

    @Test func `an item's trail and a person's are found`() async throws {
        try await withRun { bench, content in
            let trails = try await bench.store.trails(ofItems: "iTEM", aliases: [5])
            #expect(trails.map(\.title) == ["Item 1", "Item 2"] && trails.allSatisfy(\.isKnown))
            let fates = trails.flatMap(\.steps).compactMap { step -> String? in
                guard case .decided(_, _, let fate, _, _, _, _, _) = step else { return nil }
                return fate
            }
            #expect(fates == ["chosen", "skipped"])
            let trail = try await bench.store.trail(
                ofSubscriber: "1", on: content.channels[0].id, limit: 5, now: Self.now)
            #expect(trail?.runs.map { $0.deliveries.map(\.state) } == [["queued"]])
            #expect(
                try await bench.store.trail(ofSubscriber: "9", on: content.channels[0].id, limit: 5, now: Self.now)
                    == nil)
        }
    }

    @Test func `a message that was written by hand is kept until it is sent`() async throws {
        let bench = try await StoreBench()
        let content = try await bench.provision()
        let oneOff = OneOff(
            workspace: Workspace.defaultName, name: "sale", channels: ["bot"], message: Self.message, at: Self.now,
            provenance: Provenance(file: "s.yaml", line: 1))
        let stored = try await bench.store.add(oneOff, now: Self.now)
        #expect(try await bench.store.openOneOffs().map(\.oneOff) == [oneOff])
        try await bench.provision()
        #expect(try await bench.store.campaign(named: "sale").state == "active")
        let moved = try await bench.store.reschedule(stored.id) { $0.at = Self.now + .hours(1) }
        #expect(moved.oneOff.at == Self.now + .hours(1))
        let entry = ProvisionedContent.CampaignEntry(
            id: stored.id, workspace: stored.workspace, campaign: moved.oneOff.campaign, sources: [],
            channels: content.channels, message: oneOff.message)
        func record(for time: Timestamp) async throws -> RunReport? {
            var plan = bench.plan(entry, try await bench.store.work(for: stored.id))
            plan.onlyRunAt = time
            return try await bench.store.record(plan, at: Self.now)
        }
        // It was given another time in the meantime.
        #expect(try await record(for: Self.now) == nil)
        #expect(try await record(for: Self.now + .hours(1)) != nil)
        #expect(try await record(for: Self.now + .hours(1)) == nil)
        #expect(try await bench.store.openOneOffs().isEmpty)
        let campaigns = [SampleContent.campaign("sale")]
        await #expect { try await bench.provision(campaigns: campaigns) } throws: {
            "\($0)".contains("was sent by hand")
        }
    }
}
