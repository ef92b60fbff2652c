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

    /// - Parameter first: Called when the first one comes.
    /// - Returns: What listens, until it is cancelled.
    static func listen(first: @escaping @Sendable () -> Void = {}) -> [any DispatchSourceSignal] {
        let count = Count()
        return ([SIGTERM, SIGINT] + (heedsHangup ? [SIGHUP] : [])).map { number in
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler {
                guard count.add(1) > 1 else { return first() }
                // A terminal and its shell both tell of its end.
                if number != SIGHUP { _exit(128 + number) }
            }
            source.resume()
            return source
        }
    }
}
