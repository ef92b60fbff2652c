import CampaignModel
import Synchronization

/// Spaces out the requests of one channel so that no second holds more requests than the channel's rate.
///
/// Implements the generic cell rate algorithm without a burst. The first permit comes one interval after the start, so
/// that restarts do not raise the rate.
final class RateLimiter: Sendable {
    // Fraction of the configured rate that is used. Network delays bunch requests, and a platform that counts strictly
    // must still see no more than its limit.
    private static let share = 0.983

    // Lateness of a timer, in nanoseconds, that is made up for: the next permit counts from the planned time, not from
    // the late one. The rate still holds, since `share` leaves 17 ms of each second unused.
    private static let timerTolerance: UInt64 = 4_000_000

    // Nanoseconds between two checks of the stop signal.
    private static let recheckInterval: UInt64 = 500_000_000

    private let full: UInt64
    /// Whether several processes share the rate, so that a permit that is used late may fall into another process's
    /// slice.
    var isShared: Bool { slices != nil }
    /// Reserves time slices where several processes send for one channel; nil where only this one does.
    private let slices: Slices?
    /// Limits a slice to the permits that this process can use at once.
    private let width: @Sendable () -> Int
    private let sliceRequests = AsyncSemaphore()

    /// Reserves a time slice of that length for this process.
    ///
    /// Returns the time from the answer to the slice's beginning.
    typealias Slices = @Sendable (_ length: Duration) async throws -> Duration
    /// The longest wait for a permit, in nanoseconds. A delivery whose permit is farther away goes back to the outbox.
    private let longestWait: UInt64
    private let time: any TimeSource
    private let state: Mutex<State>

    private struct State {
        /// Time of the next permit, in monotonic nanoseconds.
        var next: UInt64
        var pauses = 0
        /// End of the pause that the platform asked for, in monotonic nanoseconds.
        var pausedUntil: UInt64 = 0
        /// Time at which the last request left, or was due to within `timerTolerance`; nil before the first.
        var left: UInt64?
        /// Fraction of its rate that the channel uses, 0.2 to 1.
        var share = 1.0
        /// Reserved slice in which permits may be issued, in monotonic nanoseconds; unused without slices.
        var slice: Range<UInt64> = 0..<0
        /// Time of the next increase of `share`, in monotonic nanoseconds.
        var growsAt: UInt64 = 0
        /// Upper limit of `share` by the load that the platform reported, and the monotonic time at which it ends.
        var ceiling = (share: 1.0, until: UInt64(0))
    }

    // After "too many requests" the share shrinks to three quarters, but not below `slowest`, and grows by a twentieth
    // every 5 s.
    private static let slowest = 0.2
    private static let shrinking = 0.75
    private static let growing = 0.05
    private static let growsEvery: UInt64 = 5_000_000_000
    // Nanoseconds for which a reported load counts.
    private static let ceilingLasts: UInt64 = 60_000_000_000
    // Load, in percent, from which requests slow down.
    private static let busy = 70.0

    // A permit may exceed its slice by this fraction (1/60) of an interval, which is what `share` leaves unused.
    private static let sliceToleranceDivisor: UInt64 = 60

    // Length of a slice in nanoseconds. Unused time of a slice is lost to the other processes, so it is short.
    private static let slice: UInt64 = 200_000_000

    /// - Parameters:
    ///   - perSecond: The rate in requests per second; 0 means no limit.
    ///   - time: The clock.
    ///   - slices: Reserves time where several processes send for the channel; nil otherwise.
    ///   - width: How many requests this process has in flight at most.
    init(
        perSecond: Double, time: any TimeSource, slices: Slices? = nil,
        width: @escaping @Sendable () -> Int = { .max }
    ) {
        self.slices = perSecond > 0 ? slices : nil
        self.width = width
        self.time = time
        full = perSecond > 0 ? UInt64(min(1e18, 1e9 / (perSecond * Self.share))) : 0
        longestWait = max(5_000_000_000, 2 * full)
        state = Mutex(State(next: time.monotonicNanoseconds() &+ full))
    }

    /// The present interval between two requests, in nanoseconds.
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

    /// Lowers the rate by a quarter after "too many requests"; the rate then recovers slowly.
    func slowDown() {
        let now = time.monotonicNanoseconds()
        state.withLock { state in
            state.share = max(Self.slowest, state.share * Self.shrinking)
            state.growsAt = max(now, state.pausedUntil) &+ Self.growsEvery
        }
    }

