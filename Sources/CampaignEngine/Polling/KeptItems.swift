import CampaignModel
import FeedReading

/// The items of a feed, kept until its end tells whether they are to be known otherwise.
struct KeptItems {
    /// No feed is so long; what is, is a catalog.
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

    /// All of them by id and link, where ids repeat that links tell apart: who has such an id by itself is whoever comes
    /// first in the document.
    var byIDAndLink: [FoundItem]? {
        let repeats = items.count { $0.isRepeat }
        guard repeats > 0 else { return nil }
        let found = FoundItem.byIDAndLink(items)
        return found.count { $0.isRepeat } < repeats ? found : nil
    }
}
