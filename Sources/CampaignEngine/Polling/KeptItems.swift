import CampaignModel
import FeedReading

/// The items of a feed, kept until its end shows whether ids repeat, which makes a second comparison with other keys
/// necessary.
struct KeptItems {
    /// Most items that are kept. No feed has so many; a longer document is a catalog.
    private static let most = 1000

    private var items: [FoundItem] = []
    private var isFeed = false

    mutating func take(_ events: [ReadEvent]) {
        for event in events {
            switch event {
            case .feed(let feed): isFeed = feed.format.isFeed
            case .found(let found) where isFeed:
                items.append(found)
                guard items.count > Self.most else { continue }
                isFeed = false
                items = []
            case .found, .item, .end: break
            }
        }
    }

    /// All items with keys by id and link, if ids repeat and links differ; nil otherwise. By the id alone only the
    /// first such item in the document would be known.
    var byIDAndLink: [FoundItem]? {
        let repeats = items.count { $0.isRepeat }
        guard repeats > 0 else { return nil }
        let found = FoundItem.byIDAndLink(items)
        return found.count { $0.isRepeat } < repeats ? found : nil
    }
}
