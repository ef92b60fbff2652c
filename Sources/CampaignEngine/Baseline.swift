import CampaignModel
import CampaignPlanning
import CampaignStore
import FeedReading

/// Takes the first document of a source as known.
struct Baseline {
    /// Rows are written in the order of their keys, so many at a time: pages of the database fill up.
    private static let batch = 50_000

    private let store: Store
    private let source: SourceID
    private let rules: ChangeRules
    private var entries: [SnapshotEntry] = []

    /// The date of the oldest item; nil when some have none.
    var oldest: Timestamp? { undated > 0 ? nil : oldestDate }
    private var oldestDate: Timestamp?
    private var undated = 0
    /// Of the first items that have one.
    private(set) var dates: [Timestamp] = []
    private(set) var feed: FeedDescription?
    private(set) var warnings = 0

    init(_ store: Store, of source: SourceID, now: Timestamp) {
        self.store = store
        self.source = source
        rules = ChangeRules(ChangePolicy(), now: now)
    }

    mutating func take(_ events: [ReadEvent]) async throws {
        for event in events {
            switch event {
            case .feed(let feed): self.feed = feed
            case .found(let found):
                let item = found.item { _ in warnings += 1 }
                if !item.isBlank { add(item, stated: found.stated) }
            case .item, .end: break
            }
        }
        guard entries.count >= Self.batch else { return }
        try await store.addToBaseline(sorted(), of: source)
        entries.removeAll(keepingCapacity: true)
    }

    private mutating func add(_ item: Item, stated: UInt64) {
        entries.append(rules.firstSight(of: item, stated: stated))
        if let published = item.published {
            if dates.count < 100 { dates.append(published) }
            oldestDate = min(oldestDate ?? published, published)
        } else {
            undated += 1
        }
    }

    /// The rows that are not stored yet.
    func rest() -> [SnapshotEntry] { sorted() }

    private func sorted() -> [SnapshotEntry] {
        entries.sorted { ($0.key.high, $0.key.low) < ($1.key.high, $1.key.low) }
    }
}
