/// A web page that came instead of a feed: what it calls itself, and the feeds it links to.
struct WebPage {
    /// How much of the page is looked at.
    static let window = 256 * 1024

    private(set) var title: String?
    private(set) var feeds: [String] = []

    init(_ bytes: [UInt8], address: String?) {
        var tokenizer = HTMLTokenizer(bytes)
        var base = address
        var isInTitle = false
        while let token = tokenizer.next() {
            switch token {
            case .start("title", _): isInTitle = title == nil
            case .end("title"): isInTitle = false
            case .text(let text) where isInTitle:
                if title == nil { title = text } else { title?.append(text) }
            case .start("base", let attributes):
                base = attributes["href"].flatMap { WebAddress.resolve($0, against: address) } ?? base
            case .start("link", let attributes):
                if let feed = Self.feed(attributes, base: base), !feeds.contains(feed), feeds.count < 10 {
                    feeds.append(feed)
                }
            default: break
            }
        }
        title = title?.printable.trimmedOrNil
    }

    var description: String { title.map { "a web page (“\($0.prefix(200))”)" } ?? "a web page" }

    private static func feed(_ attributes: HTMLAttributes, base: String?) -> String? {
        let relations = attributes["rel"]?.asciiLowercased.split(separator: " ") ?? []
        let type = attributes["type"]?.asciiLowercased.split(separator: ";").first.map { String($0).collapsed }
        guard relations.contains("alternate"), let type, let href = attributes["href"],
            ["application/rss+xml", "application/atom+xml", "application/feed+json"].contains(type)
        else { return nil }
        return WebAddress.absolute(href, base: base)
    }
}
