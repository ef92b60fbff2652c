import CPostgres
import CampaignModel
import Foundation

/// One connection, used by one thread: our statements through libpq, in pipeline mode all the time, values in binary form.
///
/// What can go together goes in one round trip: `BEGIN` with the first statement, a statement that is new with its
/// preparation, many executions of one statement.
final class PostgresConnection: SQLConnection {
    /// Statements that are sent before answers are read.
    private static let train = 256

    let address: PostgresAddress
    /// For tests, which have a clock of their own.
    let trustsCallersClock: Bool
    private var handle: OpaquePointer?
    private var statements: [String: [PreparedStatement]] = [:]
    private var statementCount = 0
    private var isInTransaction = false
    private var executions = 0
    /// When statements are prepared anew. The server makes a plan once and keeps it: one that was made for an empty table
    /// walks through a million rows, until the table is analyzed. So it is made again when twice as much was done.
    private var renewal = PostgresConnection.firstRenewal
    private static let firstRenewal = 128
    private static let rarestRenewal = 65_536
    /// What goes out before the next statement.
    private var opening: [String] = []
    /// The server's clock in milliseconds, and ours when that was read.
    private var clock: (server: Int64, own: UInt64)?
    /// Of the transaction that goes on, where it was asked for.
    private(set) var transaction: String?
    /// When the server was started: another one knows other transactions.
    private(set) var serverStart = ""
    private var topics: Set<StoreTopic> = []

    var dialect: Dialect { .postgres }

    /// Stands for the end of the database: it never opens.
    private let isRefused: Bool

    init(_ address: PostgresAddress, trustsCallersClock: Bool = false, isRefused: Bool = false) {
        self.address = address
        self.trustsCallersClock = trustsCallersClock
        self.isRefused = isRefused
    }

    deinit { close() }

    var isOpen: Bool { handle != nil && PQstatus(handle) == CONNECTION_OK }

    func close() {
        if let handle { PQfinish(handle) }
        handle = nil
        statements = [:]
        (executions, renewal) = (0, Self.firstRenewal)
        opening = []
        awaited = []
        clock = nil
    }

    // MARK: Opening

    private static let settings = """
        SET statement_timeout = '60s'; SET lock_timeout = '20s'; SET idle_in_transaction_session_timeout = '15s';
        SET tcp_keepalives_idle = 10; SET tcp_keepalives_interval = 5; SET tcp_keepalives_count = 3;
        SET tcp_user_timeout = '20s'; SET default_transaction_isolation = 'read committed'
        """

    /// Connects, if there is no connection.
    ///
    /// - Throws: ``PostgresFailure``.
    func open() throws(PostgresFailure) {
        if isOpen { return }
        if isRefused { throw PostgresFailure(.refused, "it was closed") }
        close()
        guard let opened = address.connect() else { throw PostgresFailure(.lost, "out of memory") }
        guard PQstatus(opened) == CONNECTION_OK else {
            let message = address.cleaned(String(cString: PQerrorMessage(opened)))
            PQfinish(opened)
            throw PostgresFailure(connecting: message)
        }
        handle = opened
        for command in Self.settings.split(separator: ";") {
            // What an engine that speaks PostgreSQL's language does not know is done without.
            PQclear(PQexec(opened, String(command)))
        }
        if let result = PQexec(opened, "SELECT CAST(pg_postmaster_start_time() AS text)") {
            defer { PQclear(result) }
            if PQresultStatus(result) == PGRES_TUPLES_OK { serverStart = String(cString: PQgetvalue(result, 0, 0)) }
        }
        guard isOpen, PQenterPipelineMode(opened) == 1 else { throw failure(nil) }
    }

    // MARK: Transactions

    /// The next statement begins a transaction.
    ///
    /// - Parameters:
    ///   - commands: That begin it.
    ///   - isNumbered: Whether ``transaction`` is asked for, so that its fate can be asked for later.
    func begin(_ commands: [String], isNumbered: Bool) {
        opening = commands
        isInTransaction = true
        topics = []
        transaction = nil
        if isNumbered { opening.append(Self.number) }
    }

