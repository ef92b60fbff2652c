import CSQLiteSettings
import CampaignModel
import Foundation
import GRDB
import Synchronization

/// SQLite through GRDB: write-ahead log, one writing connection, one writing process; durable commits unless all writes
/// are relaxed.
///
/// Writes that wait while a commit runs are committed together, so many senders share one `fsync`.
final class SQLiteDatabase: SQLDatabase {
    private let pool: DatabasePool
    private let cache = SQLiteStatementCache()
    private let queue = WriteQueue()
    /// Measures how long commits block other writes.
    let meter = WriteMeter()
    private let present = Mutex(Sync.full)
    /// The disk failure after which nothing is written; nil while there was none.
    private let failure = Mutex<(any Error)?>(nil)

    /// Of the library, before its first use.
    private static let settings = tellal_sqlite_count_no_memory()

    /// Opens or makes the database file.
    ///
    /// - Throws: ``Problem`` (`databaseUnavailable`) when it cannot be opened or does not promise durability.
    init(path: String) throws {
        _ = Self.settings
        do {
            var configuration = Configuration()
            configuration.busyMode = .timeout(5)
            configuration.maximumReaderCount = 4
            configuration.label = "tellal"
            pool = try DatabasePool(path: path, configuration: configuration)
            SQLiteFiles.keepToOwner(path)
            try pool.writeWithoutTransaction { database in
                // GRDB sets NORMAL when it turns on the write-ahead log, which may lose commits when power fails.
                try database.execute(sql: "PRAGMA synchronous=FULL")
                // In KiB. An outbox of a million rows is walked through in several orders at once.
                try database.execute(sql: "PRAGMA cache_size=-65536")
                let level = try Int.fetchOne(database, sql: "PRAGMA synchronous")
                let journal = try String.fetchOne(database, sql: "PRAGMA journal_mode")
                guard level == 2, journal == "wal" else {
                    throw Problem(
                        .databaseUnavailable, "\(path) does not keep what is written to it",
                        hint: "Put the database on a local disk: the write-ahead log needs shared memory and fsync.")
                }
            }
        } catch {
            throw Problem.opening(path, error)
        }
    }

    /// Runs a write. Writes run one after another, whatever their isolation level.
    func write<Value: Sendable>(
        _ durability: WriteDurability, _ isolation: IsolationLevel,
        _ body: @escaping @Sendable (any SQLConnection) throws -> Value
    ) async throws -> Value {
        try await queue.add(durability, body) { self.pool.asyncWriteWithoutTransaction { self.commitWaiting(on: $0) } }
    }

    /// SQLite's modes of `fsync` with a write-ahead log: at each commit, or only before a checkpoint.
    private enum Sync: String { case full, normal }

    private func sync(_ wanted: Sync, _ database: Database) throws {
        guard present.withLock({ $0 != wanted }) else { return }
        try database.execute(sql: "PRAGMA synchronous=\(wanted.rawValue)")
        present.withLock { $0 = wanted }
    }

    private func commitWaiting(on database: Database) {
        let start = ContinuousClock.now
        defer { meter.note(since: start) }
        let writes = queue.take()
        if let failure = failure.withLock({ $0 }) {
            for write in writes { write.fail(failure) }
            return
        }
        do {
            // `fsync` covers the whole file, so a full commit makes earlier relaxed ones durable, too.
            try sync(writes.contains { $0.durability != .relaxed } ? .full : .normal, database)
            try commit(writes, on: database) { write, connection in
                do { return try write.run(connection) } catch { throw OneWriteFailed(error: error) }
            }
        } catch let failed as OneWriteFailed {
            if writes.count > 1, DiskFault(failed.error) == nil { return commitEach(writes, on: database) }
            fail(writes, failed.error)
        } catch {
            fail(writes, error)
        }
    }

    private func fail(_ writes: [WaitingWrite], _ error: any Error) {
        let error = DiskFault.named(error)
        // After a disk failure no write is tried: an fsync that succeeds does not bring back what an earlier one lost.
        if DiskFault(error) == .failed { failure.withLock { $0 = $0 ?? error } }
        for write in writes { write.fail(error) }
    }

    /// Commits writes after one of them failed: each succeeds or fails alone.
    private func commitEach(_ writes: [WaitingWrite], on database: Database) {
        do {
            try commit(writes, on: database) { write, connection in
                do {
                    var answer: WriteAnswer?
                    try database.inSavepoint {
                        answer = try write.run(connection)
                        return .commit
                    }
                    return answer ?? {}
                } catch {
                    // On a full disk and the like SQLite ends the whole transaction, not only this savepoint.
                    guard database.isInsideTransaction else { throw error }
                    return { write.fail(error) }
                }
            }
        } catch {
            // The writes were rolled back.
            fail(writes, error)
        }
    }

