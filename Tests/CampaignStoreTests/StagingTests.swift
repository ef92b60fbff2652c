import CampaignModel
import CampaignStore
import TestSupport
import Testing

/// Polls whose results are more than one transaction takes.
@Suite(.everyDatabase) struct StagingTests {
    private static let many = Array(1...2500)

    private func news(_ numbers: [Int], replaced: [ItemKey] = []) -> PollResult {
        PollResult(
            document: .read(
                DocumentNews(
                    entries: numbers.map(SampleContent.entry), replaced: replaced,
                    changes: numbers.map(SampleContent.new), items: numbers.count)),
            fetchState: "1", next: NextPoll.sample(StoreBench.now + .minutes(10)))
    }

    @Test func `arrive whole, in order, with nothing left over`() async throws {
        let bench = try await StoreBench()
        let content = try await bench.provision()
        let source = content.sources[0].id
        try await bench.announce([9999], in: source)
        try await bench.store.record(
            news(Self.many, replaced: [SampleContent.key(9999)]), of: source, at: StoreBench.now)
        let index = try await bench.store.snapshotIndex(of: source, at: StoreBench.now)
        #expect(index.count == 2500 && !index.contains(SampleContent.key(9999)))
        let work = try await bench.store.work(for: content.campaigns[0].id, limit: 10_000)
        #expect(work.changes.map(\.change.key) == [9999].map(SampleContent.key) + Self.many.map(SampleContent.key))
        #expect(try await bench.integer("SELECT COUNT(*) FROM snapshot_staged") == 0)
    }

    @Test func `broken off before they are recorded, were never there`() async throws {
        let bench = try await StoreBench()
        let content = try await bench.provision()
        let source = content.sources[0].id
        try await bench.announce([9999], in: source)
        try await bench.execute("ALTER TABLE polls RENAME TO polls_away")
        await #expect(throws: (any Error).self) {
            try await bench.store.record(news(Self.many), of: source, at: StoreBench.now)
        }
        try await bench.execute("ALTER TABLE polls_away RENAME TO polls")
        #expect(try await bench.store.work(for: content.campaigns[0].id, limit: 10_000).changes.count == 1)
        #expect(try await bench.store.snapshotIndex(of: source, at: StoreBench.now).count == 1)
        try await bench.store.clearLeftovers(of: source)
        #expect(try await bench.integer("SELECT COUNT(*) FROM changes") == 1)
        #expect(try await bench.integer("SELECT COUNT(*) FROM snapshot_staged") == 0)
        // The next poll is not disturbed by it.
        try await bench.store.record(news([1, 2]), of: source, at: StoreBench.now)
        #expect(try await bench.store.work(for: content.campaigns[0].id, limit: 10_000).changes.count == 3)
    }

    @Test func `broken off after they are recorded, are finished later`() async throws {
        let bench = try await StoreBench()
        let source = try await bench.provision().sources[0].id
        try await bench.announce([9999], in: source)
        // Fails while the staged rows are brought into the snapshot.
        try await bench.execute(
            "CREATE UNIQUE INDEX broken ON snapshot_entries (source_id) WHERE stated IN (2400, 9999)")
        await #expect(throws: (any Error).self) {
            try await bench.store.record(news(Self.many), of: source, at: StoreBench.now)
        }
        try await bench.execute("DROP INDEX broken")
        #expect(try await bench.integer("SELECT COUNT(*) FROM changes") == 2501)
        try await bench.store.clearLeftovers(of: source)
        #expect(try await bench.store.snapshotIndex(of: source, at: StoreBench.now).count == 2501)
        #expect(try await bench.integer("SELECT COUNT(*) FROM snapshot_staged") == 0)
    }

    @Test func `a first document that was broken off is begun anew`() async throws {
        let bench = try await StoreBench()
        let source = try await bench.provision().sources[0].id
        try await bench.store.addToBaseline(Self.many.map(SampleContent.entry), of: source)
        try await bench.store.clearLeftovers(of: source)
        #expect(try await bench.store.snapshotIndex(of: source, at: StoreBench.now).count == 0)
    }

    @Test func `all that is remembered of an item comes back as it was`() async throws {
        let bench = try await StoreBench()
        let source = try await bench.provision().sources[0].id
        var entry = SampleContent.entry(1)
        entry.price = DecimalAmount("12.90").map { Money(amount: $0, currency: "EUR") }
        entry.availability = .outOfStock
        entry.lookAgainAt = StoreBench.now + .hours(1)
        entry.absence = Absence(since: StoreBench.now, document: 7)
        entry.memory.toldPrice = entry.price
        entry.memory.unconfirmed = [.priceDropped]
        entry.stated = .max
        try await bench.store.addToBaseline([entry], of: source)
        #expect(try await bench.store.snapshot(of: source, keys: [entry.key]) == [entry.key: entry])
        let aliases = try await bench.store.withAliases(of: source, [ItemAliases]()) { $0.append($2) }
        #expect(aliases == [entry.aliases])
    }

    @Test func `items that have long been missing are forgotten, others are not`() async throws {
        let bench = try await StoreBench()
        let source = try await bench.provision().sources[0].id
        func missing(_ number: Int, days: Int, document: Int) -> SnapshotEntry {
            var entry = SampleContent.entry(number)
            entry.absence = Absence(since: StoreBench.now - .days(days), document: document)
            return entry
        }
        try await bench.store.addToBaseline(
            [
                missing(1, days: 100, document: 1), missing(2, days: 100, document: 90),
                missing(3, days: 10, document: 1),
                SampleContent.entry(4),
            ], of: source)
        try await bench.store.forgetAbsent(of: source, since: StoreBench.now - .days(90), document: 80)
        let index = try await bench.store.snapshotIndex(of: source, at: StoreBench.now)
        #expect([1, 2, 3, 4].map { index.contains(SampleContent.key($0)) } == [false, true, true, true])
    }
}
