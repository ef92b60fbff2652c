import CampaignModel
import TestSupport
import Testing

@testable import CampaignStore

/// What stays with a channel or a topic that the owner gives another name.
@Suite(.everyDatabase) struct RenameTests {
    private static let now = StoreBench.now

    private static func bot(_ name: String, _ number: Int) -> Channel {
        var channel = SampleContent.channel(name)
        channel.token = Secret("\(number):abc")
        return channel
    }

    @Test func `who left a channel stays away when it has another name, and the owner is told of it once`()
        async throws
    {
        let bench = try await StoreBench()
        let channel = try await bench.provision().channels[0].id
        try await bench.subscribe(["1", "2"], to: channel)
        try await bench.execute("UPDATE subscribers SET standing = NULL, state = 'stopped' WHERE address = '1'")
        let renamed = try await bench.provision(channels: [SampleContent.channel("the-bot")])
        #expect(renamed.channels.map(\.id) == [channel])
        #expect(renamed.remarks.count == 1 && renamed.remarks[0].hasPrefix("channel the-bot was bot before"))
        let report = try await bench.store.importSubscribers(
            ["1", "2"].map { Subscriber(address: $0) }, to: channel, hash: { $0 }, now: Self.now)
        #expect(report.left == 1 && report.updated == 1)
        #expect(try await bench.provision(channels: [SampleContent.channel("the-bot")]).remarks.isEmpty)
    }

    @Test func `a Page is known by its number`() async throws {
        let bench = try await StoreBench()
        let first = try await bench.provision(channels: [SampleContent.channel(platform: .messenger)])
        var page = SampleContent.channel("page", platform: .messenger)
        #expect(try await bench.provision(channels: [page]).channels.map(\.id) == first.channels.map(\.id))
        page.name = "other"
        page.pageID = "43"
        #expect(try await bench.provision(channels: [page]).channels.map(\.id) != first.channels.map(\.id))
    }

    @Test(arguments: [
        [("a", 2), ("b", 1)], [("b", 1), ("c", 2)], [("c", 2), ("b", 1)], [("b", 1), ("a", 3), ("c", 2)],
        [("a", 3), ("c", 2), ("b", 1)],
    ])
    func `names that change places take nobody's subscribers along`(files: [(String, Int)]) async throws {
        let bench = try await StoreBench()
        let first = try await bench.provision(channels: [Self.bot("a", 1), Self.bot("b", 2)])
        let renamed = try await bench.provision(channels: files.map { Self.bot($0.0, $0.1) })
        for (number, entry) in zip(files.map(\.1), renamed.channels) {
            let before = first.channels.first { $0.channel.account == "\(number)" }
            #expect(before == nil || before?.id == entry.id, "bot \(number)")
        }
        #expect(Set(renamed.channels.map(\.id)).count == files.count)
    }

    @Test func `of two channels of one bot the one with another name keeps its own`() async throws {
        let bench = try await StoreBench()
        let first = try await bench.provision(channels: [Self.bot("a", 1), Self.bot("b", 1)])
        let renamed = try await bench.provision(channels: [Self.bot("b", 1), Self.bot("c", 1)])
        #expect(renamed.channels.map(\.id) == first.channels.reversed().map(\.id))
        let more = try await bench.provision(channels: [Self.bot("b", 1), Self.bot("c", 1), Self.bot("d", 1)])
        #expect(Set(more.channels.map(\.id)).count == 3)
    }

    @Test func `another bot under the same name is the same channel`() async throws {
        let bench = try await StoreBench()
        let first = try await bench.provision(channels: [Self.bot("a", 1)])
        let second = try await bench.provision(channels: [Self.bot("a", 2)])
        #expect(second.channels.map(\.id) == first.channels.map(\.id) && second.remarks.isEmpty)
    }

    private static func campaign(_ name: String, _ topic: String?) -> Campaign {
        SampleContent.campaign(name) { $0.topic = topic }
    }

    private static func turnOff(_ campaign: CampaignID, by address: String, _ bench: StoreBench) async throws {
        try await bench.execute(
            "INSERT INTO subscriber_unwanted (subscriber_id, campaign_id) SELECT id, $1 FROM subscribers WHERE address = $2",
            [.id(campaign), .text(address)])
    }

    private static func without(_ campaign: CampaignID, _ bench: StoreBench) async throws -> [String] {
        try await bench.texts(
            """
            SELECT s.address FROM subscriber_unwanted u JOIN subscribers s ON s.id = u.subscriber_id
            WHERE u.campaign_id = \(campaign.rawValue) ORDER BY s.address
            """)
    }

    @Test func `a topic stays off when its campaign has another name, there and back`() async throws {
        let bench = try await StoreBench()
        let first = try await bench.provision(campaigns: [Self.campaign("news", "News")])
        try await bench.subscribe(["1", "2", "3"], to: first.channels[0].id)
        try await Self.turnOff(first.campaigns[0].id, by: "1", bench)
        let renamed = try await bench.provision(
            campaigns: [
                Self.campaign("articles", "News"), Self.campaign("shop", "Offers"), Self.campaign("plain", nil),
            ])
        #expect(try await Self.without(renamed.campaigns[0].id, bench) == ["1"])
        #expect(try await bench.integer("SELECT COUNT(*) FROM subscriber_unwanted") == 2)
        try await Self.turnOff(renamed.campaigns[0].id, by: "2", bench)
        let back = try await bench.provision(campaigns: [Self.campaign("news", "News")])
        #expect(back.campaigns[0].id == first.campaigns[0].id)
        #expect(try await Self.without(back.campaigns[0].id, bench) == ["1", "2"])
    }

    @Test func `a campaign beside another one with the same topic takes nothing of it`() async throws {
        let bench = try await StoreBench()
        let first = try await bench.provision(campaigns: [Self.campaign("news", "News")])
        try await bench.subscribe(["1"], to: first.channels[0].id)
        try await Self.turnOff(first.campaigns[0].id, by: "1", bench)
        let both = try await bench.provision(campaigns: [Self.campaign("news", "News"), Self.campaign("more", "News")])
        #expect(try await Self.without(both.campaigns[1].id, bench).isEmpty)
    }

    @Test func `who wants a topic again wants it after its campaign was away`() async throws {
        let bench = try await StoreBench()
        let first = try await bench.provision(campaigns: [Self.campaign("news", "News")])
        try await bench.subscribe(["1"], to: first.channels[0].id)
        try await Self.turnOff(first.campaigns[0].id, by: "1", bench)
        let renamed = try await bench.provision(campaigns: [Self.campaign("articles", "News")])
        let id = renamed.campaigns[0].id
        try await bench.execute("DELETE FROM subscriber_unwanted WHERE campaign_id = $1", [.id(id)])
        try await bench.provision(campaigns: [])
        try await bench.provision(campaigns: [Self.campaign("articles", "News")])
        #expect(try await Self.without(id, bench).isEmpty)
    }
}
