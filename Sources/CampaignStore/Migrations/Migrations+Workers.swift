extension Migration {
    /// Leases and shared times of several processes on one database.
    @Sendable static func workers(_ dialect: Dialect) -> [String] {
        [
            // Worker that polls the source, and the end of its lease.
            "ALTER TABLE source_states ADD COLUMN poll_worker TEXT",
            "ALTER TABLE source_states ADD COLUMN poll_until BIGINT",
            // End of the channel's last time slice that was given to a sending process, in microseconds.
            "ALTER TABLE channels ADD COLUMN next_stretch BIGINT",
            // Leases on work that only one process may do at a time, by name.
            """
            CREATE TABLE worker_leases (name TEXT PRIMARY KEY, worker TEXT NOT NULL, until BIGINT NOT NULL)\(dialect.clustered)
            """,
        ] + (dialect.isShared ? [oneInHand] : [])
    }

    /// A unique index: at most one claimed or sending delivery per subscriber. Two workers may claim for one person at
    /// the same moment; the later one then fails here and claims again. With SQLite's single writer that cannot happen.
    private static let oneInHand = """
        CREATE UNIQUE INDEX \(nameOfOneInHand) ON deliveries (subscriber_id) WHERE state IN ('claimed', 'sending')
        """
    static let nameOfOneInHand = "deliveries_one_in_hand"
}
