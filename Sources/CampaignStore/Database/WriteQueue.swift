import Foundation
import Synchronization

/// A queue of writes that wait for the next commit and share it (group commit).
///
/// The queue asks its driver for a commit, and the driver then takes all writes that have come by that time. Each
/// driver commits in its own way.
final class WriteQueue: Sendable {
    /// Longest delay of a relaxed write, and the number of waiting writes that ends it early.
    private static let longestDelay = DispatchTimeInterval.milliseconds(3)
    private static let mostDelayed = 16

    private struct State {
        var writes: [WaitingWrite] = []
        /// Whether a commit was asked for that will take the writes.
        var isAsked = false
        /// Whether a timer runs that will ask for a commit.
        var isTimed = false
    }

    private let state = Mutex(State())

    /// Waits until the body is committed together with the other waiting writes.
    ///
    /// - Parameters:
    ///   - durability: Whether the write may be delayed: only ``WriteDurability/relaxed`` ones are.
    ///   - body: The statements.
    ///   - ask: Asks the driver for a commit; the driver calls ``take()`` once for each call.
    /// - Returns: What the body returned.
    /// - Throws: What the body or the commit threw.
    func add<Value: Sendable>(
        _ durability: WriteDurability, _ body: @escaping @Sendable (any SQLConnection) throws -> Value,
        ask: @escaping @Sendable () -> Void
    ) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            let write = WaitingWrite(
                durability: durability,
                run: { connection in
                    let value = try body(connection)
                    return { continuation.resume(returning: value) }
                },
                fail: { continuation.resume(throwing: $0) })
            let (asks, starts) = state.withLock { state in
                state.writes.append(write)
                // A commit is asked for already, and has not begun: this write joins it.
                guard !state.isAsked else { return (false, false) }
                if durability != .relaxed || state.writes.count >= Self.mostDelayed {
                    state.isAsked = true
                    return (true, false)
                }
                defer { state.isTimed = true }
                return (false, !state.isTimed)
            }
            if asks { ask() }
            if starts {
                DispatchQueue.global().asyncAfter(deadline: .now() + Self.longestDelay) {
                    let asks = self.state.withLock { state in
                        state.isTimed = false
                        guard !state.isAsked, !state.writes.isEmpty else { return false }
                        state.isAsked = true
                        return true
                    }
                    if asks { ask() }
                }
            }
        }
    }

    /// Takes all waiting writes, in the order of their arrival; empty only when no commit was asked for.
    func take() -> [WaitingWrite] {
        state.withLock { state in
            state.isAsked = false
            defer { state.writes = [] }
            return state.writes
        }
    }
}

/// Resumes the caller of a write; called after the commit.
typealias WriteAnswer = @Sendable () -> Void

/// A write that waits for the next commit. Either `run` succeeds and its result is called after the commit, or `fail`
/// is called.
struct WaitingWrite: Sendable {
    let durability: WriteDurability
    let run: @Sendable (any SQLConnection) throws -> WriteAnswer
    let fail: @Sendable (any Error) -> Void
}

/// The body of one of several writes threw; the database did not fail.
struct OneWriteFailed: Error {
    let error: any Error
}
