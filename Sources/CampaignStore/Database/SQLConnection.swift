package import CampaignModel

/// A value of a statement's parameter or of a result's column. Times are integers (milliseconds), JSON is text, keys
/// are bytes.
package enum SQLValue: Sendable, Hashable {
    case null
    case integer(Int64)
    case text(String)
    case bytes([UInt8])

    static func optional(_ text: String?) -> SQLValue { text.map(SQLValue.text) ?? .null }
    static func optional(_ number: Int64?) -> SQLValue { number.map(SQLValue.integer) ?? .null }
}

/// One row of a result. Columns are numbered from 0, in the order of the statement.
package protocol SQLRow {
    /// An integer column; nil for NULL.
    func integer(_ column: Int) -> Int64?
    /// A text column, UTF-8 as stored; nil for NULL.
    func text(_ column: Int) -> String?
    /// A column of bytes (keys, sealed secrets); nil for NULL.
    func bytes(_ column: Int) -> [UInt8]?
    /// A column of 16 bytes, as ``Fingerprint/stored`` writes them; nil for NULL.
    func fingerprint(_ column: Int) -> Fingerprint?
}

/// The interface that each database driver implements: one connection inside one transaction.
///
/// Statements are portable SQL with parameters `$1`, `$2` …; differences between the databases are in ``Dialect``.
package protocol SQLConnection {
    var dialect: Dialect { get }

    /// Runs a statement and returns the number of rows that it changed.
    @discardableResult
    func execute(_ sql: String, _ arguments: [SQLValue]) throws -> Int

    /// Runs a query, or a statement with `RETURNING`, and calls `show` for each row.
    func rows(_ sql: String, _ arguments: [SQLValue], _ show: (any SQLRow) throws -> Void) throws

    /// Runs a statement once for each list of arguments. A driver may send them together and so save network round
    /// trips.
    func execute(_ sql: String, each arguments: [[SQLValue]]) throws

    /// The time by which leases begin and end. Where several machines share the database it is the database's clock, so
    /// that machines whose clocks differ agree on who holds a lease; otherwise the caller's.
    ///
    /// - Parameter own: The caller's time.
    /// - Returns: The time to compare leases with.
    /// - Throws: When the database fails.
    func leaseTime(_ own: Timestamp) throws -> Timestamp

    /// Notifies the other processes that share the database, once this transaction is committed.
    func announce(_ topic: StoreTopic) throws
}

/// A kind of news that processes notify each other of, which saves them frequent polling of the database.
package enum StoreTopic: String, Sendable, Hashable, CaseIterable {
    /// There are deliveries to send.
    case outbox
    /// Events were received.
    case inbox
    /// A source became due earlier than planned.
    case sources
}

extension SQLConnection {
    /// Runs a query, or a statement with `RETURNING`, and returns what `make` makes of each row.
    func query<Element>(
        _ sql: String, _ arguments: [SQLValue], _ make: (any SQLRow) throws -> Element
    ) throws -> [Element] {
        var elements: [Element] = []
        try rows(sql, arguments) { elements.append(try make($0)) }
        return elements
    }

    @discardableResult
    func execute(_ sql: String) throws -> Int { try execute(sql, []) }

    func execute(_ sql: String, each arguments: [[SQLValue]]) throws {
        for each in arguments { try execute(sql, each) }
    }

    /// Lifts the statement time limit for this transaction. Call it first in a transaction that reads whole tables: the
    /// limit would cancel it otherwise.
    func takeTime() throws {
        if let statement = dialect.unhurried { try execute(statement) }
    }

    func leaseTime(_ own: Timestamp) throws -> Timestamp { own }

    // SQLite has one process only, which needs no notification.
    func announce(_ topic: StoreTopic) throws {}

    /// The first row's first column as a number.
    func integer(_ sql: String, _ arguments: [SQLValue] = []) throws -> Int64? {
        try query(sql, arguments) { $0.integer(0) }.first ?? nil
    }
}

/// Whether a write is durable when the call returns.
package enum WriteDurability: Sendable, Hashable {
    /// Durable when the call returns: synced to disk together with every earlier write, if it changed anything. A power
    /// failure loses none of them.
    case full
    /// Durable like ``full``. Only for results that cannot be found out again, such as a platform's answer: the write
    /// may use the reserved disk space when the disk is full.
    case fullUsingReserve
    /// Not durable when the call returns: a power failure before the next ``full`` write may undo it. Only for what
    /// would be found out again. The write waits a few milliseconds, so that several share one commit.
    case relaxed
}

/// What a write sees of concurrent writes. Only PostgreSQL has these; SQLite has one writer.
package enum IsolationLevel: Sendable, Hashable {
    /// The write behaves as if no other ran at the same time. Use it for a body that reads and decides by what it read;
    /// after a conflict the body runs again.
    case serializable
    /// Each statement sees what was committed before that statement began. Use it when every statement checks its
    /// conditions in its own `WHERE`, or works on rows that it has locked: such writes run side by side without
    /// conflicts.
    case readCommitted
}

/// A database that many tasks may read and write at the same time.
package protocol SQLDatabase: Sendable {
    /// Runs the body in a transaction. The transaction is committed when this returns, and rolled back when this
    /// throws, except for ``InDoubtCommit``.
    ///
    /// The driver may commit several bodies together: a body that throws is rolled back alone, a commit that fails
    /// rolls back all. The driver may run a body again after a rollback of its effects.
    ///
    /// - Parameters:
    ///   - durability: Whether the write is durable when this returns.
    ///   - isolation: What the body may see of concurrent writes.
    ///   - body: The statements; it must change nothing but the database, since it may run more than once.
    /// - Returns: What the body returned.
    /// - Throws: What the body threw, or why the commit failed; ``InDoubtCommit`` when it is unknown whether the commit
    ///   took place.
    @discardableResult
    func write<Value: Sendable>(
        _ durability: WriteDurability, _ isolation: IsolationLevel,
        _ body: @escaping @Sendable (any SQLConnection) throws -> Value
    ) async throws -> Value

    /// Runs the body on one consistent snapshot of the committed data.
    func read<Value: Sendable>(_ body: @escaping @Sendable (any SQLConnection) throws -> Value) async throws -> Value

    /// Closes all connections. The database must not be used afterwards.
    func close() throws
}

extension SQLDatabase {
    @discardableResult
    func write<Value: Sendable>(_ body: @escaping @Sendable (any SQLConnection) throws -> Value) async throws -> Value {
        try await write(.full, .serializable, body)
    }

    @discardableResult
    func write<Value: Sendable>(
        _ durability: WriteDurability, _ body: @escaping @Sendable (any SQLConnection) throws -> Value
    ) async throws -> Value {
        try await write(durability, .serializable, body)
    }

    @discardableResult
    func write<Value: Sendable>(
        _ isolation: IsolationLevel, _ body: @escaping @Sendable (any SQLConnection) throws -> Value
    ) async throws -> Value {
        try await write(.full, isolation, body)
    }
}

/// The connection broke between a commit's request and its answer, and the database can no longer tell whether the
/// commit took place. The caller must read the data again before it relies on either.
package struct InDoubtCommit: Error, Sendable {}
