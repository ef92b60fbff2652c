import CampaignModel
import TestSupport
import Testing

@testable import CampaignStore

@Suite(.everyDatabase) struct CampaignWorkTests {
    @Test func `a new campaign begins at the head of the log`() async throws {
        let bench = try await StoreBench()
        let first = try await bench.provision()
        try await bench.announce([1, 2], in: first.sources[0].id)
        let both = try await bench.provision(
            campaigns: [SampleContent.campaign(), SampleContent.campaign("late")])
        #expect(try await bench.store.work(for: both.campaigns[0].id).changes.count == 2)
        #expect(try await bench.store.work(for: both.campaigns[1].id).changes.isEmpty)
        try await bench.announce([3], in: first.sources[0].id)
        #expect(
            try await bench.store.work(for: both.campaigns[1].id).changes.map(\.change.key) == [SampleContent.key(3)])
    }

    @Test func `what a campaign starts with is for that campaign alone and asked for once`() async throws {
        let bench = try await StoreBench()
        let content = try await bench.provision(
            campaigns: [SampleContent.campaign("with") { $0.start = .last(2) }, SampleContent.campaign("without")])
        let source = content.sources[0].id
        #expect(try await bench.store.sourceState(source).startCounts == [content.campaigns[0].id: 2])
        try await bench.announce([], in: source, starts: [content.campaigns[0].id: [1, 2].map(SampleContent.new)])
        #expect(try await bench.store.work(for: content.campaigns[0].id).changes.count == 2)
        #expect(try await bench.store.work(for: content.campaigns[1].id).changes.isEmpty)
        #expect(try await bench.store.sourceState(source).startCounts.isEmpty)
    }

    @Test func `work comes in log order and no more than asked for`() async throws {
        let bench = try await StoreBench()
        let content = try await bench.provision()
        try await bench.announce([3, 1, 2], in: content.sources[0].id)
        let work = try await bench.store.work(for: content.campaigns[0].id, limit: 2)
        #expect(work.changes.map(\.change.key) == [SampleContent.key(3), SampleContent.key(1)])
        #expect(work.head == [content.sources[0].id: work.changes[1].position])
    }

    @Test func `rows that cannot be read are gone past`() async throws {
        let bench = try await StoreBench()
        let content = try await bench.provision()
        let (source, campaign) = (content.sources[0].id, content.campaigns[0].id)
        try await bench.announce([1, 2, 3], in: source)
        try await bench.execute("UPDATE changes SET after = '{' WHERE position < (SELECT MAX(position) FROM changes)")
        let first = try await bench.store.work(for: campaign, limit: 2)
        #expect(first.changes.isEmpty && first.head.count == 1 && first.unreadable == 2)
        _ = try await bench.store.record(bench.plan(content.campaigns[0], first, messages: []), at: StoreBench.now)
        let next = try await bench.store.work(for: campaign, limit: 2)
        #expect(next.changes.map(\.change.key) == [SampleContent.key(3)])
    }

    @Test func `a change comes back from the log as it was written`() async throws {
        let bench = try await StoreBench()
        let content = try await bench.provision()
        var item = SampleContent.item(1)
        item.content = "<p>a \"quoted\" 'thing' \u{1F600}</p>"
        item.product = Product(price: DecimalAmount("12.90").map { Money(amount: $0, currency: "EUR") })
        let change = Change(
            kind: .priceDropped, key: item.key, before: Change.Before(SampleContent.item(1)), after: item)
        try await bench.store.record(
            PollResult(
                document: .read(DocumentNews(entries: [], changes: [change], items: 1)), fetchState: nil,
                next: NextPoll.sample(StoreBench.now)),
            of: content.sources[0].id, at: StoreBench.now)
        #expect(try await bench.store.work(for: content.campaigns[0].id).changes.map(\.change) == [change])
    }

    @Test func `a run moves the cursor so that nothing is taken twice`() async throws {
        let outbox = try await OutboxBench()
        #expect(try await outbox.store.work(for: outbox.campaign.id).changes.isEmpty)
        #expect(try await outbox.bench.run(outbox.campaign)?.queued == 1)
    }

    @Test func `what a run leaves over waits for the next and is known as taken after`() async throws {
        let bench = try await StoreBench()
        let content = try await bench.provision()
        try await bench.announce([1, 2], in: content.sources[0].id)
        let work = try await bench.store.work(for: content.campaigns[0].id)
        var plan = bench.plan(content.campaigns[0], work)
        plan.chosen = [work.changes[0]]
        plan.waiting = [work.changes[1]]
        #expect(try await bench.store.record(plan, at: StoreBench.now) != nil)
        let next = try await bench.store.work(for: content.campaigns[0].id)
        #expect(next.changes == [work.changes[1]])
        #expect(next.head.isEmpty)
        try await bench.announce([1], in: content.sources[0].id)
        let again = try await bench.store.work(for: content.campaigns[0].id)
        #expect(
            again.taken == [Announcement(source: content.sources[0].id, key: SampleContent.key(1), kind: .new)])
    }

    @Test func `a run whose cursor another run moved stores nothing`() async throws {
        let bench = try await StoreBench()
        let content = try await bench.provision()
        try await bench.subscribe(["1"], to: content.channels[0].id)
        try await bench.announce([1], in: content.sources[0].id)
        let work = try await bench.store.work(for: content.campaigns[0].id)
        let plan = bench.plan(content.campaigns[0], work)
        #expect(try await bench.store.record(plan, at: StoreBench.now) != nil)
        #expect(try await bench.store.record(plan, at: StoreBench.now) == nil)
        #expect(try await bench.states() == [.queued])
        #expect(try await bench.integer("SELECT COUNT(*) FROM runs") == 1)
    }

    @Test func `two runs that saw the same waiting item by different sources do not both send it`() async throws {
        let bench = try await StoreBench()
        let content = try await bench.provision(
            sources: [SampleContent.source("a"), SampleContent.source("b")],
            campaigns: [SampleContent.campaign(sources: ["a", "b"])])
        try await bench.subscribe(["1"], to: content.channels[0].id)
        try await bench.announce([1], in: content.sources[0].id)
        var keeping = bench.plan(
            content.campaigns[0], try await bench.store.work(for: content.campaigns[0].id), messages: [])
        (keeping.chosen, keeping.waiting) = ([], keeping.chosen)
        #expect(try await bench.store.record(keeping, at: StoreBench.now) != nil)

        try await bench.announce([2], in: content.sources[0].id)
        let one = try await bench.store.work(for: content.campaigns[0].id)
        try await bench.announce([3], in: content.sources[1].id)
        var other = try await bench.store.work(for: content.campaigns[0].id)
        // The other run read before item 2 was there: it sees the waiting item and source b's.
        other.head[content.sources[0].id] = nil
        other.changes.removeAll { $0.change.key == SampleContent.key(2) }
        #expect(try await bench.store.record(bench.plan(content.campaigns[0], one), at: StoreBench.now) != nil)
        #expect(try await bench.store.record(bench.plan(content.campaigns[0], other), at: StoreBench.now) == nil)
        #expect(try await bench.states() == [.queued])
    }

    @Test func `what was announced from one source is known as taken from another`() async throws {
        let bench = try await StoreBench()
        let content = try await bench.provision(
            sources: [SampleContent.source("a"), SampleContent.source("b")],
            campaigns: [SampleContent.campaign(sources: ["a", "b"])])
        let (one, other) = (content.sources[0].id, content.sources[1].id)
        try await bench.announce([1], in: one)
        let first = try await bench.store.work(for: content.campaigns[0].id)
        #expect(try await bench.store.record(bench.plan(content.campaigns[0], first), at: StoreBench.now) != nil)

        var copy = SampleContent.item(1)
        copy.key = SampleContent.key(9)
        let changes = [Change(kind: .new, key: copy.key, before: nil, after: copy), SampleContent.new(2)]
        try await bench.store.record(
            PollResult(
                document: .read(DocumentNews(entries: [], changes: changes, items: 2)), fetchState: nil,
                next: NextPoll.sample(StoreBench.now)),
            of: other, at: StoreBench.now)
        let next = try await bench.store.work(for: content.campaigns[0].id)
        #expect(next.changes.count == 2 && next.taken == [Announcement(source: other, key: copy.key, kind: .new)])
    }

    @Test func `two runs over nothing but waiting items do not both send them`() async throws {
        let bench = try await StoreBench()
        let content = try await bench.provision()
        try await bench.subscribe(["1"], to: content.channels[0].id)
        try await bench.announce([1], in: content.sources[0].id)
        var keeping = bench.plan(
            content.campaigns[0], try await bench.store.work(for: content.campaigns[0].id), messages: [])
        (keeping.chosen, keeping.waiting) = ([], keeping.chosen)
        #expect(try await bench.store.record(keeping, at: StoreBench.now) != nil)
        let plan = bench.plan(content.campaigns[0], try await bench.store.work(for: content.campaigns[0].id))
        #expect(try await bench.store.record(plan, at: StoreBench.now) != nil)
        #expect(try await bench.store.record(plan, at: StoreBench.now) == nil)
        #expect(try await bench.states() == [.queued])
    }
}
