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
    /// Their keys by id and link, as long as the policy is not chosen.
    private var alternatives: [ItemKey] = []
    private var repeats = 0
    /// What the items are known by. The first rows decide, as many as are written at a time: mostly all.
    private(set) var identity: IdentityPolicy?

    /// What is dated before was there before: the date of the oldest item but one, for one may be pinned, or of the oldest of
    /// two; nil when most have none. Before a document without items there may have been any.
    var oldest: Timestamp? {
        guard count > 0 else { return now - .days(1) }
        guard dated * 2 >= count else { return nil }
        return (dated > 2 ? oldestDates.last : oldestDates.first).map { min($0, now) }
    }
    private(set) var lookAgainAt: Timestamp?
    private let now: Timestamp
    private var count = 0
    private var dated = 0
    /// The two oldest, the oldest first.
    private var oldestDates: [Timestamp] = []
    /// Of the first items that have one.
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

    /// An id that stands on several items makes the first of them the one that is known by it, and which one is first changes:
    /// then the link has to be part of it.
    private mutating func choose() {
        guard identity == nil else { return }
        identity = repeats > 0 && alternatives.count == entries.count ? .idAndLink : .id
        if identity == .idAndLink { for place in entries.indices { entries[place].key = alternatives[place] } }
        alternatives = []
    }

    /// The rows that are not stored yet.
    mutating func rest() -> [SnapshotEntry] {
        choose()
        return sorted()
    }

    private func sorted() -> [SnapshotEntry] {
        // A few of them share a page anyhow.
        guard entries.count > 500 else { return entries }
        return entries.sorted { ($0.key.high, $0.key.low) < ($1.key.high, $1.key.low) }
    }
}
