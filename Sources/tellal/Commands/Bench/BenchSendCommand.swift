import ArgumentParser
import CampaignEngine
import CampaignModel
import CampaignStore
import Foundation
import HTTPTransport

struct BenchSendCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "send",
        abstract: "Times sending to a stand-in of a platform, with every guarantee on.",
        discussion: """
            Plans so many deliveries and sends them as `tellal serve` would: claimed, the intent stored before the request \
            leaves, the answer stored, at the channel's rate. Refusals and failures are handled as in production; those that \
            may go again do.

            EXAMPLES:
              tellal sandbox --listen 127.0.0.1:8090 --subscribers 50000
              tellal bench send --base http://127.0.0.1:8090 --platform telegram --count 1000 --rate 30
              tellal bench send --base http://127.0.0.1:8090 --platform messenger --count 50000 --channels 10
            """)

    @Option(help: ArgumentHelp("The stand-in's address: http://127.0.0.1:PORT.", valueName: "url"))
    var base: String

    @Option(help: "telegram or messenger.")
    var platform: String

    @Option(help: "How many deliveries, over all channels.")
    var count: Int

    @Option(help: "Messages a second on each channel; 0 for no limit.")
    var rate = 0.0

    @Option(help: "Over how many channels.")
    var channels = 1

    @Option(help: "Requests in flight over all channels.")
    var concurrency = 64

    @Option(help: "The chat or person of the first delivery; the next goes to the next. Default: the sandbox's first.")
    var first: Int?

    @Option(help: ArgumentHelp("The database; emptied first. Default: a file that is removed.", valueName: "url"))
    var database: String?

    @Flag(help: "One JSON object is printed anyway; with this errors are JSON too.")
    var json = false

    func validate() throws {
        guard count > 0, channels > 0, concurrency > 0, rate >= 0 else {
            throw ValidationError("numbers must be at least 1, and --rate at least 0")
        }
        guard Platform(rawValue: platform) != nil else {
            throw ValidationError("--platform must be telegram or messenger")
        }
    }

    func run() async throws {
        try await reportingProblems(json: json) {
            var settings = try await Settings.load(
                flags: ["database": "sqlite:none"], environment: [:], file: "", isRequired: false)
            settings.sendConcurrency = concurrency
            let transport = try Installation.transport(settings)
            let platform = Platform(rawValue: platform) ?? .telegram
            let entries = (0..<channels).map { BenchOutbox.channel("bench-\($0)", platform, base, rate: rate) }
            try await BenchFolder.with { folder in
                let bench = try await BenchOutbox(
                    database ?? "sqlite:\(folder.path)/bench.db", channels: entries, subscribers: count,
                    first: first ?? Self.firstPerson(platform))
                let sent = try await send(bench, transport)
                try bench.close()
                Console.json(sent)
            }
            await transport.shutdown()
        }
    }

    /// Of the sandbox.
    private static func firstPerson(_ platform: Platform) -> Int {
        switch platform {
        case .telegram: 700_000_001
        case .messenger: 7_000_000_000_000_001
        }
    }

    /// What cannot be reached from the start is no platform that is away for a while. Nothing else is asked: whoever listens
    /// may count what comes.
    private func requireAnswer(_ reports: [DeliveryReport]) throws {
        let reasons = reports.flatMap(\.reasons)
        guard !reasons.isEmpty, reports.allSatisfy({ $0.sent + $0.failed + $0.unknown == 0 }),
            let reason = reasons.first, reasons.allSatisfy({ $0.contains("could not be reached") })
        else { return }
        throw Problem(
            .unavailable, "\(base): \(reason)",
            hint: "Start the stand-in first: `tellal sandbox --listen 127.0.0.1:PORT --subscribers N`.")
    }

    /// Says how far it has come: all the time where somebody watches, else now and then.
    private static func tellProgress(_ store: Store, json: Bool) async throws {
        let isWatched = isatty(STDERR_FILENO) == 1
        while true {
            try await Task.sleep(for: .seconds(isWatched ? 2 : 30))
            let counts = try await store.status().deliveries
            let text = counts.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }.joined(separator: ", ")
            if isWatched { Console.progress(text) } else { Console.remark(text, json: json) }
        }
    }

    private func send(_ bench: BenchOutbox, _ transport: HTTPTransport) async throws -> Report {
        let engine = Engine(
            store: bench.store, content: bench.content, layouts: [:], fetcher: transport, sender: transport,
            time: SystemTime(), random: { Double.random(in: 0..<1) },
            settings: EngineSettings(sendConcurrency: concurrency), report: { _ in })
        let clock = ContinuousClock()
        let (start, cpu, written) = (clock.now, ProcessUse.cpuSeconds, ProcessUse.bytesWritten)
        _ = try await bench.plan()
        let planning = start.duration(to: clock.now) / .seconds(1)
        let telling = Task { [store = bench.store, json] in try await Self.tellProgress(store, json: json) }
        defer {
            telling.cancel()
            Console.progress(nil)
        }
        var counts = try await bench.store.status().deliveries
        while counts.keys.contains(where: { Delivery.State(rawValue: $0).map { !$0.isFinal } ?? false }) {
            let reports = try await DeliveryRun(engine, token: Installation.token).run()
            if counts[Delivery.State.sent.rawValue] == nil { try requireAnswer(reports) }
            counts = try await bench.store.status().deliveries
            // What a platform put off is waited for, as long as it said.
            if counts[Delivery.State.queued.rawValue] ?? 0 > 0 { try await engine.time.sleep(for: .milliseconds(50)) }
        }
        let seconds = start.duration(to: clock.now) / .seconds(1)
        let thousands = Double(count) / 1000
        return Report(
            sent: counts["sent"] ?? 0, unknown: counts["unknown"] ?? 0, failed: counts["failed"] ?? 0,
            others: counts.filter { !["sent", "unknown", "failed"].contains($0.key) }.values.reduce(0, +),
            secs: seconds, plan_secs: planning,
            cpu_s_per_1000: (ProcessUse.cpuSeconds - cpu) / thousands,
            kb_written_per_1000: Double(ProcessUse.bytesWritten - written) / 1000 / thousands)
    }

    private struct Report: Encodable {
        var sent: Int
        var unknown: Int
        var failed: Int
        var others: Int
        var secs: Double
        var plan_secs: Double
        var cpu_s_per_1000: Double
        var kb_written_per_1000: Double
        var rss_peak_mb = ProcessUse.peak
    }
}
