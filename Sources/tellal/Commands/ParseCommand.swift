import ArgumentParser
import CampaignModel
import FeedReading

struct ParseCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "parse",
        abstract: "Reads one document and prints it in neutral form. No database needed.",
        discussion: """
            With --json: JSON Lines, first the feed, then each item as soon as it is read, then how it ended.
            Exit code 65 when the document is not a feed, or is not whole. For XML of an unknown kind it proposes a \
            mapping; docs/feeds.md tells what one may hold.

            EXAMPLES:
              tellal parse feed.xml --json
              tellal parse https://blog.example.com/feed.xml
              tellal parse products.xml --mapping shop.yaml
              curl -s https://shop.example.com/catalog.xml | tellal parse - --json
            """
    )

    @Argument(help: "A file, an http(s) address, or - for standard input.")
    var document: String

    @Option(help: "The format; found out from the content when not given.")
    var format: String?

    @Option(help: ArgumentHelp("A YAML file that says where items and their fields are.", valueName: "file"))
    var mapping: String?

    @Option(help: "Relative addresses in the document count from here.")
    var baseURL: String?

    @Option(help: "What an HTTP answer would have said, for the character set.")
    var contentType: String?

    @Option(help: ArgumentHelp("The settings file; tellal.yaml when not given.", valueName: "file"))
    var config: String?

    @Flag(help: "Print JSON Lines.")
    var json = false

    func validate() throws {
        guard let baseURL, !SourceImport.isWebAddress(baseURL) else { return }
        throw ValidationError("--base-url takes an http(s) address, such as https://shop.example.com/")
    }

    func run() async throws {
        try await reportingProblems(json: json) {
            var options = ReadOptions()
            options.format = try statedFormat()
            options.mapping = try mapping.map { try MappingText.read($0) }
            let document = InputDocument(document)
            let printer = DocumentPrinter(name: document.name, json: json)
            do {
                try await document.read(config: config) { head in
                    options.baseURL = baseURL ?? head.url
                    options.contentType = contentType ?? head.contentType
                    printer.begin(FeedReader(options))
                } take: {
                    try printer.take($0)
                }
            } catch let problem as Problem where problem.code == .unavailable {
                printer.breakOff(problem.message)
                throw problem
            }
            guard try printer.finish()?.complete == true else {
                throw Problem(
                    .brokenDocument, "\(document.name) is not whole",
                    hint: "The items that are shown are; nothing may be inferred from what is missing.")
            }
        }
    }

    private func statedFormat() throws(Problem) -> DocumentFormat? {
        guard let format else { return nil }
        guard mapping == nil else {
            throw Problem(.usage, "--format and --mapping exclude each other", hint: "A mapping is the format.")
        }
        if format == "auto" { return nil }
        if let stated = DocumentFormat.named.first(where: { $0.rawValue == format }) { return stated }
        throw Problem(
            .usage, "there is no format \(format)",
            hint: format == DocumentFormat.custom.rawValue
                ? "Say with --mapping how the document is to be read."
                : "Use auto or one of \(DocumentFormat.named.map(\.rawValue).joined(separator: ", ")).")
    }
}

/// Prints a document's events as they come: what became complete with a piece of the document goes out at once.
private final class DocumentPrinter {
    private let name: String
    private let json: Bool
    private var reader: FeedReader?
    private var lines: [UInt8] = []
    private var end: DocumentEnd?
    private var items = 0

    init(name: String, json: Bool) {
        self.name = name
        self.json = json
    }

    func begin(_ reader: FeedReader) { self.reader = reader }

    func take(_ bytes: UnsafeBufferPointer<UInt8>) throws {
        try show { reader throws(ReadFailure) in try reader.push(bytes) }
        while reader?.hasMore == true { try show { reader throws(ReadFailure) in try reader.more() } }
    }

    func finish() throws -> DocumentEnd? {
        try show { reader throws(ReadFailure) in try reader.finish() }
        return end
    }

    private func show(_ read: (FeedReader) throws(ReadFailure) -> [ReadEvent]) throws {
        guard let reader else { return }
        do throws(ReadFailure) {
            for event in try read(reader) { add(event) }
        } catch {
            if case .broken(let message, _) = error { breakOff(message) }
            throw problem(error)
        }
        flush()
    }

    /// Ends a document of which no more comes, where it had begun.
    func breakOff(_ message: String) {
        guard reader != nil else { return }
        let warning = ReadWarning(code: "broken", message: message)
        add(.end(DocumentEnd(items: items, complete: false, warnings: [warning])))
        flush()
    }

    private func flush() {
        guard !lines.isEmpty else { return }
        Console.lines(lines)
        lines.removeAll(keepingCapacity: true)
    }

    private func add(_ event: ReadEvent) {
        switch event {
        case .item: items += 1
        case .end(let documentEnd): end = documentEnd
        case .feed, .found: break
        }
        if json {
            NeutralForm.write(event, to: &lines)
        } else {
            lines += Console.printable(Self.text(event)).utf8
            lines.append(UInt8(ascii: "\n"))
        }
    }

    private func problem(_ failure: ReadFailure) -> Problem {
        var problem = failure.problem(in: name)
        if case .unknownXML(_, let proposal?) = failure {
            problem.proposal = proposal
            // For people it stands below, ready to be copied.
            if !json {
                problem.hint = "This could read it; check it, try it with --mapping FILE, and put it into the source:"
            }
        }
        return problem
    }

    private static func text(_ event: ReadEvent) -> String {
        switch event {
        case .feed(let feed): return "\(feed.title ?? "untitled") (\(feed.format.rawValue))"
        case .item(let item):
            let price = item.product?.effectivePrice.map { ", \($0)" } ?? ""
            let date = item.published.map { "\($0) " } ?? ""
            return "  \(date)\(item.title ?? "untitled")\(price)\(item.link.map { " <\($0)>" } ?? "")"
        case .found(let found): return text(.item(found.item()))
        case .end(let end):
            let warnings = end.warnings.map { "\n  \($0.code): \($0.message)" }.joined()
            return
                "\(EventLines.counted(end.items, "item"))\(end.complete ? "" : ", and the document is not whole")\(warnings)"
        }
    }
}
