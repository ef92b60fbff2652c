extension Migration {
    /// Tables for conversations: the inbox, the subscribers' settings and states, and messages without a campaign run.
    @Sendable static func conversations(_ dialect: Dialect) -> [String] {
        outbox(dialect) + people(dialect) + [
            // The inbox: one row for each received event, before it is processed.
            """
            CREATE TABLE inbox (
                id \(dialect.identity), channel_id BIGINT NOT NULL REFERENCES channels(id), event_key TEXT NOT NULL,
                address TEXT, body TEXT NOT NULL, received_at BIGINT NOT NULL, done_at BIGINT,
                UNIQUE (channel_id, event_key))
            """,
            "CREATE INDEX inbox_waiting ON inbox (id) WHERE done_at IS NULL",
            "CREATE INDEX inbox_done ON inbox (done_at) WHERE done_at IS NOT NULL",
            "CREATE INDEX inbox_by_person ON inbox (channel_id, address)",
        ]
    }

    /// Rebuilds the outbox tables so that run and campaign may be NULL: a reply has neither. SQLite cannot drop `NOT
    /// NULL` from an existing column.
    private static func outbox(_ dialect: Dialect) -> [String] {
        let kept = """
            id, run_id, message_id, ordinal, campaign_id, channel_id, subscriber_id, state, parts_sent, attempt, token,
            lease_until, not_before, expires_at, platform_message_id, reason_code, reason, updated_at
            """
        return [
            """
            CREATE TABLE messages_new (
                id \(dialect.identity), run_id BIGINT REFERENCES runs(id), ordinal BIGINT NOT NULL, body TEXT NOT NULL,
                UNIQUE (run_id, ordinal))
            """,
            "INSERT INTO messages_new (id, run_id, ordinal, body) SELECT id, run_id, ordinal, body FROM messages",
            """
            CREATE TABLE deliveries_new (
                id \(dialect.identity), run_id BIGINT REFERENCES runs(id),
                message_id BIGINT NOT NULL REFERENCES messages_new(id), ordinal BIGINT NOT NULL,
                campaign_id BIGINT REFERENCES campaigns(id), channel_id BIGINT NOT NULL REFERENCES channels(id),
                subscriber_id BIGINT NOT NULL REFERENCES subscribers(id), purpose TEXT NOT NULL, state TEXT NOT NULL,
                parts BIGINT, parts_sent BIGINT NOT NULL DEFAULT 0, attempt BIGINT NOT NULL DEFAULT 0, token TEXT,
                lease_until BIGINT, not_before BIGINT NOT NULL, expires_at BIGINT NOT NULL, platform_message_id TEXT,
                echo TEXT, reason_code TEXT, reason TEXT, updated_at BIGINT NOT NULL,
                UNIQUE (run_id, ordinal, subscriber_id))
            """,
            "INSERT INTO deliveries_new (\(kept), purpose) SELECT \(kept), 'campaign' FROM deliveries",
            """
            CREATE TABLE attempts_new (
                delivery_id BIGINT NOT NULL REFERENCES deliveries_new(id), attempt BIGINT NOT NULL, part BIGINT NOT NULL,
                started_at BIGINT NOT NULL, finished_at BIGINT, outcome TEXT, platform_message_id TEXT,
                reason_code TEXT, reason TEXT, PRIMARY KEY (delivery_id, attempt))\(dialect.clustered)
            """,
            "INSERT INTO attempts_new SELECT * FROM attempts",
            "DROP TABLE attempts", "DROP TABLE deliveries", "DROP TABLE messages",
            "ALTER TABLE messages_new RENAME TO messages",
            "ALTER TABLE deliveries_new RENAME TO deliveries",
            "ALTER TABLE attempts_new RENAME TO attempts",
            "CREATE INDEX deliveries_to_claim ON deliveries (channel_id, state, not_before, id)",
            "CREATE INDEX deliveries_by_subscriber ON deliveries (subscriber_id, state, id)",
            "CREATE INDEX deliveries_by_state ON deliveries (state, lease_until)",
            // Replies are claimed before campaigns, and are few.
            """
            CREATE INDEX deliveries_replies ON deliveries (channel_id, state, not_before, id) WHERE campaign_id IS NULL
            """,
            "CREATE INDEX deliveries_by_message ON deliveries (message_id)",
        ]
    }

    private static func people(_ dialect: Dialect) -> [String] {
        [
            "ALTER TABLE subscribers ADD COLUMN origin TEXT",
            "ALTER TABLE subscribers ADD COLUMN fields TEXT",
            "ALTER TABLE subscribers ADD COLUMN standing TEXT",
            "ALTER TABLE subscribers ADD COLUMN preferences TEXT",
            "ALTER TABLE subscribers ADD COLUMN paused_until BIGINT",
            // Subscribers who want everything at one time, by that time; NULL for the others.
            "ALTER TABLE subscribers ADD COLUMN collects TEXT",
            "CREATE INDEX subscribers_collecting ON subscribers (channel_id, collects) WHERE collects IS NOT NULL",
            "CREATE INDEX subscribers_by_activity ON subscribers (last_active_at)",
            "ALTER TABLE subscribers ADD COLUMN delivered_until BIGINT",
            "ALTER TABLE subscribers ADD COLUMN read_until BIGINT",
            "ALTER TABLE subscribers ADD COLUMN marketing TEXT",
            "ALTER TABLE subscribers ADD COLUMN replies TEXT",
            "ALTER TABLE subscribers ADD COLUMN changed_at BIGINT",
            "ALTER TABLE consent_log ADD COLUMN shown TEXT", "ALTER TABLE consent_log ADD COLUMN said TEXT",
            "CREATE INDEX consent_log_by_subscriber ON consent_log (subscriber_id, at)",
            // Campaigns that a subscriber does not want.
            """
            CREATE TABLE subscriber_unwanted (
                subscriber_id BIGINT NOT NULL REFERENCES subscribers(id),
                campaign_id BIGINT NOT NULL REFERENCES campaigns(id),
                PRIMARY KEY (subscriber_id, campaign_id))\(dialect.clustered)
            """,
            // Keyed hashes of erased people's addresses: enough for an import to skip them, and no more.
            """
            CREATE TABLE erased_subscribers (
                channel_id BIGINT NOT NULL REFERENCES channels(id), hash TEXT NOT NULL, erased_at BIGINT NOT NULL,
                PRIMARY KEY (channel_id, hash))\(dialect.clustered)
            """,
            "CREATE TABLE installation (name TEXT PRIMARY KEY, value TEXT NOT NULL)",
        ]
    }
}
