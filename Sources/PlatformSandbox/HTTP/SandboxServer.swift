import CampaignModel
import Hummingbird
import NIOCore

extension PlatformSandbox {
    /// Serves the sandbox alone, webhooks included, until the task is cancelled or the service group shuts down gracefully.
    ///
    /// - Parameters:
    ///   - listen: `host:port`; port 0 takes a free one.
    ///   - onListening: is told the port once connections are accepted.
    /// - Throws: ``Problem`` with `.usage` for an address that cannot be read, `.unavailable` when it is taken.
    package func run(listen: String, onListening: @escaping @Sendable (Int) async -> Void = { _ in }) async throws {
        guard let (host, port) = Self.address(listen) else {
            throw Problem(
                .usage, "\(listen) is not an address to listen on", hint: "Write host:port, such as 127.0.0.1:8081."
            )
        }
        let router = Router(context: SandboxRequestContext.self)
        addRoutes(to: router)
        let app = Application(
            router: router,
            configuration: ApplicationConfiguration(
                address: .hostname(host, port: port), serverName: "tellal-sandbox", backlog: 1024
            ),
            onServerRunning: { channel in await onListening(channel.localAddress?.port ?? port) },
            logger: logger
        )
        do {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { await postWebhooks() }
                try await app.run()
                group.cancelAll()
            }
        } catch let error as IOError {
            throw Problem(
                .unavailable, "the sandbox cannot listen on \(listen): \(error.localizedReason)",
                hint: "Another program may have the port; choose another one with --listen."
            )
        }
    }

    private static func address(_ text: String) -> (String, Int)? {
        guard let colon = text.lastIndex(of: ":"), let port = UInt16(text[text.index(after: colon)...]) else {
            return nil
        }
        var host = String(text[..<colon])
        if host.hasPrefix("["), host.hasSuffix("]") { host = String(host.dropFirst().dropLast()) }
        return host.isEmpty ? nil : (host, Int(port))
    }
}

extension IOError {
    fileprivate var localizedReason: String { String(describing: self) }
}
