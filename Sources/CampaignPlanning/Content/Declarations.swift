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
        /// Without a target: whether the layout is for an event of a subscription.
        var isReply = false
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
        if kind == .channel {
            let events = reader.value("events").flatMap { value in
                MappingReader(
                    value, path: reader.path(of: "events"), keys: ConversationReader.events,
                    // It was told already what is wrong with it.
                    collector: ProblemCollector(file: file))
            }
            for key in ConversationReader.events where events?.written(key) != ConversationReader.none {
                if let events { note(events, key: key, isReply: true) { _ in nil } }
            }
        }
        guard kind == .campaign else { return }
        for (key, kind) in [("source", Kind.source), ("sources", .source), ("channels", .channel)] {
            note(reader, key: key) { Name(kind: kind, workspace: workspace, name: $0) }
        }
        note(reader, key: "layout") { _ in nil }
        noteApprover(reader, workspace: workspace)
    }

    /// The channel in which somebody is asked to let runs go.
    private mutating func noteApprover(_ campaign: MappingReader, workspace: String) {
        guard let value = campaign.value("approval"), case .mapping = value.kind,
            let reader = MappingReader(
                value, path: campaign.path(of: "approval"), keys: CampaignReader.approvalKeys,
                // It was told already what is wrong with it.
                collector: ProblemCollector(file: campaign.collector.file))
        else { return }
        let channel = String(reader.written("by").prefix { $0 != ":" })
        guard !channel.isEmpty, channel != reader.written("by"), !channel.contains("${") else { return }
        uses.append(
            Use(
                field: reader.path(of: "by"), written: channel,
                provenance: Provenance(file: campaign.collector.file, line: reader.line(of: "by")),
                target: Name(kind: .channel, workspace: workspace, name: channel)))
    }

    private mutating func note(
        _ reader: MappingReader, key: String, isReply: Bool = false, target: (String) -> Name?
    ) {
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
                    provenance: Provenance(file: reader.collector.file, line: value.line), target: target(text),
                    isReply: isReply
                )
            )
        }
    }

    func check(layouts: LayoutNames) -> [ContentProblem] {
        repeated.map { use, first in
            problem(
                use, "there is already a \(use.target?.kind.rawValue ?? "") named \(quoted(use.written)) (\(first))")
        } + uses.compactMap { use in check(use, layouts: layouts) }
    }

    private func check(_ use: Use, layouts: LayoutNames) -> ContentProblem? {
        guard let target = use.target else { return check(layout: use, layouts) }
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

    private func check(layout use: Use, _ layouts: LayoutNames) -> ContentProblem? {
        let (fitting, others) =
            use.isReply ? (layouts.replies, layouts.campaigns) : (layouts.campaigns, layouts.replies)
        guard !fitting.contains(use.written) else { return nil }
        if others.contains(use.written) {
            return problem(
                use, "the layout \(quoted(use.written)) is for \(use.isReply ? "items" : "people")",
                hint: use.isReply ? "Name one with each: subscriber." : "Name one with each: item or each: digest.")
        }
        return problem(
            use, "there is no layout named \(quoted(use.written))",
            hint: Suggestion.hint(for: use.written, among: fitting) ?? "Put one into templates/layouts/.")
    }

    private func problem(_ use: Use, _ message: String, hint: String? = nil) -> ContentProblem {
        ContentProblem(
            file: use.provenance.file, line: use.provenance.line, field: use.field, message: message, hint: hint
        )
    }
}
