/// A send as a bot asked for it, valid by itself: the state of the chat is not looked at yet.
struct TelegramDraft: Sendable {
    enum Source: Sendable, Hashable {
        case url(String)
        case upload(RequestParameters.File)
        case fileID(String)
    }

    struct Item: Sendable, Hashable {
        var kind: ChatMessage.Media.Kind
        var source: Source
        var caption: FormattedText
    }

    /// What the ledger calls it: `text`, `photo`, …, `media_group`.
    var kind: String
    var text = FormattedText(text: "")
    var items: [Item] = []
    var markup = TelegramMarkup()
    /// `rich_message`, as it was sent.
    var rich: JSON?
    /// `message_thread_id`: a forum's topic.
    var topic: Int64?
    /// How it is to be shown and heard, for the ledger.
    var options: [JSON.Member] = []

    var isAlbum: Bool { kind == "media_group" }

    private static let optionNames = [
        "message_thread_id", "disable_notification", "protect_content", "link_preview_options",
        "show_caption_above_media", "allow_paid_broadcast",
    ]

    static let mediaMethods: [String: ChatMessage.Media.Kind] = [
        "sendphoto": .photo, "sendvideo": .video, "sendaudio": .audio, "senddocument": .document,
        "sendanimation": .animation, "sendvoice": .voice,
    ]

    /// Reads the parameters of a send method, its name in small letters.
    ///
    /// - Returns: `nil` when the method sends nothing.
    static func read(_ method: String, _ parameters: RequestParameters) throws(TelegramError) -> TelegramDraft? {
        guard var draft = try content(method, parameters) else { return nil }
        draft.topic = parameters["message_thread_id"]?.integer
        draft.options = optionNames.compactMap { name in
            let value = name == "link_preview_options" ? parameters.structure(name) : parameters[name]
            guard let value else { return nil }
            return JSON.Member(
                key: name, value: value.integer.map { .integer($0) } ?? value.bool.map { .bool($0) } ?? value)
        }
        return draft
    }

    private static func content(_ method: String, _ parameters: RequestParameters) throws(TelegramError)
        -> TelegramDraft?
    {
        if method == "sendmessage" {
            return TelegramDraft(
                kind: "text", text: try text(of: parameters), markup: try TelegramMarkup(parameters)
            )
        }
        if method == "sendrichmessage" {
            let rich = try TelegramRichMessage(parameters)
            return TelegramDraft(
                kind: "rich", text: FormattedText(text: rich.text), markup: try TelegramMarkup(parameters),
                rich: rich.json
            )
        }
        if method == "sendmediagroup" { return try mediaGroup(parameters) }
        guard let kind = mediaMethods[method] else { return nil }
        let item = Item(
            kind: kind, source: try source(kind.rawValue, parameters), caption: try caption(of: parameters)
        )
        return TelegramDraft(kind: kind.rawValue, items: [item], markup: try TelegramMarkup(parameters))
    }

    /// 1–4096 UTF-16 units after entity parsing.
    static func text(of parameters: RequestParameters) throws(TelegramError) -> FormattedText {
        guard let raw = parameters.text("text"), !raw.isEmpty else { throw .badRequest("message text is empty") }
        let text = try formatted(
            raw, mode: parameters.text("parse_mode"), entities: parameters.structure("entities")
        )
        guard !text.isEmpty else { throw .badRequest("text must be non-empty") }
        guard text.text.utf16.count <= 4096 else { throw .badRequest("message is too long") }
        return text
    }

    /// 0–1024 UTF-16 units after entity parsing.
    static func caption(of parameters: RequestParameters) throws(TelegramError) -> FormattedText {
        try caption(
            parameters.text("caption"), mode: parameters.text("parse_mode"),
            entities: parameters.structure("caption_entities")
        )
    }

    private static func caption(_ raw: String?, mode: String?, entities: JSON?) throws(TelegramError) -> FormattedText {
        let text = try formatted(raw ?? "", mode: mode, entities: entities)
        guard text.text.utf16.count <= 1024 else { throw .badRequest("message caption is too long") }
        return text
    }

    private static func formatted(_ raw: String, mode: String?, entities: JSON?) throws(TelegramError)
        -> FormattedText
    {
        // Markup included, far above any text that fits; bounds the work of parsing.
        guard raw.utf8.count <= 65_536 else { throw .badRequest("message is too long") }
        switch mode?.lowercased() {
        case nil, "", "none": return FormattedText(text: raw, listed: entities).trimmed
        case "html":
            do {
                return try TelegramHTML.parse(raw).trimmed
            } catch {
                throw .badRequest("can't parse entities: \(error.reason)")
            }
        case "markdown", "markdownv2":
            throw .badRequest("unsupported parse_mode: the sandbox reads HTML only")
        default: throw .badRequest("unsupported parse_mode")
        }
    }

    private static func mediaGroup(_ parameters: RequestParameters) throws(TelegramError) -> TelegramDraft {
        guard let entries = parameters.structure("media")?.array else {
            throw .badRequest("can't parse media JSON object")
        }
        guard (2...10).contains(entries.count) else {
            throw .badRequest("wrong number of messages in the album: 2-10 are allowed")
        }
        var items: [Item] = []
        for entry in entries {
            let item = try item(entry, parameters)
            guard [.photo, .video, .audio, .document].contains(item.kind) else {
                throw .badRequest("type of media is invalid")
            }
            items.append(item)
        }
        let kinds = Set(items.map(\.kind))
        guard kinds.count == 1 || kinds == [.photo, .video] else {
            throw .badRequest("document and audio can't be mixed with other media types in an album")
        }
        return TelegramDraft(kind: "media_group", items: items)
    }

    /// `media` of `editMessageMedia`: one medium with its caption.
    static func editedItem(_ parameters: RequestParameters) throws(TelegramError) -> Item {
        guard let entry = parameters.structure("media"), entry.isObject else {
            throw .badRequest("can't parse media JSON object")
        }
        return try item(entry, parameters)
    }

    /// An InputMedia.
    private static func item(_ entry: JSON, _ parameters: RequestParameters) throws(TelegramError) -> Item {
        guard let kind = entry["type"]?.string.flatMap(ChatMessage.Media.Kind.init(rawValue:)) else {
            throw .badRequest("type of media is invalid")
        }
        let caption = try caption(
            entry["caption"]?.string, mode: entry["parse_mode"]?.string, entities: entry["caption_entities"])
        return Item(kind: kind, source: try source(entry["media"], parameters), caption: caption)
    }

    private static func source(_ name: String, _ parameters: RequestParameters) throws(TelegramError) -> Source {
        if let file = parameters.files[name] { return try upload(file) }
        guard parameters[name] != nil else { throw .badRequest("there is no \(name) in the request") }
        return try source(parameters[name], parameters)
    }

    private static func source(_ value: JSON?, _ parameters: RequestParameters) throws(TelegramError) -> Source {
        guard let text = value?.string, !text.isEmpty else { throw .badRequest("media not found") }
        if text.hasPrefix("attach://") {
            guard let file = parameters.files[String(text.dropFirst(9))] else {
                throw .badRequest("attached file \"\(text.dropFirst(9))\" not found")
            }
            return try upload(file)
        }
        if WebAddress.isWeb(text) { return .url(text) }
        guard text.utf8.count <= 200, text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "/") }) else {
            throw .badRequest("wrong file identifier/HTTP URL specified")
        }
        return .fileID(text)
    }

    private static func upload(_ file: RequestParameters.File) throws(TelegramError) -> Source {
        guard !file.bytes.isEmpty else { throw .badRequest("file must be non-empty") }
        return .upload(file)
    }
}
