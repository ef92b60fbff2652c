import CampaignModel
import Dispatch
import Synchronization

/// Times since the server was found to be away.
struct PostgresPatience: Sendable {
    /// Time after which calls that must not wait are refused.
    var hidden = Duration.seconds(1)
    /// Time after which the outage is reported; a restart of the server is not.
    var silent = Duration.seconds(5)
    /// Longest wait where the policy is not to wait: enough for a restart or a failover.
    var away = Duration.seconds(30)
    /// Longest wait during shutdown.
    var last = Duration.seconds(10)
}

/// The state of an outage of the server, shared by all calls that wait for it.
final class PostgresOutage: Sendable {
    private struct State {
        var since: DispatchTime?
        var problem: Problem?
        var isTold = false
    }

    private let policy: OutagePolicy
    private let patience: PostgresPatience
    private let tell: @Sendable (StoreHealthEvent) -> Void
    private let state = Mutex(State())

    /// - Parameters:
    ///   - policy: Whether calls wait for the server.
    ///   - patience: The times to wait.
    ///   - tell: Called once when the server is away, and once when it is back.
    init(_ policy: OutagePolicy, _ patience: PostgresPatience, tell: @escaping @Sendable (StoreHealthEvent) -> Void) {
        self.policy = policy
        self.patience = patience
        self.tell = tell
    }

    /// Why the server cannot be used now; nil when it can.
    var trouble: Problem? {
        let now = DispatchTime.now()
        return state.withLock { state in
            state.since.flatMap { now - $0 >= patience.hidden ? state.problem : nil }
        }
    }

    /// How long a call keeps waiting; nil for no limit.
    var limit: Duration? {
        guard case .wait(let givesUp) = policy else { return patience.away }
        guard givesUp() else { return nil }
        // Shutdown does not wait for one call after another.
        let now = DispatchTime.now()
        let isOver = state.withLock { state in state.since.map { now - $0 > patience.last } ?? false }
        return isOver ? .zero : patience.last
    }

    func noteLost(_ problem: @autoclosure () -> Problem) {
        let now = DispatchTime.now()
        let news: StoreHealthEvent? = state.withLock { state in
            let since = state.since ?? now
            state.since = since
            let problem = state.problem ?? problem()
            state.problem = problem
            guard !state.isTold, now - since >= patience.silent else { return nil }
            state.isTold = true
            return .away(problem)
        }
        if let news { tell(news) }
    }

    func noteWell() {
        let isBack = state.withLock { state in
            defer { state = State() }
            return state.isTold
        }
        if isBack { tell(.back) }
    }
}

extension DispatchTime {
    static func - (one: DispatchTime, other: DispatchTime) -> Duration {
        .nanoseconds(Int64(one.uptimeNanoseconds) - Int64(other.uptimeNanoseconds))
    }
}
