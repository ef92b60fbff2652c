extension Migration {
    /// What several processes on one database need to know of each other.
    @Sendable static func workers(_ dialect: Dialect) -> [String] {
        [
            // Who polls the source now, and until when they are believed to live.
            "ALTER TABLE source_states ADD COLUMN poll_worker TEXT",
            "ALTER TABLE source_states ADD COLUMN poll_until BIGINT",
            // Until when the time of a channel is given to those who send for it, in microseconds.
            "ALTER TABLE channels ADD COLUMN next_stretch BIGINT",
            // What only one of them may do at a time, by name.
            """
            CREATE TABLE worker_leases (name TEXT PRIMARY KEY, worker TEXT NOT NULL, until BIGINT NOT NULL)\(dialect.clustered)
            """,
        ] + (dialect.isShared ? [oneInHand] : [])
    }

    /// Two workers may each find that nobody has anything of a person in hand. The one that is later then finds out here,
    /// and looks again; a single writer sees it before.
    private static let oneInHand = """
        CREATE UNIQUE INDEX \(nameOfOneInHand) ON deliveries (subscriber_id) WHERE state IN ('claimed', 'sending')
        """
    static let nameOfOneInHand = "deliveries_one_in_hand"
}
