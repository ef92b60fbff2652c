import ArgumentParser
import CampaignEngine
import CampaignModel
import CampaignStore
import Foundation
import HTTPTransport

struct BenchPollCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "poll",
        abstract: "Times a poll of many sources: fetch, read, compare, store.",
        discussion: """
            Polls every address once, as `tellal serve` would, on the state that earlier calls left: a first document is \
            taken as known, a later one compared. The circuit breaker accepts whatever comes, and hosts are asked as fast as \
            they answer.

            EXAMPLES:
              tellal bench poll --urls urls.txt --concurrency 64 --database sqlite:bench.db --reset
              tellal bench poll --urls urls.txt --concurrency 64 --database sqlite:bench.db
            """)

    @Option(help: ArgumentHelp("A file with one address a line.", valueName: "file"))
    var urls: String

    @Option(help: "How many at once.")
    var concurrency = 64

    @Option(help: ArgumentHelp("The database: sqlite:PATH; made when missing.", valueName: "url"))
    var database: String

    @Option(
        help: ArgumentHelp("A PEM file with the certificates to trust, instead of the system's.", valueName: "file"))
    var cacert: String?

    @Flag(help: "Only empty the database, and poll nothing.")
    var reset = false

    @Flag(help: "One JSON object is printed anyway; with this errors are JSON too.")
    var json = false

    func validate() throws {
        guard concurrency > 0 else { throw ValidationError("--concurrency must be at least 1") }
    }

    func run() async throws {
        try await reportingProblems(json: json) {
            let addresses = try InputFile.text(urls).split(whereSeparator: \.isNewline)
                .map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
            let bench = try await BenchEngine(
                database, sources: addresses.enumerated().map { ("\($0.offset)", $0.element) },
                concurrency: concurrency, trustedCertificates: cacert, empties: reset)
            let idle = ProcessUse.peak
            let clock = ContinuousClock()
            let start = clock.now
            let reports = reset ? [] : try await Poller(bench.engine).poll(bench.engine.content.sources)
            let seconds = start.duration(to: clock.now) / .seconds(1)
            let longest = bench.takeLongestWrite()
            try await bench.close()
            Console.json(Report(reports, secs: seconds, longest_write_ms: longest, idle: idle))
        }
    }

    private struct Report: Encodable {
        var feeds: Int
        var n200 = 0
        var n304 = 0
        var items = 0
        var new = 0
        var errors = 0
        var first_error: String?
        var secs: Double
        var longest_write_ms: Double
        var rss_idle_mb: Double?
        var rss_peak_mb = ProcessUse.peak

        init(_ reports: [PollReport], secs: Double, longest_write_ms: Double, idle: Double?) {
            feeds = reports.count
            self.secs = secs
            self.longest_write_ms = longest_write_ms
            rss_idle_mb = idle
            for report in reports {
                switch report.outcome {
                case .notModified: n304 += 1
                case .baseline(let count):
                    n200 += 1
                    items += count
                    new += count
                case .read(let count, let kinds):
                    n200 += 1
                    items += count
                    new += kinds[.new] ?? 0
                case .held: n200 += 1
                case .postponed: errors += 1
                case .failed(let problem):
                    errors += 1
                    first_error = first_error ?? problem.message
                }
            }
        }
    }
}

/// An engine over a database of its own, which holds nothing back and hurries nobody's publisher but the benchmark's.
struct BenchEngine {
    let engine: Engine
    private let store: Store
    private let transport: HTTPTransport

    init(
        _ database: String, sources: [(name: String, location: String)], concurrency: Int = 64,
        trustedCertificates: String? = nil, empties: Bool = false
    ) async throws {
        let time = SystemTime()
        var settings = try await Settings.load(
            flags: ["database": database], environment: [:], file: "", isRequired: false)
        settings.fetchConcurrency = concurrency
        settings.fetchPerHost = concurrency
        settings.allowAddresses = ["127.0.0.0/8"]
        transport = try Installation.transport(settings, trustedCertificates: trustedCertificates)
        store = try await Store.openForBenchmark(database, empties: empties, now: time.now())
        let content = try await store.provision(
            channels: [],
            sources: sources.map { name, location in
                Source(
                    workspace: Store.benchmarkWorkspace, name: name, location: location, format: nil,
                    every: .every(.minutes(10)), provenance: Provenance(file: "bench", line: 1))
            }, campaigns: [], now: time.now())
        engine = Engine(
            store: store, content: content, layouts: [:], fetcher: transport, sender: transport, time: time,
            random: { 0 },
            settings: EngineSettings(
                fetchConcurrency: concurrency, fetchPerHost: concurrency, hurriesAt: { _ in true }, acceptsFloods: true),
            report: { _ in })
    }

    /// In milliseconds.
    func takeLongestWrite() -> Double { (store.takeLongestWrite() / .milliseconds(1) * 10).rounded() / 10 }

    func close() async throws {
        await transport.shutdown()
        try store.close()
    }
}
