package import CampaignModel
import Foundation

/// All that tellal remembers, and the only place where SQL is written.
///
/// Each method is one transaction. Decisions are made elsewhere by pure functions; what comes here is their result.
package struct Store: Sendable {
    let database: any SQLDatabase
    /// Held as long as the store is in use; nil for those who only read.
    private let lock: ProcessLock?
    /// Seals and opens what is secret; nil for none.
    var keys: SecretKeys?
    let cache = MessageCache()
    let intents = SharedWrites<IntentRequest, Intent>(.full, .readCommitted) { try begin($0, on: $1) }
    let arrivals = SharedWrites<Arrival, Bool>(.fullUsingReserve, .readCommitted) { try store($0, on: $1) }

    init(database: any SQLDatabase, lock: ProcessLock?) {
        self.database = database
        self.lock = lock
    }

    /// Opens the database for writing, and brings its schema up to date.
    ///
    /// The address is `sqlite:PATH`, of which `sqlite:` may be left out, or `postgres://…`.
    ///
    /// - Parameters:
    ///   - url: The address.
    ///   - now: The time.
    ///   - keys: Where the keys stand that seal its secrets; nil to leave them open.
    ///   - onOutage: What becomes of writes while SQLite's disk is full or PostgreSQL is away.
    ///   - news: Is told when that is so, and when the disk fails for good.
    /// - Returns: The store; of SQLite's no other process can write until it is closed.
    /// - Throws: ``Problem`` when the database cannot be opened, when it failed before or was restored by half, when there is no
    ///   room on its disk, when another process has it, when a newer tellal made it, or when the keys are not those of its secrets.
    package static func open(
        _ url: String, now: Timestamp, keys: KeyFile? = nil, onOutage: OutagePolicy = .fail,
        news: @escaping @Sendable (StoreHealthEvent) -> Void = { _ in }
    ) async throws -> Store {
        guard let store = try await openIfFree(url, now: now, keys: keys, onOutage: onOutage, news: news) else {
            throw try inUse(url)
        }
        return store
    }

    /// As ``open(_:now:keys:onOutage:news:)``, unless another process has the database.
    ///
    /// - Returns: nil when another has it, and will for as long as it likes.
    package static func openIfFree(
        _ url: String, now: Timestamp, keys: KeyFile? = nil, unlocks: Bool = true, onOutage: OutagePolicy = .fail,
        news: @escaping @Sendable (StoreHealthEvent) -> Void = { _ in }
    ) async throws -> Store? {
        guard
            let store = try await openLocked(url, now: now, onOutage: onOutage, news: news)
        else { return nil }
        return unlocks ? try await store.unlocked(by: keys) : store
    }

    // What prepares a SQLite database is handed its path once nobody else has it, before it is opened.
    static func openLocked(
        _ url: String, now: Timestamp, onOutage: OutagePolicy = .fail,
        news: @escaping @Sendable (StoreHealthEvent) -> Void = { _ in },
        prepare: @Sendable (_ path: String) async throws -> Void = { _ in }
    ) async throws -> Store? {
        if PostgresAddress.isMeant(by: url) {
            return try await openPostgres(url, now: now, onOutage: onOutage, news: news)
        }
        let path = try sqlitePath(url)
        guard let lock = try ProcessLock.take(database: path) else { return nil }
        let hadReserve = FileManager.default.fileExists(atPath: path + ".reserve")
        let reserve: DiskReserve = if case .fail = onOutage { .none } else { DiskReserve(at: path + ".reserve") }
        do {
            let mark = FailureMark(.failed, of: path)
            try FailureMark(.halfRestored, of: path).requireNone()
            try mark.requireNone()
            try await prepare(path)
            guard await reserve.fill() else {
                throw Problem(
                    .databaseUnavailable, "there is no room on the disk of \(path)",
                    hint: "Free \(DiskReserve.size >> 20) MB or more.")
            }
            let database = DiskGuard(
                try SQLiteDatabase(path: path), path: path, policy: onOutage, reserve: reserve, mark: mark,
                time: SystemTime(), tell: news)
            try await Migration.apply(to: database, now: now)
            return Store(database: database, lock: lock)
        } catch {
            // Beside what is no database of ours nothing of ours stays.
            if !hadReserve { reserve.release() }
            lock.abandon()
            throw error
        }
    }

    /// Opens a PostgreSQL database.
    ///
    /// - Parameters:
    ///   - url: The address.
    ///   - now: The time.
    ///   - trustsCallersClock: Whether leases go by the callers' clock: for tests.
    ///   - onOutage: Whether it is waited for while it is away.
    ///   - news: Is told when it is.
    /// - Returns: The store.
    /// - Throws: ``Problem``.
    static func openPostgres(
        _ url: String, now: Timestamp, trustsCallersClock: Bool = false, onOutage: OutagePolicy = .fail,
        news: @escaping @Sendable (StoreHealthEvent) -> Void = { _ in }
    ) async throws -> Store {
        let database = PostgresDatabase(
            try PostgresAddress(url), trustsCallersClock: trustsCallersClock, onOutage: onOutage, news: news)
        do { try await Migration.apply(to: database, now: now) } catch {
            database.close()
            throw error
        }
        return Store(database: database, lock: nil)
    }

    /// Why nothing is written at this moment, and so nothing sent; nil when all is well.
    package var trouble: Problem? {
        (database as? DiskGuard)?.trouble ?? (database as? PostgresDatabase)?.outage.trouble
    }

    /// For those who had better be told at once than wait: a platform calls again.
    ///
    /// - Throws: ``trouble``, where there is one.
    package func requireAvailable() throws {
        if let trouble { throw trouble }
    }

    /// Opens the database for reading, beside a process that may be writing.
    ///
    /// - Throws: ``Problem`` (`notFound`) when there is none yet, and (`badData`) when a restore of it was not ended.
    package static func openForReading(_ url: String) async throws -> Store {
        if PostgresAddress.isMeant(by: url) {
            let database = PostgresDatabase(try PostgresAddress(url, readsOnly: true), readsOnly: true)
            do { try await Migration.verify(database) } catch {
                database.close()
                throw error
            }
            return Store(database: database, lock: nil)
        }
        let path = try sqlitePath(url)
        guard FileManager.default.fileExists(atPath: path) else {
            throw Problem(
                .notFound, "there is no database \(path) yet",
                hint: "`tellal run` or `tellal serve` makes it; or check the `database` setting.")
        }
        try FailureMark(.halfRestored, of: path).requireNone()
        let database = try SQLiteReader(path: path)
        try await Migration.verify(database)
        return Store(database: database, lock: nil)
    }

    /// The same with another way to the database.
    func with(_ database: any SQLDatabase) -> Store { Store(database: database, lock: lock) }

    /// The longest that one write kept others waiting, since this was last asked.
    package func takeLongestWrite() -> Duration { meter?.takeLongest() ?? .zero }

    /// How many transactions have written since the store was opened, and how long they took together.
    package var writeTotals: (commits: Int, within: Duration) { meter?.totals ?? (0, .zero) }

    private var meter: WriteMeter? {
        (database as? PostgresDatabase)?.meter ?? ((database as? DiskGuard)?.base as? SQLiteDatabase)?.meter
    }

    /// Ends all connections and lets another process write.
    package func close() throws {
        try database.close()
        lock?.release()
    }

    /// Where the process that has the database listens to the owner's commands; nil where several may write at once.
    package static func controlSocket(_ url: String) throws -> String? {
        PostgresAddress.isMeant(by: url) ? nil : try sqlitePath(url) + ".sock"
    }

    /// What to say when another process has the database.
    package static func inUse(_ url: String) throws -> Problem { ProcessLock.inUse(database: try sqlitePath(url)) }

    /// Looks at the address of a database, and at nothing that is there.
    ///
    /// - Throws: ``Problem`` (`settings`) when it cannot be one.
    package static func checkAddress(_ url: String) throws(Problem) {
        if PostgresAddress.isMeant(by: url) { _ = try PostgresAddress(url) } else { _ = try sqlitePath(url) }
    }

    /// The path of a SQLite database.
    static func sqlitePath(_ url: String) throws(Problem) -> String {
        let path = url.hasPrefix("sqlite:") ? String(url.dropFirst("sqlite:".count)) : url
        guard !path.isEmpty, !path.contains("://") else {
            throw Problem(
                .settings, "`database`: this is no database address",
                hint: "Use `sqlite:PATH` or postgres://USER:PASSWORD@HOST/DATABASE.")
        }
        return path
    }
}
