import CampaignModel

/// Reads the modules of one layout.
struct LayoutModuleReader {
    let collector: ProblemCollector
    let scope: LayoutFields.Scope

    private static let planned = ["video", "audio", "file"]

    mutating func read(_ value: YAMLValue, path: String) -> Layout.Module? {
        let keys = ["text", "buttons", "image", "cards"] + Self.planned
        guard let reader = MappingReader(value, path: path, keys: keys, collector: collector) else { return nil }
        for key in Self.planned where reader.has(key) {
            reader.report(key, "\(key) is not supported yet", hint: "Use text, image or cards.")
            return nil
        }
        let kinds = ["text", "image", "cards"].filter(reader.has)
        guard kinds.count == 1, let kind = kinds.first else {
            let found =
                kinds.isEmpty ? "a module needs text, image or cards" : "a module is one of text, image and cards"
            collector.report(line: value.line, field: path, found, hint: "Start each module with “- ”.")
            return nil
        }
        if kind != "text", reader.has("buttons") {
            reader.report("buttons", "only text and cards have buttons", hint: "Put a text module below the image.")
        }
        switch kind {
        case "text":
            guard let text = template(reader, "text", .rich, scope) else { return nil }
            return .text(text, buttons: buttons(reader, scope: scope))
        case "image": return template(reader, "image", .plain, scope).map { .image($0) }
        default: return cards(reader)
        }
    }

    private func cards(_ module: MappingReader) -> Layout.Module? {
        let keys = ["title", "subtitle", "image", "link", "buttons"]
        guard let reader = module.group("cards", keys: keys) else { return nil }
        if !reader.has("title") { reader.report("title", "missing", hint: "Write title: \"{{item.title}}\".") }
        let subtitle = template(reader, "subtitle", .rich, .item)
        let image = template(reader, "image", .plain, .item)
        let link = template(reader, "link", .plain, .item)
        let buttons = buttons(reader, scope: .item)
        guard let title = template(reader, "title", .plain, .item) else { return nil }
        return .cards(
            Layout.CardTemplates(title: title, subtitle: subtitle, image: image, link: link, buttons: buttons)
        )
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
            guard let url = template(reader, "url", .plain, scope), let title else { return nil }
            return Layout.Button(title: title, action: .link(url))
        }
    }

    private func template(
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
