import CampaignModel

/// Reads templates/layouts/*.yaml and checks every string in them.
package enum LayoutReader {
    /// A layout with any problem is left out; problems come in the order of the files.
    package static func read(files: [ContentFile]) -> ([Layout], [ContentProblem]) {
        var layouts: [Layout] = []
        var problems: [ContentProblem] = []
        for file in files {
            let collector = ProblemCollector(file: file.path)
            if let layout = read(file, collector: collector), collector.problems.isEmpty {
                if let first = layouts.first(where: { $0.name == layout.name }) {
                    collector.report(
                        line: layout.provenance.line, field: "name",
                        "there is already a layout named \(quoted(layout.name)) (\(first.provenance))"
                    )
                } else {
                    layouts.append(layout)
                }
            }
            problems += collector.problems
        }
        return (layouts, problems)
    }

    private static func read(_ file: ContentFile, collector: ProblemCollector) -> Layout? {
        guard let value = YAMLValue.read(file.text, into: collector) else {
            if collector.problems.isEmpty {
                collector.report(line: 1, field: nil, "the layout is empty", hint: "Give it a name and modules.")
            }
            return nil
        }
        guard let root = MappingReader(value, path: "", keys: ["name", "each", "modules"], collector: collector)
        else { return nil }
        let name = root.name()
        let each = root.choice("each", of: Layout.Each.self) ?? .item
        if !root.has("modules") { root.report("modules", "missing", hint: "Start with - text: \"{{item.title}}\".") }
        var modules = LayoutModuleReader(collector: collector, scope: LayoutFields.Scope(each))
        let read = root.list("modules").compactMap { modules.read($0.value, path: $0.path) }
        if read.isEmpty, collector.problems.isEmpty {
            root.report("modules", "empty", hint: "Add at least one module.")
        }
        if each == .subscriber, read.contains(where: { if case .cards = $0 { true } else { false } }) {
            root.report("modules", "cards are about items, and this layout is about a person", hint: "Use text.")
        }
        guard let name else { return nil }
        return Layout(
            name: name, each: each, provenance: Provenance(file: file.path, line: root.line(of: "name")), modules: read
        )
    }
}
