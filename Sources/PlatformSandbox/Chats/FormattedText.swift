/// Text with marked stretches, as the Bot API describes them; offsets and lengths count UTF-16 code units.
struct FormattedText: Sendable, Hashable {
    struct Entity: Sendable, Hashable {
        enum Kind: String, Sendable, Hashable {
            case bold, italic, underline, strikethrough, spoiler, code, pre, blockquote
            case expandableBlockquote = "expandable_blockquote"
            case link = "text_link"
            case customEmoji = "custom_emoji"
            case botCommand = "bot_command"
        }

        var kind: Kind
        var offset: Int
        var length: Int
        /// The address of a link, the language of preformatted code, the identifier of a custom emoji.
        var detail: String?

        var end: Int { offset + length }
    }

    /// A stretch that is formatted the same way throughout.
    struct Run: Sendable, Hashable {
        var text: String
        var kinds: [Entity.Kind]
        var link: String?
    }

    /// Telegram leaves out what goes beyond.
    static let maximumEntities = 100

    var text: String
    var entities: [Entity] = []

    var isEmpty: Bool { text.isEmpty }

    /// The text cut where an entity begins or ends.
    var runs: [Run] {
        let units = Array(text.utf16)
        var cuts: Set<Int> = [0, units.count]
        for entity in entities { cuts.formUnion([entity.offset, entity.end]) }
        let places = cuts.filter { (0...units.count).contains($0) }.sorted()
        return zip(places, places.dropFirst()).map { start, end in
            let covering = entities.filter { $0.offset <= start && $0.end >= end }
            return Run(
                text: String(decoding: units[start..<end], as: UTF16.self), kinds: covering.map(\.kind),
                link: covering.first { $0.kind == .link }?.detail
            )
        }
    }

    /// Without the white space around it, as Telegram stores text.
    var trimmed: FormattedText {
        let units = Array(text.utf16)
        let isSpace = { (unit: UInt16) in unit == 0x20 || unit == 0x0A || unit == 0x0D || unit == 0x09 }
        guard let first = units.firstIndex(where: { !isSpace($0) }),
            let last = units.lastIndex(where: { !isSpace($0) })
        else { return FormattedText(text: "") }
        guard first > 0 || last < units.count - 1 else { return self }
        let kept = first...last
        let moved = entities.compactMap { entity -> Entity? in
            let start = max(entity.offset, first)
            let end = min(entity.end, last + 1)
            guard start < end else { return nil }
            return Entity(kind: entity.kind, offset: start - first, length: end - start, detail: entity.detail)
        }
        return FormattedText(text: String(decoding: units[kept], as: UTF16.self), entities: moved)
    }

    /// The `entities` of a Message object; `nil` when there are none.
    var entitiesJSON: JSON? {
        guard !entities.isEmpty else { return nil }
        return .array(
            entities.map { entity in
                let detailKey =
                    switch entity.kind {
                    case .pre: "language"
                    case .customEmoji: "custom_emoji_id"
                    default: "url"
                    }
                return JSON(members: [
                    ("type", .string(entity.kind.rawValue)), ("offset", .integer(Int64(entity.offset))),
                    ("length", .integer(Int64(entity.length))), (detailKey, entity.detail.map { .string($0) }),
                ])
            }
        )
    }

    /// Text with the entities that a caller lists itself; those that are unknown here or lie outside are left out.
    init(text: String, listed: JSON?) {
        self.text = text
        let size = text.utf16.count
        entities = (listed?.array ?? []).prefix(Self.maximumEntities).compactMap { entry in
            guard let kind = entry["type"]?.string.flatMap(Entity.Kind.init(rawValue:)),
                let offset = entry["offset"]?.integer, let length = entry["length"]?.integer,
                (0...Int64(size)).contains(offset), (1...Int64(max(1, size))).contains(length),
                offset + length <= Int64(size)
            else { return nil }
            let detail = entry["url"] ?? entry["language"] ?? entry["custom_emoji_id"]
            return Entity(kind: kind, offset: Int(offset), length: Int(length), detail: detail?.string)
        }
    }

    init(text: String, entities: [Entity] = []) {
        self.text = text
        self.entities = entities
    }
}
