import CampaignModel
import Synchronization

/// Spaces out the requests of one channel so that no second holds more than the channel's rate.
///
/// The generic cell rate algorithm without a burst. It starts empty, so a process that restarts again and again is no
/// faster than one that runs on.
final class RateLimiter: Sendable {
    // Requests that leave evenly arrive a little unevenly; a platform that counts strictly must still see no more
    // than it allows.
    private static let share = 0.983

    // A timer that fires late by no more than this costs no turn: the next one is counted from when it should have been.
    // With it, too, no second holds more than the rate: the share leaves 17 ms of each free.
    private static let slack: UInt64 = 4_000_000

    // Between two looks at the stop signal.
    private static let glance: UInt64 = 500_000_000

    private let full: UInt64
    /// Whether a turn that was not used in time may be another process's.
    var isShared: Bool { slices != nil }
    /// Where several processes send for one channel: gives out slices of its time, each to one of them.
    private let slices: Slices?
    /// As many turns of a slice as this process can use before it needs another one.
    private let width: @Sendable () -> Int
    private let sliceRequests = AsyncSemaphore()

    /// Asks for a slice of time that is this process's own, so long.
    ///
    /// Returns how far away it begins, from when the answer comes.
    typealias Slices = @Sendable (_ length: Duration) async throws -> Duration
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
        /// When the last request left, or should have, a little earlier; nil before the first.
        var left: UInt64?
        /// How much of its rate the channel uses, 0.2 to 1.
        var share = 1.0
        /// The slice in which turns may be taken, where there are slices.
        var slice: Range<UInt64> = 0..<0
        /// When it may grow again.
        var growsAt: UInt64 = 0
        /// More than that the platform does not bear at the moment, by what it says itself; until then.
        var ceiling = (share: 1.0, until: UInt64(0))
    }

    // After "too many requests" a channel goes on more slowly, and comes back to its rate little by little.
    private static let slowest = 0.2
    private static let shrinking = 0.75
    private static let growing = 0.05
    private static let growsEvery: UInt64 = 5_000_000_000
    // How long what a platform says of its load counts.
    private static let ceilingLasts: UInt64 = 60_000_000_000
    // From such a load on it is spared.
    private static let busy = 70.0

    // A turn may begin late by so small a part of it: what is left below the rate is as much.
    private static let looseness: UInt64 = 60

    // So much time at once: what is not used of it is lost to the others.
    private static let slice: UInt64 = 200_000_000

    /// - Parameters:
    ///   - perSecond: The rate; 0 means no limit.
    ///   - time: The clock.
    ///   - slices: Where several processes send for the channel.
    ///   - width: How many requests this process has under way at once, at most.
    init(
        perSecond: Double, time: any TimeSource, slices: Slices? = nil,
        width: @escaping @Sendable () -> Int = { .max }
    ) {
        self.slices = perSecond > 0 ? slices : nil
        self.width = width
        self.time = time
        full = perSecond > 0 ? UInt64(min(1e18, 1e9 / (perSecond * Self.share))) : 0
        patience = max(5_000_000_000, 2 * full)
        state = Mutex(State(next: time.monotonicNanoseconds() &+ full))
    }

    /// Between two requests now.
    private func interval(_ state: inout State, at now: UInt64) -> UInt64 {
        guard full > 0 else { return 0 }
        while state.share < 1, state.growsAt <= now {
            state.share = min(1, state.share + Self.growing)
            state.growsAt = max(state.growsAt, now > Self.growsEvery * 20 ? now - Self.growsEvery * 20 : 0)
            state.growsAt &+= Self.growsEvery
        }
        let ceiling = state.ceiling.until > now ? state.ceiling.share : 1
        let share = min(state.share, ceiling)
        return share < 1 ? UInt64(Double(full) / max(share, Self.slowest)) : full
    }

    /// The platform had too much: a quarter less from now on, and slowly more again.
    func slowDown() {
        let now = time.monotonicNanoseconds()
        state.withLock { state in
            state.share = max(Self.slowest, state.share * Self.shrinking)
            state.growsAt = max(now, state.pausedUntil) &+ Self.growsEvery
        }
    }

    /// The platform says how much of what it bears is used, in percent: it is spared before it refuses.
    func note(load percent: Double) {
        let now = time.monotonicNanoseconds()
        let share = percent <= Self.busy ? 1 : max(Self.slowest, (100 - percent) / (100 - Self.busy))
        state.withLock { $0.ceiling = (share, now &+ Self.ceilingLasts) }
    }

    /// Waits for a turn.
    ///
    /// - Returns: false when nothing may leave: told to stop, or the turn is too far away to wait for it here.
    func wait(unless stop: StopSignal) async throws -> Bool {
        while let turn = try await takeTurn() {
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

    private enum Found {
        case turn(at: UInt64, pauses: Int)
        case tooFar
        /// None is left in this slice.
        case noSlice(turn: UInt64)
    }

    private func takeTurn() async throws -> (at: UInt64, pauses: Int)? {
        while true {
            switch findTurn() {
            case .turn(let at, let pauses): return (at, pauses)
            case .tooFar: return nil
            case .noSlice(let turn): try await takeSlice(of: turn)
            }
        }
    }

    private func findTurn() -> Found {
        let now = time.monotonicNanoseconds()
        return state.withLock { state in
            let gap = interval(&state, at: now)
            var mine = max(state.next, Self.lately(now))
            if slices != nil {
                mine = max(mine, state.slice.lowerBound)
                // A turn lasts until the next one, which may be another process's.
                guard Self.fits(mine, gap: gap, in: state.slice) else { return .noSlice(turn: gap) }
            }
            guard mine <= now &+ patience else { return .tooFar }
            state.next = mine &+ gap
            return .turn(at: mine, pauses: state.pauses)
        }
    }

    private static func lately(_ now: UInt64) -> UInt64 { now > slack ? now - slack : 0 }

    private static func fits(_ turn: UInt64, gap: UInt64, in slice: Range<UInt64>) -> Bool {
        turn &+ gap <= slice.upperBound &+ gap / looseness
    }

    private func takeSlice(of turn: UInt64) async throws {
        await sliceRequests.acquire()
        defer { sliceRequests.release() }
        // Whoever was in the line before may have taken one.
        let now = time.monotonicNanoseconds()
        let isThere = state.withLock { state in
            Self.fits(max(state.next, now, state.slice.lowerBound), gap: turn, in: state.slice)
        }
        guard !isThere, let slices else { return }
        let length = min(max(1, Self.slice / turn), UInt64(max(1, width()))) &* turn
        let wait = try await slices(.nanoseconds(Int64(clamping: length)))
        let begin = time.monotonicNanoseconds() &+ UInt64(max(0, wait / .nanoseconds(1)))
        state.withLock { $0.slice = begin..<(begin &+ length) }
    }

    /// Lets nothing leave for so long: the platform asked for it.
    func pause(for duration: Duration) {
        // Rounded up: a pause lasts to its end.
        let milliseconds = UInt64(max(0, (duration + .nanoseconds(999_999)).milliseconds))
        let until = time.monotonicNanoseconds() &+ milliseconds &* 1_000_000
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
                let gap = interval(&state, at: now)
                let earliest = state.left.map { $0 &+ gap } ?? now
                guard earliest <= now else { return earliest - now }
                state.left = max(earliest, Self.lately(now))
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
        let now = time.monotonicNanoseconds()
        let interval = state.withLock { state in self.interval(&state, at: now) }
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
