import CampaignModel
package import Hummingbird
import HummingbirdCore
package import Logging
import NIOCore
import ServiceLifecycle

/// The process's one HTTP server; what it answers is in the routes that it is given.
package struct WebServer<Context: RequestContext>: Service where Context.Source == ApplicationRequestContextSource {
    private let responder: RouterResponder<Context>
    private let host: String
    private let port: Int
    private let logger: Logger
    private let onListening: @Sendable (Int) async -> Void

    /// Port 0 takes a free one; `onListening` is told which, once connections are accepted.
    package init(
        _ router: Router<Context>, host: String, port: Int, logger: Logger,
        onListening: @escaping @Sendable (Int) async -> Void = { _ in }
    ) {
        responder = router.buildResponder()
        self.host = host
        self.port = port
        self.logger = logger
        self.onListening = onListening
    }

    /// Serves until graceful shutdown.
    ///
    /// - Throws: ``Problem`` (`unavailable`) when the address is taken or is not this machine's.
    package func run() async throws {
        let application = Application(
            responder: responder,
            // Strangers may connect and say nothing.
            server: .http1(configuration: HTTP1Channel.Configuration(idleTimeout: .seconds(60))),
            configuration: ApplicationConfiguration(
                address: .hostname(host, port: port), serverName: "tellal", backlog: 1024),
            onServerRunning: { channel in await onListening(channel.localAddress?.port ?? port) }, logger: logger)
        do {
            try await application.run()
        } catch is SocketAddressError {
            throw Problem(
                .settings, "cannot listen on \(host):\(port): there is no such address",
                hint: "Write `listen` as host:port, for example 127.0.0.1:8080.")
        } catch let error as IOError {
            throw Problem(
                .unavailable, "cannot listen on \(host):\(port): \(Self.reason(error))",
                hint: "Stop the other program, or choose another address with `listen` (TELLAL_LISTEN=127.0.0.1:8081).")
        }
    }

    private static func reason(_ error: IOError) -> String {
        switch error.errnoCode {
        case 98: "the port is in use"
        case 99: "that address is not this machine's"
        case 13: "this user may not use that port"
        default: error.description
        }
    }
}
