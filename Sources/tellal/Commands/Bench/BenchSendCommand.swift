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
              tellal sandbox --listen 127.0.0.1:8090 --subscribers 1000
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

    @Option(help: "The chat or person that the first delivery goes to; the next goes to the next.")
    var first = 100_000

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
            let folder = FileManager.default.temporaryDirectory.appendingPathComponent("tellal-bench-\(UUID())")
            if database == nil {
                try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
            }
            defer { try? FileManager.default.removeItem(at: folder) }
            let url = database ?? "sqlite:\(folder.path)/bench.db"
            let entries = (0..<channels).map {
                BenchOutbox.channel(
                    "bench-\($0)", Platform(rawValue: platform) ?? .telegram, base, rate: rate)
            }
            let bench = try await BenchOutbox(url, channels: entries, subscribers: count, first: first)
            let sent = try await send(bench)
            try bench.close()
            Console.json(sent)
        }
    }

    private func send(_ bench: BenchOutbox) async throws -> Report {
        var settings = try await Settings.load(
            flags: ["database": "sqlite:none"], environment: [:], file: "", isRequired: false)
        settings.sendConcurrency = concurrency
        let transport = try Installation.transport(settings)
        let engine = Engine(
            store: bench.store, content: bench.content, layouts: [:], fetcher: transport, sender: transport,
            time: SystemTime(), random: { Double.random(in: 0..<1) },
            settings: EngineSettings(sendConcurrency: concurrency), report: { _ in })
        let clock = ContinuousClock()
        let (start, cpu, written) = (clock.now, ProcessUse.cpuSeconds, ProcessUse.bytesWritten)
        _ = try await bench.plan()
        let planning = start.duration(to: clock.now) / .seconds(1)
        var counts = try await bench.store.status().deliveries
        while counts.keys.contains(where: { Delivery.State(rawValue: $0).map { !$0.isFinal } ?? false }) {
            _ = try await DeliveryRun(engine, token: Installation.token).run()
            counts = try await bench.store.status().deliveries
            // What a platform put off is waited for, as long as it said.
            if counts[Delivery.State.queued.rawValue] ?? 0 > 0 { try await engine.time.sleep(for: .milliseconds(50)) }
        }
        let seconds = start.duration(to: clock.now) / .seconds(1)
        let thousands = Double(count) / 1000
        let report = Report(
            sent: counts["sent"] ?? 0, unknown: counts["unknown"] ?? 0, failed: counts["failed"] ?? 0,
            others: counts.filter { !["sent", "unknown", "failed"].contains($0.key) }.values.reduce(0, +),
            secs: seconds, plan_secs: planning,
            cpu_s_per_1000: (ProcessUse.cpuSeconds - cpu) / thousands,
            kb_written_per_1000: Double(ProcessUse.bytesWritten - written) / 1000 / thousands)
        await transport.shutdown()
        return report
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
