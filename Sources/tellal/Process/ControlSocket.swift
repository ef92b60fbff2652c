import CampaignEngine
import CampaignModel
import Glibc
import Hummingbird
import Logging
import ServiceLifecycle
import WebInterface

/// Serves the owner's commands on a Unix socket beside the database, so that commands work while this process runs. The
/// file permissions allow the owner only.
struct ControlSocket: Service {
    /// Most bytes of a socket's path on Linux.
    private static let longestPath = 107

    private let path: String
    private let handler: ControlCommandHandler
    private let logger: Logger
    private let json: Bool

    init(at path: String, _ handler: ControlCommandHandler, logger: Logger, json: Bool) {
        self.path = path
        self.handler = handler
        self.json = json
        // Problems are reported below. The server's own errors, such as its end during start when another service
        // fails, are noise.
        var quiet = logger
        quiet.logLevel = .critical
        self.logger = quiet
    }

    func run() async throws {
        guard path.utf8.count <= Self.longestPath else {
            let problem = Problem(
                .settings, "commands cannot be handed to this process while it runs: the path \(path) is too long",
                hint: "Give `database` a path of at most \(Self.longestPath - ".sock".utf8.count) bytes.")
            Console.tell(problem, json: json)
            try? await gracefulShutdown()
            return
        }
        let router = Router(context: BasicRequestContext.self)
        ControlRoutes.add(handler, to: router)
        // The mask applies before the socket exists, so that no other user can ever open it. Other files made meanwhile
        // only get stricter permissions.
        let mask = umask(0o177)
        let server = WebServer(router, socket: path, logger: logger) { _ = umask(mask) }
        defer { unlink(path) }
        do {
            try await server.run()
        } catch let problem as Problem {
            // Some file systems have no sockets; everything else works without one.
            _ = umask(mask)
            Console.tell(
                Problem(
                    problem.code, "commands cannot be handed to this process while it runs: \(problem.message)",
                    hint: "They can be given when it does not run."), json: json)
            try? await gracefulShutdown()
        }
    }
}

extension Daemon {
    /// Runs services during some work, and ends them after it.
    static func beside<Value: Sendable>(
        _ services: [any Service], logger: Logger, _ work: @Sendable () async throws -> Value
    ) async throws -> Value {
        let group = ServiceGroup(
            configuration: .init(
                services: services.map { .init(service: InTurn(service: $0, stop: nil)) }, logger: logger))
        return try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            let result: Result<Value, any Error>
            do { result = .success(try await work()) } catch { result = .failure(error) }
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
            return try result.get()
        }
    }
}
