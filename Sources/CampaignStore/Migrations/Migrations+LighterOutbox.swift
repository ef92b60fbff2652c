extension Migration {
    /// What PostgreSQL's outbox can do without: there each step of a delivery is a new row in every index, unless it changes
    /// nothing that any of them asks for.
    @Sendable static func lighterOutbox(_ dialect: Dialect) -> [String] {
        // Early versions left it to what had ended.
        let clearLeases = """
            UPDATE deliveries SET lease_until = NULL
            WHERE lease_until IS NOT NULL AND state NOT IN ('claimed', 'sending')
            """
        guard dialect.isShared else { return [clearLeases] }
        return [
            clearLeases,
            "DROP INDEX \(nameOfOneInHand)", "DROP INDEX deliveries_leased", "DROP INDEX deliveries_to_claim",
            "DROP INDEX deliveries_held", "DROP INDEX deliveries_unknown",
            // Subscribers are never deleted, and messages only with their deliveries. To look at both for each delivery took
            // half of the time of planning, and locked each subscriber's row.
            """
            ALTER TABLE deliveries DROP CONSTRAINT IF EXISTS deliveries_new_message_id_fkey1,
                DROP CONSTRAINT IF EXISTS deliveries_new_subscriber_id_fkey1
            """,
            // What is in hand and is being sent is the same to all indexes, and pages have room for the new row.
            "ALTER TABLE deliveries SET (fillfactor = 60)",
            """
            ALTER TABLE deliveries ADD COLUMN stage TEXT GENERATED ALWAYS AS (
                CASE WHEN state IN ('claimed', 'sending') THEN 'in_hand' ELSE state END) STORED
            """,
            // What is in hand has a lease, and leases that ended are found here, too. With the state in its condition the
            // server would look here for the rows of a list.
            "CREATE UNIQUE INDEX \(nameOfOneInHand) ON deliveries (subscriber_id) WHERE lease_until IS NOT NULL",
            """
            CREATE INDEX deliveries_to_claim ON deliveries (channel_id, campaign_id, not_before, rank, id)
            WHERE stage = 'queued'
            """,
            "CREATE INDEX deliveries_held ON deliveries (subscriber_id) WHERE stage = 'held'",
            "CREATE INDEX deliveries_unknown ON deliveries (id) WHERE stage = 'unknown'",
            "ANALYZE deliveries",
        ]
    }
}
