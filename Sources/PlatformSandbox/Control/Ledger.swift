import CampaignModel

/// Every send that the sandbox accepted since it started, in order; nothing is ever taken out.
struct Ledger: Sendable {
    struct Entry: Sendable, Hashable {
        var sequence: Int
        var platform: Platform
        /// The bot's number or the Page's id; never a token.
        var sender: String
        var chat: String
        var messageID: String
        var kind: String
        /// FNV-1a of everything that was to be shown: equal messages have equal digests.
        var digest: UInt64
        /// The beginning of the text, for people.
        var excerpt: String
        var metadata: String?
        /// Telegram: how it was to be shown and heard.
        var options: [JSON.Member] = []
        var at: Timestamp
    }

    private(set) var entries: [Entry] = []
    private(set) var counts: [Platform: Int] = [:]

    mutating func record(
        platform: Platform, chat: String, message: ChatMessage, kind: String, metadata: String? = nil,
        options: [JSON.Member] = []
    ) {
        let shown = message.text.text.isEmpty ? message.cards.map(\.title).joined(separator: ", ") : message.text.text
        counts[platform, default: 0] += 1
        entries.append(
            Entry(
                sequence: entries.count + 1, platform: platform, sender: message.sender, chat: chat,
                messageID: message.id, kind: kind, digest: Self.digest(of: message),
                excerpt: String(shown.prefix(60)), metadata: metadata, options: options, at: message.date
            )
        )
    }

    /// At most `limit` entries with a sequence above `after`.
    func entries(after: Int, limit: Int) -> ArraySlice<Entry> {
        entries[min(max(0, after), entries.count)...].prefix(max(0, limit))
    }

    private static func digest(of message: ChatMessage) -> UInt64 {
        var digest = FNV1a()
        digest.add(message.text.text)
        for media in message.media { digest.add(media.url) }
        for card in message.cards {
            digest.add(card.title)
            digest.add(card.subtitle ?? "")
            digest.add(card.image ?? "")
        }
        for button in message.buttons.flatMap({ $0 }) { digest.add(button.title) }
        return digest.value
    }
}

extension Ledger.Entry {
    var json: JSON {
        JSON(members: [
            ("sequence", .integer(Int64(sequence))), ("platform", .string(platform.rawValue)),
            ("sender", .string(sender)), ("chat", .string(chat)), ("message_id", .string(messageID)),
            ("kind", .string(kind)), ("digest", .string(String(digest, radix: 16))), ("text", .string(excerpt)),
            ("metadata", metadata.map { .string($0) }), ("at", .integer(at.milliseconds)),
        ]).adding(.object(options))
    }
}

/// The 64-bit FNV-1a hash: small, and the same on every run.
struct FNV1a {
    private(set) var value: UInt64 = 0xCBF2_9CE4_8422_2325

    mutating func add(_ text: String) {
        for byte in text.utf8 { value = (value ^ UInt64(byte)) &* 0x100_0000_01B3 }
        value = (value ^ 0xFF) &* 0x100_0000_01B3
    }

    static func hash(_ text: String) -> UInt64 {
        var hash = FNV1a()
        hash.add(text)
        return hash.value
    }
}
