package import CampaignModel

/// A source that one worker polls, for as long as it lives.
package struct PollLease: Sendable, Hashable {
    package let source: SourceID
    /// Names the worker; no two may share one.
    package let worker: String

    /// So long nobody else takes it after the last sign of life.
    package static let length = Duration.seconds(60)

    package init(source: SourceID, worker: String) {
        self.source = source
        self.worker = worker
    }
}

/// The worker was believed to be gone, and another one has taken over: what it was about to write counts for nothing.
package struct LeaseLost: Error, Sendable {
    package init() {}
}

/// What several processes on one database must not do at the same time. A database that only one process can write to
/// costs nothing of it: there everything is granted.
extension Store {
    /// Whether other processes may write to the database.
    package var isShared: Bool { database is PostgresDatabase || database is FencedDatabase }

    // MARK: Polls

    // Whoever polled since the state was read has moved the time of the last poll.
    private static let takePoll = """
        UPDATE source_states SET poll_worker = $2, poll_until = $3
        WHERE source_id = $1 AND COALESCE(last_poll_at, 0) = $4 AND (poll_until IS NULL OR poll_until <= $5)
        """
    private static let renewPoll = "UPDATE source_states SET poll_until = $3 WHERE source_id = $1 AND poll_worker = $2"
    private static let endPoll = """
        UPDATE source_states SET poll_worker = NULL, poll_until = NULL WHERE source_id = $1 AND poll_worker = $2
        """

    /// Takes a source for a poll, right before it.
    ///
    /// - Parameters:
    ///   - lease: Which, and who asks.
    ///   - lastPollAt: As it was read with what the poll goes by.
    ///   - now: The time.
    /// - Returns: False when somebody else polls it, or has done so since.
    /// - Throws: When the database fails.
    package func take(_ lease: PollLease, lastPollAt: Timestamp?, now: Timestamp) async throws -> Bool {
        guard isShared else { return true }
        return try await database.write(.readCommitted) { connection in
            let clock = try connection.leaseTime(now)
            return try connection.execute(
                Self.takePoll,
                [
                    .id(lease.source), .text(lease.worker), .time(clock + PollLease.length),
                    .integer(lastPollAt?.milliseconds ?? 0), .time(clock),
                ]) == 1
        }
    }

    /// A sign of life of a poll that takes its time.
    ///
    /// - Throws: ``LeaseLost``, and when the database fails.
    package func renew(_ lease: PollLease, now: Timestamp) async throws {
        guard isShared else { return }
        try await database.write(.readCommitted) { try Self.renew(lease, now: now, on: $0) }
    }

    /// Gives a source back after its poll.
    package func end(_ lease: PollLease) async throws {
        guard isShared else { return }
        _ = try await database.write(.relaxed, .readCommitted) {
            try $0.execute(Self.endPoll, [.id(lease.source), .text(lease.worker)])
        }
    }

    fileprivate static func renew(_ lease: PollLease, now: Timestamp, on connection: any SQLConnection) throws {
        let clock = try connection.leaseTime(now)
        guard
            try connection.execute(
                renewPoll, [.id(lease.source), .text(lease.worker), .time(clock + PollLease.length)]) == 1
        else { throw LeaseLost() }
    }

    /// The same store for whoever polls a source: each of its writes throws ``LeaseLost`` and does nothing once another
    /// worker has taken the source over.
    ///
    /// - Parameters:
    ///   - lease: That is held.
    ///   - now: The caller's clock.
    /// - Returns: The store to write to.
    package func holding(_ lease: PollLease, now: @escaping @Sendable () -> Timestamp) -> Store {
        guard isShared else { return self }
        return with(FencedDatabase(database) { try Self.renew(lease, now: now(), on: $0) })
    }

    private static let selectNextPoll = "SELECT next_poll_at FROM source_states WHERE source_id = $1"

    /// When a source is to be looked at next, as others may have stored it.
    package func nextPoll(of source: SourceID) async throws -> Timestamp? {
        try await database.read {
            try $0.integer(Self.selectNextPoll, [.id(source)]).map(Timestamp.init(milliseconds:))
        }
    }

    // MARK: Leases of workers

    private static let takeLease = """
        INSERT INTO worker_leases (name, worker, until) VALUES ($1, $2, $3)
        ON CONFLICT (name) DO UPDATE SET worker = excluded.worker, until = excluded.until
        WHERE worker_leases.worker = excluded.worker OR worker_leases.until <= $4
        """
    private static let releaseLease = "DELETE FROM worker_leases WHERE name = $1 AND worker = $2"

    /// Takes, or goes on with, something that one process does at a time.
    ///
    /// - Parameters:
    ///   - name: Of the lease.
    ///   - worker: Who asks.
    ///   - length: For how long.
    ///   - now: The time.
    /// - Returns: Whether it is this worker's.
    /// - Throws: When the database fails.
    package func takeLease(
        _ name: String, for worker: String, length: Duration, now: Timestamp
    ) async throws -> Bool {
        guard isShared else { return true }
        return try await database.write(.relaxed, .readCommitted) { connection in
            let clock = try connection.leaseTime(now)
            return try connection.execute(
                Self.takeLease, [.text(name), .text(worker), .time(clock + length), .time(clock)]) == 1
        }
    }

    /// Lets the next worker have it at once.
    package func releaseLease(_ name: String, of worker: String) async throws {
        guard isShared else { return }
        _ = try await database.write(.relaxed, .readCommitted) {
            try $0.execute(Self.releaseLease, [.text(name), .text(worker)])
        }
    }

    // MARK: News

    /// What other processes write, as far as somebody may wait for it; it ends with the task, or at once where no other
    /// process can write. After a connection was lost everything counts as new.
    package func notifications() -> AsyncStream<StoreTopic> {
        guard let database = database as? PostgresDatabase else { return AsyncStream { $0.finish() } }
        return database.notifications()
    }
}

/// Looks at each write whether the writer may still write.
private struct FencedDatabase: SQLDatabase {
    let base: any SQLDatabase
    let check: @Sendable (any SQLConnection) throws -> Void

    init(_ base: any SQLDatabase, check: @escaping @Sendable (any SQLConnection) throws -> Void) {
        self.base = base
        self.check = check
    }

    func write<Value: Sendable>(
        _ durability: WriteDurability, _ isolation: IsolationLevel,
        _ body: @escaping @Sendable (any SQLConnection) throws -> Value
    ) async throws -> Value {
        try await base.write(durability, isolation) { connection in
            try check(connection)
            return try body(connection)
        }
    }

    func read<Value: Sendable>(_ body: @escaping @Sendable (any SQLConnection) throws -> Value) async throws -> Value {
        try await base.read(body)
    }

    func close() throws {}
}
