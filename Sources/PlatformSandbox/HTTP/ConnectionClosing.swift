import HTTPTypes
package import Hummingbird
import NIOCore

/// A request context that can close the connection it came over without an answer, as the sandbox's faults want.
package protocol ConnectionClosing: Sendable {
    /// Closes it at once, whatever was not written yet; more than once is no harm.
    func closeConnection()
}

/// The context of the sandbox's own server; a server that carries the sandbox beside other routes can use it too.
///
/// With another context the faults that close the connection break the answer off after its head instead.
package struct SandboxRequestContext: RequestContext, ConnectionClosing {
    package var coreContext: CoreRequestContextStorage
    private let close: @Sendable () -> Void

    package init(source: ApplicationRequestContextSource) {
        coreContext = .init(source: source)
        let channel = source.channel
        close = { channel.close(promise: nil) }
    }

    /// Waits for nothing.
    package func closeConnection() { close() }
}