    /// Lowers the rate for a load that the platform reported, in percent of its limit, before the platform refuses
    /// requests.
    func note(load percent: Double) {
        let now = time.monotonicNanoseconds()
        let share = percent <= Self.busy ? 1 : max(Self.slowest, (100 - percent) / (100 - Self.busy))
        state.withLock { $0.ceiling = (share, now &+ Self.ceilingLasts) }
    }

    /// Waits for a permit.
    ///
    /// - Returns: false when no request may leave: the stop signal was raised, or the permit is too far away.
    func wait(unless stop: StopSignal) async throws -> Bool {
        while let permit = try await takePermit() {
            while !stop.isRaised {
                let now = time.monotonicNanoseconds()
                guard permit.at > now else { break }
                try await time.sleep(for: .nanoseconds(Int64(clamping: min(permit.at - now, Self.recheckInterval))))
            }
            if stop.isRaised { return false }
            // A pause that began during the wait applies to permits that were issued before it, too.
            if state.withLock({ $0.pauses == permit.pauses }) { return true }
        }
        return false
    }

    private enum Found {
        case permit(at: UInt64, pauses: Int)
        case tooFar
        /// No permit is left in the present slice; `gap` is the interval in nanoseconds.
        case noSlice(gap: UInt64)
    }

    private func takePermit() async throws -> (at: UInt64, pauses: Int)? {
        while true {
            switch findPermit() {
            case .permit(let at, let pauses): return (at, pauses)
            case .tooFar: return nil
            case .noSlice(let gap): try await reserveSlice(gap: gap)
            }
        }
    }

    private func findPermit() -> Found {
        let now = time.monotonicNanoseconds()
        return state.withLock { state in
            let gap = interval(&state, at: now)
            var mine = max(state.next, Self.lately(now))
            if slices != nil {
                mine = max(mine, state.slice.lowerBound)
                // The whole interval must lie in the slice: the next slice may be another process's.
                guard Self.fits(mine, gap: gap, in: state.slice) else { return .noSlice(gap: gap) }
            }
            guard mine <= now &+ longestWait else { return .tooFar }
            state.next = mine &+ gap
            return .permit(at: mine, pauses: state.pauses)
        }
    }

    private static func lately(_ now: UInt64) -> UInt64 { now > timerTolerance ? now - timerTolerance : 0 }

    private static func fits(_ permit: UInt64, gap: UInt64, in slice: Range<UInt64>) -> Bool {
        permit &+ gap <= slice.upperBound &+ gap / sliceToleranceDivisor
    }

    private func reserveSlice(gap: UInt64) async throws {
        await sliceRequests.acquire()
        defer { sliceRequests.release() }
        // Another task may have reserved a slice during the wait for the semaphore.
        let now = time.monotonicNanoseconds()
        let isThere = state.withLock { state in
            Self.fits(max(state.next, now, state.slice.lowerBound), gap: gap, in: state.slice)
        }
        guard !isThere, let slices else { return }
        let length = min(max(1, Self.slice / gap), UInt64(max(1, width()))) &* gap
        let wait = try await slices(.nanoseconds(Int64(clamping: length)))
        let begin = time.monotonicNanoseconds() &+ UInt64(max(0, wait / .nanoseconds(1)))
        state.withLock { $0.slice = begin..<(begin &+ length) }
    }

    /// Issues no permit for that time, as the platform asked.
    func pause(for duration: Duration) {
        // Rounded up, so that the pause does not end early.
        let milliseconds = UInt64(max(0, (duration + .nanoseconds(999_999)).milliseconds))
        let until = time.monotonicNanoseconds() &+ milliseconds &* 1_000_000
        state.withLock { state in
            state.next = max(state.next, until)
            state.pausedUntil = max(state.pausedUntil, until)
            state.pauses += 1
        }
    }

    /// Waits again right before a request leaves. Requests whose permits passed while the machine or the database
    /// stalled would otherwise leave in one burst.
    ///
    /// - Returns: false when a pause began meanwhile, or the task was cancelled: then the request may not leave.
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

    /// The number of permits that are near enough to wait for, at most `limit`.
    func turns(upTo limit: Int) -> Int {
        let wait = delayNanoseconds
        guard wait <= longestWait else { return 0 }
        let now = time.monotonicNanoseconds()
        let interval = state.withLock { state in self.interval(&state, at: now) }
        guard interval > 0 else { return limit }
        return Int(min(UInt64(max(0, limit)), (longestWait - wait) / interval + 1))
    }

    /// The wait for the next permit.
    var delay: Duration { .nanoseconds(Int64(clamping: delayNanoseconds)) }

    private var delayNanoseconds: UInt64 {
        let now = time.monotonicNanoseconds()
        return state.withLock { $0.next > now ? $0.next - now : 0 }
    }
}
