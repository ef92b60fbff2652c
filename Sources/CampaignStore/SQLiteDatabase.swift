import CampaignModel
import Foundation
import GRDB
import Synchronization

/// SQLite through GRDB: write-ahead log, full durability, one writing connection, one writing process.
///
/// Writes that wait while a commit runs are committed together, so many senders share one `fsync`.
final class SQLiteDatabase: SQLDatabase {
    private let pool: DatabasePool
    private let waiting = Mutex<[WaitingWrite]>([])
    private let longest = Mutex(Duration.zero)

    /// The longest that a commit has kept others from writing.
    var longestWrite: Duration { longest.withLock { $0 } }

    /// Opens or makes the database file.
    ///
    /// - Throws: ``Problem`` (`databaseUnavailable`) when it cannot be opened or does not promise durability.
    init(path: String) throws {
        do {
            var configuration = Configuration()
            configuration.busyMode = .timeout(5)
            configuration.maximumReaderCount = 4
            configuration.label = "tellal"
            pool = try DatabasePool(path: path, configuration: configuration)
            try pool.writeWithoutTransaction { database in
                // GRDB sets NORMAL when it turns on the write-ahead log, which may lose commits when power fails.
                try database.execute(sql: "PRAGMA synchronous=FULL")
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

    func write<Value: Sendable>(
        _ body: @escaping @Sendable (any SQLConnection) throws -> Value
    ) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            let write = WaitingWrite(
                run: { connection in
                    let value = try body(connection)
                    return { continuation.resume(returning: value) }
                },
                fail: { continuation.resume(throwing: $0) })
            let isFirst = waiting.withLock { queue in
                queue.append(write)
                return queue.count == 1
            }
            // Whoever finds the queue empty asks for its commit; whoever comes before that begins joins it.
            if isFirst { pool.asyncWriteWithoutTransaction { database in self.commitWaiting(on: database) } }
        }
    }

    private func commitWaiting(on database: Database) {
        let clock = ContinuousClock()
        let start = clock.now
        defer { longest.withLock { $0 = max($0, start.duration(to: clock.now)) } }
        let writes = waiting.withLock { queue in
            defer { queue = [] }
            return queue
        }
        let connection = GRDBConnection(database: database)
        // Nobody is told before the commit, and everybody exactly once.
        var answers: [@Sendable () -> Void] = []
        do {
            try database.inTransaction(.immediate) {
                for write in writes {
                    do {
                        var answer: (@Sendable () -> Void)?
                        try database.inSavepoint {
                            answer = try write.run(connection)
                            return .commit
                        }
                        if let answer { answers.append(answer) }
                    } catch {
                        // On a full disk and the like SQLite ends the whole transaction, not only this savepoint.
                        guard database.isInsideTransaction else { throw error }
                        answers.append { write.fail(error) }
                    }
                }
                return .commit
            }
            for answer in answers { answer() }
        } catch {
            // Nothing of these writes happened.
            for write in writes { write.fail(error) }
        }
    }

    func read<Value: Sendable>(
        _ body: @escaping @Sendable (any SQLConnection) throws -> Value
    ) async throws -> Value {
        try await pool.read { database in try body(GRDBConnection(database: database)) }
    }

    func close() throws { try pool.close() }
}

/// A write that waits for the next commit. Either `run` succeeds and its result is called after the commit, or `fail`.
private struct WaitingWrite: Sendable {
    let run: @Sendable (any SQLConnection) throws -> @Sendable () -> Void
    let fail: @Sendable (any Error) -> Void
}

/// A look at a database that another process may be writing to: reads only, locks nothing.
final class SQLiteReader: SQLDatabase {
    private let queue: DatabaseQueue

    init(path: String) throws {
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
        _ body: @escaping @Sendable (any SQLConnection) throws -> Value
    ) async throws -> Value {
        throw Problem(.internal, "this command opened the database for reading only")
    }

    func read<Value: Sendable>(
        _ body: @escaping @Sendable (any SQLConnection) throws -> Value
    ) async throws -> Value {
        try await queue.read { database in try body(GRDBConnection(database: database)) }
    }

    func close() throws { try queue.close() }
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

private struct GRDBConnection: SQLConnection {
    let database: Database
    var dialect: Dialect { .sqlite }

    func execute(_ sql: String, _ arguments: [SQLValue]) throws -> Int {
        let statement = try prepared(sql, arguments)
        try statement.execute()
        return database.changesCount
    }

    func query<Element>(
        _ sql: String, _ arguments: [SQLValue], _ make: (any SQLRow) throws -> Element
    ) throws -> [Element] {
        let cursor = try Row.fetchCursor(prepared(sql, arguments))
        var elements: [Element] = []
        while let row = try cursor.next() { elements.append(try make(GRDBRow(row: row))) }
        return elements
    }

    private func prepared(_ sql: String, _ arguments: [SQLValue]) throws -> Statement {
        let statement = try database.cachedStatement(sql: sql)
        // `$1` is a name to SQLite, not a position: a statement may use it twice, or after `$2`. Positions are quicker.
        if ParameterOrder.isAscending(sql) {
            statement.setUncheckedArguments(StatementArguments(arguments.map(\.databaseValue)))
            return statement
        }
        var named: [String: DatabaseValue] = [:]
        named.reserveCapacity(arguments.count)
        for (index, value) in arguments.enumerated() { named[String(index + 1)] = value.databaseValue }
        statement.arguments = StatementArguments(named)
        return statement
    }
}

private struct GRDBRow: SQLRow {
    let row: Row

    func integer(_ column: Int) -> Int64? { row[column] }
    func text(_ column: Int) -> String? { row[column] }
    func bytes(_ column: Int) -> [UInt8]? { (row[column] as Data?).map(Array.init) }
    func fingerprint(_ column: Int) -> Fingerprint? {
        (try? row.withUnsafeData(atIndex: column) { $0?.withUnsafeBytes { Fingerprint(stored: $0) } }) ?? nil
    }
}

/// Whether a statement names its parameters for the first time in the order of their numbers: then SQLite numbers them
/// alike.
private enum ParameterOrder {
    private static let known = Mutex<[String: Bool]>([:])

    static func isAscending(_ sql: String) -> Bool {
        if let answer = known.withLock({ $0[sql] }) { return answer }
        var highest = 0
        var answer = true
        for part in sql.split(separator: "$").dropFirst() {
            guard let number = Int(part.prefix { $0.isASCII && $0.isNumber }), number > highest else { continue }
            answer = answer && number == highest + 1
            highest = number
        }
        known.withLock { $0[sql] = answer }
        return answer
    }
}

extension SQLValue {
    fileprivate var databaseValue: DatabaseValue {
        switch self {
        case .null: .null
        case .integer(let number): number.databaseValue
        case .text(let text): text.databaseValue
        case .bytes(let bytes): Data(bytes).databaseValue
        }
    }
}
