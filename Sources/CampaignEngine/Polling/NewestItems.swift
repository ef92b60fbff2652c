import CampaignModel
import FeedReading

/// The newest items of a document: dated ones by date, then undated ones in the document's order.
struct NewestItems {
    private struct Entry {
        var item: Item
        /// The item's key by id and link, for the case that the document's ids repeat.
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

    /// The items that campaigns start with, oldest first, without those that are announced anyway.
    ///
    /// - Parameters:
    ///   - counts: How many items each campaign asks for.
    ///   - told: Changes that are announced to all campaigns.
    ///   - identity: The identity policy that a first document's items got; nil otherwise.
    /// - Returns: Each campaign's first changes.
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
