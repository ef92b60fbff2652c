extension Migration {
    /// Makes the outbox fast with millions of deliveries: each index is partial, holds only the rows that a query
    /// needs, and changes only when one of its columns does.
    @Sendable static func leanOutbox(_ dialect: Dialect) -> [String] {
        let kept = """
            id, message_id, campaign_id, channel_id, subscriber_id, purpose, state, parts, parts_sent, attempt, token,
            lease_until, not_before, expires_at, platform_message_id, echo, reason_code, reason, updated_at
            """
        return [
            // A delivery's run is its message's. `rank`: order among due deliveries of one campaign, smallest first.
            // `ended_at`: NULL as long as the state may still change.
            """
            CREATE TABLE deliveries_new (
                id \(dialect.identity), message_id BIGINT NOT NULL REFERENCES messages(id), campaign_id BIGINT,
                channel_id BIGINT NOT NULL, subscriber_id BIGINT NOT NULL REFERENCES subscribers(id),
                purpose TEXT NOT NULL, state TEXT NOT NULL, rank BIGINT NOT NULL DEFAULT 0, parts BIGINT,
                parts_sent BIGINT NOT NULL DEFAULT 0, attempt BIGINT NOT NULL DEFAULT 0, token TEXT, lease_until BIGINT,
                not_before BIGINT NOT NULL, expires_at BIGINT NOT NULL, platform_message_id TEXT, echo TEXT,
                reason_code TEXT, reason TEXT, updated_at BIGINT NOT NULL, ended_at BIGINT,
                UNIQUE (message_id, subscriber_id))
            """,
            """
            INSERT INTO deliveries_new (\(kept), ended_at) SELECT \(kept),
                CASE WHEN state IN ('queued', 'held', 'claimed', 'sending') THEN NULL ELSE updated_at END
            FROM deliveries
            """,
            """
            CREATE TABLE attempts_new (
                delivery_id BIGINT NOT NULL REFERENCES deliveries_new(id), attempt BIGINT NOT NULL, part BIGINT NOT NULL,
                started_at BIGINT NOT NULL, finished_at BIGINT, outcome TEXT, platform_message_id TEXT,
                reason_code TEXT, reason TEXT, PRIMARY KEY (delivery_id, attempt))\(dialect.clustered)
            """,
            // An attempt that has not finished is stored in the delivery's own row.
            "INSERT INTO attempts_new SELECT * FROM attempts WHERE finished_at IS NOT NULL",
            "DROP TABLE attempts", "DROP TABLE deliveries",
            "ALTER TABLE deliveries_new RENAME TO deliveries",
            "ALTER TABLE attempts_new RENAME TO attempts",
            """
            CREATE INDEX deliveries_to_claim ON deliveries (channel_id, campaign_id, not_before, rank, id)
            WHERE state = 'queued'
            """,
            "CREATE INDEX deliveries_by_subscriber ON deliveries (subscriber_id)",
            // `ended_at` is a column so that SQLite prefers this index to the one above, which grows without limit.
            // Expired deliveries are found by a scan of this index: cheaper than one more index to maintain.
            """
            CREATE INDEX deliveries_open ON deliveries (subscriber_id, ended_at, expires_at) WHERE ended_at IS NULL
            """,
            "CREATE INDEX deliveries_leased ON deliveries (lease_until) WHERE lease_until IS NOT NULL",
            "CREATE INDEX deliveries_held ON deliveries (subscriber_id) WHERE state = 'held'",
            "CREATE INDEX deliveries_unknown ON deliveries (id) WHERE state = 'unknown'",
            "CREATE INDEX replies_ended ON deliveries (ended_at) WHERE campaign_id IS NULL AND ended_at IS NOT NULL",
            "CREATE INDEX subscribers_by_state ON subscribers (channel_id, state, id)",
            // Fan-outs in progress: one row for each message and channel, deleted when all deliveries are planned.
            """
            CREATE TABLE fan_outs (
                id \(dialect.identity), run_id BIGINT NOT NULL REFERENCES runs(id),
                message_id BIGINT NOT NULL REFERENCES messages(id), campaign_id BIGINT NOT NULL REFERENCES campaigns(id),
                channel_id BIGINT NOT NULL REFERENCES channels(id), after_id BIGINT NOT NULL, until_id BIGINT NOT NULL,
                planned_at BIGINT NOT NULL, not_before BIGINT NOT NULL, expires_at BIGINT NOT NULL,
                window_opened_after BIGINT NOT NULL, audience TEXT NOT NULL)
            """,
            "CREATE INDEX fan_outs_by_campaign ON fan_outs (campaign_id, id)",
            // A message's fate on a channel: whether anybody got it, and how many were refused it for its content.
            """
            CREATE TABLE message_fates (
                message_id BIGINT NOT NULL REFERENCES messages(id), channel_id BIGINT NOT NULL REFERENCES channels(id),
                reached_at BIGINT, refusals BIGINT NOT NULL DEFAULT 0, reason_code TEXT, reason TEXT, stopped_at BIGINT,
                PRIMARY KEY (message_id, channel_id))\(dialect.clustered)
            """,
            "CREATE INDEX message_fates_stopped ON message_fates (stopped_at) WHERE stopped_at IS NOT NULL",
            "ALTER TABLE messages DROP COLUMN stopped_at",
            // Number of deliveries that the run's fan-outs planned so far; older runs have it in their report.
            "ALTER TABLE runs ADD COLUMN queued BIGINT NOT NULL DEFAULT 0",
            "ALTER TABLE runs ADD COLUMN held BIGINT NOT NULL DEFAULT 0",
        ]
    }
}
