package import CampaignModel

/// Reads how a document of no known format becomes items: the `format` of a source, when it is not a format's name.
package enum DocumentMappingReader {
    static let keys = ["item", "fields"]
    /// Longer expressions than anyone writes by hand would only slow down the reading of each item.
    private static let longest = 1000
    /// An item needs one of these to be told from others.
    private static let identities = ["id", "link", "title"]

    /// Reads a file that holds a mapping: `item` and `fields`, or a whole `format` with the two as in feeds/.
    ///
    /// - Parameters:
    ///   - file: the file with its text.
    ///   - mappings: what is wrong with a mapping.
    ///   - secrets: the value of `${NAME}`, nil when there is none.
    /// - Returns: the mapping, when nothing is wrong with it, and every problem by line.
    package static func read(
        file: ContentFile, mappings: @escaping MappingChecking = { _ in [] }, secrets: (String) -> String?
    ) -> (DocumentMapping?, [ContentProblem]) {
        withoutActuallyEscaping(secrets) { secrets in
            let collector = ProblemCollector(file: file.path, secrets: secrets, mappings: mappings)
            let mapping = read(text: file.text, collector: collector)
            if mapping == nil, collector.problems.isEmpty {
                collector.report(line: 1, field: nil, "the file is empty", hint: hint)
            }
            return (collector.problems.isEmpty ? mapping : nil, collector.problems)
        }
    }

    private static func read(text: String, collector: ProblemCollector) -> DocumentMapping? {
        guard let value = YAMLValue.read(text, into: collector) else { return nil }
        var isWrapped = false
        if case .mapping(let entries) = value.kind { isWrapped = entries.contains { $0.key == "format" } }
        guard let root = MappingReader(value, path: "", keys: isWrapped ? ["format"] : keys, collector: collector)
        else { return nil }
        guard isWrapped else { return read(root) }
        guard root.has("format") else {
            root.report("format", "empty", hint: hint)
            return nil
        }
        return root.group("format", keys: keys).flatMap(read)
    }

    private static let hint = "Write item: and fields: with at least id, link or title; docs/feeds.md has examples."

    /// Reads `item` and `fields`. What is wrong with them is reported and left out.
    static func read(_ reader: MappingReader) -> DocumentMapping? {
        // CSV has no path to its rows, and JSON may be an array of items; the document decides.
        let item = reader.has("item") ? reader.string("item") : ""
        guard reader.has("fields") else {
            reader.report("fields", "missing", hint: hint)
            return nil
        }
        guard let group = reader.group("fields", keys: DocumentMapping.fieldNames) else { return nil }
        var fields: [String: String] = [:]
        var isSound = item != nil
        for name in DocumentMapping.fieldNames where group.isWritten(name) {
            if let expression = expression(group, name) { fields[name] = expression } else { isSound = false }
        }
        guard isSound else { return nil }
        guard identities.contains(where: { fields[$0] != nil }) else {
            reader.report("fields", "none of id, link and title is there", hint: "Items are told apart by one of them.")
            return nil
        }
        let mapping = DocumentMapping(item: item ?? "", fields: fields)
        for problem in reader.collector.mappings(mapping) {
            reader.collector.report(line: reader.line, field: reader.path.isEmpty ? nil : reader.path, problem)
        }
        return mapping
    }

    private static func expression(_ group: MappingReader, _ name: String) -> String? {
        guard let text = group.required(name, hint: "Say where it stands in the item, or leave the field out.")
        else { return nil }
        guard text.utf8.count <= longest else {
            group.report(name, "longer than \(longest) bytes")
            return nil
        }
        return text
    }
}
