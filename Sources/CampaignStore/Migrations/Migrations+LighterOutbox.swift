extension Migration {
    /// Removes constraints and indexed columns from PostgreSQL's outbox. There each update of a delivery adds an entry
    /// to every index, unless no indexed column changes (a heap-only update).
    @Sendable static func lighterOutbox(_ dialect: Dialect) -> [String] {
        // Early versions did not clear the lease of ended deliveries.
        let clearLeases = """
            UPDATE deliveries SET lease_until = NULL
            WHERE lease_until IS NOT NULL AND state NOT IN ('claimed', 'sending')
            """
        guard dialect.isShared else { return [clearLeases] }
        return [
            clearLeases,
            "DROP INDEX \(nameOfOneInHand)", "DROP INDEX deliveries_leased", "DROP INDEX deliveries_to_claim",
            "DROP INDEX deliveries_held", "DROP INDEX deliveries_unknown",
            // Foreign keys are not needed: subscribers are never deleted, and messages only with their deliveries.
            // Checking them took half of the time of planning, and locked each subscriber's row.
            """
            ALTER TABLE deliveries DROP CONSTRAINT IF EXISTS deliveries_new_message_id_fkey1,
                DROP CONSTRAINT IF EXISTS deliveries_new_subscriber_id_fkey1
            """,
            // Claimed and sending are the same `stage` in all indexes, and pages keep room for the new row, so the
            // update is heap-only.
            "ALTER TABLE deliveries SET (fillfactor = 60)",
            """
            ALTER TABLE deliveries ADD COLUMN stage TEXT GENERATED ALWAYS AS (
                CASE WHEN state IN ('claimed', 'sending') THEN 'in_hand' ELSE state END) STORED
            """,
            // Claimed and sending deliveries have a lease, and ended leases are found by this index, too. With the
            // state in its condition PostgreSQL would use this index for statements that list rows by id.
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
