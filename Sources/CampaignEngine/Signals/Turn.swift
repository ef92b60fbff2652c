import Synchronization

/// Lets one at a time, or so many; the others wait in line. Whoever took a turn must leave it, whatever happens.
final class Turn: Sendable {
    private struct State {
        var free: Int
        var urgent: [CheckedContinuation<Void, Never>] = []
        var line: [CheckedContinuation<Void, Never>] = []
    }

    private let state: Mutex<State>

    /// - Parameter places: How many at a time.
    init(places: Int = 1) { state = Mutex(State(free: places)) }

    /// How many wait in line.
    var waiting: Int { state.withLock { $0.urgent.count + $0.line.count } }

    /// Waits for a turn.
    ///
    /// - Parameter isUrgent: Whether it goes before those who are not.
    func take(isUrgent: Bool = false) async {
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

    func leave() {
        let next = state.withLock { state -> CheckedContinuation<Void, Never>? in
            if !state.urgent.isEmpty { return state.urgent.removeFirst() }
            if !state.line.isEmpty { return state.line.removeFirst() }
            state.free += 1
            return nil
        }
        next?.resume()
    }
}
