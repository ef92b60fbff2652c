import CampaignModel
import Foundation
import GRDB
import GRDBSQLite
import Synchronization

/// Runs our statements on one of GRDB's connections. It keeps the statements; values go in and out by SQLite's own
/// functions, without a wrapper around each: a poll stores thousands of them.
struct SQLiteConnection: SQLConnection {
    private let database: Database
    private let statements: SQLiteStatements

    init(_ database: Database, _ cache: SQLiteStatementCache) {
        self.database = database
        statements = cache.statements(of: database)
    }

    var dialect: Dialect { .sqlite }

    func execute(_ sql: String, _ arguments: [SQLValue]) throws -> Int {
        let statement = try bound(sql, arguments)
        defer { sqlite3_reset(statement) }
        var code = sqlite3_step(statement)
        while code == SQLITE_ROW { code = sqlite3_step(statement) }
        guard code == SQLITE_DONE else { throw failure(code, sql) }
        return Int(sqlite3_changes(database.sqliteConnection))
    }

    func rows(_ sql: String, _ arguments: [SQLValue], _ show: (any SQLRow) throws -> Void) throws {
        let statement = try bound(sql, arguments)
        defer { sqlite3_reset(statement) }
        let row = SQLiteRow(statement: statement)
        while true {
            switch sqlite3_step(statement) {
            case SQLITE_ROW: try show(row)
            case SQLITE_DONE: return
            case let code: throw failure(code, sql)
            }
        }
    }

    private func bound(_ sql: String, _ arguments: [SQLValue]) throws -> OpaquePointer {
        let prepared = try statements.prepared(sql, on: database)
        let statement = prepared.statement.sqliteStatement
        for (place, number) in prepared.numbers.enumerated() {
            guard arguments.indices.contains(number) else {
                throw Problem(.internal, "a statement has a parameter without a value: \(sql)")
            }
            let code = bind(arguments[number], at: Int32(place + 1), of: statement)
            guard code == SQLITE_OK else { throw failure(code, sql) }
        }
        return statement
    }

    private func bind(_ value: SQLValue, at position: Int32, of statement: OpaquePointer) -> Int32 {
        switch value {
        case .null: return sqlite3_bind_null(statement, position)
        case .integer(let number): return sqlite3_bind_int64(statement, position, number)
        case .text(var text):
            // No pointer at all would be NULL.
            guard !text.isEmpty else { return sqlite3_bind_text(statement, position, "", 0, Self.copied) }
            return text.withUTF8 { bytes in
                bytes.withMemoryRebound(to: CChar.self) {
                    sqlite3_bind_text(statement, position, $0.baseAddress, Int32($0.count), Self.copied)
                }
            }
        case .bytes(let bytes):
            return bytes.withUnsafeBytes {
                $0.isEmpty
                    ? sqlite3_bind_zeroblob(statement, position, 0)
                    : sqlite3_bind_blob(statement, position, $0.baseAddress, Int32($0.count), Self.copied)
            }
        }
    }

    // SQLITE_TRANSIENT: SQLite makes a copy of its own.
    private static let copied = unsafeBitCast(-1, to: sqlite3_destructor_type.self)
    private func failure(_ code: Int32, _ sql: String) -> any Error {
        let message = database.sqliteConnection.flatMap { sqlite3_errmsg($0) }.map { String(cString: $0) }
        return DiskFault.named(DatabaseError(resultCode: ResultCode(rawValue: code), message: message, sql: sql))
    }
}

/// The row that a statement stands on; valid until its next step.
private struct SQLiteRow: SQLRow {
    let statement: OpaquePointer

    private func has(_ column: Int) -> Bool { sqlite3_column_type(statement, Int32(column)) != SQLITE_NULL }

    func integer(_ column: Int) -> Int64? { has(column) ? sqlite3_column_int64(statement, Int32(column)) : nil }

    func text(_ column: Int) -> String? {
        guard has(column), let start = sqlite3_column_text(statement, Int32(column)) else { return nil }
        let count = Int(sqlite3_column_bytes(statement, Int32(column)))
        return String(decoding: UnsafeBufferPointer(start: start, count: count), as: UTF8.self)
    }

    func bytes(_ column: Int) -> [UInt8]? { has(column) ? Array(blob(column)) : nil }

    func fingerprint(_ column: Int) -> Fingerprint? { Fingerprint(stored: blob(column)) }

    private func blob(_ column: Int) -> UnsafeRawBufferPointer {
        let start = sqlite3_column_blob(statement, Int32(column))
        return UnsafeRawBufferPointer(start: start, count: Int(sqlite3_column_bytes(statement, Int32(column))))
    }
}

/// The statements of one connection, prepared once.
///
/// Unchecked: only the transaction that has the connection uses them, and there is one at a time.
final class SQLiteStatements: @unchecked Sendable {
    struct Prepared {
        let statement: Statement
        /// Which of our values each of SQLite's parameters takes: `$1` is a name to it, not a position, and a statement may
        /// use it twice, or after `$2`.
        let numbers: [Int]
    }

    /// Told apart by their lengths first: to hash all of a statement takes as long as to bind its values.
    private struct Text: Hashable {
        let sql: String

        func hash(into hasher: inout Hasher) { hasher.combine(sql.utf8.count) }
    }

    private var prepared: [Text: Prepared] = [:]

    func prepared(_ sql: String, on database: Database) throws -> Prepared {
        let text = Text(sql: sql)
        if let known = prepared[text] { return known }
        let statement = try database.makeStatement(sql: sql)
        let count = sqlite3_bind_parameter_count(statement.sqliteStatement)
        let numbers = try (0..<count).map { place in
            let name = sqlite3_bind_parameter_name(statement.sqliteStatement, place + 1)
            guard let name, name.pointee == 0x24 else {
                throw Problem(.internal, "a statement has a parameter without a number: \(sql)")
            }
            return Int(atoi(name + 1)) - 1
        }
        let new = Prepared(statement: statement, numbers: numbers)
        prepared[text] = new
        return new
    }
}

/// The statements of all connections of a database.
final class SQLiteStatementCache: Sendable {
    private let connections = Mutex<[ObjectIdentifier: SQLiteStatements]>([:])

    func statements(of database: Database) -> SQLiteStatements {
        connections.withLock { connections in
            let key = ObjectIdentifier(database)
            if let known = connections[key] { return known }
            let new = SQLiteStatements()
            connections[key] = new
            return new
        }
    }

    /// To be called before the connections are closed, when nothing uses them any more.
    func clear() { connections.withLock { $0 = [:] } }
}
