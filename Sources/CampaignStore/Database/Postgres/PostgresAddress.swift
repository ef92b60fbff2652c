import CPostgres
import CampaignModel
import Foundation

/// Where a PostgreSQL database is and who asks for it. Its password is shown nowhere.
struct PostgresAddress: Sendable {
    /// What can go on without the owner's word, and what they write in the address goes before it.
    private static let defaults = [
        "connect_timeout": "5",
        // A peer that is gone without a word is found out within 30 s: 10 + 3 · 5 while waiting, 20 s while sending.
        "keepalives": "1", "keepalives_idle": "10", "keepalives_interval": "5", "keepalives_count": "3",
        "tcp_user_timeout": "20000",
        "application_name": "tellal",
        // After a failover the old primary may still answer.
        "target_session_attrs": "read-write",
    ]
    private static let fixed = ["client_encoding": "UTF8"]

    /// libpq's words and their values, all that it needs to connect.
    let parameters: [(String, String)]
    /// Host, port and database, for messages.
    let shown: String
    private let password: String

    /// Whether an address names a PostgreSQL database.
    static func isMeant(by url: String) -> Bool { url.hasPrefix("postgres:") || url.hasPrefix("postgresql:") }

    /// - Parameters:
    ///   - url: `postgres://user:password@host:port/database?…`, with the parameters that libpq knows.
    ///   - readsOnly: Whether any server of a cluster will do.
    /// - Throws: ``Problem`` (`settings`) when it cannot be understood.
    init(_ url: String, readsOnly: Bool = false) throws(Problem) {
        // libpq's own words about what is wrong would quote the address, and the password with it.
        guard let options = PQconninfoParse(url, nil) else {
            throw Problem(
                .settings, "`database`: this is no PostgreSQL address",
                hint: "Use postgres://USER:PASSWORD@HOST:PORT/DATABASE, with %40 for an @ in the password.")
        }
        defer { PQconninfoFree(options) }
        var given: [String: String] = [:]
        var option = options
        while let keyword = option.pointee.keyword {
            if let value = option.pointee.val { given[String(cString: keyword)] = String(cString: value) }
            option += 1
        }
        var all = Self.defaults.merging(given) { _, given in given }.merging(Self.fixed) { _, fixed in fixed }
        if readsOnly, given["target_session_attrs"] == nil { all["target_session_attrs"] = "any" }
        parameters = all.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
        password = given["password"] ?? ""
        let host = given["host"] ?? given["hostaddr"] ?? "this machine"
        let port = given["port"].map { ":\($0)" } ?? ""
        shown = "\(host)\(port)/\(given["dbname"] ?? given["user"] ?? "")"
    }

    /// A message of libpq or the server in one line, without the password.
    func cleaned(_ message: String) -> String {
        let line = message.split(whereSeparator: \.isNewline).map { $0.trimmingCharacters(in: .whitespaces) }
            .joined(separator: "; ")
        return password.isEmpty ? line : line.replacingOccurrences(of: password, with: "••••")
    }

    /// A connection, good or bad; nil when there is no memory. Whoever calls this ends it.
    func connect() -> OpaquePointer? {
        // Both lists end with a null pointer.
        let keywords = parameters.map { strdup($0.0) } + [nil]
        let values = parameters.map { strdup($0.1) } + [nil]
        defer { for copy in keywords + values { free(copy) } }
        let handle = PQconnectdbParams(
            keywords.map { UnsafePointer($0) }, values.map { UnsafePointer($0) }, 0)
        handle.map(tellal_pq_be_quiet)
        return handle
    }
}
