import ArgumentParser
import CampaignModel
import CampaignStore
import Foundation

struct BenchQueueCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "queue",
        abstract: "Times the outbox: plans deliveries, then claims and acknowledges them all without sending.",
        discussion: """
            Plans a run for so many subscribers, in lots as `tellal serve` does. Then so many senders at once take each \
            delivery through the whole protocol: claimed under a lease, the intent stored, the answer stored, each safe on \
            the disk before the next step.

            EXAMPLES:
              tellal bench queue --database sqlite:bench.db --count 1000000
              tellal bench queue --database sqlite:bench.db --count 100000 --senders 64
            """)

    @Option(
        help: ArgumentHelp(
            "A database of its own; a SQLite file is emptied first, a PostgreSQL database must be new.",
            valueName: "url"))
    var database: String

    @Option(help: "How many deliveries.")
    var count: Int

    @Option(help: "How many senders at once.")
    var senders = 4096

    @Option(help: "How many one claim takes.")
    var claim = 4096

    @Flag(help: "One JSON object is printed anyway; with this errors are JSON too.")
    var json = false

    func validate() throws {
        guard count > 0, senders > 0, claim > 0 else { throw ValidationError("numbers must be at least 1") }
    }

    func run() async throws {
        try await reportingProblems(json: json) {
            let bench = try await BenchOutbox(
                database, channels: [BenchOutbox.channel("bench", .telegram, "http://127.0.0.1:9", rate: 0)],
                subscribers: count)
            let clock = ContinuousClock()
            let (start, cpu) = (clock.now, ProcessUse.cpuSeconds)
            let planned = try await bench.plan()
            let planning = start.duration(to: clock.now) / .seconds(1)
            let (began, cpuBetween) = (clock.now, ProcessUse.cpuSeconds)
            let drained = try await OutboxDrain(
                store: bench.store, channel: bench.content.channels[0].id, senders: senders, claim: claim,
                time: SystemTime()
            ).run()
            let draining = began.duration(to: clock.now) / .seconds(1)
            let cpuAfter = ProcessUse.cpuSeconds
            let longest = bench.takeLongestWrite()
            try bench.close()
            guard planned == count, drained == count else {
                throw Problem(.internal, "\(count) were asked for, \(planned) planned, \(drained) drained")
            }
            Console.json(
                Report(
                    items: count, enqueued_per_s: (Double(count) / planning).rounded(),
                    drained_per_s: (Double(count) / draining).rounded(), plan_secs: planning, drain_secs: draining,
                    secs: planning + draining, plan_cpu_secs: cpuBetween - cpu, drain_cpu_secs: cpuAfter - cpuBetween,
                    longest_write_ms: longest))
        }
    }

    private struct Report: Encodable {
        var items: Int
        var enqueued_per_s: Double
        var drained_per_s: Double
        var plan_secs: Double
        var drain_secs: Double
        var secs: Double
        var plan_cpu_secs: Double
        var drain_cpu_secs: Double
        var longest_write_ms: Double
        var rss_peak_mb = ProcessUse.peak
    }
}
