import CampaignEngine
import CampaignModel
import CampaignPlanning
import Foundation
import GRDB
import HTTPTransport
import MessageChannels
import TestSupport

@testable import CampaignStore

/// One story that a seed decides: what the owner has, what the platforms do, when processes are killed or told to stop, when
/// the disk fails; and at its end a calm process that may finish everything.
struct Scenario: Sendable {
    /// How a process ends.
    private enum End: Sendable {
        /// `kill -9` after so many steps.
        case killed(afterSteps: Int)
        /// It is told to stop after so many nanoseconds.
        case told(after: UInt64)
    }

    private static let layouts: [String: Layout] = {
        let texts = [
            "name: one\neach: item\nmodules:\n  - text: \"{{item.title}}.1\"",
            "name: two\neach: item\nmodules:\n  - text: \"{{item.title}}.1\"\n  - text: \"{{item.title}}.2\"",
            "name: bold\neach: item\nmodules:\n  - text: \"<b>{{item.title}}.1</b>\"",
        ]
        let (layouts, _) = LayoutReader.read(
            files: texts.enumerated().map { ContentFile(path: "\($0.offset).yaml", text: $0.element) })
        return Dictionary(layouts.map { ($0.name, $0) }) { first, _ in first }
    }()

    /// Nothing is fetched; the engine only wants to have one.
    private static let fetcher = HTTPTransport(.init(userAgent: "simulation"))

    /// An empty database of the newest schema, made once.
    private static let template = Result {
        let disk = try SimulatedDisk()
        let simulation = Simulation(seed: 0)
        let database = SimulatedDatabase(simulation, 0, disk: disk, history: History(simulation))
        try simulation.run { try await Migration.apply(to: database, now: SimulatedTime.start) }
        try disk.watch()
        return disk
    }

    let simulation: Simulation
    let history: History
    let disk: SimulatedDisk
    private let platform: SimulatedPlatform
    private let channels: [Channel]
    private let sources: [Source]
    private let campaigns: [Campaign]
    private let people: Int
    private let items: Int
    private let lives: Int
    private let concurrency: Int
    private let manners: SimulatedPlatform.Manners
    private let badDisk: Double
    private let isCramped: Bool
    /// What the last process counted.
    private let status = LockedValue<[String: Int]?>(nil)

    init(seed: UInt64) throws {
        var chance = Chance(seed: seed ^ 0x5EED)
        simulation = Simulation(seed: seed)
        history = History(simulation)
        disk = try SimulatedDisk(copyOf: try Self.template.get())
        platform = SimulatedPlatform(simulation, history: history)
        let names = (1...(1 + chance.below(3))).map { "c\($0)" }
        channels = names.map { Self.channel($0, &chance) }
        let feeds = (1...(1 + chance.below(2))).map { "s\($0)" }
        sources = feeds.map { SampleContent.source($0) }
        campaigns = feeds.map { feed in
            let layout = chance.pick(["one", "one", "two", "bold"])
            let expires = chance.happens(0.2) ? Duration.seconds(20) : .days(3)
            return SampleContent.campaign("of-\(feed)", sources: [feed], channels: names) {
                $0.layout = layout
                $0.expires = expires
            }
        }
        people = 1 + chance.below(6)
        items = 1 + chance.below(4)
        lives = 1 + chance.below(6)
        concurrency = 1 + chance.below(12)
        let isHard = chance.happens(0.3)
        manners = SimulatedPlatform.Manners(
            network: chance.pick([0, 0.05, isHard ? 0.4 : 0.1]), trouble: chance.pick([0, 0.05, isHard ? 0.4 : 0.1]),
            refusals: chance.pick([0, 0.05, 0.1]), revoked: chance.pick([0, 0, 0.01]))
        badDisk = chance.pick([0, 0, 0, 0.01, 0.05])
        isCramped = chance.happens(0.2)
    }

