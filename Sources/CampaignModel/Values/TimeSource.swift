import Foundation

/// The source of the present time and of waits; passed in, so that tests control the time.
package protocol TimeSource: Sendable {
    /// The wall clock.
    func now() -> Timestamp
    /// A monotonic clock, in nanoseconds from an arbitrary start.
    func monotonicNanoseconds() -> UInt64
    /// Waits for that time; throws `CancellationError` when the task is cancelled meanwhile.
    func sleep(for duration: Duration) async throws
}

/// The machine's clocks.
package struct SystemTime: TimeSource {
    package init() {}

    /// The real-time clock, which may be set; whole milliseconds, rounded down.
    package func now() -> Timestamp {
        Timestamp(milliseconds: Int64((Date().timeIntervalSince1970 * 1000).rounded(.down)))
    }

    /// The monotonic clock, which stops while the machine sleeps.
    package func monotonicNanoseconds() -> UInt64 { DispatchTime.now().uptimeNanoseconds }

    /// Waits by a clock that continues while the machine sleeps.
    package func sleep(for duration: Duration) async throws { try await Task.sleep(for: duration) }
}
