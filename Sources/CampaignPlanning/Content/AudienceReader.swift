import CampaignModel

/// Reads the `audience` of a campaign.
enum AudienceReader {
    private static let keys = ["tags", "without_tags", "languages", "fields", "origins", "active_within"]

    static func read(_ campaign: MappingReader) -> Audience? {
        guard let reader = campaign.group("audience", keys: keys) else { return nil }
        var audience = Audience(tags: reader.strings("tags") ?? [])
        audience.withoutTags = reader.strings("without_tags") ?? []
        audience.origins = reader.strings("origins") ?? []
        audience.activeWithin = reader.duration("active_within")
        audience.languages = (reader.strings("languages") ?? []).map { $0.lowercased().replacing("_", with: "-") }
        for language in audience.languages where !isTag(language) {
            reader.report(
                "languages", "\(quoted(language)) is no language tag", hint: "Write two letters, or more: tr, pt-br.")
        }
        audience.fields = fields(reader)
        // What is asked for and left empty would mean everybody.
        for key in keys where reader.isWritten(key) && isEmpty(reader.value(key)) {
            reader.report(key, "empty", hint: "Leave it out if it does not matter.")
        }
        for tag in Set(audience.tags).intersection(audience.withoutTags).sorted() {
            reader.report(
                "without_tags", "\(quoted(tag)) is in tags, too", hint: "Such an audience could have nobody in it.")
        }
        return audience
    }

    private static func isTag(_ text: String) -> Bool {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        return text.utf8.count <= 35 && (2...3).contains(parts[0].count)
            && parts.allSatisfy {
                !$0.isEmpty && $0.utf8.allSatisfy { (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) }
            }
    }

    /// Names as an import takes them, with one value or a list each.
    private static func fields(_ audience: MappingReader) -> [String: [String]] {
        guard let names = audience.names(in: "fields"), let reader = audience.group("fields", keys: names) else {
            return [:]
        }
        var fields: [String: [String]] = [:]
        for name in names {
            guard !name.isEmpty,
                name.utf8.allSatisfy({ (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x5F })
            else {
                reader.report(
                    name, "\(quoted(name)) is no name of a field", hint: "Write it as the import has it: city.")
                continue
            }
            fields[name] = reader.strings(name) ?? []
            if fields[name]?.isEmpty ?? true {
                reader.report(name, "empty", hint: "Leave it out if it does not matter.")
            }
        }
        return fields
    }

    private static func isEmpty(_ value: YAMLValue?) -> Bool {
        switch value?.kind {
        case nil, .null?: true
        case .list(let elements)?: elements.isEmpty
        case .mapping(let entries)?: entries.isEmpty
        case .scalar(let text)?: text.allSatisfy(\.isWhitespace)
        }
    }
}