    private static func channel(_ name: String, _ chance: inout Chance) -> Channel {
        let platform = chance.pick([Platform.telegram, .messenger])
        var channel = SampleContent.channel(
            name, platform: platform, api: "http://\(name)", rate: chance.pick([0, 0, 1, 5, 30, 300]))
        channel.pageID = "42\(name.dropFirst())"
        return channel
    }

    /// Tells the story to its end.
    ///
    /// - Throws: What must not happen at all; what the checker finds is another matter.
    func tell() throws {
        try simulation.run {
            try await prepare()
            platform.behave(manners)
            disk.fail(share: badDisk)
            for life in 1...lives {
                let end = simulation.decide { chance -> End in
                    chance.happens(0.6)
                        ? .killed(afterSteps: 20 + chance.below(chance.pick([200, 2000, 20_000])))
                        : .told(after: UInt64(chance.among(0.01...chance.pick([1, 60])) * 1e9))
                }
                await live(life, until: end)
            }
            platform.behave(.calm)
            disk.fail(share: 0)
            disk.fill(false)
            try await finish()
        }
    }

    /// What the checker has to know.
    ///
    /// - Throws: When the database fails.
    func terms() throws -> Checker.Terms {
        let share = max(1, concurrency / channels.count)
        var terms = Checker.Terms(
            rates: Dictionary(channels.map { ($0.name, $0.rate) }) { first, _ in first },
            width: channels.count * (share + min(share, 2)), reported: status.withLock { $0 })
        let known = try disk.queue.inDatabase { database in
            try Row.fetchAll(
                database,
                sql: "SELECT s.name AS name, t.items AS items FROM sources s JOIN source_states t ON t.source_id = s.id"
            )
        }
        for source in known {
            let texts = (1..<(1 + (source["items"] as Int))).map { "\(source["name"] as String).\($0).1" }
            for channel in channels {
                for address in 1...people {
                    terms.expected.formUnion(
                        texts.map { Checker.Place(channel: channel.name, address: "\(address)", text: $0) })
                }
            }
        }
        return terms
    }

    private func prepare() async throws {
        let engine = try await open(0)
        for entry in engine.content.channels {
            _ = try await engine.store.importSubscribers(
                (1...people).map { Subscriber(address: "\($0)", lastActiveAt: engine.time.now()) }, to: entry.id,
                hash: { $0 }, now: engine.time.now())
        }
        for source in engine.content.sources {
            try await engine.store.record(
                PollResult(
                    document: .read(DocumentNews(entries: [], changes: [], items: 0)), fetchState: "1", next: Self.never
                ),
                of: source.id, at: engine.time.now())
        }
    }

    private static let never = NextPoll(at: NextPoll.never, code: "test", reason: "told by the story")

    /// What a process does when it starts.
    private func open(
        _ process: Simulation.Process, isDaemon: Bool = false, stop: StopSignal = StopSignal()
    ) async throws -> Engine {
        let time = SimulatedTime(simulation: simulation, process: process)
        let database = DiskGuard(
            SimulatedDatabase(simulation, process, disk: disk, history: history), path: "story.db",
            policy: isDaemon ? .wait(unless: { stop.isRaised }) : .keepResults, reserve: disk.reserve, time: time
        ) { _ in }
        try await Migration.apply(to: database, now: time.now())
        let store = Store(database: database, lock: nil)
        let content = try await store.provision(
            channels: channels, sources: sources, campaigns: campaigns, now: time.now())
        return Engine(
            store: store, content: content, layouts: Self.layouts, fetcher: Self.fetcher,
            sender: platform.line(of: process), time: time,
            random: { simulation.decide { $0.fraction() } },
            settings: EngineSettings(sendConcurrency: concurrency),
            report: { event in
                if case .delivered(let report) = event { history.note(.reported(report), in: process) }
            }, stop: stop)
    }

