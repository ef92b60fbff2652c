import CampaignModel
import CampaignPlanning
import CampaignStore
import FeedReading

/// Stores the items of a source's first document as known, without announcing any.
struct Baseline {
    /// Rows per write. Each batch is sorted by key, which fills the database's pages.
    private static let batch = 50_000

    private let store: Store
    private let source: SourceID
    private let rules: ChangeRules
    private var entries: [SnapshotEntry] = []
    /// Keys by id and link of the items in `entries`, until the identity policy is chosen.
    private var alternatives: [ItemKey] = []
    private var repeats = 0
    /// The identity policy of the items; nil until chosen. The first batch decides, which is mostly the whole document.
    private(set) var identity: IdentityPolicy?

    /// The date before which items count as older than the source: that of the second-oldest item, since one may be
    /// pinned, or of the older one of two; nil when most items have no date. For a document without items: one day ago.
    var oldest: Timestamp? {
        guard count > 0 else { return now - .days(1) }
        guard dated * 2 >= count else { return nil }
        return (dated > 2 ? oldestDates.last : oldestDates.first).map { min($0, now) }
    }
    private(set) var lookAgainAt: Timestamp?
    private let now: Timestamp
    private var count = 0
    private var dated = 0
    /// The two oldest dates, oldest first.
    private var oldestDates: [Timestamp] = []
    /// Publication dates of the first 100 items that have one.
    private(set) var dates: [Timestamp] = []
    private(set) var feed: FeedDescription?
    private(set) var warnings = 0

    init(_ store: Store, of source: SourceID, now: Timestamp) {
        self.store = store
        self.source = source
        self.now = now
        rules = ChangeRules(ChangePolicy(), now: now)
    }

    mutating func take(_ events: [ReadEvent]) async throws {
        for event in events {
            switch event {
            case .feed(let feed): self.feed = feed
            case .found(let found):
                let item = found.item { _ in warnings += 1 }
                if !item.isBlank { add(item, found) }
            case .item, .end: break
            }
        }
        guard entries.count >= Self.batch else { return }
        choose()
        try await store.addToBaseline(sorted(), of: source)
        entries.removeAll(keepingCapacity: true)
    }

    private mutating func add(_ item: Item, _ found: FoundItem) {
        var entry = rules.firstSight(of: item, stated: found.stated)
        if found.isRepeat { repeats += 1 }
        if let alternative = found.alternativeKey {
            if identity == .idAndLink { entry.key = alternative }
            if identity == nil { alternatives.append(alternative) }
        }
        if let look = entry.lookAgainAt { lookAgainAt = min(lookAgainAt ?? look, look) }
        entries.append(entry)
        if let published = item.published, dates.count < 100 { dates.append(published) }
        count += 1
        guard let birth = item.birth else { return }
        dated += 1
        guard oldestDates.count < 2 || birth < oldestDates[1] else { return }
        oldestDates = Array((oldestDates + [birth]).sorted().prefix(2))
    }

    /// Chooses the identity policy. If ids repeat, the link becomes part of the key: by the id alone only the first
    /// item would be known, and which one is first changes.
    private mutating func choose() {
        guard identity == nil else { return }
        identity = repeats > 0 && alternatives.count == entries.count ? .idAndLink : .id
        if identity == .idAndLink { for place in entries.indices { entries[place].key = alternatives[place] } }
        alternatives = []
    }

    /// The rows that are not written yet.
    mutating func rest() -> [SnapshotEntry] {
        choose()
        return sorted()
    }

    private func sorted() -> [SnapshotEntry] {
        // A few rows fit into a few pages in any order.
        guard entries.count > 500 else { return entries }
        return entries.sorted { ($0.key.high, $0.key.low) < ($1.key.high, $1.key.low) }
    }
}
