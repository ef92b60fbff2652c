import ArgumentParser
import CampaignEngine
import CampaignModel
import CampaignPlanning
import CampaignStore
import Foundation
import HTTPTransport
import Synchronization

struct BenchHistoryCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "history",
        abstract: "Lives through many days in one go: does the database stay as large and as fast as it was?",
        discussion: """
            Each day all feeds are polled once, with two new items each; a campaign makes one message for everybody, whose \
            deliveries go through the whole protocol without being sent; and what is older than --keep is forgotten. Prints \
            a line each 30 days: the size, and how fast each of these went since the line before.

            EXAMPLES:
              tellal bench history --database sqlite:bench.db --days 365
              tellal bench history --database sqlite:bench.db --days 60 --keep 30 --feeds 100 --subscribers 10000
            """)

    @Option(help: ArgumentHelp("A SQLite file, emptied first, or a new PostgreSQL database.", valueName: "url"))
    var database: String

    @Option(help: "How many days.")
    var days = 365

    @Option(help: "How many feeds.")
    var feeds = 1000

    @Option(help: "How many subscribers.")
    var subscribers = 100_000

    @Option(help: "After how many days what happened is forgotten.")
    var keep = 180

    @Flag(help: "Errors are JSON, too.")
    var json = false

    func validate() throws {
        guard days > 0, feeds > 0, subscribers > 0, keep > 0 else {
            throw ValidationError("numbers must be at least 1")
        }
    }

    func run() async throws {
        try await reportingProblems(json: json) {
            try await BenchFolder.with { try await live(in: $0) }
        }
    }

    private func live(in folder: URL) async throws {
        let clock = ContinuousClock()
        let start = clock.now
        let life = try await BenchInstallation(
            database, feeds: feeds, subscribers: subscribers, keep: .days(keep), folder: folder.path)
        var spent = BenchInstallation.Spent()
        for day in 1...days {
            spent.add(try await life.day(day))
            if day.isMultiple(of: 30) || day == days {
                Console.json(try await life.report(day, spent))
                spent = BenchInstallation.Spent()
            }
        }
        try await life.close()
        Console.json(["days": Double(days), "secs": start.duration(to: clock.now) / .seconds(1)])
    }
}

/// An installation whose days pass as fast as they can be lived.
struct BenchInstallation {
    /// What a few days took, in seconds, and what they did.
    struct Spent {
        var days = 0
        var polls = (count: 0, secs: 0.0)
        var planned = (count: 0, secs: 0.0)
        var drained = (count: 0, secs: 0.0)
        var forgetting = 0.0

        mutating func add(_ other: Spent) {
            days += other.days
            polls = (polls.count + other.polls.count, polls.secs + other.polls.secs)
            planned = (planned.count + other.planned.count, planned.secs + other.planned.secs)
            drained = (drained.count + other.drained.count, drained.secs + other.drained.secs)
            forgetting += other.forgetting
        }
    }

    struct Report: Encodable {
        var day: Int
        var database_mb: Double
        var polls_per_s: Double
        var planned_per_s: Double
        var drained_per_s: Double
        var forgetting_secs_a_day: Double
        var longest_write_ms: Double
        var rss_peak_mb = ProcessUse.peak
    }

    private let engine: Engine
    private let transport: HTTPTransport
    private let time: BenchClock
    private let folder: String
    private let start: Timestamp