    private static let milliseconds = "CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS BIGINT)"
    private static let number = "SELECT CAST(pg_current_xact_id() AS text), \(milliseconds)"
    private static let serverTime = "SELECT \(milliseconds)"
    private static let notify = "SELECT pg_notify('tellal', $1)"

    /// Ends a transaction; nothing is done if no statement has begun it.
    ///
    /// - Throws: ``PostgresFailure``; when the connection is lost, the transaction may be committed.
    func commit() throws {
        defer { isInTransaction = false }
        guard opening.isEmpty else {
            opening = []
            return
        }
        for topic in topics.sorted(by: { $0.rawValue < $1.rawValue }) {
            try send(Self.notify, [.text(topic.rawValue)])
        }
        topics = []
        try sendPlain("COMMIT")
        let tag = try collect { String(cString: PQcmdStatus($0)) }
        // The server turns the commit of a transaction that has failed into its end.
        guard tag == "COMMIT" else { throw PostgresFailure(.refused, "the transaction had failed before its commit") }
    }

    /// Gives up a transaction. A connection that cannot even do that is closed.
    func rollback() {
        topics = []
        isInTransaction = false
        guard opening.isEmpty else {
            opening = []
            return
        }
        guard isOpen else { return close() }
        do {
            try sendPlain("ROLLBACK")
            try collect { _ in }
        } catch {
            close()
        }
    }

    func announce(_ topic: StoreTopic) { topics.insert(topic) }

    func leaseTime(_ own: Timestamp) throws -> Timestamp {
        if trustsCallersClock { return own }
        if clock == nil, let time = try query(Self.serverTime, [], { $0.integer(0) }).first ?? nil {
            clock = (time, Self.monotonicMilliseconds())
        }
        guard let clock else { return own }
        let passed = Self.monotonicMilliseconds() - clock.own
        return Timestamp(milliseconds: clock.server + Int64(passed))
    }

    private static func monotonicMilliseconds() -> UInt64 {
        var time = timespec()
        // Goes on while the machine sleeps.
        clock_gettime(CLOCK_BOOTTIME, &time)
        return UInt64(time.tv_sec) * 1000 + UInt64(time.tv_nsec) / 1_000_000
    }

    // MARK: Statements

    func execute(_ sql: String, _ arguments: [SQLValue]) throws -> Int {
        try sendOpening()
        try send(sql, arguments)
        return try collect { Int(String(cString: PQcmdTuples($0))) ?? 0 } ?? 0
    }

    func rows(_ sql: String, _ arguments: [SQLValue], _ show: (any SQLRow) throws -> Void) throws {
        try sendOpening()
        try send(sql, arguments)
        try collect { result in
            for row in 0..<PQntuples(result) { try show(PostgresRow(result: result, row: row)) }
        }
    }

    func execute(_ sql: String, each arguments: [[SQLValue]]) throws {
        var rest = arguments[...]
        while !rest.isEmpty {
            try sendOpening()
            for each in rest.prefix(Self.train) { try send(sql, each) }
            rest = rest.dropFirst(Self.train)
            try collect { _ in }
        }
    }

    private func sendOpening() throws {
        let commands = opening
        opening = []
        for command in commands { try sendPlain(command) }
    }

    private func sendPlain(_ command: String) throws {
        // Never a new connection in the middle of a transaction.
        guard isOpen else { throw failure(nil) }
        guard PQsendQueryParams(handle, command, 0, nil, nil, nil, nil, 1) == 1 else { throw failure(nil) }
        awaited.append(command == Self.number ? .number : .plain)
    }

