import Dispatch
import Foundation
import Synchronization

/// SIGTERM and Ctrl-C: the first one asks for an end, the second one is the end, as if the process were killed.
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

    /// - Parameter first: Called when the first one comes.
    /// - Returns: What listens, until it is cancelled.
    static func listen(first: @escaping @Sendable () -> Void = {}) -> [any DispatchSourceSignal] {
        let count = Count()
        return [SIGTERM, SIGINT].map { number in
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler {
                guard count.add(1) == 1 else { _exit(128 + number) }
                first()
            }
            source.resume()
            return source
        }
    }
}
