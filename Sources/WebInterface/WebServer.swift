import CampaignModel
package import Hummingbird
import HummingbirdCore
package import Logging
import NIOCore
import ServiceLifecycle

/// The process's one HTTP server; what it answers is in the routes that it is given.
package struct WebServer<Context: RequestContext>: Service where Context.Source == ApplicationRequestContextSource {
    private let responder: RouterResponder<Context>
    private let place: Place
    private let limits: ConnectionLimits
    private let logger: Logger
    private let onListening: @Sendable (Int) async -> Void

    private enum Place {
        case network(host: String, port: Int)
        case socket(String)
    }

    /// Port 0 takes a free one; `onListening` is told which, once connections are accepted.
    package init(
        _ router: Router<Context>, host: String, port: Int, limits: ConnectionLimits = .init(), logger: Logger,
        onListening: @escaping @Sendable (Int) async -> Void = { _ in }
    ) {
        responder = router.buildResponder()
        place = .network(host: host, port: port)
        self.limits = limits
        self.logger = logger
        self.onListening = onListening
    }

    /// Serves on a Unix domain socket, which takes the place of one that a process left that is gone.
    package init(
        _ router: Router<Context>, socket path: String, logger: Logger,
        onListening: @escaping @Sendable () async -> Void = {}
    ) {
        responder = router.buildResponder()
        place = .socket(path)
        limits = .init()
        self.logger = logger
        self.onListening = { _ in await onListening() }
    }

    /// Serves until graceful shutdown.
    ///
    /// - Throws: ``Problem`` (`unavailable`) when the address is taken or is not this machine's.
    package func run() async throws {
        let application = Application(
            responder: responder,
            server: .http1(
                configuration: HTTP1Channel.Configuration(
                    additionalChannelHandlers: [ConnectionClock(limits)],
                    httpDecoderConfiguration: .init(
                        maxHeaderFieldSize: limits.headerBytes, maxHeaderListSize: limits.headerBytes,
                        maxHeaderFieldCount: limits.headerFields))),
            configuration: ApplicationConfiguration(
                address: address, serverName: "tellal", backlog: 1024,
                availableConnectionsDelegate: .maximum(limits.connections, logger: logger)),
            onServerRunning: { channel in await onListening(channel.localAddress?.port ?? 0) }, logger: logger)
        do {
            try await application.run()
        } catch is SocketAddressError {
            throw Problem(
                .settings, "cannot listen on \(name): there is no such address",
                hint: "Write `listen` as host:port, for example 127.0.0.1:8080.")
        } catch let error as IOError {
            throw Problem(
                .unavailable, "cannot listen on \(name): \(Self.reason(error))",
                hint: "Stop the other program, or choose another address with `listen` (TELLAL_LISTEN=127.0.0.1:8081).")
        }
    }

    private var address: BindAddress {
        switch place {
        case .network(let host, let port): .hostname(host, port: port)
        case .socket(let path): .unixDomainSocket(path: path)
        }
    }

    private var name: String {
        switch place {
        case .network(let host, let port): "\(host):\(port)"
        case .socket(let path): path
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
