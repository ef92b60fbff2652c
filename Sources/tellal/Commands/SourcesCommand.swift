import ArgumentParser
import CampaignModel
import CampaignPlanning
import FeedReading
import Foundation

struct SourcesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sources",
        abstract: "The feeds and catalogs that are polled: lists them, makes them of a subscription list.",
        discussion: """
            EXAMPLES:
              tellal sources list
              tellal sources import subscriptions.opml
            """,
        subcommands: [Import.self, List.self])

    struct Import: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Makes sources of a subscription list (OPML), in a new file of feeds/.",
            discussion: """
                Files that are there are never touched, and a feed that one of them has already is left out.

                EXAMPLES:
                  tellal sources import subscriptions.opml
                  tellal sources import https://example.org/list.opml --to feeds/planet.yaml
                  tellal sources import subscriptions.opml --dry-run     write nothing
                """)

        @Argument(help: "A file, an http(s) address, or - for standard input.")
        var list: String

        @Option(help: ArgumentHelp("The new file; named after the list when not given.", valueName: "file.yaml"))
        var to: String?

        @Flag(help: "Write nothing.")
        var dryRun = false

        @OptionGroup var options: CommonOptions

        func validate() throws {
            guard let to, !to.hasSuffix(".yaml"), !to.hasSuffix(".yml") else { return }
            throw ValidationError("--to needs a name that ends with .yaml; other files of feeds/ are not read")
        }

        func run() async throws {
            try await reportingProblems(json: options.json) {
                let settings = try await options.load()
                let document = InputDocument(list)
                let outline = try await read(document)
                var plan = SourceImport(existing: try ContentLoading.sources(in: settings.feeds))
                for source in outline.sources { plan.add(source) }
                let path = to ?? "\(Self.folder(settings.feeds))/\(name(of: outline)).yaml"
                guard !FileManager.default.fileExists(atPath: path) else {
                    throw Problem(
                        .usage, "\(path) is there already",
                        hint: "Name another file with --to; nothing was written.")
                }
                let text = try plan.yaml(path: path, list: document.name)
                if !dryRun, !plan.planned.isEmpty { try Self.write(text, to: path) }
                tell(plan, outline, path: plan.planned.isEmpty ? nil : path)
                guard outline.complete else {
                    throw Problem(
                        .brokenDocument, "\(document.name) is not whole",
                        hint: "The sources that are shown are; further ones may be missing. Export the list once more.")
                }
            }
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Lists the sources of feeds/ and where they stand.",
            discussion: """
                How they fare, `tellal status` says.

                EXAMPLE:
                  tellal sources list
                """)

        @OptionGroup var options: CommonOptions

        private struct Line: Encodable {
            struct Source: Encodable {
                var workspace: String
                var name: String
                var url: String
                var format: String
                var file: String
                var line: Int
            }
            var source: Source
        }

        func run() async throws {
            try await reportingProblems(json: options.json) {
                let settings = try await options.load()
                let content = try ContentLoading.load(feeds: settings.feeds, templates: settings.templates).checked()
                for source in content.content.sources {
                    let format = source.mapping != nil ? "a mapping" : source.format?.rawValue ?? "auto"
                    if options.json {
                        Console.json(
                            Line(
                                source: .init(
                                    workspace: source.workspace, name: source.name, url: source.writtenLocation,
                                    format: source.mapping == nil ? format : DocumentFormat.custom.rawValue,
                                    file: source.provenance.file, line: source.provenance.line)))
                    } else {
                        Console.line("\(source.name) \(source.writtenLocation) (\(format), \(source.provenance))")
                    }
                }
                if content.content.sources.isEmpty, !options.json { Console.line("no sources yet") }
            }
        }
    }
}

extension SourcesCommand.Import {
    private func read(_ document: InputDocument) async throws -> Outlines {
        var reader = OutlineReader()
        try await document.read(config: options.config) { head in
            reader = OutlineReader(contentType: head.contentType)
        } take: {
            reader.push($0)
        }
        do throws(OutlineFailure) {
            return try reader.finish()
        } catch {
            throw error.problem(in: document.name)
        }
    }

    private static func folder(_ feeds: String) -> String {
        feeds.hasPrefix("./") ? String(feeds.dropFirst(2)) : feeds
    }

    /// The new file's name: the list's, or else its title.
    private func name(of outline: Outlines) -> String {
        let file =
            list == "-" ? "" : list.split(separator: "?").first?.split(separator: "/").last.map(String.init) ?? ""
        let stem = file.split(separator: ".").first.map(String.init) ?? ""
        return SourceName.of(stem) ?? outline.title.flatMap(SourceName.of) ?? "imported"
    }

    private static func write(_ text: String, to path: String) throws(Problem) {
        let url = URL(fileURLWithPath: path)
        // Unlike what else is made: a service reads it as another user.
        let mask = umask(0o022)
        defer { umask(mask) }
        do {
            try FileManager.default.createDirectory(
                at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(text.utf8).write(to: url, options: .withoutOverwriting)
        } catch {
            throw Problem(
                .unavailable, "\(path) cannot be written: \(error.localizedDescription)",
                hint: "Check the folder and its rights, or name another file with --to.")
        }
    }

    private func tell(_ plan: SourceImport, _ outline: Outlines, path: String?) {
        let end = End(
            sources: plan.planned.count, skipped: plan.skipped.count, file: path, complete: outline.complete,
            warnings: outline.warnings + further(outline))
        guard !options.json else {
            for source in plan.planned { Console.json(["source": Line(source.name, source.entry)]) }
            for skipped in plan.skipped { Console.json(["skipped": Line(nil, skipped.entry, reason: skipped.reason)]) }
            Console.json(["end": end])
            return
        }
        for source in plan.planned {
            let title = source.entry.title.map { " “\($0)”" } ?? ""
            let folder = source.entry.folder.isEmpty ? "" : " in \(source.entry.folder.joined(separator: " / "))"
            Console.line(Console.printable("\(source.name) \(source.entry.url)\(title)\(folder)"))
        }
        for skipped in plan.skipped {
            Console.line(Console.printable("skipped \(skipped.entry.url): \(skipped.reason)"))
        }
        for warning in end.warnings { Console.line(Console.printable("\(warning.code): \(warning.message)")) }
        let place = path.map { dryRun ? " would be written to \($0)" : " written to \($0)" } ?? ", nothing to write"
        let skipped = end.skipped > 0 ? ", \(end.skipped) skipped" : ""
        Console.line("\(EventLines.counted(end.sources, "source"))\(place)\(skipped)")
    }

    private struct Line: Encodable {
        var name: String?
        var title: String?
        var url: String
        var folder: [String]?
        var categories: [String]?
        var reason: String?

        init(_ name: String?, _ entry: OutlinedSource, reason: String? = nil) {
            self.name = name
            self.reason = reason
            title = entry.title
            url = entry.url
            folder = entry.folder.isEmpty ? nil : entry.folder
            categories = entry.categories.isEmpty ? nil : entry.categories
        }
    }

    private struct End: Encodable {
        var sources: Int
        var skipped: Int
        var file: String?
        var complete: Bool
        var warnings: [ReadWarning]
    }

    /// Lists that the list refers to: the owner may want to import them, too.
    private func further(_ outline: Outlines) -> [ReadWarning] {
        outline.lists.prefix(20).map { list in
            ReadWarning(
                item: list.title, code: "further_list",
                message: "\(list.url) is a list of its own; import it, too, if you want its feeds")
        }
    }
}
