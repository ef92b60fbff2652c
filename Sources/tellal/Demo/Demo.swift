import CampaignEngine
import CampaignModel
import CampaignPlanning
import CampaignStore
import Foundation
import Hummingbird
import PlatformSandbox
import ServiceLifecycle
import WebInterface

/// `tellal serve --demo`: a sample blog and shop that change every few seconds, and the sandbox for both platforms, all
/// on one loopback address. Fetching, deciding and sending are the real thing; nothing leaves the machine.
struct Demo {
    private let settings: Settings
    private let usesOwnDatabase: Bool
    private let lines: EventLines

    /// Without a database of the owner's, the demo keeps its own in the temporary folder, new each time.
    init(settings: Settings, usesOwnDatabase: Bool, lines: EventLines) {
        self.settings = settings
        self.usesOwnDatabase = usesOwnDatabase
        // Two polls a second or so: what they did not find is no news.
        self.lines = EventLines(json: lines.json, onlyNews: true)
    }

    func run() async throws {
        let address = try ListenAddress(settings.listen)
        guard address.port > 0 else {
            throw Problem(.settings, "`listen`: the demo needs a fixed port", hint: "For example 127.0.0.1:8080.")
        }
        let host = ["0.0.0.0", "::", ""].contains(address.host) ? "127.0.0.1" : address.host
        let base = "http://\(host.contains(":") ? "[\(host)]" : host):\(address.port)"
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
            "tellal-demo-\(ProcessInfo.processInfo.processIdentifier)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        var settings = settings
        if !usesOwnDatabase { settings.database = "sqlite:\(folder.path)/demo.db" }
        settings.allowAddresses.append("\(host.contains(":") ? "[\(host)]" : host):\(address.port)")
        try await run(settings, address: address, base: base)
    }

    private func run(_ settings: Settings, address: ListenAddress, base: String) async throws {
        let samples = settings.feeds + "/samples"
        let token = "100000000:sandbox-takes-any-token"
        let content = try ContentLoading.load(feeds: samples, templates: settings.templates) { name in
            ["DEMO_URL": base, "DEMO_TOKEN": token][name]
        }
        let feeds = try DemoFeeds(samples: samples, base: base)
        let installation = try await Installation.open(settings, content: content) { lines($0) }
        let sandbox = try PlatformSandbox(
            SandboxSettings(
                subscribers: 3, appSecret: Secret(token),
                callbackURL: content.content.channels.first { $0.platform == .messenger }.map {
                    WebhookListener.address(of: $0, publicURL: base)
                }, verifyToken: Secret(token)), time: SystemTime(), templates: settings.templates,
            logger: Logs.libraries(settings), sender: installation.transport)
        try await subscribe(sandbox.people, installation)
        let listening = WakeSignal()
        let router = Router(context: SandboxRequestContext.self)
        HealthRoutes.add(to: router)
        sandbox.addRoutes(to: router)
        DemoRoutes.add(to: router, feeds: feeds)
        let inbox = WakeSignal()
        WebhookRoutes.add(WebhookListener(installation.engine, inbox: inbox), to: router)
        let server = WebServer(router, host: address.host, port: address.port, logger: Logs.libraries(settings)) { _ in
            if !lines.json {
                Console.line(
                    "demo: watch the chats at \(base)/sandbox, and write in them (Ctrl-C ends it; nothing leaves this machine)"
                )
            }
            listening.raise()
        }
        let wake = WakeSignal()
        let look = WakeSignal()
        let schedule = WakeSignal()
        let calendar = try await PollCalendar(installation.engine)
        let control = try installation.controlSocket(settings, polling: .calendar(calendar)) {
            look.raise()
            schedule.raise()
            wake.raise()
        }
        let services: [any Service] = [
            SandboxWebhooks(sandbox: sandbox), server,
            UpdatesService(installation.engine, inbox: inbox),
            EventService(installation.engine, inbox: inbox, outbox: wake),
            CampaignService(installation.engine, wake: wake, look: schedule),
            ProgressService(installation.engine, worker: installation.engine.worker),
            DeliveryService(installation.engine, wake: wake, look: look, token: installation.engine.worker),
            DemoPublisher(
                feeds: feeds, listening: listening, channels: content.content.channels, sender: installation.transport,
                poll: PollService(
                    installation.engine, calendar, wake: wake),
                lines: lines),
        ]
        try await Daemon.run(control + services, stop: installation.engine.stop, logger: Logs.libraries(settings))
        try await installation.close()
        if !lines.json { Console.line("demo: ended") }
    }

    /// The sandbox's people asked for the demo's campaigns. The last of Messenger's was not active today, so what is
    /// for them is held, as the platform demands.
    private func subscribe(_ people: [SandboxPerson], _ installation: Installation) async throws {
        let now = SystemTime().now()
        for entry in installation.engine.content.channels {
            let own = people.filter { $0.platform == entry.channel.platform }
            let subscribers = own.enumerated().map { index, person in
                Subscriber(
                    address: person.address, firstName: person.firstName, consentAt: now, consentSource: "demo",
                    lastActiveAt: index + 1 == own.count ? nil : now)
            }
            _ = try await SubscriberRegister(installation.store, time: SystemTime()).add(subscribers, to: entry.id)
        }
    }
}

/// Polls, once the sample feeds can be fetched, and lets something happen in them every few seconds.
private struct DemoPublisher: Service {
    private static let first = Duration.seconds(1)
    private static let pause = Duration.seconds(4)

    let feeds: DemoFeeds
    let listening: WakeSignal
    let channels: [Channel]
    let sender: any HTTPSending
    let poll: PollService
    let lines: EventLines

    func run() async throws {
        await listening.wait(atMost: .seconds(10), on: SystemTime())
        for channel in channels { _ = try await ChannelSetupRun(channel, publicURL: nil, sender: sender).apply() }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await poll.run() }
            group.addTask {
                do {
                    try await cancelWhenGracefulShutdown {
                        try await Task.sleep(for: Self.first)
                        while true {
                            let news = feeds.advance(at: SystemTime().now())
                            if !lines.json { Console.line("demo: \(news)") }
                            try await Task.sleep(for: Self.pause)
                        }
                    }
                } catch is CancellationError {}
            }
            try await group.waitForAll()
        }
    }
}
