package import CampaignModel

/// A value on its way into or out of the database. Times are integers, JSON is text, keys are bytes.
package enum SQLValue: Sendable, Hashable {
    case null
    case integer(Int64)
    case text(String)
    case bytes([UInt8])

    static func optional(_ text: String?) -> SQLValue { text.map(SQLValue.text) ?? .null }
    static func optional(_ number: Int64?) -> SQLValue { number.map(SQLValue.integer) ?? .null }
}

/// One row of a result; columns by position, as the statement names them.
package protocol SQLRow {
    func integer(_ column: Int) -> Int64?
    func text(_ column: Int) -> String?
    func bytes(_ column: Int) -> [UInt8]?
    /// 16 bytes, as ``Fingerprint/stored`` writes them.
    func fingerprint(_ column: Int) -> Fingerprint?
}

/// The seam between our statements and a database driver: one connection inside one transaction.
///
/// Statements are portable text with parameters `$1`, `$2` …; what really differs is in ``Dialect``.
package protocol SQLConnection {
    var dialect: Dialect { get }

    /// Runs a statement and says how many rows it changed.
    @discardableResult
    func execute(_ sql: String, _ arguments: [SQLValue]) throws -> Int

    /// Runs a query, or a statement with `RETURNING`, and shows each row.
    func rows(_ sql: String, _ arguments: [SQLValue], _ show: (any SQLRow) throws -> Void) throws
}

extension SQLConnection {
    /// Runs a query, or a statement with `RETURNING`, and makes something of each row.
    func query<Element>(
        _ sql: String, _ arguments: [SQLValue], _ make: (any SQLRow) throws -> Element
    ) throws -> [Element] {
        var elements: [Element] = []
        try rows(sql, arguments) { elements.append(try make($0)) }
        return elements
    }

    @discardableResult
    func execute(_ sql: String) throws -> Int { try execute(sql, []) }

    /// The first row's first column as a number.
    func integer(_ sql: String, _ arguments: [SQLValue] = []) throws -> Int64? {
        try query(sql, arguments) { $0.integer(0) }.first ?? nil
    }
}

/// How soon a write must be safe.
package enum WriteHaste: Sendable, Hashable {
    /// When it is done and changed anything, it stays, and so does all that was written before it, whatever becomes of
    /// the machine.
    case atOnce
    /// As the same; and it holds what cannot be found out again, so it may use the room that is kept for that when the disk
    /// is full.
    case inHand
    /// It waits a few milliseconds, so that more of them share one commit. If the power fails before the next one that is
    /// ``atOnce``, it may be as if it had not happened: only for what would be found out again.
    case soon
}

/// A database that can be read from many tasks and written to from many tasks, one commit after another.
package protocol SQLDatabase: Sendable {
    /// Runs the body in a transaction. It is done when this returns; when it throws, nothing of it happened.
    ///
    /// The driver may commit several bodies together; each stands or falls by itself until that commit. It may run a body
    /// again after it took back all of its effects.
    ///
    /// - Parameters:
    ///   - haste: How soon it must be safe.
    ///   - body: What is to be done; it changes nothing but the database.
    /// - Returns: What the body returned.
    /// - Throws: What the body threw, or what kept the commit from being made.
    @discardableResult
    func write<Value: Sendable>(
        _ haste: WriteHaste, _ body: @escaping @Sendable (any SQLConnection) throws -> Value
    ) async throws -> Value

    /// Runs the body on a consistent view of what was committed.
    func read<Value: Sendable>(_ body: @escaping @Sendable (any SQLConnection) throws -> Value) async throws -> Value

    /// Ends all connections; nothing may be asked of it afterwards.
    func close() throws
}

extension SQLDatabase {
    @discardableResult
    func write<Value: Sendable>(_ body: @escaping @Sendable (any SQLConnection) throws -> Value) async throws -> Value {
        try await write(.atOnce, body)
    }
}

/// What really differs between SQLite and PostgreSQL; everything else is written once.
package struct Dialect: Sendable {
    /// The type of a row number that the database hands out.
    let identity: String
    /// The type of a primary key that is another table's row number; SQLite keeps the rows in its order.
    let foreignIdentity: String
    /// The type of raw bytes.
    let bytes: String
    /// Behind `CREATE TABLE (…)`: keeps the rows in the order of the primary key.
    let clustered: String
    /// Behind `SELECT` in a claim: passes over rows that another worker is claiming.
    let skipLocked: String

    static let sqlite = Dialect(
        identity: "INTEGER PRIMARY KEY", foreignIdentity: "INTEGER PRIMARY KEY", bytes: "BLOB",
        clustered: " WITHOUT ROWID", skipLocked: "")
}
