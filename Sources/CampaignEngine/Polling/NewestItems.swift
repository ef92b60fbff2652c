import CampaignModel
import FeedReading

/// The newest items of a document: by date, and undated ones in the document's order, after the dated.
struct NewestItems {
    private struct Entry {
        var item: Item
        /// Its key should the document turn out to repeat its ids.
        var alternative: ItemKey?
    }

    private let limit: Int
    private let now: Timestamp
    private var entries: [Entry] = []

    init(limit: Int, now: Timestamp) {
        self.limit = limit
        self.now = now
    }

    mutating func take(_ events: [ReadEvent]) {
        guard limit > 0 else { return }
        for case .found(let found) in events {
            var item = found.item()
            item.product = item.product?.inForce(at: now)
            if !item.isBlank { take(Entry(item: item, alternative: found.alternativeKey)) }
        }
    }

    private mutating func take(_ entry: Entry) {
        let position = entries.firstIndex { Self.isNewer(entry.item, than: $0.item) } ?? entries.count
        guard position < limit else { return }
        entries.insert(entry, at: position)
        if entries.count > limit { entries.removeLast() }
    }

    private static func isNewer(_ one: Item, than other: Item) -> Bool {
        switch (one.published, other.published) {
        case (let mine?, let theirs?): mine > theirs
        case (.some, nil): true
        case (nil, _): false
        }
    }

    /// What campaigns start with, oldest first, but for what is told anyway.
    ///
    /// - Parameters:
    ///   - counts: How many each campaign asks for.
    ///   - told: What is announced to all.
    ///   - identity: What the items of a first document came to be known by.
    /// - Returns: For each campaign what it begins with.
    func starts(
        _ counts: [CampaignID: Int], without told: [Change], by identity: IdentityPolicy?
    ) -> [CampaignID: [Change]] {
        let announced = Set(told.lazy.filter { $0.kind == .new }.map(\.key))
        let items = entries.map { entry in
            var item = entry.item
            if identity == .idAndLink, let alternative = entry.alternative { item.key = alternative }
            return item
        }
        return counts.mapValues { count in
            items.prefix(count).filter { !announced.contains($0.key) }
                .map { Change(kind: .new, key: $0.key, before: nil, after: $0) }.reversed()
        }
    }
}
