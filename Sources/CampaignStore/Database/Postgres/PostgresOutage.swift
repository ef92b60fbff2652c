import CampaignModel
import Dispatch
import Synchronization

/// How long a server may be away, since that was found out.
struct PostgresPatience: Sendable {
    /// Before those are refused who had better be told at once.
    var hidden = Duration.seconds(1)
    /// Before the owner hears of it: a server that starts anew is not worth a word.
    var silent = Duration.seconds(5)
    /// Where it is not waited for: it starts anew, or another takes its place.
    var away = Duration.seconds(30)
    /// While the process is to end.
    var last = Duration.seconds(10)
}

/// Notes whether the server is away, for all who wait for it.
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
    ///   - policy: Whether it is waited for.
    ///   - patience: How long.
    ///   - tell: Is told once that it is away, and once that it is back.
    init(_ policy: OutagePolicy, _ patience: PostgresPatience, tell: @escaping @Sendable (StoreHealthEvent) -> Void) {
        self.policy = policy
        self.patience = patience
        self.tell = tell
    }

    /// Why nothing is read or written at this moment; nil when all is well.
    var trouble: Problem? {
        let now = DispatchTime.now()
        return state.withLock { state in
            state.since.flatMap { now - $0 >= patience.hidden ? state.problem : nil }
        }
    }

    /// How long who waits goes on waiting; nil for as long as it takes.
    var limit: Duration? {
        guard case .wait(let givesUp) = policy else { return patience.away }
        guard givesUp() else { return nil }
        // The end does not wait for everybody in turn.
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
