import CampaignModel
import TestSupport
import Testing

@testable import CampaignStore

@Suite(.everyDatabase) struct MarketingStoreTests {
    private static let now = StoreBench.now

    private static func channel(pays: Bool = true) -> Channel {
        var channel = SampleContent.channel(platform: .messenger)
        if pays { channel.marketing = MarketingAccount(account: "1", token: Secret("t"), country: "US") }
        return channel
    }

    private static func holder(_ address: String, token: String? = nil, at: Timestamp = now) -> MarketingOptIn {
        MarketingOptIn(
            address: address, subscription: MarketingSubscription(token: token ?? "t\(address)"), createdAt: at)
    }

    /// 1 wrote an hour ago, 2 and 3 long ago, 3 agreed.
    private func fanOut(pays: Bool, _ change: (StoreBench, ChannelID) async throws -> Void = { _, _ in }) async throws
        -> (StoreBench, ChannelID)
    {
        let bench = try await StoreBench()
        let content = try await bench.provision(channels: [Self.channel(pays: pays)])
        let channel = content.channels[0].id
        try await bench.subscribe(["1"], to: channel, activeAt: Self.now - .hours(1))
        try await bench.subscribe(["2", "3"], to: channel, activeAt: Self.now - .days(2))
        _ = try await bench.store.take([Self.holder("3")], on: channel, hash: { $0 }, now: Self.now)
        try await change(bench, channel)
        try await bench.announce([1], in: content.sources[0].id)
        try await bench.run(content.campaigns[0])
        return (bench, channel)
    }

    private func states(_ bench: StoreBench) async throws -> [String] {
        try await bench.texts(
            "SELECT s.address || ' ' || d.state FROM deliveries d JOIN subscribers s ON s.id = d.subscriber_id ORDER BY 1"
        )
    }

    @Test func `whom a paid message reaches is planned for, where somebody pays`() async throws {
        #expect(try await states(fanOut(pays: true).0) == ["1 queued", "2 held", "3 queued"])
        #expect(try await states(fanOut(pays: false).0) == ["1 queued", "2 held", "3 held"])
    }

    @Test func `a route that Meta closed plans nothing, and what was held goes when it opens`() async throws {
        let reason = DeliveryReason(code: "x", message: "no money")
        let (bench, channel) = try await fanOut(pays: true) { bench, channel in
            var isNews: [Bool] = []
            for _ in 0..<2 {
                isNews.append(
                    try await bench.store.stopPaying(
                        on: channel, until: Self.now + .hours(1), reason: reason, now: Self.now))
            }
            #expect(isNews == [true, false])
        }
        #expect(try await states(bench) == ["1 queued", "2 held", "3 held"])
        func tidy(_ at: Timestamp) async throws -> Int {
            try await bench.store.tidyOutbox(
                leasesUntil: Timestamp(seconds: 0), windowOpenedAfter: at - .hours(24), now: at
            ).reopened
        }
        #expect(try await tidy(Self.now + .minutes(59)) == 0)
        #expect(try await tidy(Self.now + .hours(1)) == 1)
        #expect(try await states(bench) == ["1 queued", "2 held", "3 queued"])
        try await bench.provision(channels: [Self.channel()])
        #expect(try await bench.store.status().channels[0].paidStoppedReason == nil)
        #expect(channel.rawValue > 0)
    }

    @Test func `what is held for a later day is not opened before it, though it could be paid for`() async throws {
        let (bench, _) = try await fanOut(pays: true)
        let later = (Self.now + .days(2)).milliseconds
        try await bench.execute("UPDATE deliveries SET state = 'held', not_before = \(later)")
        func reopened(at now: Timestamp) async throws -> Int {
            try await bench.store.tidyOutbox(
                leasesUntil: Timestamp(seconds: 0), windowOpenedAfter: now, now: now
            ).reopened
        }
        #expect(try await reopened(at: Self.now + .days(1)) == 0)
        #expect(try await reopened(at: Self.now + .days(2)) == 1)
    }

    @Test func `what has no paid form is not opened by time`() async throws {
        let (bench, channel) = try await fanOut(pays: true)
        for delivery in try await bench.claim(channel) {
            try await bench.store.release(delivery, as: .held(.noPaidForm), now: Self.now)
        }
        let upkeep = try await bench.store.tidyOutbox(
            leasesUntil: Timestamp(seconds: 0), windowOpenedAfter: Self.now, now: Self.now)
        #expect(upkeep.reopened == 0)
    }

