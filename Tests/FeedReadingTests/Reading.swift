import CampaignModel
import FeedReading
import Testing

/// What a document became.
struct Reading: Equatable {
    var feed: FeedDescription?
    var items: [Item] = []
    var found: [FoundItem] = []
    var end: DocumentEnd?
    var events: [ReadEvent] = []

    var warnings: [String] { end?.warnings.map(\.code) ?? [] }

    init(_ events: [ReadEvent]) {
        self.events = events
        for event in events {
            switch event {
            case .feed(let feed): self.feed = feed
            case .item(let item): items.append(item)
            case .found(let found): self.found.append(found)
            case .end(let end): self.end = end
            }
        }
    }
}

/// Reads a whole document, cut into chunks as `sizes` says, over and over.
func read(
    _ bytes: [UInt8], _ options: ReadOptions = ReadOptions(baseURL: "https://example.org/feed.xml"),
    sizes: [Int] = [Int.max]
) throws(ReadFailure) -> Reading {
    let reader = FeedReader(options)
    var events: [ReadEvent] = []
    var position = 0
    var turn = 0
    while position < bytes.count {
        let end = min(bytes.count, position + min(sizes[turn % sizes.count], bytes.count))
        events += try reader.push(Array(bytes[position..<end]))
        position = end
        turn += 1
    }
    events += try reader.finish()
    return Reading(events)
}

func read(_ text: String, _ options: ReadOptions = ReadOptions(baseURL: "https://example.org/feed.xml"))
    throws(ReadFailure) -> Reading
{
    try read(Array(text.utf8), options)
}

/// Reads a document whole, and again in chunks of 1 and 7 bytes, which must make no difference.
func readInAnyChunks(
    _ bytes: [UInt8], _ options: ReadOptions = ReadOptions(baseURL: "https://example.org/feed.xml")
) throws(ReadFailure) -> Reading {
    let whole = try read(bytes, options)
    for size in [1, 7] {
        #expect(try read(bytes, options, sizes: [size]) == whole, "chunks of \(size)")
    }
    return whole
}

func readInAnyChunks(
    _ text: String, _ options: ReadOptions = ReadOptions(baseURL: "https://example.org/feed.xml")
) throws(ReadFailure) -> Reading {
    try readInAnyChunks(Array(text.utf8), options)
}

/// Why a document is refused; nil when it is not.
func failure(_ text: String, _ options: ReadOptions = ReadOptions(baseURL: "https://example.org/page")) -> ReadFailure?
{
    do {
        _ = try read(text, options)
        return nil
    } catch {
        return error
    }
}

/// An RSS document around some items.
func rss(_ items: String, channel: String = "<title>T</title><link>https://example.org/</link>") -> String {
    """
    <?xml version="1.0" encoding="UTF-8"?>
    <rss version="2.0" xmlns:g="http://base.google.com/ns/1.0" xmlns:media="http://search.yahoo.com/mrss/"
     xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/"
     xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd" xmlns:atom="http://www.w3.org/2005/Atom">
    <channel>\(channel)\(items)</channel></rss>
    """
}

func atom(_ entries: String, feed: String = "<title>T</title>") -> String {
    """
    <?xml version="1.0" encoding="UTF-8"?>
    <feed xmlns="http://www.w3.org/2005/Atom" xmlns:g="http://base.google.com/ns/1.0">\(feed)\(entries)</feed>
    """
}

/// The only item of an RSS document.
func item(_ fields: String) throws -> Item? { try read(rss("<item>\(fields)</item>")).items.first }
