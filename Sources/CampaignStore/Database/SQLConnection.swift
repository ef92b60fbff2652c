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
    /// Nil for NULL, as with the others; columns count from 0.
    func integer(_ column: Int) -> Int64?
    /// UTF-8, as it was stored.
    func text(_ column: Int) -> String?
    /// What is no text: keys, sealed secrets.
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

    /// Runs a statement once for each list of arguments; quicker than one after another where the database is far away.
    func execute(_ sql: String, each arguments: [[SQLValue]]) throws

    /// The time by which leases are taken and lost: the database's own where several machines share it, or else the
    /// caller's.
    ///
    /// - Parameter own: The caller's time.
    /// - Returns: The time that counts.
    /// - Throws: When the database fails.
    func leaseTime(_ own: Timestamp) throws -> Timestamp

    /// Tells the other processes that share the database, once this is committed, that there is something new.
    func announce(_ topic: StoreTopic) throws
}

/// What other processes are told of, so that they need not look for it all the time.
package enum StoreTopic: String, Sendable, Hashable, CaseIterable {
    /// There are deliveries to send.
    case outbox
    /// Events came.
    case inbox
    /// A source is due earlier than was thought.
    case sources
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

    func execute(_ sql: String, each arguments: [[SQLValue]]) throws {
        for each in arguments { try execute(sql, each) }
    }

    /// To be called first where a transaction goes through whole tables: it may take longer than others may.
    func takeTime() throws {
        if let statement = dialect.unhurried { try execute(statement) }
    }

    func leaseTime(_ own: Timestamp) throws -> Timestamp { own }

    // Whoever shares this process has been told.
    func announce(_ topic: StoreTopic) throws {}

    /// The first row's first column as a number.
    func integer(_ sql: String, _ arguments: [SQLValue] = []) throws -> Int64? {
        try query(sql, arguments) { $0.integer(0) }.first ?? nil
    }
}

/// How soon a write must be safe.
package enum WriteDurability: Sendable, Hashable {
    /// When it is done and changed anything, it stays, and so does all that was written before it, whatever becomes of
    /// the machine.
    case full
    /// As the same; and it holds what cannot be found out again, so it may use the room that is kept for that when the disk
    /// is full.
    case fullUsingReserve
    /// It waits a few milliseconds, so that more of them share one commit. If the power fails before the next one that is
    /// ``full``, it may be as if it had not happened: only for what would be found out again.
    case relaxed
}

/// What a write sees of what others write at the same moment. It matters only where several may: SQLite has one writer.
package enum IsolationLevel: Sendable, Hashable {
    /// All of it is as if nobody else wrote meanwhile: right for everything that reads and then writes.
    case serializable
    /// Each statement sees what was committed before it: for writes whose every statement asks in its own `WHERE` for
    /// what it relies on, or works on rows that it has locked. Many of them do not get into each other's way.
    case readCommitted
}

/// A database that can be read from many tasks and written to from many tasks, one commit after another.
package protocol SQLDatabase: Sendable {
    /// Runs the body in a transaction. It is done when this returns; when it throws, nothing of it happened.
    ///
    /// The driver may commit several bodies together; each stands or falls by itself until that commit. It may run a body
    /// again after it took back all of its effects.
    ///
    /// - Parameters:
    ///   - durability: How soon it must be safe.
    ///   - isolation: What it may see of others.
    ///   - body: What is to be done; it changes nothing but the database.
    /// - Returns: What the body returned.
    /// - Throws: What the body threw, or what kept the commit from being made; ``InDoubtCommit`` when nobody can say
    ///   whether it was.
    @discardableResult
    func write<Value: Sendable>(
        _ durability: WriteDurability, _ isolation: IsolationLevel,
        _ body: @escaping @Sendable (any SQLConnection) throws -> Value
    ) async throws -> Value

    /// Runs the body on a consistent view of what was committed.
    func read<Value: Sendable>(_ body: @escaping @Sendable (any SQLConnection) throws -> Value) async throws -> Value

    /// Ends all connections; nothing may be asked of it afterwards.
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

/// The connection broke between asking for a commit and hearing of it, and the database cannot say any more which it
/// was. What was to be written may be there or not: nothing may be done that relies on either, before it is read again.
package struct InDoubtCommit: Error, Sendable {}
