/// A web page that came instead of a feed: what it calls itself, the feeds it links to, and whether it asks for a
/// password.
struct WebPage {
    /// How much of the page is looked at, in bytes.
    static let window = 256 * 1024

    let title: String?
    /// Absolute addresses, at most 10.
    let feeds: [String]
    let isLogin: Bool

    init(_ bytes: [UInt8], address: String?) {
        let reader = WebPageReader(address: address)
        _ = bytes.withUnsafeBufferPointer { HTMLPushParser.parse($0, into: reader) }
        title = reader.title.map { String(decoding: $0, as: UTF8.self).printable }?.trimmedOrNil
        feeds = reader.feeds
        isLogin = reader.isLogin
    }

    var description: String {
        let kind = isLogin ? "a login page" : "a web page"
        return title.map { "\(kind) (“\($0.prefix(200))”)" } ?? kind
    }
}

private final class WebPageReader: HTMLReceiver {
    static let interest = HTMLInterest(
        names: HTMLNames([.title, .base, .link, .input]), attributed: HTMLNames([.base, .link, .input]),
        attributes: [.href, .rel, .type])

    /// A longer title is cut, roughly there.
    private static let longestTitle = 2048

    private let address: String?
    private var base: String?
    private var isInTitle = false
    private(set) var title: [UInt8]?
    private(set) var feeds: [String] = []
    private(set) var isLogin = false

    init(address: String?) {
        self.address = address
        base = address
    }

    func start(_ name: HTMLName, _ attributes: HTMLAttributes) {
        switch name {
        case .title: isInTitle = title == nil
        case .base: base = attributes[.href].flatMap { AddressText.resolve($0, against: address) } ?? base
        case .link:
            if feeds.count < 10, let feed = feed(attributes), !feeds.contains(feed) { feeds.append(feed) }
        case .input: if attributes[.type]?.trimmedOrNil?.asciiLowercased == "password" { isLogin = true }
        default: break
        }
    }

    func end(_ name: HTMLName) { if name == .title { isInTitle = false } }

    func text(_ bytes: UnsafeBufferPointer<UInt8>) {
        if isInTitle, title?.count ?? 0 < Self.longestTitle { title = (title ?? []) + bytes }
    }

    private func feed(_ attributes: HTMLAttributes) -> String? {
        let relations = attributes[.rel]?.asciiLowercased.split { $0.isWhitespace } ?? []
        guard relations.contains("alternate") || relations.contains("feed"), let href = attributes[.href],
            // Without an address of its own a page's relative links stay as they are.
            let feed = base == nil ? href.trimmedOrNil?.printable : AddressText.absolute(href, base: base)
        else { return nil }
        if relations.contains("feed") { return feed }
        let type = attributes[.type]?.asciiLowercased.split(separator: ";").first.map { String($0).collapsed }
        switch type {
        case "application/rss+xml", "application/atom+xml", "application/feed+json": return feed
        // WordPress links a page's data so, which are no feed.
        case "application/json": return feed.containsText("/wp-json/") ? nil : feed
        default: return nil
        }
    }
}
