extension Migration {
    /// Campaigns with a frequency: which of their runs are done, and which subscribers have a time of their own.
    @Sendable static func schedules(_ dialect: Dialect) -> [String] {
        let zone = dialect.member(of: "preferences", "'timeZone'")
        return [
            // Runs with nominal times up to `done_until` are done. `rule`: the frequency and time zone that this was
            // computed by. `ahead`: the value before the clock was found far behind it.
            """
            CREATE TABLE campaign_schedules (
                campaign_id \(dialect.foreignIdentity) REFERENCES campaigns(id), rule TEXT NOT NULL,
                done_until BIGINT NOT NULL, ahead BIGINT)
            """,
            "ALTER TABLE runs ADD COLUMN nominal_at BIGINT",
            "CREATE UNIQUE INDEX runs_by_nominal ON runs (campaign_id, nominal_at) WHERE nominal_at IS NOT NULL",
            // Runs without any change to look at are deleted after a while.
            "ALTER TABLE runs ADD COLUMN is_empty BIGINT NOT NULL DEFAULT 0",
            "CREATE INDEX runs_empty ON runs (campaign_id, at) WHERE is_empty = 1",
            // The column now holds each subscriber's own time, not only that of those who want everything at one time.
            "DROP INDEX subscribers_collecting",
            "ALTER TABLE subscribers RENAME COLUMN collects TO timing",
            "UPDATE subscribers SET timing = 'at_once ' || \(zone) WHERE timing IS NULL AND \(zone) IS NOT NULL",
            "CREATE INDEX subscribers_by_timing ON subscribers (channel_id, timing) WHERE timing IS NOT NULL",
        ]
    }
}
