import CampaignModel

/// Which names there are, and which are used where: what can be checked only when all files are read.
struct Declarations {
    enum Kind: String { case channel, source, campaign }

    private struct Name: Hashable {
        var kind: Kind
        var workspace: String
        var name: String
    }

    private struct Use {
        var field: String
        var written: String
        var provenance: Provenance
        var target: Name?
    }

    private var declared: [Name: Provenance] = [:]
    private var uses: [Use] = []
    private var repeated: [(use: Use, first: Provenance)] = []

    /// Notes a channel, source or campaign and what it refers to, even when something else about it is wrong: one
    /// mistake should not make others.
    mutating func declare(_ kind: Kind, _ reader: MappingReader, workspace: String) {
        let file = reader.collector.file
        let text = reader.written("name")
        if SettingValue.isName(text) {
            let name = Name(kind: kind, workspace: workspace, name: text)
            let here = Provenance(file: file, line: reader.line(of: "name"))
            if let first = declared[name] {
                let use = Use(field: reader.path(of: "name"), written: text, provenance: here, target: name)
                repeated.append((use, first))
            } else {
                declared[name] = here
            }
        }
        guard kind == .campaign else { return }
        for (key, kind) in [("source", Kind.source), ("sources", .source), ("channels", .channel)] {
            note(reader, key: key) { Name(kind: kind, workspace: workspace, name: $0) }
        }
        note(reader, key: "layout") { _ in nil }
    }

    private mutating func note(_ reader: MappingReader, key: String, target: (String) -> Name?) {
        guard let value = reader.value(key) else { return }
        let path = reader.path(of: key)
        var texts: [(value: YAMLValue, path: String)] = [(value, path)]
        if case .list(let elements) = value.kind {
            texts = elements.enumerated().map { ($1, "\(path)[\($0)]") }
        }
        for (value, path) in texts {
            guard case .scalar(let text) = value.kind, !text.contains("${"), !text.allSatisfy(\.isWhitespace)
            else { continue }
            uses.append(
                Use(
                    field: path, written: text,
                    provenance: Provenance(file: reader.collector.file, line: value.line), target: target(text)
                )
            )
        }
    }

    func check(layouts: Set<String>) -> [ContentProblem] {
        repeated.map { use, first in
            problem(
                use, "there is already a \(use.target?.kind.rawValue ?? "") named \(quoted(use.written)) (\(first))")
        } + uses.compactMap { use in check(use, layouts: layouts) }
    }

    private func check(_ use: Use, layouts: Set<String>) -> ContentProblem? {
        guard let target = use.target else {
            guard !layouts.contains(use.written) else { return nil }
            return problem(
                use, "there is no layout named \(quoted(use.written))",
                hint: Suggestion.hint(for: use.written, among: layouts) ?? "Put one into templates/layouts/."
            )
        }
        guard declared[target] == nil else { return nil }
        let others = declared.keys.filter { $0.kind == target.kind }
        let elsewhere = others.first { $0.name == target.name }
        let here = others.filter { $0.workspace == target.workspace }.map(\.name)
        let kind = target.kind.rawValue
        return problem(
            use, "there is no \(kind) named \(quoted(use.written)) in the workspace \(quoted(target.workspace))",
            hint: elsewhere.map { "The workspace \(quoted($0.workspace)) has one, but workspaces share nothing." }
                ?? Suggestion.hint(for: use.written, among: here) ?? "Add it to a file of feeds/."
        )
    }

    private func problem(_ use: Use, _ message: String, hint: String? = nil) -> ContentProblem {
        ContentProblem(
            file: use.provenance.file, line: use.provenance.line, field: use.field, message: message, hint: hint
        )
    }
}