    @Test func `when the next one may go is stored with the answer`() async throws {
        let (bench, channel) = try await fanOut(pays: true)
        let claimed = try await bench.claim(channel).first { $0.address == "3" }
        let delivery = try #require(claimed)
        #expect(delivery.marketing?.token == "t3" && delivery.paysFrom == Timestamp(seconds: 0))
        let attempt = try #require(try await bench.store.beginSending(delivery, part: 0, of: 1, now: Self.now).attempt)
        try await bench.store.finish(
            delivery, attempt: attempt, as: .sent(messageID: "tr"), noting: .notBefore(Self.now + .hours(12)),
            now: Self.now)
        let from = try await bench.integer("SELECT paid_from FROM subscribers WHERE address = '3'")
        #expect(from == (Self.now + .hours(12)).milliseconds)
    }

    @Test func `a campaign at Meta belongs to one of ours, a channel and an account`() async throws {
        let outbox = try await OutboxBench(platform: .messenger)
        let (store, channel, campaign) = (outbox.store, outbox.channel, outbox.campaign.id)
        #expect(try await store.marketingState(of: campaign, on: channel, account: "1").campaign == nil)
        for ready in [Self.now, Self.now + .minutes(10)] {
            try await store.keep(
                MarketingCampaign(platformID: "9", readyAt: ready), of: campaign, on: channel, account: "1")
        }
        let kept = try await store.marketingState(of: campaign, on: channel, account: "1").campaign
        #expect(kept == MarketingCampaign(platformID: "9", readyAt: Self.now + .minutes(10)))
        #expect(try await store.marketingState(of: campaign, on: channel, account: "2").campaign == nil)
    }

