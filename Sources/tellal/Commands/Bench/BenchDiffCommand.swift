import ArgumentParser
import CampaignEngine
import CampaignModel
import CampaignStore
import Foundation

struct BenchDiffCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "diff",
        abstract: "Times a poll of a file: read, compare with what the database knows, store.",
        discussion: """
            The first document that a database sees is taken as known; each further one is compared with what the ones \
            before it left. The circuit breaker is told to accept whatever comes.

            EXAMPLES:
              tellal bench diff monday.xml --database sqlite:bench.db
              tellal bench diff tuesday.xml --database sqlite:bench.db
            """)

    @Argument(help: "The document.")
    var file: String

    @Option(help: ArgumentHelp("The database: sqlite:PATH; made when missing.", valueName: "url"))
    var database: String

    @Flag(help: "One JSON object is printed anyway; with this errors are JSON too.")
    var json = false

    func run() async throws {
        try await reportingProblems(json: json) {
            guard FileManager.default.fileExists(atPath: file) else {
                throw Problem(.notFound, "there is no file \(file)", hint: "Check the path; no database was made.")
            }
            // Under one name and address, whatever the file is called: the versions are versions of one source.
            let bench = try await BenchEngine(database, sources: [("diff", "diff")])
            var entry = bench.engine.content.sources[0]
            entry.source.location = file
            let idle = ProcessUse.peak
            let clock = ContinuousClock()
            let start = clock.now
            guard let report = try await Poller(bench.engine).poll([entry]).first else { return }
            let seconds = start.duration(to: clock.now) / .seconds(1)
            let longest = bench.takeLongestWrite()
            try await bench.close()
            if let problem = report.problem { throw problem }
            Console.json(Report(report, secs: seconds, longest_write_ms: longest, idle: idle))
        }
    }

    private struct Report: Encodable {
        var items = 0
        var new = 0
        var changed = 0
        var gone = 0
        var secs: Double
        var longest_write_ms: Double
        var rss_idle_mb: Double?
        var rss_peak_mb = ProcessUse.peak

        init(_ report: PollReport, secs: Double, longest_write_ms: Double, idle: Double?) {
            self.secs = secs
            self.longest_write_ms = longest_write_ms
            rss_idle_mb = idle
            switch report.outcome {
            case .baseline(let count):
                items = count
                new = count
            case .read(let count, let kinds):
                items = count
                new = kinds[.new] ?? 0
                gone = kinds[.removed] ?? 0
                changed = report.changedItems
            case .notModified, .postponed, .held, .failed: break
            }
        }
    }
}
