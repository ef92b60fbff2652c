import CampaignModel
import CampaignPlanning
import CampaignStore
import FeedReading

/// Compares the items of a document with the snapshot as they come, and keeps only what differs.
struct ChangeCollector {
    private static let batch = 500

    private let store: Store
    private let source: SourceID
    /// The first document of a source is taken as known.
    private let isBaseline: Bool
    private let now: Timestamp
    private let startCounts: [CampaignID: Int]
    private var pending: [Item] = []
    private var entries: [SnapshotEntry] = []
    private var changes: [Change] = []
    private var newest: NewestItems

    init(store: Store, source: SourceID, state: SourceState, now: Timestamp) {
        self.now = now
        self.store = store
        self.source = source
        isBaseline = state.baselineAt == nil
        startCounts = state.startCounts
        newest = NewestItems(limit: state.startCounts.values.max() ?? 0)
    }

    /// What the document calls itself.
    private(set) var title: String?

    mutating func take(_ events: [ReadEvent]) async throws {
        for event in events {
            switch event {
            case .feed(let feed): title = feed.title
            case .item(let item) where item.isBlank: break
            case .item(var item):
                // A sale price counts only inside its dates.
                item.product = item.product?.inForce(at: now)
                pending.append(item)
                newest.take(item)
            // The reader is asked for whole items.
            case .found, .end: break
            }
        }
        if pending.count >= Self.batch { try await compare() }
    }

    private mutating func compare() async throws {
        let items = pending
        pending = []
        guard !items.isEmpty else { return }
        if isBaseline {
            entries += items.map { ChangeRules.outcome(from: nil, to: $0).entry }
            return
        }
        let known = try await store.snapshot(of: source, keys: items.map(\.key))
        for item in items {
            let before = known[item.key]
            let outcome = ChangeRules.outcome(from: before, to: item)
            changes += outcome.changes
            if outcome.entry != before { entries.append(outcome.entry) }
        }
    }

    mutating func finish() async throws -> (
        entries: [SnapshotEntry], changes: [Change], starts: [CampaignID: [Change]]
    ) {
        try await compare()
        // What is announced as new anyway counts towards what a campaign starts with.
        let announced = Set(changes.lazy.filter { $0.kind == .new }.map(\.key))
        let starts = startCounts.mapValues { count in
            newest.items.prefix(count).filter { !announced.contains($0.key) }
                .map { Change(kind: .new, key: $0.key, before: nil, after: $0) }
        }
        // Feeds are newest first; the log is told oldest first.
        return (entries, changes.reversed(), starts.mapValues { $0.reversed() })
    }
}

/// The newest items of a document: by date, and undated ones in the document's order, after the dated.
private struct NewestItems {
    let limit: Int
    private(set) var items: [Item] = []

    init(limit: Int) { self.limit = limit }

    mutating func take(_ item: Item) {
        guard limit > 0 else { return }
        let position = items.firstIndex { Self.isNewer(item, than: $0) } ?? items.count
        guard position < limit else { return }
        items.insert(item, at: position)
        if items.count > limit { items.removeLast() }
    }

    private static func isNewer(_ one: Item, than other: Item) -> Bool {
        switch (one.published, other.published) {
        case (let mine?, let theirs?): mine > theirs
        case (.some, nil): true
        case (nil, _): false
        }
    }
}