    private func live(_ process: Simulation.Process, until end: End) async {
        let isDaemon = simulation.decide { $0.happens(0.6) }
        history.note(.began(isDaemon: isDaemon), in: process)
        if case .killed(let steps) = end {
            simulation.trip(after: steps) {
                history.note(.crashed, in: process)
                simulation.kill(process)
            }
        }
        do {
            let stop = StopSignal()
            let engine = try await open(process, isDaemon: isDaemon, stop: stop)
            if isDaemon {
                try await serve(engine, process, end)
            } else {
                try await runOnce(engine, process, end)
            }
            if !simulation.isDead(process) { history.note(.ended, in: process) }
        } catch {
            if !simulation.isDead(process) { history.note(.failed, in: process) }
        }
        simulation.takeBackTripwire()
        // Nothing of it may go on beside the next one.
        simulation.kill(process)
    }

    /// As `tellal serve`.
    private func serve(_ engine: Engine, _ process: Simulation.Process, _ end: End) async throws {
        try await Pass.recover(engine)
        let wake = WakeSignal()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await DeliveryService(engine, wake: wake, token: "life \(process)").run() }
            group.addTask { try await publish(engine, wake) }
            group.addTask { try await hear(engine, wake) }
            if isCramped { group.addTask { try await cramp(engine) } }
            if case .told(let time) = end {
                group.addTask {
                    try await engine.time.sleep(for: .nanoseconds(Int64(time)))
                    engine.stop.raise()
                    wake.raise()
                }
            }
            try await group.waitForAll()
        }
    }

    /// As `tellal run` in a crontab.
    private func runOnce(_ engine: Engine, _ process: Simulation.Process, _ end: End) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            if case .told(let time) = end {
                group.addTask {
                    try? await engine.time.sleep(for: .nanoseconds(Int64(time)))
                    engine.stop.raise()
                }
            }
            defer { group.cancelAll() }
            try await announce(engine)
            try await speak(engine)
            _ = try await Pass(engine, token: "life \(process)").run()
        }
    }

    /// New items come, and the campaigns run.
    private func publish(_ engine: Engine, _ wake: WakeSignal) async throws {
        while !engine.stop.isRaised {
            try await announce(engine)
            for campaign in engine.content.campaigns {
                _ = try await CampaignRun(engine).run(campaign, .update(takesWaiting: true))
            }
            wake.raise()
            try await engine.time.sleep(for: .seconds(simulation.decide { $0.among(0.1...20) }))
        }
    }

    /// The next item of a source, until there are as many as the story has.
    private func announce(_ engine: Engine) async throws {
        for source in engine.content.sources {
            let known = try await engine.store.sourceState(source.id).items
            guard known < items, simulation.decide({ $0.happens(0.7) }) else { continue }
            var item = SampleContent.item(known + 1)
            item.title = "\(source.source.name).\(known + 1)"
            let news = DocumentNews(
                entries: [SampleContent.entry(known + 1)],
                changes: [Change(kind: .new, key: item.key, before: nil, after: item)], items: known + 1)
            try await engine.store.record(
                PollResult(document: .read(news), fetchState: "1", next: Self.never), of: source.id,
                at: engine.time.now())
        }
    }

    /// Now and then somebody else takes all the room on the disk, and gives it back.
    private func cramp(_ engine: Engine) async throws {
        while !engine.stop.isRaised {
            try await engine.time.sleep(for: .seconds(simulation.decide { $0.among(0.01...5) }))
            disk.fill(true)
            try? await engine.time.sleep(for: .seconds(simulation.decide { $0.among(0.1...20) }))
            disk.fill(false)
        }
    }

    /// People write, and are heard.
    private func hear(_ engine: Engine, _ wake: WakeSignal) async throws {
        while !engine.stop.isRaised {
            try await speak(engine)
            try await EventRun(engine).run()
            wake.raise()
            try await engine.time.sleep(for: .seconds(simulation.decide { $0.among(0.1...10) }))
        }
    }

    /// Somebody may leave or come back; and Messenger shows what it accepted.
    private func speak(_ engine: Engine) async throws {
        let now = engine.time.now()
        var events: [(channel: ChannelID, event: ReceivedEvent)] = []
        for echo in platform.takeEchoes() where simulation.decide({ $0.happens(0.8) }) {
            guard let entry = engine.content.channels.first(where: { $0.channel.name == echo.channel }) else {
                continue
            }
            let message = #"{"mid":"\#(echo.id)","is_echo":true,"metadata":"\#(echo.reference)","text":"x"}"#
            events += Self.messenger(entry, from: entry.channel.pageID ?? "", to: echo.address, message, now)
        }
        for entry in engine.content.channels {
            let (speaks, address, word) = simulation.decide { chance in
                (chance.happens(0.15), 1 + chance.below(people), chance.pick(["stop", "start", "stop", "hello"]))
            }
            guard speaks else { continue }
            switch entry.channel.platform {
            case .messenger:
                let message = #"{"mid":"p_\#(simulation.steps)","text":"\#(word)"}"#
                events += Self.messenger(entry, from: "\(address)", to: entry.channel.pageID ?? "", message, now)
            case .telegram:
                let person = #""from":{"id":\#(address),"is_bot":false},"chat":{"id":\#(address),"type":"private"}"#
                let update =
                    #"{"update_id":\#(simulation.steps),"message":{"message_id":1,"date":\#(now.milliseconds / 1000),"#
                    + #"\#(person),"text":"/\#(word)"}}"#
                events.append((entry.id, TelegramUpdates.received(webhook: Array(update.utf8))))
            }
        }
        _ = try await engine.store.receive(events, at: now)
    }

    private static func messenger(
        _ entry: ProvisionedContent.ChannelEntry, from sender: String, to recipient: String, _ message: String,
        _ now: Timestamp
    ) -> [(channel: ChannelID, event: ReceivedEvent)] {
        let event =
            #"{"sender":{"id":"\#(sender)"},"recipient":{"id":"\#(recipient)"},"timestamp":\#(now.milliseconds),"#
            + #""message":\#(message)}"#
        let body =
            #"{"object":"page","entry":[{"id":"\#(entry.channel.pageID ?? "")","time":1,"messaging":[\#(event)]}]}"#
        return MessengerEvents.received(Array(body.utf8)).map { (entry.id, $0.event) }
    }

    /// Calm passes until nothing is left that time alone would bring on.
    private func finish() async throws {
        var pause = Duration.milliseconds(1)
        for process in (lives + 1)...(lives + 300) {
            let before = history.count
            history.note(.began(isDaemon: false), in: process)
            let engine = try await open(process)
            if process < lives + 5 { try await speak(engine) }
            _ = try await Pass(engine, token: "life \(process)").run()
            history.note(.ended, in: process)
            var due: Timestamp?
            for entry in engine.content.channels {
                for replies in [true, false] {
                    guard let next = try await engine.store.nextDeliveryDue(on: entry.id, replies: replies) else {
                        continue
                    }
                    due = min(due ?? next, next)
                }
            }
            // The owner lets a campaign go on that had paused itself.
            let paused = try await engine.store.status().campaigns.filter { $0.state == "paused" }
            for campaign in paused {
                let found = try await engine.store.campaign(named: campaign.name)
                _ = try await engine.store.resume(found.id, now: engine.time.now())
            }
            if !paused.isEmpty { continue }
            guard let due else {
                let counts = try await engine.store.status().deliveries
                return status.withLock { $0 = counts }
            }
            // What is due and waits for something else is not asked for again and again.
            pause = history.count > before + 2 ? .milliseconds(1) : min(pause * 10, .minutes(1))
            try await engine.time.sleep(for: max(pause, due - engine.time.now()))
        }
    }
}
