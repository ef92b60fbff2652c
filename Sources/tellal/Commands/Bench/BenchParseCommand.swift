import ArgumentParser
import CampaignModel
import FeedReading
import Foundation

struct BenchParseCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "parse",
        abstract: "Times the reading of documents into items, in pieces of 64 KiB, as a poll reads them.",
        discussion: """
            Items come with their key, the fingerprint that tells a change, and their fields as bytes, of which a text is \
            made when somebody reads it; --texts makes all of them, as a first document needs. Nothing is stored. \
            Memory is the process's peak, before and after (VmHWM of /proc/self/status), in MB of 1,000,000 bytes.

            EXAMPLES:
              tellal bench parse --list feeds.txt            one path a line
              tellal bench parse --catalog catalog.xml
              tellal bench parse --catalog catalog.xml --texts
            """)

    @Option(help: ArgumentHelp("A file with one path a line; all of them are read.", valueName: "file"))
    var list: String?

    @Option(help: ArgumentHelp("One document.", valueName: "file"))
    var catalog: String?

    @Flag(help: "Make every field of every item a text or value.")
    var texts = false

    @Flag(help: "One JSON object is printed anyway; with this errors are JSON too.")
    var json = false

    func validate() throws {
        guard (list == nil) != (catalog == nil) else { throw ValidationError("give either --list or --catalog") }
    }

    func run() async throws {
        try await reportingProblems(json: json) {
            let paths = try list.map { try Self.paths(in: $0) } ?? [catalog ?? ""]
            var run = ParseBench(makesTexts: texts)
            let idle = ProcessUse.peak
            let clock = ContinuousClock()
            let start = clock.now
            for (place, path) in paths.enumerated() {
                do {
                    try await run.read(path)
                } catch let failure as ReadFailure {
                    // Of many documents some are not what they should be; a single one must be.
                    guard list != nil else { throw failure.problem(in: path) }
                    run.failed += 1
                }
                if place % 64 == 63 { Console.progress("\(place + 1) of \(paths.count) documents") }
            }
            let seconds = start.duration(to: clock.now) / .seconds(1)
            Console.progress(nil)
            Console.json(
                Report(
                    texts: texts, feeds: list == nil ? nil : paths.count, items: run.items,
                    bytes: run.bytes, secs: seconds, incomplete: run.incomplete, failed: run.failed,
                    rss_idle_mb: idle, rss_peak_mb: ProcessUse.peak))
        }
    }

    private struct Report: Encodable {
        var texts: Bool
        var feeds: Int?
        var items: Int
        var bytes: Int
        var secs: Double
        var incomplete: Int
        var failed: Int
        var rss_idle_mb: Double?
        var rss_peak_mb: Double?
    }

    private static func paths(in list: String) throws(Problem) -> [String] {
        try InputFile.text(list).split(whereSeparator: \.isNewline).map { $0.trimmingCharacters(in: .whitespaces) }
            .filter { !$0.isEmpty }
    }
}

/// Reads documents, one after another, and counts what is in them.
private struct ParseBench {
    let makesTexts: Bool
    /// The same for all: what it takes to make an address of a path is not reading.
    private let options = ReadOptions(baseURL: "https://bench.example/feed")
    var items = 0
    var bytes = 0
    /// Documents that were cut or mended in a way that may have lost items.
    var incomplete = 0
    /// Documents that gave nothing.
    var failed = 0

    init(makesTexts: Bool) { self.makesTexts = makesTexts }

    mutating func read(_ path: String) async throws {
        let reader = FeedReader(options, lazily: !makesTexts)
        try await FileBytes.read(path) { piece in
            bytes += piece.count
            count(try reader.push(piece))
            while reader.hasMore { count(try reader.more()) }
            // A long document shows that it moves.
            if bytes >> 26 != (bytes - piece.count) >> 26 { Console.progress("\(bytes >> 20) MiB, \(items) items") }
        }
        count(try reader.finish())
    }

    private mutating func count(_ events: [ReadEvent]) {
        for event in events {
            switch event {
            case .feed: break
            case .item, .found: items += 1
            case .end(let end): if !end.complete { incomplete += 1 }
            }
        }
    }
}