    @Test func `who left or was erased does not come back by the list, but by their own word`() async throws {
        let bench = try await StoreBench()
        let channel = try await bench.provision(channels: [Self.channel()]).channels[0].id
        func take(_ holder: MarketingOptIn) async throws -> Int {
            try await bench.store.take([holder], on: channel, hash: { "hash \($0)" }, now: Self.now)
        }
        #expect(try await take(Self.holder("1", at: Self.now - .hours(9))) == 1)
        #expect(try await take(Self.holder("1", at: Self.now - .hours(9))) == 0)
        _ = try await bench.store.receive(
            [(channel, ReceivedEvent(key: "a", address: "1", body: "{}"))], at: Self.now)
        _ = try await bench.store.takeFromInbox(
            atMost: 1, of: [channel], hash: { $0 }, now: Self.now
        ) { _, person in
            person?.standing.note(wants: false, at: EventOrder(at: Self.now - .hours(5)))
            person?.standing.note(agrees: false, at: EventOrder(at: Self.now - .hours(5)))
            person?.marketing = nil
            var effects = EventEffects()
            effects.endsMarketing = true
            return effects
        }
        #expect(try await take(Self.holder("1", at: Self.now - .hours(9))) == 0)
        #expect(try await take(Self.holder("1", at: Self.now - .hours(1))) == 0)
        let ends = try await bench.store.marketingEnds(due: Self.now, limit: 9)
        #expect(ends.map(\.address) == ["1"])
        try await bench.store.settle(ends[0], again: Self.now + .hours(1))
        #expect(try await bench.store.marketingEnds(due: Self.now, limit: 9).isEmpty)
        try await bench.store.settle(ends[0], again: nil)
        #expect(try await take(Self.holder("1", at: Self.now - .hours(1))) == 0)
        _ = try await bench.store.receive(
            [(channel, ReceivedEvent(key: "b", address: "1", body: "{}"))], at: Self.now)
        _ = try await bench.store.takeFromInbox(
            atMost: 1, of: [channel], hash: { $0 }, now: Self.now
        ) { _, person in
            person?.standing.note(wants: true, at: EventOrder(at: Self.now))
            return EventEffects()
        }
        #expect(try await take(Self.holder("1", at: Self.now - .hours(9))) == 0)
        #expect(try await take(Self.holder("1", at: Self.now - .hours(1))) == 1)
        #expect(
            try await bench.store.erase(address: "1", on: channel, hash: "hash 1", now: Self.now) == .done)
        #expect(try await bench.store.marketingEnds(due: Self.now, limit: 9).map(\.address) == ["1"])
        try await bench.store.settle(ends[0], again: nil)
        #expect(try await take(Self.holder("1")) == 0)
        #expect(try await bench.integer("SELECT COUNT(*) FROM subscribers WHERE marketing_token IS NOT NULL") == 0)
    }

    @Test func `of two tokens of one person the newer one stays`() async throws {
        let bench = try await StoreBench()
        let channel = try await bench.provision(channels: [Self.channel()]).channels[0].id
        let both = [
            Self.holder("1", token: "old", at: Self.now - .days(2)),
            Self.holder("1", token: "new", at: Self.now - .days(1)),
        ]
        var counts: [Int] = []
        for _ in 0..<3 {
            counts.append(try await bench.store.take(both, on: channel, hash: { $0 }, now: Self.now))
        }
        #expect(counts == [2, 0, 0])
        #expect(try await bench.texts("SELECT marketing_token FROM subscribers") == ["new"])
    }

    @Test func `tokens that the whole list does not have are over, but not those that just came`() async throws {
        let bench = try await StoreBench()
        let channel = try await bench.provision(channels: [Self.channel()]).channels[0].id
        let people = [
            Self.holder("1", at: Self.now - .days(1)), Self.holder("2", at: Self.now - .days(1)),
            Self.holder("3", at: Self.now - .minutes(9)),
        ]
        _ = try await bench.store.take(people, on: channel, hash: { $0 }, now: Self.now)
        let ended = try await bench.store.endTokens(but: ["t1"], on: channel, asked: Self.now, now: Self.now)
        #expect(ended == 1)
        #expect(
            try await bench.texts("SELECT address FROM subscribers WHERE paid_from IS NOT NULL ORDER BY 1") == [
                "1", "3",
            ])
        #expect(try await bench.store.marketingListRead(on: channel) == Self.now)
    }

    @Test func `an event that names only a token is its holder's`() async throws {
        let bench = try await StoreBench()
        let channel = try await bench.provision(channels: [Self.channel()]).channels[0].id
        _ = try await bench.store.take([Self.holder("7")], on: channel, hash: { $0 }, now: Self.now)
        let events = ["t7", "strange"].map {
            (channel, ReceivedEvent(key: $0, address: nil, body: "{}", marketingToken: $0))
        }
        _ = try await bench.store.receive(events, at: Self.now)
        #expect(try await bench.texts("SELECT address FROM inbox ORDER BY id") == ["7", "NULL"])
    }

    /// A paid delivery to 3 whose request is on the wire, of the campaign that is 900 at Meta.
    private func onTheWire(_ bench: StoreBench, _ channel: ChannelID) async throws -> ClaimedDelivery {
        let claimed = try await bench.claim(channel).first { $0.address == "3" }
        let delivery = try #require(claimed)
        let campaign = try #require(delivery.campaign)
        try await bench.store.keep(
            MarketingCampaign(platformID: "900", readyAt: Self.now), of: campaign, on: channel, account: "1")
        #expect(try await bench.store.beginSending(delivery, part: 0, of: 1, now: Self.now).attempt == 1)
        return delivery
    }

    private func hear(
        _ key: String, _ news: EventEffects.MarketingNews, _ bench: StoreBench, _ channel: ChannelID
    ) async throws {
        let event = ReceivedEvent(key: key, address: nil, body: "{}", marketingToken: "t3")
        _ = try await bench.store.receive([(channel, event)], at: Self.now)
        _ = try await bench.store.takeFromInbox(
            atMost: 9, of: [channel], hash: { $0 }, now: Self.now
        ) { _, _ in
            var effects = EventEffects()
            effects.marketingNews = news
            return effects
        }
    }

    private static let lost = AttemptOutcome.unknown(DeliveryReason(code: "timeout", message: "no answer"))

    @Test func `a copy that comes before the answer is given up counts when it is`() async throws {
        let (bench, channel) = try await fanOut(pays: true)
        let delivery = try await onTheWire(bench, channel)
        try await hear("a", .init(tracking: "tr1", .sent(campaign: "another")), bench, channel)
        try await hear("b", .init(tracking: "tr2", .sent(campaign: "900")), bench, channel)
        try await bench.store.finish(delivery, attempt: 1, as: Self.lost, now: Self.now)
        #expect(try await states(bench).last == "3 sent")
        try await hear("c", .init(tracking: "tr1", .failed(reason: "gone")), bench, channel)
        #expect(try await states(bench).last == "3 sent")
        try await hear("d", .init(tracking: "tr2", .failed(reason: "gone")), bench, channel)
        #expect(try await states(bench).last == "3 failed")
    }

    @Test func `a copy that comes while it waits to go again counts`() async throws {
        let (bench, channel) = try await fanOut(pays: true)
        let delivery = try await onTheWire(bench, channel)
        try await bench.store.finish(delivery, attempt: 1, as: Self.lost, now: Self.now)
        _ = try await bench.store.resolve([delivery.id], as: .retry, now: Self.now)
        #expect(try await states(bench).last == "3 queued")
        try await hear("a", .init(tracking: "tr1", .sent(campaign: "900")), bench, channel)
        #expect(try await states(bench).last == "3 sent")
    }
}
