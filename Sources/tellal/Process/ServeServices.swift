import CampaignEngine
import CampaignModel
import CampaignStore
import Hummingbird
import Logging
import ServiceLifecycle
import WebInterface

/// The services of `tellal serve`, by its roles.
struct ServeServices {
    private let installation: Installation
    private let settings: Settings
    private let roles: Set<ServeCommand.Role>
    private let calendar: PollCalendar
    private let registry: MetricsRegistry
    private let json: Bool
    private let logger: Logger

    // Signals between services.
    private let outboxChanged = WakeSignal()
    private let inboxChanged = WakeSignal()
    private let upkeepRequested = WakeSignal()
    private let scheduleChanged = WakeSignal()

    /// - Parameters:
    ///   - installation: The installation.
    ///   - settings: The settings in force.
    ///   - roles: The roles of this process.
    ///   - registry: The metrics for `/metrics`.
    ///   - json: Whether output is JSON, without messages for people.
    /// - Throws: When the store fails.
    init(
        _ installation: Installation, _ settings: Settings, roles: Set<ServeCommand.Role>, registry: MetricsRegistry,
        json: Bool
    ) async throws {
        self.installation = installation
        self.settings = settings
        self.roles = roles
        self.registry = registry
        self.json = json
        calendar = try await PollCalendar(installation.engine)
        logger = Logs.libraries(settings)
    }

    private var engine: Engine { installation.engine }

    /// The services in the order of their start; the first to start is the last to end.
    ///
    /// Receives pending updates first, so that nobody who left while tellal did not run gets a message.
    ///
    /// - Throws: When the store fails, or an address to listen on is wrong.
    func all() async throws -> [any Service] {
        var services: [any Service] = try controlServices() + metricsServices()
        if roles.contains(.web) { services += try await webServices() }
        if roles.contains(.web) || roles.contains(.send) { services += try await eventServices() }
        if roles.contains(.send) { services += sendServices() }
        if roles.contains(.poll) { services += pollServices() }
        if roles.contains(.poll) || roles.contains(.send) {
            services.append(RetentionService(engine))
        }
        if NotificationService.isNeeded(engine) {
            services.append(
                NotificationService(engine, calendar, outbox: outboxChanged, inbox: inboxChanged))
        }
        return services
    }

    private func controlServices() throws -> [any Service] {
        try installation.controlSocket(settings, polling: roles.contains(.poll) ? .calendar(calendar) : .later) {
            upkeepRequested.raise()
            scheduleChanged.raise()
            outboxChanged.raise()
        }
    }

    private func metricsServices() throws -> [any Service] {
        guard let listen = settings.metricsListen else { return [] }
        let address = try ListenAddress(listen, key: "metrics.listen")
        let router = Router(context: BasicRequestContext.self)
        addObservation(to: router)
        return [server(router, address) { "metrics at http://\(address.host):\($0)/metrics" }]
    }

    private func webServices() async throws -> [any Service] {
        try await engine.recallWebhooks()
        let listening = WakeSignal()
        let router = Router(context: BasicRequestContext.self)
        router.add(middleware: RequestMetrics(registry))
        if settings.metricsListen == nil { addObservation(to: router) } else { addHealth(to: router) }
        WebhookRoutes.add(WebhookListener(engine, inbox: inboxChanged), to: router)
        let clicks = try await ClickListener(engine)
        ClickRoutes.add(clicks, to: router)
        var services: [any Service] = [ClickService(engine, clicks)]
        if let publicURL = settings.publicURL {
            WebSubRoutes.add(HubListener(engine, calendar: calendar), to: router)
            services.append(
                HubService(engine, callback: HubCallback(publicURL: publicURL), listening: listening))
        }
        let address = try ListenAddress(settings.listen)
        services.append(
            server(router, address) { port in
                listening.raise()
                return "listening on http://\(address.host):\(port)"
            })
        return services
    }

    private func eventServices() async throws -> [any Service] {
        try await UpdatesRun.takeAll(engine)
        try await EventRun(engine).run()
        return [
            UpdatesService(engine, inbox: inboxChanged),
            EventService(engine, inbox: inboxChanged, outbox: outboxChanged),
        ]
    }

    private func sendServices() -> [any Service] {
        var services: [any Service] = [
            ProgressService(engine, worker: engine.worker),
            DeliveryService(
                engine, wake: outboxChanged, look: upkeepRequested, backlog: WebhookBacklog(engine),
                token: engine.worker),
        ]
        if MarketingService.isNeeded(engine) { services.append(MarketingService(engine)) }
        return services
    }

    private func pollServices() -> [any Service] {
        [
            PollService(engine, calendar, wake: outboxChanged),
            CampaignService(engine, wake: outboxChanged, look: scheduleChanged),
        ]
    }

    private func server(
        _ router: Router<BasicRequestContext>, _ address: ListenAddress,
        started: @escaping @Sendable (_ port: Int) -> String
    ) -> any Service {
        WebServer(router, host: address.host, port: address.port, logger: logger) { [json] port in
            let message = started(port)
            if !json { Console.line(message) }
        }
    }

    private func addObservation(to router: Router<BasicRequestContext>) {
        addHealth(to: router)
        HealthRoutes.addReadiness(of: engine, to: router)
        HealthRoutes.addMetrics(registry, of: engine, to: router)
    }

    private func addHealth(to router: Router<BasicRequestContext>) {
        HealthRoutes.add(to: router) { [store = installation.store] in store.trouble?.message }
    }
}
