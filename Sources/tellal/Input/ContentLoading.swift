import CampaignModel
import CampaignPlanning
import FeedReading
import Foundation

/// The owner's files, read and checked.
struct LoadedContent: Sendable {
    var content: Content
    var layouts: [String: Layout]
    var problems: [ContentProblem]

    /// - Throws: ``Problem`` (`settings`) that lists what is wrong, when anything is.
    func checked() throws(Problem) -> LoadedContent {
        guard let first = problems.first else { return self }
        let all = problems.count > 1 ? "`tellal check` lists all \(problems.count) problems." : nil
        throw Problem(
            .settings, first.sentence,
            hint: [first.hint, all].compactMap(\.self).joined(separator: " ").nonEmpty
                ?? "`tellal check` shows it again.")
    }

    /// What is hardly meant, and keeps nothing from working: a file may be written later, or be on another machine.
    var warnings: [ContentProblem] {
        let missing = content.sources.filter { !$0.isRemote && !FileManager.default.fileExists(atPath: $0.location) }
        return missing.map { source in
            ContentProblem(
                file: source.provenance.file, line: source.provenance.line,
                message: "source \(source.fullName): there is no file \(source.writtenLocation)",
                hint: "Paths are relative to the file that names them.")
        } + SharedAccounts.problems(in: content.channels, acrossWorkspaces: true)
    }
}

enum ContentLoading {
    /// Reads feeds/*.yaml and templates/layouts/*.yaml. No network, no database.
    static func load(
        feeds: String, templates: String, secrets: (String) -> String? = secret
    ) throws(Problem) -> LoadedContent {
        let layoutFolder = templates + "/layouts"
        let (layouts, layoutProblems) = LayoutReader.read(
            files: try files(in: layoutFolder, setting: "templates"),
            media: { LayoutMedia.find($0, layout: $1) })
        let (content, problems) = ContentReader.read(
            files: try files(in: feeds, setting: "feeds"), layouts: LayoutNames(layouts),
            mappings: MappingCheck.problems,
            secrets: secrets)
        let named = Dictionary(layouts.map { ($0.name, $0) }) { first, _ in first }
        return LoadedContent(
            content: content, layouts: named,
            // A broken layout is missing for its campaigns as well; what is wrong with it comes first.
            problems: layoutProblems + LayoutMedia.problems(in: content, layouts: named) + problems)
    }

    /// Reads a message that the owner wrote by hand.
    ///
    /// - Parameters:
    ///   - path: The file.
    ///   - overrides: What counts more than the file.
    ///   - content: Whose channels it may name.
    /// - Returns: It without any problem, or the problems.
    /// - Throws: ``Problem`` when there is no such file.
    static func oneOff(
        _ path: String, _ overrides: OneOffReader.Overrides = .init(), of content: Content
    ) throws(Problem) -> (OneOff?, [ContentProblem]) {
        guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
            throw Problem(.notFound, "cannot read \(path)", hint: "Name a UTF-8 text that this user may read.")
        }
        // Another process may read the files beside it, from another folder.
        let place = URL(filePath: path).standardized.path
        return OneOffReader.read(
            ContentFile(path: path, text: text), overrides,
            channels: { workspace in content.channels.filter { $0.workspace == workspace }.map(\.name) },
            now: SystemTime().now(),
            media: { name, _ in LayoutMedia.find(name, layout: place) }, secrets: secret,
            html: { HTMLText.richText(html: $0, base: nil) })
    }

    /// The sources that the files hold already, as far as they can be read; none when there is no such folder yet.
    static func sources(in feeds: String) throws(Problem) -> [Source] {
        guard FileManager.default.fileExists(atPath: feeds) else { return [] }
        let files = try files(in: feeds, setting: "feeds")
        return ContentReader.read(files: files, layouts: LayoutNames(), secrets: secret).0.sources
    }

    /// The value of `${NAME}`: from the environment, or from the file of that name among ``Secrets``.
    static func secret(_ name: String) -> String? {
        let environment = ProcessInfo.processInfo.environment
        return environment[name] ?? (try? Secrets.value(name, in: Secrets.folders(environment)))
    }

    private static func files(in folder: String, setting: String) throws(Problem) -> [ContentFile] {
        guard let names = try? FileManager.default.contentsOfDirectory(atPath: folder) else {
            throw Problem(
                .settings, "there is no folder \(folder)", hint: "Make it, or set `\(setting)` to where your files are."
            )
        }
        var files: [ContentFile] = []
        for name in names.sorted() where name.hasSuffix(".yaml") || name.hasSuffix(".yml") {
            let path = folder.hasPrefix("./") ? "\(folder.dropFirst(2))/\(name)" : "\(folder)/\(name)"
            guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
                throw Problem(
                    .settings, "cannot read \(path)", hint: "It must be a UTF-8 text that this user may read.")
            }
            files.append(ContentFile(path: path, text: text))
        }
        return files
    }
}

extension String {
    fileprivate var nonEmpty: String? { isEmpty ? nil : self }
}
