import CampaignModel
import Foundation
import Synchronization
import TestSupport

@testable import CampaignStore

/// A database of its own for one test. What is written here knows no driver.
struct StoreBench: Sendable {
    static let now = Timestamp(seconds: 1_800_000_000)
    static let token = "worker"

    let place: TestPlace
    let store: Store

    var url: String { place.url }

    /// An empty store, on the database that is the test's.
    init() async throws {
        place = try await TestPlace()
        store = try await place.open()
    }

    @discardableResult
    func provision(
        channels: [Channel] = [SampleContent.channel()], sources: [Source] = [SampleContent.source()],
        campaigns: [Campaign] = [SampleContent.campaign()], now: Timestamp = now
    ) async throws -> ProvisionedContent {
        try await store.provision(channels: channels, sources: sources, campaigns: campaigns, now: now)
    }

    /// Logs that these items are new in a source whose baseline is known.
    func announce(_ numbers: [Int], in source: SourceID, starts: [CampaignID: [Change]] = [:]) async throws {
        let entries = numbers.map(SampleContent.entry)
        try await store.record(
            PollResult(
                document: .read(
                    DocumentNews(
                        entries: entries, changes: numbers.map(SampleContent.new), starts: starts,
                        items: numbers.count)),
                fetchState: "1", next: NextPoll.sample(Self.now + .minutes(10))),
            of: source, at: Self.now)
    }

    /// Writes a row of a table `numbers` by a transaction whose first try a statement interrupts.
    ///
    /// - Returns: How many tries it took.
    func insert(interruptedBy statement: String) async throws -> Int {
        let tries = Mutex(0)
        try await store.database.write { connection in
            try connection.execute("INSERT INTO numbers (n) VALUES (1)")
            let number = tries.withLock { tries in
                tries += 1
                return tries
            }
            if number == 1 { _ = try connection.query(statement, []) { _ in } }
        }
        return tries.withLock { $0 }
    }

    func subscribe(_ addresses: [String], to channel: ChannelID, tags: [String] = [], activeAt: Timestamp? = nil)
        async throws
    {
        _ = try await store.importSubscribers(
            addresses.map { Subscriber(address: $0, tags: tags, lastActiveAt: activeAt) }, to: channel, hash: { $0 },
            now: Self.now)
    }

    /// The plan that takes everything that waits for a campaign.
    func plan(
        _ entry: ProvisionedContent.CampaignEntry, _ work: CampaignWork,
        messages: [Message] = [SampleContent.message()],
        notBefore: Timestamp = now, expiresAt: Timestamp = now + .days(3)
    ) -> RunPlan {
        RunPlan(
            campaign: entry.id, workspace: entry.workspace, work: work, chosen: work.changes, waiting: [],
            messages: messages.map { PlannedMessage($0) }, channels: entry.channels.map(\.id),
            audience: entry.campaign.audience,
            notBefore: notBefore, expiresAt: expiresAt, windowOpenedAfter: Self.now - .hours(24),
            report: RunReport(
                campaign: entry.campaign.name, seen: work.changes.count, chosen: [], waiting: [], skipped: [],
                messages: messages.count))
    }

    /// Runs a campaign over everything that waits for it.
    @discardableResult
    func run(
        _ entry: ProvisionedContent.CampaignEntry, messages: [Message] = [SampleContent.message()],
        notBefore: Timestamp = now, expiresAt: Timestamp = now + .days(3)
    ) async throws -> RunReport? {
        let work = try await store.work(for: entry.id)
        return try await store.record(
            plan(entry, work, messages: messages, notBefore: notBefore, expiresAt: expiresAt), at: Self.now)
    }

    func claim(
        _ channel: ChannelID, limit: Int = 100, token: String = token, now: Timestamp = now
    ) async throws -> [ClaimedDelivery] {
        let replies = try await store.claim(
            channel: channel, lane: .replies, limit: limit, token: token, lease: .seconds(60), now: now
        ).deliveries
        guard replies.count < limit else { return replies }
        return try await replies
            + store.claim(
                channel: channel, lane: .campaigns(after: nil), limit: limit - replies.count, token: token,
                lease: .seconds(60), now: now
            ).deliveries
    }

    func states() async throws -> [Delivery.State] {
        try await store.deliveries(in: nil, limit: 1000).reversed().compactMap { Delivery.State(rawValue: $0.state) }
    }

    func integer(_ sql: String) async throws -> Int64? {
        try await store.database.read { try $0.integer(sql) }
    }

    func texts(_ sql: String) async throws -> [String] {
        try await store.database.read { try $0.query(sql, []) { $0.text(0) ?? "NULL" } }
    }

    func execute(_ sql: String, _ arguments: [SQLValue] = []) async throws {
        try await store.database.write { try $0.execute(sql, arguments) }
    }
}

/// A bench with one channel, one source, one campaign and some subscribers, each with one delivery queued.
struct OutboxBench: Sendable {
    let bench: StoreBench
    let content: ProvisionedContent
    let channel: ChannelID
    let campaign: ProvisionedContent.CampaignEntry

    var store: Store { bench.store }

    init(platform: Platform = .telegram, subscribers: Int = 1, messages: Int = 1, expires: Duration = .days(3))
        async throws
    {
        bench = try await StoreBench()
        content = try await bench.provision(channels: [SampleContent.channel(platform: platform)])
        channel = content.channels[0].id
        campaign = content.campaigns[0]
        try await bench.subscribe(
            (1...subscribers).map { "\($0)" }, to: channel, activeAt: StoreBench.now - .hours(1))
        try await bench.announce([1], in: content.sources[0].id)
        try await bench.run(
            campaign, messages: (1...messages).map { SampleContent.message("Message \($0)") },
            expiresAt: StoreBench.now + expires)
    }

    func claimed() async throws -> ClaimedDelivery {
        guard let delivery = try await bench.claim(channel).first else { throw Problem(.internal, "nothing to claim") }
        return delivery
    }

    /// Takes all that is in the inbox, each event with what the test makes of it.
    @discardableResult
    func take(
        _ events: [ReceivedEvent], now: Timestamp = StoreBench.now,
        _ step: @escaping @Sendable (InboxEntry, inout Subscriber?) -> EventEffects
    ) async throws -> InboxReport {
        _ = try await store.receive(events.map { (channel, $0) }, at: now)
        return try await store.takeFromInbox(
            atMost: 100, of: [channel], hash: { "#\($0)" }, now: now, step
        ).report
    }
}

extension NextPoll {
    static func sample(_ at: Timestamp) -> NextPoll { NextPoll(at: at, code: "every", reason: "As is set for it.") }
}
