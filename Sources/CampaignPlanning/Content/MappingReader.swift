import CampaignModel

/// Takes typed values out of one group of keys, and reports what does not fit under its line and path.
struct MappingReader {
    let path: String
    let line: Int
    let collector: ProblemCollector
    private let entries: [String: YAMLValue.Entry]

    /// - Returns: nil, with a problem, when the value is not a group of keys.
    init?(_ value: YAMLValue, path: String, keys allowed: [String], collector: ProblemCollector) {
        self.path = path
        self.line = value.line
        self.collector = collector
        guard case .mapping(let entries) = value.kind else {
            collector.report(
                line: value.line, field: path.isEmpty ? nil : path,
                "expected keys such as \(allowed.prefix(3).joined(separator: ", ")), found \(value.kindName)"
            )
            return nil
        }
        self.entries = Dictionary(entries.map { ($0.key, $0) }) { first, _ in first }
        for entry in entries where !allowed.contains(entry.key) {
            collector.report(
                line: entry.line, field: Self.join(path, shown(entry.key)), "unknown key \(quoted(entry.key))",
                hint: Suggestion.hint(for: entry.key, among: allowed)
            )
        }
    }

    private static func join(_ path: String, _ key: String) -> String { path.isEmpty ? key : "\(path).\(key)" }

    func path(of key: String) -> String { Self.join(path, key) }

    /// The value, unless there is none or it is empty.
    func value(_ key: String) -> YAMLValue? {
        guard let value = entries[key]?.value, !value.isNull else { return nil }
        return value
    }

    func has(_ key: String) -> Bool { value(key) != nil }

    /// Whether the key is there, be it empty.
    func isWritten(_ key: String) -> Bool { entries[key] != nil }

    func line(of key: String) -> Int { entries[key]?.value.line ?? line }

    func report(_ key: String, _ message: String, hint: String? = nil) {
        collector.report(line: line(of: key), field: path(of: key), message, hint: hint)
    }

    /// The text as written, with `${NAME}` not filled in: what a message may show.
    func written(_ key: String) -> String {
        if case .scalar(let text)? = value(key)?.kind { return text }
        return ""
    }

    /// A text, with `${NAME}` filled in.
    func string(_ key: String) -> String? {
        value(key).flatMap { text(of: $0, path: path(of: key)) }
    }

    func required(_ key: String, hint: String) -> String? {
        guard has(key) else {
            report(key, "missing", hint: hint)
            return nil
        }
        guard let text = string(key) else { return nil }
        guard !text.allSatisfy(\.isWhitespace) else {
            report(key, "empty", hint: hint)
            return nil
        }
        return text
    }

    /// A list of texts; a single text counts as a list of one.
    func strings(_ key: String) -> [String]? {
        guard let value = value(key) else { return nil }
        guard case .list(let elements) = value.kind else {
            return text(of: value, path: path(of: key)).map { [$0] }
        }
        return elements.enumerated().compactMap { index, element in
            text(of: element, path: "\(path(of: key))[\(index)]")
        }
    }

    /// The groups of a list.
    func list(_ key: String) -> [(value: YAMLValue, path: String)] {
        guard let value = value(key) else { return [] }
        guard case .list(let elements) = value.kind else {
            report(key, "expected a list, found \(value.kindName)", hint: "Start each entry with “- ”.")
            return []
        }
        return elements.enumerated().map { ($1, "\(path(of: key))[\($0)]") }
    }

    func group(_ key: String, keys: [String]) -> MappingReader? {
        value(key).flatMap { MappingReader($0, path: path(of: key), keys: keys, collector: collector) }
    }

    /// The names in a group whose names are the owner's.
    func names(in key: String) -> [String]? {
        guard case .mapping(let entries)? = value(key)?.kind else {
            if has(key) { report(key, "expected a name and a value, such as city: [istanbul]") }
            return nil
        }
        return entries.map(\.key)
    }

    func integer(_ key: String, in range: ClosedRange<Int>) -> Int? {
        guard let text = string(key) else { return nil }
        guard let number = Int(text), range.contains(number) else {
            report(key, "\(quoted(written(key))) is not a whole number from \(range.lowerBound) to \(range.upperBound)")
            return nil
        }
        return number
    }

    /// A number of at least zero.
    func decimal(_ key: String, hint: String) -> DecimalAmount? {
        guard let text = string(key) else { return nil }
        guard let number = DecimalAmount(text), number.digits >= 0 else {
            report(key, "\(quoted(written(key))) is not a number of zero or more", hint: hint)
            return nil
        }
        return number
    }

    func boolean(_ key: String) -> Bool? {
        guard let text = string(key) else { return nil }
        switch text {
        case "true": return true
        case "false": return false
        default:
            report(key, "\(quoted(written(key))) is neither true nor false")
            return nil
        }
    }

    func duration(_ key: String) -> Duration? {
        guard let text = string(key) else { return nil }
        guard let duration = Duration(setting: text) else {
            report(
                key, "\(quoted(written(key))) is not a length of time",
                hint: "Write a number and s, m, h, d or w: 30s, 10m, 2h, 3d, 1w."
            )
            return nil
        }
        return duration
    }

    func choice<Choice>(_ key: String, of type: Choice.Type) -> Choice?
    where Choice: RawRepresentable<String> & CaseIterable {
        guard let text = string(key) else { return nil }
        guard let choice = Choice(rawValue: text) else {
            report(
                key, "unknown value \(quoted(written(key)))",
                hint: Suggestion.hint(for: text, among: Choice.allCases.map(\.rawValue))
            )
            return nil
        }
        return choice
    }

    private func text(of value: YAMLValue, path: String) -> String? {
        guard case .scalar(let written) = value.kind else {
            collector.report(line: value.line, field: path, "expected a single value, found \(value.kindName)")
            return nil
        }
        switch SecretReferences.resolve(written, secrets: collector.secrets) {
        case .success(let text): return text
        case .failure(.missing(let name)):
            collector.report(
                line: value.line, field: path, "${\(name)} has no value",
                hint: "Set the environment variable \(name), or put the value into the file /run/secrets/\(name)."
            )
        case .failure(.malformed):
            collector.report(
                line: value.line, field: path, "${ without a name and a closing }",
                hint: "Write ${NAME}, with letters, digits and _ in the name."
            )
        }
        return nil
    }
}
