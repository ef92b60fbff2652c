import CampaignModel
import Synchronization

/// Spaces out the requests of one channel so that no second holds more than the channel's rate.
///
/// The generic cell rate algorithm without a burst. It starts empty, so a process that restarts again and again is no
/// faster than one that runs on.
final class Pace: Sendable {
    // Requests that leave evenly arrive a little unevenly; a platform that counts strictly must still see no more
    // than it allows.
    private static let share = 0.983

    private let interval: UInt64
    private let time: any TimeSource
    /// When the next request may leave, in monotonic nanoseconds.
    private let next: Mutex<UInt64>

    /// A rate of 0 means no limit.
    init(perSecond: Double, time: any TimeSource) {
        self.time = time
        interval = perSecond > 0 ? UInt64(min(1e15, 1e9 / (perSecond * Self.share))) : 0
        next = Mutex(time.monotonicNanoseconds() &+ interval)
    }

    /// Waits until the next request may leave, or until no new work may begin.
    func wait(unless stop: StopSignal) async throws {
        guard interval > 0 || next.withLock({ $0 }) > time.monotonicNanoseconds() else { return }
        let now = time.monotonicNanoseconds()
        let mine = next.withLock { next in
            let mine = max(next, now)
            next = mine &+ interval
            return mine
        }
        while !stop.isRaised {
            let now = time.monotonicNanoseconds()
            guard mine > now else { return }
            // Looks up once a second, so that a long pause does not outlast the end of the program.
            try await time.sleep(for: .nanoseconds(Int64(clamping: min(mine - now, 1_000_000_000))))
        }
    }

    /// Lets nothing leave for so long: the platform asked for it.
    func pause(for duration: Duration) {
        let until = time.monotonicNanoseconds() &+ UInt64(max(0, duration.milliseconds)) &* 1_000_000
        next.withLock { $0 = max($0, until) }
    }

    /// Whoever would have to wait longer than this had better give its delivery back.
    var patience: Duration { max(.seconds(30), .nanoseconds(Int64(clamping: interval) * 2)) }

    /// How long the next request would have to wait.
    var delay: Duration {
        let now = time.monotonicNanoseconds()
        return .nanoseconds(next.withLock { $0 > now ? Int64(clamping: $0 - now) : 0 })
    }
}
