package import CampaignModel

/// A clock on which sleepers really sleep until the test moves it: for things that run beside the test.
package final class SteppedTime: TimeSource {
    private struct Sleeper {
        var deadline: UInt64
        var continuation: CheckedContinuation<Void, any Error>
    }

    private struct State {
        var now: Timestamp
        var monotonic: UInt64 = 1_000_000_000
        var lastNumber = 0
        var sleepers: [Int: Sleeper] = [:]
        var watchers: [(count: Int, continuation: CheckedContinuation<Void, Never>)] = []
    }

    private let state: LockedValue<State>

    package init(_ now: Timestamp = Timestamp(seconds: 1_800_000_000)) { state = LockedValue(State(now: now)) }

    package func now() -> Timestamp { state.withLock { $0.now } }
    package func monotonicNanoseconds() -> UInt64 { state.withLock { $0.monotonic } }

    package func sleep(for duration: Duration) async throws {
        let number = state.withLock { state in
            state.lastNumber += 1
            return state.lastNumber
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let watchers = state.withLock { state -> [CheckedContinuation<Void, Never>]? in
                    guard !Task.isCancelled else { return nil }
                    let deadline = state.monotonic + duration.wholeNanoseconds
                    state.sleepers[number] = Sleeper(deadline: deadline, continuation: continuation)
                    return Self.satisfied(&state)
                }
                guard let watchers else { return continuation.resume(throwing: CancellationError()) }
                for watcher in watchers { watcher.resume() }
            }
        } onCancel: {
            state.withLock { $0.sleepers.removeValue(forKey: number) }?.continuation.resume(
                throwing: CancellationError())
        }
    }

    package func advance(by duration: Duration) {
        let due = state.withLock { state in
            state.now = state.now + duration
            state.monotonic += duration.wholeNanoseconds
            let due = state.sleepers.filter { $0.value.deadline <= state.monotonic }
            for number in due.keys { state.sleepers[number] = nil }
            return due.values.map(\.continuation)
        }
        for continuation in due { continuation.resume() }
    }

    /// Returns when so many sleep: then everything that the test set going has come to rest.
    package func waitForSleepers(_ count: Int) async {
        await withCheckedContinuation { continuation in
            let isThere = state.withLock { state in
                if state.sleepers.count >= count { return true }
                state.watchers.append((count, continuation))
                return false
            }
            if isThere { continuation.resume() }
        }
    }

    private static func satisfied(_ state: inout State) -> [CheckedContinuation<Void, Never>] {
        let count = state.sleepers.count
        let watchers = state.watchers.filter { $0.count <= count }.map(\.continuation)
        state.watchers.removeAll { $0.count <= count }
        return watchers
    }
}
