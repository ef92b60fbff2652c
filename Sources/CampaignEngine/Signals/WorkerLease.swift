import CampaignModel
import CampaignStore

/// Something that one of several workers does at a time; the others look from time to time whether it has become free.
/// Where the database is one process's own it is always this one's.
struct WorkerLease: Sendable {
    /// How long others wait before they look again.
    static let recheckInterval = Duration.seconds(10)

    private let engine: Engine
    private let name: String
    private let length: Duration

    /// - Parameters:
    ///   - engine: Whose worker asks.
    ///   - name: Of the lease: the same for all workers.
    ///   - length: For how long it is taken each time; longer than anything that is done in between.
    init(_ engine: Engine, _ name: String, length: Duration) {
        self.engine = engine
        self.name = name
        self.length = length
    }

    /// Takes it, or goes on with it.
    ///
    /// - Returns: Whether it is this worker's for `length`.
    /// - Throws: When the store fails.
    func acquire() async throws -> Bool {
        try await engine.store.takeLease(name, for: engine.worker, length: length, now: engine.time.now())
    }

    /// Lets the next worker have it at once. If that fails, they have it a little later.
    func release() async { try? await engine.store.releaseLease(name, of: engine.worker) }
}
