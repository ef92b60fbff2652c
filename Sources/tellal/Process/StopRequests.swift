import Dispatch
import Foundation
import Synchronization

/// SIGTERM, Ctrl-C and the end of a terminal: the first one asks for an end, the second one is the end, as if the process
/// were killed.
enum StopRequests {
    private final class Count: Sendable {
        private let number = Mutex(0)

        /// How many there were, with these.
        func add(_ more: Int) -> Int {
            number.withLock { number in
                number += more
                return number
            }
        }
    }

    /// Whether the end of its terminal ends it: not when it was started with `nohup`, so as to outlive that.
    static let heedsHangup: Bool = {
        let before = signal(SIGHUP, SIG_IGN)
        let isHeeded = unsafeBitCast(before, to: Int.self) != unsafeBitCast(SIG_IGN, to: Int.self)
        if isHeeded { signal(SIGHUP, before) }
        return isHeeded
    }()

    /// - Parameter first: Called when the first one comes, and perhaps again.
    /// - Returns: What listens, until it is cancelled.
    static func listen(first: @escaping @Sendable () -> Void = {}) -> [any DispatchSourceSignal] {
        let count = Count()
        return ([SIGTERM, SIGINT] + (heedsHangup ? [SIGHUP] : [])).map { number in
            // Dispatch takes the signal's handler as it begins to listen: what comes before that ends the process, and is
            // not lost, as it would be if it were ignored until then.
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler {
                // A terminal and its shell both tell of its end.
                if number != SIGHUP, count.add(1) > 1 { _exit(128 + number) }
                first()
            }
            source.resume()
            return source
        }
    }
}
