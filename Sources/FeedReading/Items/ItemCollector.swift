import CampaignModel

/// Turns records into events and keeps what a document as a whole needs: its description, warnings, keys already seen.
final class ItemCollector: ItemReceiver {
    let header: ItemRecord
    let options: ReadOptions
    private(set) var count = 0
    /// True once an item came that was one too many.
    private(set) var isFull = false

    private let isLazy: Bool
    private var format: DocumentFormat
    private var events: [ReadEvent] = []
    private var warnings: [ReadWarning] = []
    private var isComplete = true
    private var isFeedTold = false
    private var isEnded = false
    private var keys: ItemKeys
    private var alternatives = ItemKeys(.idAndLink)
    private var context: ItemContext { didSet { contextFingerprint = nil } }
    /// Made for the first item that wants it.
    private var contextFingerprint: Fingerprint?

    init(_ options: ReadOptions, lazily isLazy: Bool = false) {
        self.options = options
        keys = ItemKeys(options.identity ?? .id)
        header = ItemRecord(options.limits)
        self.isLazy = isLazy
        context = ItemContext(base: options.baseURL)
        format = options.format ?? .rss20
    }

    var hasItems: Bool { count > 0 }

    func setFormat(_ format: DocumentFormat) { self.format = format }

    func setConventions(_ conventions: ItemConventions) {
        // Items that are out already keep theirs.
        context = ItemContext(conventions, base: context.base, authors: context.authors)
    }

    var hasEvents: Bool { !events.isEmpty }

    func takeEvents() -> [ReadEvent] {
        defer { events.removeAll(keepingCapacity: true) }
        return events
    }

    // MARK: Warnings

    func warn(_ code: String, _ message: String, item: String?) {
        guard warnings.count < options.limits.warnings else { return }
        warnings.append(ReadWarning(item, code, message))
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

    // MARK: Events

    func end(isOpen: Bool?) {
        guard !isEnded else { return }
        isEnded = true
        tellFeed()
        events.append(.end(DocumentEnd(items: count, complete: isComplete, warnings: warnings, isOpen: isOpen)))
    }

    func add(_ record: ItemRecord) {
        guard count < options.limits.items else {
            isFull = true
            return
        }
        tellFeed()
        let builder = ItemBuilder(record, context, self)
        if record.isEmpty { warn("no_identity", "an item states nothing that it could be known by", item: nil) }
        var isRepeat = false
        let key = keys.key(of: record, link: builder.link) {
            isRepeat = true
            warnOfRepeat(builder)
        }
        count += 1
        if isLazy {
            let common = contextFingerprint ?? context.fingerprint
            contextFingerprint = common
            let stated = StatedItem(copying: record, context)
            events.append(
                .found(
                    FoundItem(
                        key: key,
                        alternativeKey: options.identity == nil
                            ? alternatives.key(of: record, link: builder.link, repeated: {}) : nil,
                        isRepeat: isRepeat, statedFingerprint: record.statedFingerprint(in: common), stated)))
        } else {
            events.append(.item(builder.item(key: key)))
        }
    }

    private func warnOfRepeat(_ builder: ItemBuilder) {
        warn("duplicate_id", "the id stands on more than one item of the document", item: builder.name)
    }

    private func tellFeed() {
        guard !isFeedTold else { return }
        isFeedTold = true
        let builder = HeaderBuilder(header, base: options.baseURL, receiver: self)
        context = ItemContext(
            context.conventions, base: builder.link ?? options.baseURL, authors: builder.authors)
        events.append(.feed(builder.description(format)))
    }
}

/// Gives each item of a document its key.
struct ItemKeys: ~Copyable {
    private var seen = KeySet()
    /// How often an id with the same link was met again; only repeats are in here.
    private var repeats: [Fingerprint: Int] = [:]
    private var scratch = ByteBuffer(capacity: 256)
    private let policy: IdentityPolicy

    init(_ policy: IdentityPolicy) { self.policy = policy }

    /// The first item of an id keeps the pure key; a repeat gets id and link, then a number among its equals. Never a
    /// date, never the place in the document: both change without the item changing. Where id and link are asked for, an
    /// item without an id has its words beside its link: all items of its feed may lead to one page.
    mutating func key(
        of record: ItemRecord, link: @autoclosure () -> String?, repeated: () -> Void
    ) -> ItemKey {
        if policy != .id, let found = link() {
            let place = String(Item.place(of: found, escaped: true))
            let id = policy == .link ? "" : record.best(.id).map(record.text(of:)) ?? ""
            var parts = [id, place, policy.rawValue]
            if policy == .idAndLink, id.isEmpty { parts += Self.words(of: record) ?? [] }
            let key = Fingerprint(of: parts)
            if seen.insert(key) { return key }
            repeated()
            return self.key(repeating: parts, link: nil)
        }
        if let id = record.best(.id) {
            scratch.clear()
            scratch.append(record.bytes(of: id))
            // As `Fingerprint(of:)` ends a part.
            scratch.append(0xFF)
            let key = Fingerprint(hashing: UnsafeRawBufferPointer(scratch.bytes))
            if seen.insert(key) { return key }
            repeated()
            return self.key(repeating: [record.text(of: id)], link: link())
        }
        let parts = Self.parts(of: record, link: link())
        let key = Fingerprint(of: parts)
        if seen.insert(key) { return key }
        repeated()
        return self.key(repeating: parts, link: link())
    }

    private static func parts(of record: ItemRecord, link: String?) -> [String] {
        if let link { return [link] }
        if let words = words(of: record) { return words }
        // Hardly anything is stated; dates count only when there is nothing else.
        let stated = record.entries.filter { !$0.field.isDate }
        return [""] + (stated.isEmpty ? record.entries : stated).map(record.text(of:))
    }

    /// Its title, text and file; nil when it has none of these.
    private static func words(of record: ItemRecord) -> [String]? {
        let title = record.text(.title)
        let text = record.text(.content) ?? record.text(.summary)
        let file = record.text(.enclosure)
        return title == nil && text == nil && file == nil ? nil : [title ?? "", text ?? "", file ?? ""]
    }

    private mutating func key(repeating parts: [String], link: String?) -> ItemKey {
        let second = Fingerprint(of: parts + [link ?? ""])
        if seen.insert(second) { return second }
        repeats[second, default: 1] += 1
        let third = Fingerprint(of: parts + [link ?? "", String(repeats[second] ?? 0)])
        _ = seen.insert(third)
        return third
    }
}
