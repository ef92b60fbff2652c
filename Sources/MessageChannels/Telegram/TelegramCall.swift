import CampaignModel

/// What all calls of one message have in common.
struct TelegramCall: Sendable {
    typealias Wording = MessagePart.Wording

    /// A medium with the words below it.
    struct Captioned: Sendable {
        var media: Media
        var caption: StyledText
    }

    private let api: BotAPI
    private let target: TelegramTarget
    private let options: MessageOptions
    /// A message with a picture of its own needs no picture of a linked page beside it.
    private let hasPicture: Bool

    init(_ message: Message, to address: String, on channel: Channel) {
        api = BotAPI(channel)
        target = TelegramTarget(address)
        options = message.options
        hasPicture = message.modules.contains { module in
            switch module {
            case .text: false
            case .media(let media): media.kind == .image && MediaForm(unknown: media) != .missing
            case .cards(let cards): cards.contains { $0.image.flatMap(LinkAddress.init) != nil }
            }
        }
    }

    func text(_ text: StyledText, keyboard: JSONValue?, _ wording: Wording) -> PlatformRequest {
        var fields: [String: JSONValue] = ["link_preview_options": linkPreview(of: text, keyboard)]
        fields.merge(words(text, as: "text", wording)) { _, new in new }
        return request("sendMessage", fields, keyboard: keyboard)
    }

    /// - Returns: Nil when the medium is missing and it has no caption.
    func media(
        _ captioned: Captioned, _ form: MediaForm, keyboard: JSONValue?, _ wording: Wording
    ) -> PlatformRequest? {
        let media = captioned.media
        let field = media.kind.telegramField
        guard let (value, file) = value(of: form, attachedAs: field) else {
            return captioned.caption.isEmpty ? nil : text(captioned.caption, keyboard: keyboard, wording)
        }
        var fields = words(captioned.caption, as: "caption", wording)
        fields[field] = value
        if media.kind == .audio {
            fields["title"] = media.title.map(JSONValue.string)
            fields["performer"] = media.performer.map(JSONValue.string)
        }
        if media.kind == .video { fields["supports_streaming"] = true }
        // A sound that is sent as a file stays one.
        if media.kind == .file, file != nil { fields["disable_content_type_detection"] = true }
        return request(
            media.kind.telegramMethod, fields, keyboard: keyboard, files: [file].compactMap(\.self),
            patience: [form].patience)
    }

    /// Pictures side by side; one that is missing is left out, and where all are, their captions go as a text.
    func album(_ items: [Captioned], _ forms: [MediaForm], _ wording: Wording) -> PlatformRequest? {
        let shown = zip(items, forms).filter { $0.1 != .missing }
        guard shown.count > 1 else {
            if let (item, form) = shown.first { return media(item, form, keyboard: nil, wording) }
            guard let all = Self.joined(items.map(\.caption)) else { return nil }
            return text(all, keyboard: nil, wording)
        }
        var files: [PlatformRequest.File] = []
        let media: [JSONValue] = shown.enumerated().compactMap { index, shown in
            guard let (value, file) = value(of: shown.1, attachedAs: "file\(index)") else { return nil }
            files += [file].compactMap(\.self)
            var fields = words(shown.0.caption, as: "caption", wording)
            fields["type"] = "photo"
            fields["media"] = value
            return .object(fields)
        }
        return request(
            "sendMediaGroup", ["media": .array(media)], keyboard: nil, files: files, patience: forms.patience)
    }

    private static func joined(_ captions: [StyledText]) -> StyledText? {
        var all = StyledText()
        for caption in captions where !caption.isEmpty {
            if !all.isEmpty { all.append("\n\n", marks: []) }
            for run in caption.runs { all.append(run.text, marks: run.marks) }
        }
        return all.isEmpty
            ? nil : all.shortened(to: PlatformLimits.Telegram.text, entities: PlatformLimits.Telegram.entities)
    }

    private func value(
        of form: MediaForm, attachedAs name: String
    ) -> (value: JSONValue, file: PlatformRequest.File?)? {
        switch form {
        case .address(let address): (.string(address), nil)
        case .remembered(let id): (.string(id), nil)
        case .upload(let content): (.string("attach://\(name)"), PlatformRequest.File(name: name, content: content))
        case .missing: nil
        }
    }

    private func words(_ text: StyledText, as field: String, _ wording: Wording) -> [String: JSONValue] {
        guard !text.isEmpty else { return [:] }
        switch wording {
        case .formatted: return [field: .string(text.telegramHTML), "parse_mode": "HTML"]
        case .plain: return [field: .string(text.plain)]
        }
    }

    /// Telegram looks at the first link of the text; where only a button has one, it must be told (Bot API,
    /// LinkPreviewOptions).
    private func linkPreview(of text: StyledText, _ keyboard: JSONValue?) -> JSONValue {
        var fields: [String: JSONValue] = ["is_disabled": false]
        switch options.linkPreview {
        case nil: return ["is_disabled": .bool(hasPicture)]
        case .some(.none): return ["is_disabled": true]
        case .small: fields["prefer_small_media"] = true
        case .large: fields["prefer_large_media"] = true
        case .above: fields["show_above_text"] = true
        }
        if !text.hasLink, let address = keyboard?["inline_keyboard"]?.firstAddress { fields["url"] = .string(address) }
        return .object(fields)
    }

    func request(
        _ method: String, _ fields: [String: JSONValue], keyboard: JSONValue?, files: [PlatformRequest.File] = [],
        patience: Duration = .zero
    ) -> PlatformRequest {
        var fields = fields.merging(target.fields) { _, new in new }
        fields["reply_markup"] = keyboard
        if options.isSilent { fields["disable_notification"] = true }
        if options.isProtected { fields["protect_content"] = true }
        return PlatformRequest(url: api.address(method), fields: fields, files: files, patience: patience)
    }
}

extension Media.Kind {
    var telegramMethod: String {
        switch self {
        case .image: "sendPhoto"
        case .video: "sendVideo"
        case .audio: "sendAudio"
        case .file: "sendDocument"
        }
    }

    /// The method's field, which is also the member of the sent message.
    var telegramField: String {
        switch self {
        case .image: "photo"
        case .video: "video"
        case .audio: "audio"
        case .file: "document"
        }
    }

    /// What people call it.
    var noun: String {
        switch self {
        case .image: "picture"
        case .video: "video"
        case .audio: "sound"
        case .file: "file"
        }
    }
}

extension JSONValue {
    /// The address of the first button that has one, of rows of buttons.
    fileprivate var firstAddress: String? {
        array?.lazy.flatMap { $0.array ?? [] }.compactMap { $0["url"]?.string }.first
    }
}
