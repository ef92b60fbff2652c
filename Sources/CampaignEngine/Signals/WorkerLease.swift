import CampaignModel
import CampaignStore

/// A lease on work that one of several workers does at a time; the others check at intervals whether it is free. With a
/// database of its own a process always holds it.
struct WorkerLease: Sendable {
    /// Time between two tries of a worker that does not hold the lease.
    static let recheckInterval = Duration.seconds(10)

    private let engine: Engine
    private let name: String
    private let length: Duration

    /// - Parameters:
    ///   - engine: The engine.
    ///   - name: Name of the lease, the same for all workers.
    ///   - length: Length of the lease; longer than any work between two calls of ``acquire()``.
    init(_ engine: Engine, _ name: String, length: Duration) {
        self.engine = engine
        self.name = name
        self.length = length
    }

    /// Takes or renews the lease.
    ///
    /// - Returns: Whether this worker holds it for `length`.
    /// - Throws: When the store fails.
    func acquire() async throws -> Bool {
        try await engine.store.takeLease(name, for: engine.worker, length: length, now: engine.time.now())
    }

    /// Releases the lease for the next worker. If that fails, the lease ends by itself.
    func release() async { try? await engine.store.releaseLease(name, of: engine.worker) }
}
