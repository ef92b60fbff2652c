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

    // Between two looks at the stop signal.
    private static let glance: UInt64 = 500_000_000

    private let interval: UInt64
    /// A turn that is farther away is not waited for in place.
    private let patience: UInt64
    private let time: any TimeSource
    private let state: Mutex<State>

    private struct State {
        /// When the next request may leave, in monotonic nanoseconds.
        var next: UInt64
        var pauses = 0
        /// Nothing may leave before; told by the platform.
        var pausedUntil: UInt64 = 0
        /// When the last request left; nil before the first.
        var left: UInt64?
    }

    /// A rate of 0 means no limit.
    init(perSecond: Double, time: any TimeSource) {
        self.time = time
        interval = perSecond > 0 ? UInt64(min(1e18, 1e9 / (perSecond * Self.share))) : 0
        patience = max(5_000_000_000, 2 * interval)
        state = Mutex(State(next: time.monotonicNanoseconds() &+ interval))
    }

    /// Waits for a turn.
    ///
    /// - Returns: false when nothing may leave: told to stop, or the turn is too far away to wait for it here.
    func wait(unless stop: StopSignal) async throws -> Bool {
        while let turn = takeTurn() {
            while !stop.isRaised {
                let now = time.monotonicNanoseconds()
                guard turn.at > now else { break }
                try await time.sleep(for: .nanoseconds(Int64(clamping: min(turn.at - now, Self.glance))))
            }
            if stop.isRaised { return false }
            // A pause that began meanwhile holds for those, too, who had their turn before it.
            if state.withLock({ $0.pauses == turn.pauses }) { return true }
        }
        return false
    }

    private func takeTurn() -> (at: UInt64, pauses: Int)? {
        let now = time.monotonicNanoseconds()
        return state.withLock { state in
            let mine = max(state.next, now)
            guard mine - now <= patience else { return nil }
            state.next = mine &+ interval
            return (mine, state.pauses)
        }
    }

    /// Lets nothing leave for so long: the platform asked for it.
    func pause(for duration: Duration) {
        let until = time.monotonicNanoseconds() &+ UInt64(max(0, duration.milliseconds)) &* 1_000_000
        state.withLock { state in
            state.next = max(state.next, until)
            state.pausedUntil = max(state.pausedUntil, until)
            state.pauses += 1
        }
    }

    /// Called right before a request leaves. Those whose turns went by while the machine or the store stood still may
    /// not all leave at once.
    ///
    /// - Returns: false when a pause began meanwhile, or the task was cancelled: then nothing may leave.
    func leave() async -> Bool {
        while true {
            let now = time.monotonicNanoseconds()
            let wait: UInt64? = state.withLock { state in
                guard state.pausedUntil <= now else { return nil }
                let earliest = state.left.map { $0 &+ interval } ?? now
                guard earliest <= now else { return earliest - now }
                state.left = now
                return 0
            }
            guard let wait else { return false }
            guard wait > 0 else { return true }
            do {
                try await time.sleep(for: .nanoseconds(Int64(clamping: wait)))
            } catch {
                return false
            }
        }
    }

    /// How many turns are near enough to be waited for, at most `limit`.
    func turns(upTo limit: Int) -> Int {
        let wait = delayNanoseconds
        guard wait <= patience else { return 0 }
        guard interval > 0 else { return limit }
        return Int(min(UInt64(max(0, limit)), (patience - wait) / interval + 1))
    }

    /// How long the next request would have to wait.
    var delay: Duration { .nanoseconds(Int64(clamping: delayNanoseconds)) }

    private var delayNanoseconds: UInt64 {
        let now = time.monotonicNanoseconds()
        return state.withLock { $0.next > now ? $0.next - now : 0 }
    }
}
