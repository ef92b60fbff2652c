import ArgumentParser
import CampaignModel
import FeedReading
import Foundation
import HTTPTransport

struct ParseCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "parse",
        abstract: "Reads one document and prints it in neutral form. No database needed.",
        discussion: """
            With --json: JSON Lines, first the feed, then each item as soon as it is read, then how it ended.
            Exit code 65 when the document is not a feed, or is not whole.

            EXAMPLES:
              tellal parse feed.xml --json
              tellal parse https://blog.example.com/feed.xml
              curl -s https://shop.example.com/catalog.xml | tellal parse - --json
            """
    )

    @Argument(help: "A file, an http(s) address, or - for standard input.")
    var document: String

    @Option(help: "The format; found out from the content when not given.")
    var format: String?

    @Option(help: "Relative addresses in the document count from here.")
    var baseURL: String?

    @Option(help: "What an HTTP answer would have said, for the character set.")
    var contentType: String?

    @Option(help: ArgumentHelp("The settings file; tellal.yaml when not given.", valueName: "file"))
    var config: String?

    @Flag(help: "Print JSON Lines.")
    var json = false

    func validate() throws {
        guard let format, format != "auto", DocumentFormat(rawValue: format) == nil else { return }
        throw ValidationError(
            "there is no format \(format); use auto or one of "
                + DocumentFormat.allCases.map(\.rawValue).joined(separator: ", "))
    }

    func run() async throws {
        try await reportingProblems(json: json) {
            var options = ReadOptions()
            options.baseURL = baseURL
            options.contentType = contentType
            options.format = format.flatMap(DocumentFormat.init(rawValue:))
            let end =
                document.lowercased().hasPrefix("http://") || document.lowercased().hasPrefix("https://")
                ? try await readRemote(options) : try readLocal(options)
            guard end?.complete == true else {
                throw Problem(
                    .brokenDocument, "\(document) is not whole",
                    hint: "The items that are shown are; nothing may be inferred from what is missing.")
            }
        }
    }

    private func readLocal(_ options: ReadOptions) throws -> DocumentEnd? {
        let handle: FileHandle
        if document == "-" {
            handle = .standardInput
        } else {
            var isFolder: ObjCBool = false
            guard FileManager.default.fileExists(atPath: document, isDirectory: &isFolder), !isFolder.boolValue,
                let opened = FileHandle(forReadingAtPath: document)
            else {
                throw Problem(
                    .notFound, "there is no file \(document)", hint: "Check the path; - reads standard input.")
            }
            handle = opened
        }
        let name = document == "-" ? "standard input" : document
        let printer = DocumentPrinter(FeedReader(options), name: name, json: json)
        while let chunk = try handle.read(upToCount: 64 * 1024), !chunk.isEmpty { try printer.take(Array(chunk)) }
        return try printer.finish()
    }

    private func readRemote(_ options: ReadOptions) async throws -> DocumentEnd? {
        let settings = try await Settings.load(
            flags: [:], environment: ProcessInfo.processInfo.environment, file: config ?? "tellal.yaml",
            isRequired: config != nil)
        let transport = try Workshop.transport(settings)
        do {
            let response = try await transport.open(HTTPRequest(url: document, timeout: .minutes(30)), limits: .catalog)
            guard response.status == 200 else {
                throw Problem(
                    .unavailable, "\(document) answered \(response.status)", hint: "Try the address with a browser.")
            }
            var options = options
            options.baseURL = options.baseURL ?? response.url
            options.contentType = options.contentType ?? response.headers["Content-Type"]
            let printer = DocumentPrinter(FeedReader(options), name: document, json: json)
            for try await chunk in response.body { try printer.take(chunk) }
            let end = try printer.finish()
            await transport.shutdown()
            return end
        } catch let failure as HTTPFailure {
            throw Problem(.unavailable, failure.message)
        }
    }
}

/// Prints a document's events as they come.
private final class DocumentPrinter {
    private let reader: FeedReader
    private let name: String
    private let json: Bool
    private var end: DocumentEnd?

    init(_ reader: FeedReader, name: String, json: Bool) {
        self.reader = reader
        self.name = name
        self.json = json
    }

    func take(_ bytes: [UInt8]) throws {
        try told { () throws(ReadFailure) in try reader.push(bytes) }
    }

    func finish() throws -> DocumentEnd? {
        try told { () throws(ReadFailure) in try reader.finish() }
        return end
    }

    private func told(_ read: () throws(ReadFailure) -> [ReadEvent]) throws {
        do {
            for event in try read() { try show(event) }
        } catch let failure as ReadFailure {
            throw failure.problem(in: name)
        }
    }

    private func show(_ event: ReadEvent) throws {
        if case .end(let documentEnd) = event { end = documentEnd }
        Console.line(json ? try NeutralForm.line(event) : Console.printable(Self.text(event)))
    }

    private static func text(_ event: ReadEvent) -> String {
        switch event {
        case .feed(let feed): return "\(feed.title ?? "untitled") (\(feed.format.rawValue))"
        case .item(let item):
            let price = item.product?.effectivePrice.map { ", \($0)" } ?? ""
            let date = item.published.map { "\($0) " } ?? ""
            return "  \(date)\(item.title ?? "untitled")\(price)\(item.link.map { " <\($0)>" } ?? "")"
        case .end(let end):
            let warnings = end.warnings.map { "\n  \($0.code): \($0.message)" }.joined()
            return
                "\(EventLines.counted(end.items, "item"))\(end.complete ? "" : ", and the document is not whole")\(warnings)"
        }
    }
}
