extension Migration {
    /// Columns and tables for the owner's decisions about sending, and for the measured rates.
    @Sendable static func control(_ dialect: Dialect) -> [String] {
        [
            // Time from which refused messages count for the campaign's next automatic pause.
            "ALTER TABLE campaigns ADD COLUMN resumed_at BIGINT",
            // The rate that each sending process measured last, in messages per 1000 s, for columns hold whole numbers.
            """
            CREATE TABLE sending_rates (
                channel_id BIGINT NOT NULL REFERENCES channels(id), worker TEXT NOT NULL, at BIGINT NOT NULL,
                per_1000_seconds BIGINT NOT NULL, PRIMARY KEY (channel_id, worker))\(dialect.clustered)
            """,
        ]
    }
}
