extension Migration {
    /// What the owner decides about sending, and what is to be seen of it.
    @Sendable static func control(_ dialect: Dialect) -> [String] {
        [
            // Messages that were refused before do not count any more for the campaign's next pause.
            "ALTER TABLE campaigns ADD COLUMN resumed_at BIGINT",
            // What each sending process measured last. A rate has decimals, and numbers are whole: messages in 1000 s.
            """
            CREATE TABLE sending_rates (
                channel_id BIGINT NOT NULL REFERENCES channels(id), worker TEXT NOT NULL, at BIGINT NOT NULL,
                per_1000_seconds BIGINT NOT NULL, PRIMARY KEY (channel_id, worker))\(dialect.clustered)
            """,
        ]
    }
}
