import Synchronization

/// A counting semaphore for tasks, first come, first served. Each acquire needs a release, also after an error.
final class AsyncSemaphore: Sendable {
    private struct State {
        var free: Int
        var urgent: [CheckedContinuation<Void, Never>] = []
        var line: [CheckedContinuation<Void, Never>] = []
    }

    private let state: Mutex<State>

    /// - Parameter places: The number of tasks that may hold the semaphore at a time.
    init(places: Int = 1) { state = Mutex(State(free: places)) }

    /// The number of waiting tasks.
    var waiting: Int { state.withLock { $0.urgent.count + $0.line.count } }

    /// Waits for a free place.
    ///
    /// - Parameter isUrgent: Whether this task goes before waiting tasks that are not urgent.
    func acquire(isUrgent: Bool = false) async {
        await withCheckedContinuation { continuation in
            let isFree = state.withLock { state in
                guard state.free == 0 else {
                    state.free -= 1
                    return true
                }
                if isUrgent { state.urgent.append(continuation) } else { state.line.append(continuation) }
                return false
            }
            if isFree { continuation.resume() }
        }
    }

    func release() {
        let next = state.withLock { state -> CheckedContinuation<Void, Never>? in
            if !state.urgent.isEmpty { return state.urgent.removeFirst() }
            if !state.line.isEmpty { return state.line.removeFirst() }
            state.free += 1
            return nil
        }
        next?.resume()
    }
}
