import Synchronization

/// Says that no new work may begin. What is on the wire is finished.
package final class StopSignal: Sendable {
    private let raised = Atomic(false)

    package init() {}

    /// It stays raised.
    package func raise() { raised.store(true, ordering: .releasing) }
    package var isRaised: Bool { raised.load(ordering: .acquiring) }
}
