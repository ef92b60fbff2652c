package import CampaignModel
import Foundation

/// A clock that moves only when a test says so, or when somebody waits on it.
package final class ManualTime: TimeSource {
    // Every access holds the lock.
    private struct State { var now: Timestamp, monotonic: UInt64 }
    private let state: LockedValue<State>

    package init(_ now: Timestamp = Timestamp(seconds: 1_800_000_000)) {
        state = LockedValue(State(now: now, monotonic: 1_000_000_000))
    }

    package func now() -> Timestamp { state.withLock { $0.now } }
    package func monotonicNanoseconds() -> UInt64 { state.withLock { $0.monotonic } }

    /// Waiting takes no real time: the clock jumps.
    package func sleep(for duration: Duration) async throws {
        try Task.checkCancellation()
        advance(by: duration)
        await Task.yield()
    }

    package func advance(by duration: Duration) {
        state.withLock {
            $0.now = $0.now + duration
            $0.monotonic += UInt64(max(0, duration.milliseconds)) * 1_000_000
        }
    }
}
