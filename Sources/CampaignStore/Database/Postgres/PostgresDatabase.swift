import CampaignModel
import Foundation
import Synchronization

/// PostgreSQL through libpq, for any number of processes on any machines.
///
/// Waiting writes of the same isolation level share a commit. A transaction is retried after a conflict, and after its
/// connection broke before the commit was requested.
final class PostgresDatabase: SQLDatabase {
    private let address: PostgresAddress
    private let readsOnly: Bool
    private let serial = WriteQueue()
    private let fenced = WriteQueue()
    private let serialThreads: ConnectionThreads
    private let fencedThreads: ConnectionThreads
    private let readThreads: ConnectionThreads
    /// Measures the duration of writing transactions.
    let meter = WriteMeter()
    let outage: PostgresOutage

    /// Creates the database; connections are opened on demand.
    ///
    /// - Parameters:
    ///   - address: The server's address.
    ///   - readsOnly: Whether writes are refused.
    ///   - trustsCallersClock: Whether leases go by the callers' time; for tests, which have a clock of their own.
    ///   - onOutage: Whether calls wait while the server is away.
    ///   - patience: The times to wait.
    ///   - news: Called when the server is away, and when it is back.
    init(
        _ address: PostgresAddress, readsOnly: Bool = false, trustsCallersClock: Bool = false,
        onOutage: OutagePolicy = .fail, patience: PostgresPatience = .init(),
        news: @escaping @Sendable (StoreHealthEvent) -> Void = { _ in }
    ) {
        outage = PostgresOutage(onOutage, patience, tell: news)
        self.address = address
        self.readsOnly = readsOnly
        func threads(_ most: Int, _ name: String) -> ConnectionThreads {
            ConnectionThreads(most, name: "tellal-pg-\(name)", address, trustsCallersClock: trustsCallersClock)
        }
        serialThreads = threads(2, "write")
        fencedThreads = threads(4, "fence")
        readThreads = threads(4, "read")
    }

    func write<Value: Sendable>(
        _ durability: WriteDurability, _ isolation: IsolationLevel,
        _ body: @escaping @Sendable (any SQLConnection) throws -> Value
    ) async throws -> Value {
        if readsOnly { throw Problem(.internal, "this command opened the database for reading only") }
        let (queue, threads) = isolation == .serializable ? (serial, serialThreads) : (fenced, fencedThreads)
        return try await queue.add(durability, body) {
            threads.add { [self] connection in commit(queue.take(), isolation, on: connection) }
        }
    }

