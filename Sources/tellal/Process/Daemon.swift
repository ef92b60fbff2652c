import CampaignEngine
import CampaignModel
import Dispatch
import Logging
import ServiceLifecycle

/// Runs services until SIGTERM, Ctrl-C or the end of the terminal; each later one depends on those before it.
enum Daemon {
    /// How long what is on the wire may take to finish.
    private static let grace = Duration.seconds(20)

    /// - Parameters:
    ///   - services: What runs.
    ///   - stop: Is raised when the end is asked for: who waits for the database waits no longer.
    ///   - logger: For what libraries have to say.
    /// - Throws: What a service threw.
    static func run(_ services: [any Service], stop: StopSignal? = nil, logger: Logger) async throws {
        var configuration = ServiceGroupConfiguration(
            services: services.map {
                .init(service: InTurn(service: $0, stop: stop), successTerminationBehavior: .gracefullyShutdownGroup)
            },
            logger: logger)
        configuration.maximumGracefulShutdownDuration = grace
        let group = ServiceGroup(configuration: configuration)
        // The group's own ear for signals opens too late for one that comes as the services begin.
        let signals = StopRequests.listen {
            stop?.raise()
            Task { await group.triggerGracefulShutdown() }
        }
        defer { for signal in signals { signal.cancel() } }
        try await group.run()
    }
}

/// A service whose end counts when its turn comes: they end one after the other, and the group takes one that heard of the
/// stop before for one that failed.
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
    /// For what libraries have to say: on standard error, and unless the owner looks for a fault (`log.level: debug`)
    /// only when something is wrong.
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
