import ArgumentParser
import CampaignEngine
import CampaignModel
import CampaignStore
import Foundation
import Hummingbird
import Logging
import ServiceLifecycle
import WebInterface

struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Polls, runs campaigns and sends, as a daemon with a web server.",
        discussion: """
            Takes commands of the owner while it runs (`tellal campaign pause`, `tellal deliveries resolve` and others), \
            through a socket beside the database that only its user can open.

            SIGTERM, Ctrl-C or the end of its terminal: begins nothing new, finishes what is on the wire, exits 0 within 20 seconds.

            EXAMPLES:
              tellal serve
              tellal serve --demo                a sample shop, blog and sandbox
              tellal serve --roles poll,send     without the web server
            """
    )

    enum Role: String, CaseIterable { case poll, send, web }

    @Option(help: "What this process does: any of poll, send, web.")
    var roles = "poll,send,web"

    @Flag(help: "Show the main job with sample feeds and the sandbox. Nothing leaves this machine.")
    var demo = false

    @Option(help: ArgumentHelp("Where the web server listens.", valueName: "host:port"))
    var listen: String?

    @OptionGroup var options: CommonOptions

    func validate() throws { _ = try chosenRoles() }

    private func chosenRoles() throws -> Set<Role> {
        let words = roles.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
        let chosen = words.compactMap(Role.init(rawValue:))
        guard !chosen.isEmpty, chosen.count == words.count else {
            throw ValidationError("--roles takes any of poll, send, web, separated by commas")
        }
        return Set(chosen)
    }

    func run() async throws {
        try await options.working(listen: listen) { settings, lines in
            if demo {
                try await Demo(settings: settings, usesOwnDatabase: options.database != nil, lines: lines).run()
            } else {
                try await serve(settings, lines)
            }
        }
    }

    private func addObservation(
        of workshop: Workshop, _ registry: MetricsRegistry, to router: Router<BasicRequestContext>
    ) {
        HealthRoutes.add(to: router) { workshop.store.trouble?.message }
        HealthRoutes.addReadiness(of: workshop.engine, to: router)
        HealthRoutes.addMetrics(registry, of: workshop.engine, to: router)
    }

    private func serve(_ settings: Settings, _ lines: EventLines) async throws {
        let roles = try chosenRoles()
        let address = try ListenAddress(settings.listen)
        let content = try ContentLoading.load(feeds: settings.feeds, templates: settings.templates)
        var timed = lines
        timed.clock = SystemTime()
        let stop = StopSignal()
        let registry = MetricsRegistry(version: Version.number)
        let workshop = try await Workshop.open(
            settings, content: content, hearsHubs: roles.contains(.web) && settings.publicURL != nil, stop: stop,
            inTrouble: .wait(unless: { stop.isRaised }), json: lines.json, metrics: registry
        ) { [timed] in timed($0) }
        if settings.keyFile == nil {
            Console.remark(
                "the secrets in the database are not sealed: `tellal keys new`, then set `key_file`", json: lines.json)
        }
        // Whoever held a lease is gone, if this is the only writing process, or was silent for too long.
        try await Pass.recover(workshop.engine)
        let calendar = try await PollCalendar(workshop.engine)
        var services: [any Service] = []
        let wake = WakeSignal()
        let inbox = WakeSignal()
        let look = WakeSignal()
        let schedule = WakeSignal()
        let logger = Logs.libraries(settings)
        // The first to begin is the last to end.
        services += try workshop.controlSocket(
            settings, polling: roles.contains(.poll) ? .calendar(calendar) : .later
        ) {
            look.raise()
            schedule.raise()
            wake.raise()
        }
        if let metricsListen = settings.metricsListen {
            let address = try ListenAddress(metricsListen, key: "metrics.listen")
            let router = Router(context: BasicRequestContext.self)
            addObservation(of: workshop, registry, to: router)
            services.append(
                WebServer(router, host: address.host, port: address.port, logger: logger) { port in
                    if !lines.json { Console.line("metrics at http://\(address.host):\(port)/metrics") }
                })
        }
        if roles.contains(.web) {
            try await workshop.engine.recallWebhooks()
            let listening = WakeSignal()
            let router = Router(context: BasicRequestContext.self)
            router.add(middleware: RequestMetrics(registry))
            if settings.metricsListen == nil {
                addObservation(of: workshop, registry, to: router)
            } else {
                HealthRoutes.add(to: router) { workshop.store.trouble?.message }
            }
            WebhookRoutes.add(WebhookListener(workshop.engine, inbox: inbox), to: router)
            let clicks = try await ClickListener(workshop.engine)
            ClickRoutes.add(clicks, to: router)
            services.append(ClickService(workshop.engine, clicks, logger: logger))
            if let publicURL = settings.publicURL {
                WebSubRoutes.add(HubListener(workshop.engine, calendar: calendar), to: router)
                services.append(
                    HubService(
                        workshop.engine, callback: HubCallback(publicURL: publicURL), listening: listening,
                        logger: logger))
            }
            services.append(
                WebServer(router, host: address.host, port: address.port, logger: logger) { port in
                    listening.raise()
                    if !lines.json { Console.line("listening on http://\(address.host):\(port)") }
                })
        }
        if roles.contains(.web) || roles.contains(.send) {
            // Who left while this was not running must not be written to first.
            try await UpdatesRun.takeAll(workshop.engine)
            try await EventRun(workshop.engine).run()
            services.append(UpdatesService(workshop.engine, inbox: inbox, logger: logger))
            services.append(EventService(workshop.engine, inbox: inbox, outbox: wake, logger: logger))
        }
        if roles.contains(.send) {
            let token = workshop.engine.worker
            services.append(ProgressService(workshop.engine, worker: token))
            services.append(
                DeliveryService(
                    workshop.engine, wake: wake, look: look, backlog: WebhookBacklog(workshop.engine), token: token))
            if MarketingService.isNeeded(workshop.engine) {
                services.append(MarketingService(workshop.engine, logger: logger))
            }
        }
        if roles.contains(.poll) {
            services.append(PollService(workshop.engine, calendar, wake: wake, logger: logger))
            services.append(CampaignService(workshop.engine, wake: wake, look: schedule, logger: logger))
        }
        if roles.contains(.poll) || roles.contains(.send) {
            services.append(ForgettingService(workshop.engine, logger: logger))
        }
        if NewsService.isNeeded(workshop.engine) {
            services.append(NewsService(workshop.engine, calendar, outbox: wake, inbox: inbox, logger: logger))
        }
        try await Daemon.run(services, stop: stop, logger: logger)
        try await workshop.close()
        if !lines.json { Console.line("ended") }
    }
}
