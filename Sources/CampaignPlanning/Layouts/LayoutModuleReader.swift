import CampaignModel

/// Reads the modules of one layout.
struct LayoutModuleReader {
    let collector: ProblemCollector
    let scope: LayoutFields.Scope
    let findMedia: (String) -> Result<MediaFile, MediaUnusable>

    private static let kinds = ["text", "cards"] + Media.Kind.allCases.map(\.rawValue)
    private static let details = ["buttons", "caption", "title", "performer"]
    private static let kindList = "text, image, video, audio, file and cards"

    func read(_ value: YAMLValue, path: String) -> Layout.Module? {
        guard
            let reader = MappingReader(value, path: path, keys: Self.kinds + Self.details, collector: collector)
        else { return nil }
        let kinds = Self.kinds.filter(reader.has)
        guard kinds.count == 1, let kind = kinds.first else {
            let found =
                kinds.isEmpty ? "a module needs one of \(Self.kindList)" : "a module is one of \(Self.kindList)"
            collector.report(line: value.line, field: path, found, hint: "Start each module with “- ”.")
            return nil
        }
        refuseForeign(reader, kind: kind)
        switch kind {
        case "text":
            guard let text = template(reader, "text", .rich, scope) else { return nil }
            return .text(text, buttons: buttons(reader, scope: scope))
        case "cards": return cards(reader)
        default: return Media.Kind(rawValue: kind).flatMap { media(reader, $0) }
        }
    }

    /// Details that belong to modules of another kind.
    private func refuseForeign(_ reader: MappingReader, kind: String) {
        if reader.has("buttons"), !["text", "image", "video"].contains(kind) {
            reader.report(
                "buttons", "only text, image, video and cards have buttons",
                hint: kind == "cards" ? "Put them into the cards." : "Put a text module below the \(kind).")
        }
        if reader.has("caption"), ["text", "cards"].contains(kind) {
            reader.report("caption", "only image, video, audio and file have a caption", hint: "Put it into the text.")
        }
        for key in ["title", "performer"] where reader.has(key) && kind != "audio" {
            reader.report(key, "only audio has a \(key)", hint: "Leave it out.")
        }
    }

    private func media(_ reader: MappingReader, _ kind: Media.Kind) -> Layout.Module? {
        let caption = template(reader, "caption", .rich, scope)
        let title = template(reader, "title", .plain, scope)
        let performer = template(reader, "performer", .plain, scope)
        let buttons = buttons(reader, scope: scope)
        guard let source = mediaSource(reader, kind.rawValue) else { return nil }
        return .media(
            Layout.MediaTemplates(
                kind: kind, source: source, line: reader.line(of: kind.rawValue), caption: caption, title: title,
                performer: performer, buttons: buttons))
    }

    /// An address, which may have values in it, or the path of a file that is there.
    private func mediaSource(_ reader: MappingReader, _ key: String) -> Layout.MediaTemplates.Source? {
        let written = reader.written(key).trimmed
        guard !written.isEmpty, !written.contains("{{"), !written.contains("://") else {
            return template(reader, key, .plain, scope).map { .address($0) }
        }
        guard !written.hasPrefix("/"), !written.split(separator: "/").contains("..") else {
            reader.report(
                key, "\(quoted(written)) leads out of the layout's folder",
                hint: "Put the file beside the layout, or into a folder there, and write the path from there.")
            return nil
        }
        switch findMedia(written) {
        case .success(let file): return .file(file)
        case .failure(let unusable):
            reader.report(
                key, "\(quoted(written)) \(unusable.message)",
                hint: "Write the path of a file from the layout's folder on, or an http(s) address.")
            return nil
        }
    }

    private func cards(_ module: MappingReader) -> Layout.Module? {
        // By hand, each card is written; otherwise there is one for each item.
        let scope = scope == .oneOff ? LayoutFields.Scope.oneOff : .item
        guard scope == .oneOff, case .list? = module.value("cards")?.kind else {
            guard let reader = module.group("cards", keys: Self.keysOfCard) else { return nil }
            return card(reader, scope).map { .cards([$0]) }
        }
        let cards = module.list("cards").compactMap { value, path in
            MappingReader(value, path: path, keys: Self.keysOfCard, collector: collector).flatMap { card($0, scope) }
        }
        return cards.isEmpty ? nil : .cards(cards)
    }

    private static let keysOfCard = ["title", "subtitle", "image", "link", "buttons"]

    private func card(_ reader: MappingReader, _ scope: LayoutFields.Scope) -> Layout.CardTemplates? {
        if !reader.has("title") { reader.report("title", "missing", hint: "Write title: \"{{item.title}}\".") }
        let subtitle = template(reader, "subtitle", .rich, scope)
        let image = address(reader, "image", scope)
        let link = address(reader, "link", scope)
        let buttons = buttons(reader, scope: scope)
        guard let title = template(reader, "title", .plain, scope) else { return nil }
        return Layout.CardTemplates(title: title, subtitle: subtitle, image: image, link: link, buttons: buttons)
    }

    private func buttons(_ parent: MappingReader, scope: LayoutFields.Scope) -> [Layout.Button] {
        parent.list("buttons").compactMap { value, path in
            let keys = ["title", "url", "action"]
            guard let reader = MappingReader(value, path: path, keys: keys, collector: collector) else { return nil }
            if !reader.has("title") { reader.report("title", "missing", hint: "Say what the button does.") }
            let title = template(reader, "title", .plain, scope)
            guard reader.has("url") != reader.has("action") else {
                collector.report(
                    line: reader.line, field: path, "a button needs either url or action",
                    hint: "Write {title: Read, url: \"{{item.link}}\"} or {title: Stop, action: unsubscribe}."
                )
                return nil
            }
            if reader.has("action") {
                guard reader.written("action") == "unsubscribe" else {
                    reader.report(
                        "action", "unknown action \(quoted(reader.written("action")))", hint: "Write unsubscribe.")
                    return nil
                }
                return title.map { Layout.Button(title: $0, action: .unsubscribe) }
            }
            guard let url = address(reader, "url", scope), let title else { return nil }
            return Layout.Button(title: title, action: .link(url))
        }
    }

    /// What an address begins with is seen here: no value mends it, and the button would be missing for everybody.
    private func address(_ reader: MappingReader, _ key: String, _ scope: LayoutFields.Scope) -> LayoutTemplate? {
        let written = reader.written(key).trimmed
        let tag = written.firstRange(of: "{{")
        let start = written[..<(tag?.lowerBound ?? written.endIndex)].replacing(" ", with: "%20")
        if !start.isEmpty, !SettingValue.isWebAddress(String(start) + (tag == nil ? "" : "x")) {
            reader.report(key, "\(quoted(written)) is not an http(s) address", hint: "Write https://….")
        }
        return template(reader, key, .plain, scope)
    }

    func template(
        _ reader: MappingReader, _ key: String, _ place: LayoutTemplate.Place, _ scope: LayoutFields.Scope
    ) -> LayoutTemplate? {
        guard let value = reader.value(key) else { return nil }
        guard case .scalar(let text) = value.kind else {
            reader.report(key, "expected a text, found \(value.kindName)", hint: "Put it in quotes.")
            return nil
        }
        do {
            return try LayoutTemplate(text, place: place, scope: scope)
        } catch {
            collector.report(
                line: value.textLine + error.line, field: reader.path(of: key), error.message, hint: error.hint
            )
            return nil
        }
    }
}