    private func commit(
        _ writes: [WaitingWrite], on database: Database, each: (WaitingWrite, SQLiteConnection) throws -> WriteAnswer
    ) throws {
        let connection = SQLiteConnection(database, cache)
        // Callers are resumed after the commit, each exactly once.
        var answers: [WriteAnswer] = []
        try database.inTransaction(.immediate) {
            for write in writes { answers.append(try each(write, connection)) }
            return .commit
        }
        // Many callers are resumed in parallel with the next commit.
        guard answers.count > Self.fewAnswers else {
            for answer in answers { answer() }
            return
        }
        DispatchQueue.global().async { [answers] in for answer in answers { answer() } }
    }

    private static let fewAnswers = 8

    func read<Value: Sendable>(
        _ body: @escaping @Sendable (any SQLConnection) throws -> Value
    ) async throws -> Value {
        do {
            return try await pool.read { [cache] database in try body(SQLiteConnection(database, cache)) }
        } catch let error as DatabaseError where error.resultCode == .SQLITE_INTERRUPT && Task.isCancelled {
            // A cancelled task interrupts its read, which is no fault of the database.
            throw CancellationError()
        }
    }

    /// Closes the database, with a checkpoint, so that a copy of the file is complete.
    ///
    /// - Throws: The error of the disk, or of a connection that could not be closed.
    func close() throws {
        cache.clear()
        var fault: (any Error)?
        // After a disk failure the files are left as they are.
        if failure.withLock({ $0 }) == nil {
            do {
                try pool.barrierWriteWithoutTransaction { database in
                    // The last connection that ends empties the log, if it may write; GRDB ends those last that may not.
                    pool.invalidateReadOnlyConnections()
                    do { try database.checkpoint(.truncate) } catch { throw DiskFault.named(error) }
                }
            } catch {
                // With a reader or a full disk the log stays; the next start continues with it.
                if DiskFault(error) == .failed { fault = error }
            }
        }
        try pool.close()
        if let fault { throw fault }
    }
}

/// A read-only view of a database that another process may write to; takes no lock.
final class SQLiteReader: SQLDatabase {
    private let path: String
    private let queue: DatabaseQueue
    private let cache = SQLiteStatementCache()

    init(path: String) throws {
        self.path = path
        do {
            var configuration = Configuration()
            configuration.readonly = true
            configuration.busyMode = .timeout(5)
            queue = try DatabaseQueue(path: path, configuration: configuration)
        } catch {
            throw Problem.opening(path, error)
        }
    }

    func write<Value: Sendable>(
        _ durability: WriteDurability, _ isolation: IsolationLevel,
        _ body: @escaping @Sendable (any SQLConnection) throws -> Value
    ) async throws -> Value {
        throw Problem(.internal, "this command opened the database for reading only")
    }

    func read<Value: Sendable>(
        _ body: @escaping @Sendable (any SQLConnection) throws -> Value
    ) async throws -> Value {
        do { return try await look(body) } catch let error where DiskFault(error) == .failed {
            throw Problem.failing(path, error)
        } catch let error where DiskFault(error) == .held {
            throw Problem.held(path)
        }
    }

    /// The same; a fault comes as SQLite names it.
    func look<Value: Sendable>(
        _ body: @escaping @Sendable (any SQLConnection) throws -> Value
    ) async throws -> Value {
        try await queue.read { [cache] database in try body(SQLiteConnection(database, cache)) }
    }

    func close() throws {
        cache.clear()
        try queue.close()
    }

    /// Copies the database as it is at one moment, and looks through the copy.
    ///
    /// - Throws: ``Problem``; then no file is left.
    func backUp(to path: String) async throws {
        let unfinished = path + ".unfinished"
        try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
            DispatchQueue.global().async { [queue] in
                continuation.resume(
                    with: Result {
                        do {
                            let copy = try DatabaseQueue(path: unfinished)
                            try queue.backup(to: copy)
                            let state = try copy.inDatabase {
                                try String.fetchOne($0, sql: "PRAGMA integrity_check")
                            }
                            try copy.close()
                            guard state == "ok" else {
                                throw Problem(.databaseUnavailable, "the copy is damaged: \(state ?? "no answer")")
                            }
                            SQLiteFiles.keepToOwner(unfinished)
                            try FileManager.default.moveItem(atPath: unfinished, toPath: path)
                        } catch {
                            for end in ["", "-wal", "-shm", "-journal"] {
                                try? FileManager.default.removeItem(atPath: unfinished + end)
                            }
                            throw Problem.opening(path, error)
                        }
                    })
            }
        }
    }
}

extension Problem {
    fileprivate static func opening(_ path: String, _ error: any Error) -> Problem {
        if let problem = error as? Problem { return problem }
        let reason = (error as? DatabaseError)?.message ?? "\(error)"
        return Problem(
            .databaseUnavailable, "cannot open the database \(path): \(reason)",
            hint:
                "Check that the folder exists, that this user may write to it, and that the file is a tellal database."
        )
    }
}
