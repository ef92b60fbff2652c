package import CampaignModel
import Synchronization

/// Wakes tasks that wait for work. Several calls before a task checks for work count as one.
package final class WakeSignal: Sendable {
    private struct State {
        var calls: UInt64 = 0
        var lastWaiter: UInt64 = 0
        var waiters: [UInt64: CheckedContinuation<Void, Never>] = [:]
    }

    private let state = Mutex(State())

    package init() {}

    /// How often the signal was raised. Read it before checking for work, and pass it to ``wait(since:atMost:on:)``, so
    /// that no call in between is missed.
    package var calls: UInt64 { state.withLock { $0.calls } }

    /// Wakes all waiting tasks. A task that waits later with an earlier value of ``calls`` does not block.
    package func raise() {
        let waiters = state.withLock { state in
            state.calls &+= 1
            defer { state.waiters = [:] }
            return state.waiters
        }
        // Waiters are resumed in the order in which they began to wait, which a dictionary does not keep.
        for number in waiters.keys.sorted() { waiters[number]?.resume() }
    }

    /// Waits until the signal was raised after that number of calls, or for that time, or until the task is cancelled.
    package func wait(since seen: UInt64 = 0, atMost duration: Duration, on time: any TimeSource) async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await self.wait(since: seen) }
            group.addTask { try? await time.sleep(for: duration) }
            await group.next()
            group.cancelAll()
        }
    }

    /// Waits until the signal was raised after that number of calls, or until that moment, or until the task is
    /// cancelled. The rest of the time is computed right before the wait, so that a clock that was set just before
    /// counts.
    package func wait(since seen: UInt64, until moment: Timestamp, on time: any TimeSource) async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await self.wait(since: seen) }
            group.addTask {
                let rest = moment - time.now()
                if rest > .zero { try? await time.sleep(for: rest) }
            }
            await group.next()
            group.cancelAll()
        }
    }

    /// Waits until the signal was raised after that number of calls, or until the task is cancelled.
    func wait(since seen: UInt64) async {
        let number = state.withLock { state in
            state.lastWaiter &+= 1
            return state.lastWaiter
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isOver = state.withLock { state in
                    if state.calls != seen || Task.isCancelled { return true }
                    state.waiters[number] = continuation
                    return false
                }
                if isOver { continuation.resume() }
            }
        } onCancel: {
            state.withLock { $0.waiters.removeValue(forKey: number) }?.resume()
        }
    }
}
