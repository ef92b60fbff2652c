import Foundation

/// Where the current time comes from, and how to wait; passed in, so that tests decide what time it is.
package protocol TimeSource: Sendable {
    /// The wall clock.
    func now() -> Timestamp
    /// A clock that never jumps, in nanoseconds from an arbitrary start.
    func monotonicNanoseconds() -> UInt64
    /// Waits; throws `CancellationError` when the task is cancelled meanwhile.
    func sleep(for duration: Duration) async throws
}

/// The machine's own clocks.
package struct SystemTime: TimeSource {
    package init() {}

    /// By the real-time clock, which may be set; whole milliseconds, rounded down.
    package func now() -> Timestamp {
        Timestamp(milliseconds: Int64((Date().timeIntervalSince1970 * 1000).rounded(.down)))
    }

    /// Stands still while the machine sleeps.
    package func monotonicNanoseconds() -> UInt64 { DispatchTime.now().uptimeNanoseconds }

    /// Goes on while the machine sleeps.
    package func sleep(for duration: Duration) async throws { try await Task.sleep(for: duration) }
}
