package import CampaignModel
import Synchronization

/// Tells those who wait that there is something to do. Several calls before one looks count as one for it.
package final class WakeSignal: Sendable {
    private struct State {
        var calls: UInt64 = 0
        var lastWaiter: UInt64 = 0
        var waiters: [UInt64: CheckedContinuation<Void, Never>] = [:]
    }

    private let state = Mutex(State())

    package init() {}

    /// How often it was raised so far; read it before looking for work, and hand it to ``wait(since:atMost:on:)``.
    package var calls: UInt64 { state.withLock { $0.calls } }

    /// Wakes all who wait now, and lets those pass who look at ``calls`` later.
    package func raise() {
        let waiters = state.withLock { state in
            state.calls &+= 1
            defer { state.waiters = [:] }
            return state.waiters
        }
        // In the order in which they began to wait, which a dictionary does not keep.
        for number in waiters.keys.sorted() { waiters[number]?.resume() }
    }

    /// Waits until it was raised since then (at all, if not said), or for so long, or until the task is cancelled.
    package func wait(since seen: UInt64 = 0, atMost duration: Duration, on time: any TimeSource) async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await self.wait(since: seen) }
            group.addTask { try? await time.sleep(for: duration) }
            await group.next()
            group.cancelAll()
        }
    }

    /// Waits until it was raised since then, or until that moment, or until the task is cancelled. How long that is is
    /// looked up right before, so that a clock which moves meanwhile counts.
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

    /// Waits until it was raised since then, or until the task is cancelled.
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
