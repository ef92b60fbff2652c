package import CampaignModel

/// Reads feeds/*.yaml. docs/feeds.md describes them to their owner.
package enum ContentReader {
    /// Reads all files and checks what they say of each other.
    ///
    /// What has a problem of its own is left out of the content; use the content only when there are no problems.
    ///
    /// - Parameters:
    ///   - files: every file of feeds/; their order decides the order of the content.
    ///   - layouts: the names of the layouts that campaigns and channels may use.
    ///   - mappings: what is wrong with a mapping.
    ///   - secrets: the value of `${NAME}`, nil when there is none.
    /// - Returns: the content, and every problem by file and line.
    package static func read(
        files: [ContentFile], layouts: LayoutNames, mappings: @escaping MappingChecking = { _ in [] },
        secrets: (String) -> String?
    ) -> (Content, [ContentProblem]) {
        withoutActuallyEscaping(secrets) { secrets in
            var content = Content()
            var declarations = Declarations()
            var problems: [ContentProblem] = []
            for file in files {
                let collector = ProblemCollector(file: file.path, secrets: secrets, mappings: mappings)
                read(file, into: &content, declaring: &declarations, collector: collector)
                problems += collector.problems
            }
            problems += declarations.check(layouts: layouts)
            problems += SharedAccounts.problems(in: content.channels, acrossWorkspaces: false)
            return (content, problems.sorted { ($0.file, $0.line) < ($1.file, $1.line) })
        }
    }

    private static func read(
        _ file: ContentFile, into content: inout Content, declaring declarations: inout Declarations,
        collector: ProblemCollector
    ) {
        guard let value = YAMLValue.read(file.text, into: collector),
            let root = MappingReader(
                value, path: "", keys: ["workspace", "channels", "sources", "campaigns"], collector: collector
            )
        else { return }
        let workspace = root.string("workspace") ?? Workspace.defaultName
        if !SettingValue.isName(workspace) {
            root.report("workspace", "\(quoted(root.written("workspace"))) is not a name", hint: nameHint)
        }
        for (value, path) in root.list("channels") {
            guard let reader = MappingReader(value, path: path, keys: ChannelReader.keys, collector: collector)
            else { continue }
            declarations.declare(.channel, reader, workspace: workspace)
            if let channel = ChannelReader.read(reader, workspace: workspace) { content.channels.append(channel) }
        }
        for (value, path) in root.list("sources") {
            guard let reader = MappingReader(value, path: path, keys: SourceReader.keys, collector: collector)
            else { continue }
            declarations.declare(.source, reader, workspace: workspace)
            if let source = SourceReader.read(reader, workspace: workspace) { content.sources.append(source) }
        }
        for (value, path) in root.list("campaigns") {
            guard let reader = MappingReader(value, path: path, keys: CampaignReader.keys, collector: collector)
            else { continue }
            declarations.declare(.campaign, reader, workspace: workspace)
            if let campaign = CampaignReader.read(reader, workspace: workspace) { content.campaigns.append(campaign) }
        }
    }

    static let nameHint = "Names are made of a-z, 0-9, “.”, “_” and “-”, and start with a letter or a digit."
}

extension MappingReader {
    /// The `name`, which every channel, source and campaign has.
    func name() -> String? {
        guard let name = required("name", hint: ContentReader.nameHint) else { return nil }
        guard SettingValue.isName(name) else {
            report("name", "\(quoted(written("name"))) is not a name", hint: ContentReader.nameHint)
            return nil
        }
        return name
    }

    var provenance: Provenance { Provenance(file: collector.file, line: line) }
}
