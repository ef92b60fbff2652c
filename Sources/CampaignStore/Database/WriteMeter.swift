import Synchronization

/// Measures the transactions that write.
final class WriteMeter: Sendable {
    private struct State {
        var commits = 0
        var within = Duration.zero
        var longest = Duration.zero
    }

    private let state = Mutex(State())

    func note(since start: ContinuousClock.Instant) {
        let length = start.duration(to: .now)
        state.withLock { state in
            state.commits += 1
            state.within += length
            state.longest = max(state.longest, length)
        }
    }

    /// The longest since this was last asked.
    func takeLongest() -> Duration {
        state.withLock { state in
            defer { state.longest = .zero }
            return state.longest
        }
    }

    /// How many there were, and how long they took together.
    var totals: (commits: Int, within: Duration) { state.withLock { ($0.commits, $0.within) } }
}
