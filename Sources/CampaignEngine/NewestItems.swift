import CampaignModel
import FeedReading

/// The newest items of a document: by date, and undated ones in the document's order, after the dated.
struct NewestItems {
    private let limit: Int
    private let now: Timestamp
    private(set) var items: [Item] = []

    init(limit: Int, now: Timestamp) {
        self.limit = limit
        self.now = now
    }

    mutating func take(_ events: [ReadEvent]) {
        guard limit > 0 else { return }
        for case .found(let found) in events {
            var item = found.item()
            item.product = item.product?.inForce(at: now)
            if !item.isBlank { take(item) }
        }
    }

    private mutating func take(_ item: Item) {
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

    /// What campaigns start with, oldest first, but for what is told anyway.
    func starts(_ counts: [CampaignID: Int], without told: [Change]) -> [CampaignID: [Change]] {
        let announced = Set(told.lazy.filter { $0.kind == .new }.map(\.key))
        return counts.mapValues { count in
            items.prefix(count).filter { !announced.contains($0.key) }
                .map { Change(kind: .new, key: $0.key, before: nil, after: $0) }.reversed()
        }
    }
}
