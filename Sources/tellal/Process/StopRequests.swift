import Dispatch
import Foundation
import Synchronization

/// Handles SIGTERM, Ctrl-C and the end of a terminal: the first one begins shutdown, the second one ends the process at
/// once.
enum StopRequests {
    private final class Count: Sendable {
        private let number = Mutex(0)

        /// Adds to the number of signals and returns it.
        func add(_ more: Int) -> Int {
            number.withLock { number in
                number += more
                return number
            }
        }
    }

    /// Whether the end of the terminal stops the process; not when it was started with `nohup`.
    static let heedsHangup: Bool = {
        let before = signal(SIGHUP, SIG_IGN)
        let isHeeded = unsafeBitCast(before, to: Int.self) != unsafeBitCast(SIG_IGN, to: Int.self)
        if isHeeded { signal(SIGHUP, before) }
        return isHeeded
    }()

    /// Installs the handlers.
    ///
    /// - Parameter first: Called at the first signal, and perhaps again.
    /// - Returns: The signal sources, which listen until cancelled.
    static func listen(first: @escaping @Sendable () -> Void = {}) -> [any DispatchSourceSignal] {
        let count = Count()
        return ([SIGTERM, SIGINT] + (heedsHangup ? [SIGHUP] : [])).map { number in
            // Dispatch installs its handler when it begins to listen. A signal before that ends the process instead of
            // being lost, which ignoring it until then would cause.
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler {
                // The terminal and its shell both send SIGHUP at its end, so it does not count twice.
                if number != SIGHUP, count.add(1) > 1 { _exit(128 + number) }
                first()
            }
            source.resume()
            return source
        }
    }
}