    func read<Value: Sendable>(
        _ body: @escaping @Sendable (any SQLConnection) throws -> Value
    ) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            readThreads.add { [self] connection in
                continuation.resume(
                    with: Result {
                        try patiently(on: connection, conflicts: 3) {
                            connection.begin(["BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"], isNumbered: false)
                            let value: Value
                            do { value = try body(connection) } catch {
                                connection.rollback()
                                throw error
                            }
                            try connection.commit()
                            return value
                        }
                    }.mapError(told))
            }
        }
    }

    /// The notifications of other processes.
    func notifications() -> AsyncStream<StoreTopic> { PostgresListener(address).listen() }

    func close() {
        for threads in [serialThreads, fencedThreads, readThreads] { threads.close() }
    }

    // MARK: Writing

    private func commit(_ writes: [WaitingWrite], _ isolation: IsolationLevel, on connection: PostgresConnection) {
        let start = ContinuousClock.now
        defer { meter.note(since: start) }
        do {
            let answers = try patiently(on: connection, conflicts: writes.count > 1 ? 0 : Retry.mostConflicts) {
                try commitOnce(writes, isolation, on: connection)
            }
            for answer in answers { answer() }
        } catch {
            let isOwn = error is OneWriteFailed || (error as? PostgresFailure)?.kind == .conflict
            guard isOwn, writes.count > 1 else {
                let error = told((error as? OneWriteFailed)?.error ?? error)
                for write in writes { write.fail(error) }
                return
            }
            // Each write succeeds or fails alone.
            for write in writes { commit([write], isolation, on: connection) }
        }
    }

    /// Commits writes together.
    ///
    /// - Returns: The answers to call after the commit.
    private func commitOnce(
        _ writes: [WaitingWrite], _ isolation: IsolationLevel, on connection: PostgresConnection
    ) throws -> [WriteAnswer] {
        var commands = [isolation == .serializable ? "BEGIN ISOLATION LEVEL SERIALIZABLE" : "BEGIN"]
        if writes.allSatisfy({ $0.durability == .relaxed }) { commands.append("SET LOCAL synchronous_commit = off") }
        connection.begin(commands, isNumbered: true)
        var answers: [WriteAnswer] = []
        do {
            for write in writes { answers.append(try write.run(connection)) }
        } catch {
            connection.rollback()
            if let failure = error as? PostgresFailure, failure.kind != .refused { throw failure }
            throw OneWriteFailed(error: error)
        }
        let transaction = connection.transaction
        let server = connection.serverStart
        do {
            try connection.commit()
        } catch let failure as PostgresFailure where failure.kind == .lost {
            guard try isCommitted(transaction, of: server, on: connection) else { throw failure }
        } catch {
            connection.rollback()
            throw error
        }
        return answers
    }

    // MARK: A commit whose answer was lost

    private static let status = "SELECT pg_xact_status(CAST(CAST($1 AS TEXT) AS xid8))"
    // The server may not have noticed that its client is gone.
    private static let endWriter = """
        SELECT pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE backend_xid = CAST(CAST(CAST($1 AS TEXT) AS xid8) AS xid)
        """

    private static let nextAtRestart = "SELECT next_xid FROM pg_control_checkpoint()"

    /// Whether a transaction id was given out before the server's last recovery. After a crash an id may be given to
    /// another transaction if nothing of the first one was on disk; the checkpoint that ends a recovery tells the ids
    /// before it.
    private func isOlderThanRestart(_ transaction: String, on connection: PostgresConnection) throws -> Bool {
        let next = try connection.query(Self.nextAtRestart, []) { $0.text(0) }.first ?? nil
        let parts = (next ?? "").split(separator: ":").compactMap { UInt64($0) }
        guard parts.count == 2, let number = UInt64(transaction) else { return false }
        return number < parts[0] << 32 + parts[1]
    }

    /// Asks the server, on a new connection, whether a transaction was committed.
    ///
    /// - Throws: ``InDoubtCommit`` when the server does not answer in time, or cannot know.
    func isCommitted(
        _ transaction: String?, of server: String, on connection: PostgresConnection
    ) throws -> Bool {
        guard let transaction else { throw InDoubtCommit() }
        do {
            return try patiently(on: connection, conflicts: 0) {
                for _ in 0..<100 {
                    switch try connection.query(Self.status, [.text(transaction)], { $0.text(0) }).first ?? nil {
                    case "aborted": return false
                    case "committed" where !server.isEmpty && connection.serverStart == server: return true
                    case "committed" where try isOlderThanRestart(transaction, on: connection): return true
                    case "in progress":
                        _ = try connection.query(Self.endWriter, [.text(transaction)]) { _ in }
                        Thread.sleep(forTimeInterval: 0.05)
                    default: throw InDoubtCommit()
                    }
                }
                throw InDoubtCommit()
            }
        } catch {
            throw InDoubtCommit()
        }
    }

    // MARK: Again

    /// Does some work on an open connection, with retries after failures that may pass.
    private func patiently<Value>(
        on connection: PostgresConnection, conflicts: Int, _ body: () throws -> Value
    ) throws -> Value {
        var retry = Retry(conflicts: conflicts)
        while true {
            do {
                try connection.open()
                let value = try body()
                outage.noteWell()
                return value
            } catch let failure as PostgresFailure {
                let isAway = failure.kind == .lost || failure.kind == .unable
                if isAway || failure.kind == .stale { connection.close() }
                if isAway {
                    outage.noteLost(failure.problem(at: address))
                } else {
                    outage.noteWell()
                }
                guard !readThreads.isClosed, let pause = retry.pause(after: failure, limit: outage.limit)
                else { throw failure }
                Thread.sleep(forTimeInterval: pause)
            } catch {
                // The server answered, so it is not away, whatever the body throws.
                outage.noteWell()
                throw error
            }
        }
    }

    /// The error that a caller gets for a failure.
    private func told(_ error: any Error) -> any Error {
        (error as? PostgresFailure)?.problem(at: address) ?? error
    }
}

/// Counts the retries of a transaction, and computes the pauses between them.
private struct Retry {
    static let mostConflicts = 40
    /// Longest pause in seconds.
    private static let longestPause = 0.25

    private var conflicts: Int
    private var tries = 0
    private var lostAt: DispatchTime?

    init(conflicts: Int) { self.conflicts = conflicts }

    /// - Parameters:
    ///   - failure: The failure.
    ///   - limit: How long the server may be away; nil for no limit.
    /// - Returns: The pause before the next try, in seconds; nil to give up.
    mutating func pause(after failure: PostgresFailure, limit: Duration?) -> Double? {
        tries += 1
        switch failure.kind {
        case .refused: return nil
        case .stale: return tries > 3 ? nil : 0
        case .conflict:
            conflicts -= 1
            if conflicts < 0 { return nil }
        case .lost, .unable:
            let now = DispatchTime.now()
            let since = lostAt ?? now
            lostAt = since
            if let limit, now - since > limit { return nil }
        }
        // The random part keeps conflicting transactions from conflicting again.
        return min(Self.longestPause, 0.002 * Double(1 << min(tries, 10))) * Double.random(in: 0.1...1)
    }
}
