import Synchronization

/// Signals shutdown: no new work may begin, and requests in flight are finished.
package final class StopSignal: Sendable {
    private let raised = Atomic(false)

    package init() {}

    /// Raises the signal for good.
    package func raise() { raised.store(true, ordering: .releasing) }
    package var isRaised: Bool { raised.load(ordering: .acquiring) }
}
