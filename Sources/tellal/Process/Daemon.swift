import CampaignEngine
import CampaignModel
import Dispatch
import Logging
import ServiceLifecycle

/// Runs services until SIGTERM, Ctrl-C or the end of the terminal. Each service depends on those before it.
enum Daemon {
    /// Longest time for requests in flight to finish.
    private static let grace = Duration.seconds(20)

    /// - Parameters:
    ///   - services: The services, in the order of their start.
    ///   - stop: Raised when shutdown begins, so that writes no longer wait for the database.
    ///   - logger: For debugging.
    /// - Throws: The error of a service.
    static func run(_ services: [any Service], stop: StopSignal? = nil, logger: Logger) async throws {
        var configuration = ServiceGroupConfiguration(
            services: services.map {
                .init(service: InTurn(service: $0, stop: stop), successTerminationBehavior: .gracefullyShutdownGroup)
            },
            logger: logger)
        configuration.maximumGracefulShutdownDuration = grace
        let group = ServiceGroup(configuration: configuration)
        // The group's own signal handlers are installed too late for a signal that comes as the services start.
        let signals = StopRequests.listen {
            stop?.raise()
            Task { await group.triggerGracefulShutdown() }
        }
        defer { for signal in signals { signal.cancel() } }
        try await group.run()
    }
}

/// A service that waits, after the stop signal, for its own shutdown. The group ends services one after another, and
/// would treat one that ends earlier as failed.
struct InTurn: Service, CustomStringConvertible {
    let service: any Service
    let stop: StopSignal?

    /// What the log of a library says of it at `debug`: its name, and not all that is in it.
    var description: String { "\(type(of: service))" }

    func run() async throws {
        try await service.run()
        if stop?.isRaised == true { try? await gracefulShutdown() }
    }
}

enum Logs {
    /// The logger for libraries and debugging. It writes to standard error, and only errors unless the owner sets
    /// `log.level: debug`.
    static func libraries(_ settings: Settings) -> Logger {
        let isJSON = settings.logFormat == "json"
        var logger = Logger(label: "tellal") { label -> any LogHandler in
            isJSON ? JSONLogHandler() : StreamLogHandler.standardError(label: label)
        }
        let level = Logger.Level(rawValue: settings.logLevel) ?? .error
        logger.logLevel = level <= .debug ? level : .error
        return logger
    }
}
