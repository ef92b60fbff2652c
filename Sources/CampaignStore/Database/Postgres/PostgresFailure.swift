import CampaignModel

/// Why a statement, a connection or a commit failed, as far as it matters for what is done next.
struct PostgresFailure: Error, CustomStringConvertible {
    enum Kind {
        /// The connection is gone, or the server will end it: nothing that was not committed happened.
        case lost
        /// The server is there, and has not what it takes at this moment: again, when it has.
        case unable
        /// Others wrote what this one relied on: again, from the beginning.
        case conflict
        /// A statement that was prepared before no longer fits: again, after it was forgotten.
        case stale
        /// Anything else: again would be the same.
        case refused
    }

    let kind: Kind
    /// Of five characters; empty when it did not come from the server.
    let code: String
    /// One line, without a password.
    let message: String

    init(_ kind: Kind, _ message: String) {
        self.kind = kind
        code = ""
        self.message = message
    }

    /// What the server said.
    init(code: String, message: String) {
        kind =
            switch code {
            // serialization_failure, deadlock_detected, lock_not_available
            case "40001", "40P01", "55P03": .conflict
            // unique_violation
            case "23505" where message.contains(Migration.nameOfOneInHand): .conflict
            // cached plan must not change result type; invalid_sql_statement_name
            case "0A000", "26000": .stale
            // disk_full, out_of_memory, query_canceled (it took too long, or somebody wanted that)
            case "53100", "53200", "57014": .unable
            // admin_shutdown, crash_shutdown, cannot_connect_now, idle_session_timeout,
            // idle_in_transaction_session_timeout, transaction_timeout, too_many_connections,
            // read_only_sql_transaction (a primary that became a standby)
            case "57P01", "57P02", "57P03", "57P05", "25P03", "25P04", "53300", "25006": .lost
            default: code.hasPrefix("08") ? .lost : .refused
            }
        self.code = code
        self.message = message
    }

    /// libpq hands out no code of a connection that was refused. Where only its owner can help it is not tried again.
    init(connecting message: String) {
        let owners = ["authentication", "does not exist", "pg_hba.conf", "no password", "certificate"]
        self.init(owners.contains { message.contains($0) } ? .refused : .lost, message)
    }

    var description: String { code.isEmpty ? message : "\(message) (SQLSTATE \(code))" }

    /// For the owner.
    func problem(at address: PostgresAddress) -> Problem {
        switch kind {
        case .lost:
            Problem(
                .databaseUnavailable, "the database \(address.shown) cannot be reached: \(message)",
                hint: "Check that PostgreSQL runs there; tellal goes on by itself when it is back, or start it again.")
        case .unable:
            Problem(
                .databaseUnavailable, "the database \(address.shown) cannot do it at this moment: \(description)",
                hint: "Is there room and memory? tellal goes on by itself when there is, or start it again.")
        case .conflict:
            Problem(
                .databaseUnavailable, "the database \(address.shown) is too busy: \(description)",
                hint: "Others wrote the same again and again; try later, or with fewer workers.")
        // undefined_table
        case .stale where code == "42P01", .refused where code == "42P01":
            Problem(
                .notFound, "there is no tellal database in \(address.shown) yet: \(message)",
                hint: "`tellal database migrate`, `tellal run` or `tellal serve` makes it.")
        case .stale, .refused:
            Problem(
                .databaseUnavailable, "the database \(address.shown) refused: \(description)",
                hint: code.isEmpty
                    ? "Check the `database` setting, and that PostgreSQL lets this user in."
                    : "PostgreSQL's log says more; a missing right is the usual reason.")
        }
    }
}
