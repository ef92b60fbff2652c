import CampaignModel

/// Reads one entry of `sources`.
enum SourceReader {
    static let keys = ["name", "url", "format", "every", "confirm", "identity"]

    static func read(_ reader: MappingReader, workspace: String) -> Source? {
        let name = reader.name()
        let location = location(reader)
        let format = format(reader)
        let every = every(reader)
        let confirm = confirm(reader)
        let identity = identity(reader)
        guard let name, let location, let format, let every else { return nil }
        return Source(
            workspace: workspace, name: name, location: location, writtenLocation: reader.written("url"),
            format: format.name, mapping: format.mapping, every: every, confirm: confirm, identity: identity,
            provenance: reader.provenance
        )
    }

    private static func location(_ reader: MappingReader) -> String? {
        let hint = "Write an http(s) address, or the path of a file relative to this one."
        guard let url = reader.required("url", hint: hint) else { return nil }
        if url.contains("://") {
            guard SettingValue.isWebAddress(url) else {
                reader.report("url", "\(quoted(reader.written("url"))) is not an http(s) address", hint: hint)
                return nil
            }
            return url
        }
        guard !url.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) else {
            reader.report("url", "the path holds control characters", hint: hint)
            return nil
        }
        return SettingValue.resolve(path: url, besideFile: reader.collector.file)
    }

    private struct Format {
        var name: DocumentFormat?
        var mapping: DocumentMapping?
    }

    private static func format(_ reader: MappingReader) -> Format? {
        guard let value = reader.value("format") else { return Format() }
        if case .mapping = value.kind {
            return reader.group("format", keys: DocumentMappingReader.keys)
                .flatMap(DocumentMappingReader.read).map { Format(mapping: $0) }
        }
        guard let text = reader.string("format") else { return nil }
        if text == "auto" { return Format() }
        guard let format = DocumentFormat.named.first(where: { $0.rawValue == text }) else {
            reader.report(
                "format", "unknown format \(quoted(reader.written("format")))",
                hint: text == DocumentFormat.custom.rawValue
                    ? "Write the mapping itself: format: {item: …, fields: {…}}; docs/feeds.md tells how."
                    : Suggestion.hint(for: text, among: DocumentFormat.named.map(\.rawValue) + ["auto"])
            )
            return nil
        }
        return Format(name: format)
    }

    private static func identity(_ reader: MappingReader) -> IdentityPolicy? {
        guard let text = reader.string("identity"), text != "auto" else { return nil }
        let names = IdentityPolicy.allCases.map(\.rawValue)
        if let policy = IdentityPolicy(rawValue: text) { return policy }
        reader.report(
            "identity", "\(quoted(text)) is nothing that items can be known by",
            hint: Suggestion.hint(for: text, among: names + ["auto"]))
        return nil
    }

    private static func confirm(_ reader: MappingReader) -> Set<ChangeKind> {
        let confirmable = ChangeKind.allCases.filter { $0 != .new && $0 != .updated }.map(\.rawValue)
        let kinds = (reader.strings("confirm") ?? []).compactMap { text -> ChangeKind? in
            if confirmable.contains(text) { return ChangeKind(rawValue: text) }
            reader.report(
                "confirm", "\(quoted(text)) is no kind of change that can wait for a second document",
                hint: Suggestion.hint(for: text, among: confirmable))
            return nil
        }
        return Set(kinds)
    }

    private static func every(_ reader: MappingReader) -> PollInterval? {
        guard reader.has("every") else { return .every(.minutes(10)) }
        if reader.written("every") == "auto" { return .auto }
        return reader.duration("every").map { .every($0) }
    }
}