    init(_ database: String, feeds: Int, subscribers: Int, keep: Duration, folder: String) async throws {
        self.folder = folder
        let start = SystemTime().now()
        self.start = start
        time = BenchClock(start)
        let provenance = Provenance(file: "bench", line: 1)
        let layout = "{name: digest, each: digest, modules: [{text: \"{{#items}}{{item.title}} {{/items}}\"}]}"
        let (layouts, _) = LayoutReader.read(files: [ContentFile(path: "bench", text: layout)])
        let store = try await Store.openForBenchmark(database, empties: true, now: start)
        let channel = BenchOutbox.channel("bench", .telegram, "http://127.0.0.1:9", rate: 0)
        let sources = (0..<feeds).map { number in
            Source(
                workspace: Store.benchmarkWorkspace, name: "feed-\(number)", location: "\(folder)/\(number).xml",
                format: nil,
                every: .every(.hours(24)), provenance: provenance)
        }
        var campaign = Campaign(
            workspace: Store.benchmarkWorkspace, name: "news", sources: sources.map(\.name), layout: "digest",
            channels: ["bench"], provenance: provenance)
        campaign.items.max = 5
        campaign.items.overflow = .drop
        let content = try await store.provision(
            channels: [channel], sources: sources, campaigns: [campaign], now: start)
        for first in stride(from: 0, to: subscribers, by: 10_000) {
            _ = try await store.importSubscribers(
                (first..<min(first + 10_000, subscribers)).map {
                    Subscriber(address: "\(100_000 + $0)", lastActiveAt: start)
                }, to: content.channels[0].id, hash: { $0 }, now: start)
        }
        transport = HTTPTransport(HTTPTransport.Settings(userAgent: Version.userAgent(publicURL: nil)))
        engine = Engine(
            store: store, content: content,
            layouts: Dictionary(layouts.map { ($0.name, $0) }) { first, _ in first }, fetcher: transport,
            sender: transport,
            time: time, random: { 0.5 },
            settings: EngineSettings(keepHistory: keep, acceptsFloods: true), report: { _ in })
    }

    /// Lives a day.
    func day(_ day: Int) async throws -> Spent {
        time.set(start + .days(day))
        for number in engine.content.sources.indices { try write(feed: number, on: day) }
        let clock = ContinuousClock()
        func timed<Value>(_ work: () async throws -> Value) async throws -> (Value, Double) {
            let begun = clock.now
            let value = try await work()
            return (value, begun.duration(to: clock.now) / .seconds(1))
        }
        var spent = Spent(days: 1)
        let (reports, polling) = try await timed { try await Poller(engine).poll(engine.content.sources) }
        if let problem = reports.compactMap(\.problem).first { throw problem }
        spent.polls = (reports.count, polling)
        let (runs, planning) = try await timed {
            try await CampaignRun(engine).run(engine.content.campaigns[0], .update(takesWaiting: true))
        }
        spent.planned = (runs.reduce(0) { $0 + $1.queued }, planning)
        spent.drained = try await timed {
            try await OutboxDrain(
                store: engine.store, channel: engine.content.channels[0].id, senders: 4096, claim: 4096, time: time
            ).run()
        }
        spent.forgetting = try await timed {
            var retention = Retention(engine)
            while try await retention.step() {}
        }.1
        return spent
    }

    func report(_ day: Int, _ spent: Spent) async throws -> Report {
        let bytes = try await engine.store.measures(at: time.now()).databaseBytes
        return Report(
            day: day, database_mb: (Double(bytes) / 1_000_000).rounded(),
            polls_per_s: (Double(spent.polls.count) / spent.polls.secs).rounded(),
            planned_per_s: (Double(spent.planned.count) / spent.planned.secs).rounded(),
            drained_per_s: (Double(spent.drained.count) / spent.drained.secs).rounded(),
            forgetting_secs_a_day: (spent.forgetting / Double(spent.days) * 100).rounded() / 100,
            longest_write_ms: (engine.store.takeLongestWrite() / .milliseconds(1) * 10).rounded() / 10)
    }

    func close() async throws {
        await transport.shutdown()
        try engine.store.close()
    }

    /// The newest twenty items of a feed that has two new ones a day.
    private func write(feed: Int, on day: Int) throws {
        let last = day * 2
        let items = (max(1, last - 19)...last).reversed().map { number in
            "<item><title>Article \(number) of feed \(feed), with a title of a usual length</title>"
                + "<link>https://\(feed).example.com/\(number)</link><guid>\(feed)-\(number)</guid>"
                + "<description>\(String(repeating: "What it is about, in some words. ", count: 6))</description></item>"
        }
        let text = "<rss version=\"2.0\"><channel><title>Feed \(feed)</title>\(items.joined())</channel></rss>"
        try Data(text.utf8).write(to: URL(fileURLWithPath: "\(folder)/\(feed).xml"))
    }
}

/// A clock that is set by hand.
private final class BenchClock: TimeSource {
    private let present: Mutex<Timestamp>

    init(_ now: Timestamp) { present = Mutex(now) }

    func set(_ now: Timestamp) { present.withLock { $0 = now } }
    func now() -> Timestamp { present.withLock { $0 } }
    func monotonicNanoseconds() -> UInt64 { SystemTime().monotonicNanoseconds() }
    func sleep(for duration: Duration) async throws { try Task.checkCancellation() }
}
