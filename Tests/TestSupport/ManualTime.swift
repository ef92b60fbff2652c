package import CampaignModel
import Foundation

/// A clock that moves only when a test says so, or when somebody waits on it.
package final class ManualTime: TimeSource {
    private let start: Timestamp
    private let elapsed = LockedValue<UInt64>(0)
    /// How far the wall clock was set, in milliseconds.
    private let set = LockedValue<Int64>(0)

    package init(_ now: Timestamp = Timestamp(seconds: 1_800_000_000)) { start = now }

    package func now() -> Timestamp {
        Timestamp(milliseconds: start.milliseconds + set.withLock { $0 } + Int64(elapsed.withLock { $0 } / 1_000_000))
    }

    package func monotonicNanoseconds() -> UInt64 { elapsed.withLock { $0 } + 1_000_000_000 }

    /// Waiting takes no real time: the clock jumps.
    package func sleep(for duration: Duration) async throws {
        try Task.checkCancellation()
        advance(by: duration)
        await Task.yield()
    }

    /// Somebody sets the wall clock; the other one does not move.
    package func setWallClock(to moment: Timestamp) {
        let difference = moment.milliseconds - now().milliseconds
        set.withLock { $0 += difference }
    }

    package func advance(by duration: Duration) { elapsed.withLock { $0 += duration.wholeNanoseconds } }
}

extension Duration {
    /// Never negative.
    var wholeNanoseconds: UInt64 {
        UInt64(max(0, components.seconds)) * 1_000_000_000 + UInt64(max(0, components.attoseconds) / 1_000_000_000)
    }
}
