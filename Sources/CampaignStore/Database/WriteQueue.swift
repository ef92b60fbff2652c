import Foundation
import Synchronization

/// Writes that wait for the next commit, so that many of them share one.
///
/// Whoever makes commits is asked for one, and takes then all that has come by that time. Each driver has queues of these
/// and its own way to commit what it takes.
final class WriteQueue: Sendable {
    /// Longest delay of a relaxed write, and the number of waiting writes that ends it early.
    private static let longestDelay = DispatchTimeInterval.milliseconds(3)
    private static let mostDelayed = 16

    private struct State {
        var writes: [WaitingWrite] = []
        /// A commit that will take them is asked for.
        var isAsked = false
        /// A clock runs that will ask for one.
        var isTimed = false
    }

    private let state = Mutex(State())

    /// Waits until the body is committed with whatever else waits.
    ///
    /// - Parameters:
    ///   - durability: How soon.
    ///   - body: What is to be done.
    ///   - ask: Asks for a commit, at once or later; ``take()`` is called once for each call of it.
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
                // Whoever comes before a commit that is asked for begins joins it.
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

    /// All that wait, in the order in which they came; empty only when nothing was asked for.
    func take() -> [WaitingWrite] {
        state.withLock { state in
            state.isAsked = false
            defer { state.writes = [] }
            return state.writes
        }
    }
}

/// What tells somebody that their write is done; called after the commit.
typealias WriteAnswer = @Sendable () -> Void

/// A write that waits for the next commit. Either `run` succeeds and its result is called after the commit, or `fail`.
struct WaitingWrite: Sendable {
    let durability: WriteDurability
    let run: @Sendable (any SQLConnection) throws -> WriteAnswer
    let fail: @Sendable (any Error) -> Void
}

/// One of several writes threw, and not the database.
struct OneWriteFailed: Error {
    let error: any Error
}
