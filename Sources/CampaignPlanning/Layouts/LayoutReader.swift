package import CampaignModel

/// What a path in a layout leads to. The path is as written, relative to the folder of the layout's file.
package typealias MediaFinding = (_ path: String, _ layout: String) -> Result<MediaFile, MediaUnusable>

/// Why a path leads to nothing that can be sent.
package struct MediaUnusable: Error, Sendable, Hashable {
    /// Fits behind “pictures/sale.jpg ”.
    package var message: String

    package init(_ message: String) { self.message = message }
}

/// Reads templates/layouts/*.yaml and checks every string in them.
package enum LayoutReader {
    /// Reads all files and checks every string in them.
    ///
    /// - Parameters:
    ///   - files: Every layout file.
    ///   - media: Looks at the files beside the layouts.
    /// - Returns: The layouts without any problem, and the problems in the order of the files.
    package static func read(
        files: [ContentFile], media: @escaping MediaFinding = { _, _ in .failure(MediaUnusable("is not there")) }
    ) -> ([Layout], [ContentProblem]) {
        var layouts: [Layout] = []
        var problems: [ContentProblem] = []
        for file in files {
            let collector = ProblemCollector(file: file.path)
            if let layout = read(file, media: media, collector: collector), collector.problems.isEmpty {
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

    private static let keys = [
        "name", "each", "locale", "header", "modules", "footer", "silent", "link_preview", "protect",
    ]

    private static func read(
        _ file: ContentFile, media: @escaping MediaFinding, collector: ProblemCollector
    ) -> Layout? {
        guard let value = YAMLValue.read(file.text, into: collector) else {
            if collector.problems.isEmpty {
                collector.report(line: 1, field: nil, "the layout is empty", hint: "Give it a name and modules.")
            }
            return nil
        }
        guard let root = MappingReader(value, path: "", keys: keys, collector: collector) else { return nil }
        let each = root.choice("each", of: Layout.Each.self) ?? .item
        let name = root.name()
        return name.flatMap { read(root, named: $0, each, scope: LayoutFields.Scope(each), media: media) }
    }

    /// Keys of a message that is written by hand.
    static let oneOffKeys = ["locale", "modules", "silent", "link_preview", "protect"]

    /// What says how a message looks.
    static func read(
        _ root: MappingReader, named name: String, _ each: Layout.Each, scope: LayoutFields.Scope,
        media: @escaping MediaFinding
    ) -> Layout? {
        let collector = root.collector
        if !root.has("modules") { root.report("modules", "missing", hint: "Start with - text: \"…\".") }
        let options = MessageOptions(
            isSilent: root.boolean("silent") ?? false, isProtected: root.boolean("protect") ?? false,
            linkPreview: root.choice("link_preview", of: MessageOptions.LinkPreview.self), isDigest: each == .digest)
        let modules = LayoutModuleReader(
            collector: collector, scope: scope, findMedia: { media($0, collector.file) })
        let read = root.list("modules").compactMap { modules.read($0.value, path: $0.path) }
        if read.isEmpty, collector.problems.isEmpty {
            root.report("modules", "empty", hint: "Add at least one module.")
        }
        if each == .subscriber, read.contains(where: { if case .cards = $0 { true } else { false } }) {
            root.report("modules", "cards are about items, and this layout is about a person", hint: "Use text.")
        }
        let (header, footer) = (frame(root, "header", each, modules), frame(root, "footer", each, modules))
        return Layout(
            name: name, each: each, provenance: Provenance(file: collector.file, line: root.line(of: "name")),
            options: options, locale: locale(root), header: header, footer: footer, modules: read
        )
    }

    /// It speaks of a run, not of one item.
    private static func frame(
        _ root: MappingReader, _ key: String, _ each: Layout.Each, _ modules: LayoutModuleReader
    ) -> LayoutTemplate? {
        guard root.has(key) else { return nil }
        guard each != .subscriber else {
            root.report(key, "only layouts about items have a \(key)", hint: "Put it into the first or last text.")
            return nil
        }
        return modules.template(root, key, .rich, .digest)
    }

    private static func locale(_ root: MappingReader) -> String {
        guard let locale = root.string("locale") else { return "en" }
        guard LayoutLocale.isKnown(locale) else {
            root.report(
                "locale", "\(quoted(root.written("locale"))) is no language that dates and prices are written in",
                hint: "Write a tag such as en, tr or pt-BR.")
            return "en"
        }
        return locale
    }
}
