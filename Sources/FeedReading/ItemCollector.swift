import CampaignModel

/// Turns drafts into items and keeps what a document as a whole needs: events, warnings, ids already seen.
final class ItemCollector {
    var feed: FeedDescription
    /// The site the document belongs to, for relative links of items.
    var siteLink: String?
    /// Authors of items that state none.
    var feedAuthors: [String] = []
    let options: ReadOptions
    private(set) var count = 0
    /// True once an item came that was one too many.
    private(set) var isFull = false

    private var events: [ReadEvent] = []
    private var warnings: [ReadWarning] = []
    private var isComplete = true
    private var isFeedTold = false
    private var isEnded = false
    private var seen: Set<Fingerprint> = []
    /// How often an id with the same link was met again; only repeats are in here.
    private var repeats: [Fingerprint: Int] = [:]

    init(_ options: ReadOptions) {
        self.options = options
        feed = FeedDescription(format: options.format ?? .rss20)
    }

    var hasItems: Bool { count > 0 }

    /// The format, unless the owner stated another.
    func setFormat(_ format: DocumentFormat) { feed.format = options.format ?? format }

    /// Where the document's relative addresses start, without xml:base.
    var documentBase: String? { siteLink ?? options.baseURL }

    func takeEvents() -> [ReadEvent] {
        defer { events.removeAll(keepingCapacity: true) }
        return events
    }

    func warn(_ code: String, _ message: String, item: String?) {
        guard warnings.count < options.limits.warnings else { return }
        warnings.append(
            ReadWarning(item: item.map { String($0.prefix(200)).printable }, code: code, message: message.printable))
    }

    func warnAboutBytes() {
        guard !warnings.contains(where: { $0.code == "bad_encoding" }) else { return }
        warn("bad_encoding", "some bytes are not text in the document's encoding and were replaced", item: nil)
    }

    func markIncomplete(message: String, line: Int) {
        isComplete = false
        // What stopped the document matters more than any warning about one item.
        warnings = Array(warnings.prefix(max(0, options.limits.warnings - 1)))
        warn("broken", line > 0 ? "line \(line): \(message)" : message, item: nil)
    }

    func end() {
        guard !isEnded else { return }
        isEnded = true
        tellFeed()
        events.append(.end(DocumentEnd(items: count, complete: isComplete, warnings: warnings)))
    }

    func add(_ draft: ItemDraft) {
        guard count < options.limits.items else {
            isFull = true
            return
        }
        guard let item = finish(draft) else { return }
        tellFeed()
        count += 1
        events.append(.item(item))
    }

    private func tellFeed() {
        guard !isFeedTold else { return }
        isFeedTold = true
        events.append(.feed(feed))
    }

    // MARK: Items

    private func finish(_ draft: ItemDraft) -> Item? {
        let base = documentBase
        let ranked = draft.links.enumerated().sorted { ($0.element.rank, $0.offset) < ($1.element.rank, $1.offset) }
        let link = ranked.lazy.compactMap { $0.element.address.absolute(base) }.first
        let name = draft.id ?? draft.title ?? link
        guard let key = key(draft, link: link, name: name) else {
            warn("no_identity", "an item without id, link, title, text and enclosure was left out", item: nil)
            return nil
        }
        let enclosures = draft.files.filter { $0.medium == nil }.compactMap { file -> Enclosure? in
            guard let url = file.address.absolute(base) else { return nil }
            return Enclosure(url: url, type: file.type, length: file.length.flatMap(Self.length))
        }
        return Item(
            key: key, id: draft.id, title: draft.title, link: link, summary: draft.summary, content: draft.content,
            authors: draft.authors.isEmpty ? feedAuthors : draft.authors, categories: draft.categories,
            published: date(draft.published?.text, item: name), updated: date(draft.updated?.text, item: name),
            images: images(draft, base: base), enclosures: enclosures,
            product: draft.product.map { ProductText.product($0, item: name, collector: self) }
        )
    }

    private static func length(_ text: String) -> Int64? {
        guard let length = text.trimmedOrNil.flatMap({ Int64($0) }), length > 0 else { return nil }
        return length
    }

    func date(_ text: String?, item: String?) -> Timestamp? {
        guard let text else { return nil }
        if let moment = DateText.timestamp(text) { return moment }
        warn("bad_date", "not a date that can be understood: \(text.prefix(80))", item: item)
        return nil
    }

    private func images(_ draft: ItemDraft, base: String?) -> [String] {
        var images: [String] = []
        func add(_ address: String?) {
            if let address, !images.contains(address), images.count < options.limits.values { images.append(address) }
        }
        let ranked = draft.images.enumerated().sorted { ($0.element.rank, $0.offset) < ($1.element.rank, $1.offset) }
        for (_, image) in ranked { add(image.address.absolute(base)) }
        for file in draft.files where file.isImage && file.medium == nil { add(file.address.absolute(base)) }
        if images.isEmpty {
            for html in [draft.content, draft.summary] {
                guard let html else { continue }
                for image in HTMLText.images(html: html, base: draft.htmlBase ?? base) { add(image) }
            }
        }
        return images
    }

    // MARK: Identity

    /// The first item of an id keeps the pure key; a repeat gets id and link, then a number among its equals. Never a
    /// date, never the place in the document: both change without the item changing.
    private func key(_ draft: ItemDraft, link: String?, name: String?) -> Fingerprint? {
        let parts: [String]
        if let id = draft.id {
            parts = [id]
        } else if let link {
            parts = [link]
        } else if draft.title != nil || draft.content != nil || draft.summary != nil || !draft.files.isEmpty {
            parts = [draft.title ?? "", draft.content ?? draft.summary ?? "", draft.files.first?.address.text ?? ""]
        } else {
            return nil
        }
        let first = Fingerprint(of: parts)
        if seen.insert(first).inserted { return first }
        warn("duplicate_id", "the id stands on more than one item of the document", item: name)
        let second = Fingerprint(of: parts + [link ?? ""])
        if seen.insert(second).inserted { return second }
        repeats[second, default: 1] += 1
        let third = Fingerprint(of: parts + [link ?? "", String(repeats[second] ?? 0)])
        seen.insert(third)
        return third
    }
}
