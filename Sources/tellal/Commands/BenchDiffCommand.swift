import ArgumentParser
import CampaignEngine
import CampaignModel
import CampaignPlanning
import CampaignStore
import Foundation
import HTTPTransport

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
            let idle = ProcessMemory.peak
            let time = SystemTime()
            let settings = try await Settings.load(
                flags: ["database": database], environment: [:], file: "/nonexistent", isRequired: false)
            let transport = try Workshop.transport(settings)
            let store = try await Store.open(database, now: time.now())
            // Under one name, whatever the file is called, so that the versions are versions of one source.
            let source = Source(
                workspace: Workspace.defaultName, name: "bench", location: "bench", format: nil,
                every: .every(.minutes(10)),
                provenance: Provenance(file: file, line: 1))
            var content = try await store.provision(channels: [], sources: [source], campaigns: [], now: time.now())
            content.sources[0].source.location = file
            let engine = Engine(
                store: store, content: content, layouts: [:], fetcher: transport, sender: transport, time: time,
                random: { 0 }, settings: EngineSettings(acceptsFloods: true), report: { _ in })
            let clock = ContinuousClock()
            let start = clock.now
            let report = try await PollRun(engine).poll(content.sources[0])
            let seconds = start.duration(to: clock.now) / .seconds(1)
            await transport.shutdown()
            try store.close()
            if let problem = report.problem { throw problem }
            Console.json(Report(report, secs: seconds, idle: idle))
        }
    }

    private struct Report: Encodable {
        var items = 0
        var new = 0
        var changed = 0
        var gone = 0
        var secs: Double
        var rss_idle_mb: Double?
        var rss_peak_mb = ProcessMemory.peak

        init(_ report: PollReport, secs: Double, idle: Double?) {
            self.secs = secs
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
            case .notModified, .held, .failed: break
            }
        }
    }
}
