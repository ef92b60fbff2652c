package import CampaignModel
package import FeedReading

/// The first items of a document as people would see them now, and what it calls itself.
package struct FirstItems: Sendable {
    private let limit: Int
    private let now: Timestamp
    package private(set) var items: [Item] = []
    package private(set) var title: String?

    package init(limit: Int, at now: Timestamp) {
        self.limit = limit
        self.now = now
    }

    /// Takes what of a document became complete.
    package mutating func take(_ events: [ReadEvent]) {
        for event in events {
            switch event {
            case .feed(let feed): title = feed.title
            case .found(let found) where items.count < limit:
                var item = found.item()
                item.product = item.product?.inForce(at: now)
                items.append(item)
            case .found, .item, .end: break
            }
        }
    }
}