    private func send(_ sql: String, _ arguments: [SQLValue]) throws {
        guard isOpen else { throw failure(nil) }
        executions += 1
        // Some statements outside of transactions must go alone.
        if isInTransaction, executions >= renewal {
            renewal += min(executions, Self.rarestRenewal)
            statements = [:]
            try sendPlain("DEALLOCATE ALL")
        }
        let known = statements[sql]?.first { $0.takes(arguments) }
        let statement = known ?? PreparedStatement(name: "s\(statementCount)", sql: sql, for: arguments)
        if known == nil {
            statementCount += 1
            guard
                PQsendPrepare(handle, statement.name, sql, Int32(arguments.count), statement.types) == 1,
                PQsendDescribePrepared(handle, statement.name) == 1
            else { throw failure(nil) }
            // It counts as known at once, so that a train of it is prepared once; if that fails, it is taken out again.
            statements[sql, default: []].append(statement)
            awaited += [.preparation(sql, statement.name), .description(sql, statement.name)]
        }
        let values = BoundValues(arguments, as: statement.types)
        let isSent = values.withPointers { pointers, lengths, formats in
            PQsendQueryPrepared(handle, statement.name, Int32(arguments.count), pointers, lengths, formats, 1) == 1
        }
        guard isSent else { throw failure(nil) }
        awaited.append(.execution)
    }

    // MARK: Answers

    private enum Awaited {
        case plain, number, execution
        case preparation(String, String)
        case description(String, String)
    }

    private var awaited: [Awaited] = []

    /// Reads the answers to all that was sent.
    ///
    /// - Parameter take: Is given the last one.
    /// - Returns: What `take` made of it.
    /// - Throws: ``PostgresFailure``, and what `take` throws.
    @discardableResult
    private func collect<Value>(_ take: (OpaquePointer) throws -> Value) throws -> Value? {
        let expected = awaited
        awaited = []
        guard PQpipelineSync(handle) == 1 else { throw failure(nil) }
        var problem: (any Error)?
        var value: Value?
        for (index, kind) in expected.enumerated() {
            while let result = PQgetResult(handle) {
                defer { PQclear(result) }
                switch PQresultStatus(result) {
                case PGRES_COMMAND_OK, PGRES_TUPLES_OK, PGRES_EMPTY_QUERY:
                    note(kind, result)
                    guard index == expected.count - 1, problem == nil else { break }
                    do { value = try take(result) } catch { problem = error }
                case PGRES_PIPELINE_ABORTED: forget(kind)
                default:
                    forget(kind)
                    if problem == nil { problem = failure(result) }
                    guard isOpen else { throw failure(nil, instead: problem) }
                }
            }
            guard isOpen else { throw failure(nil, instead: problem) }
        }
        guard let end = PQgetResult(handle) else { throw failure(nil, instead: problem) }
        PQclear(end)
        if let problem { throw problem }
        return value
    }

    private func note(_ kind: Awaited, _ result: OpaquePointer) {
        switch kind {
        case .number:
            let row = PostgresRow(result: result, row: 0)
            transaction = row.text(0)
            if let time = row.integer(1) { clock = (time, Self.monotonicMilliseconds()) }
        case .description(let sql, let name):
            let types = (0..<PQnparams(result)).map { PQparamtype(result, $0) }
            guard let index = statements[sql]?.firstIndex(where: { $0.name == name }) else { return }
            statements[sql]?[index].types = types
        case .plain, .execution, .preparation: break
        }
    }

    /// A statement that could not be prepared is not there.
    private func forget(_ kind: Awaited) {
        switch kind {
        case .preparation(let sql, let name), .description(let sql, let name):
            statements[sql]?.removeAll { $0.name == name }
        case .plain, .number, .execution: break
        }
    }

    private func failure(_ result: OpaquePointer?, instead earlier: (any Error)? = nil) -> PostgresFailure {
        if let earlier = earlier as? PostgresFailure, earlier.kind == .lost { return earlier }
        guard isOpen, let result else {
            let message = handle.flatMap { PQerrorMessage($0) }.map { String(cString: $0) } ?? ""
            return PostgresFailure(.lost, address.cleaned(message.isEmpty ? "the connection was lost" : message))
        }
        let code = PQresultErrorField(result, PostgresConnection.sqlState).map { String(cString: $0) } ?? ""
        let message = PQresultErrorField(result, PostgresConnection.primary).map { String(cString: $0) } ?? ""
        return PostgresFailure(code: code, message: address.cleaned(message))
    }

    // PG_DIAG_SQLSTATE and PG_DIAG_MESSAGE_PRIMARY, which are characters in C.
    private static let sqlState = Int32(UInt8(ascii: "C"))
    private static let primary = Int32(UInt8(ascii: "M"))
}
