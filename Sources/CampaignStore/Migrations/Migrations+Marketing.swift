extension Migration {
    /// Messenger's marketing messages: who can get them from when, their campaigns at Meta, and whose end Meta must hear.
    @Sendable static func marketing(_ dialect: Dialect) -> [String] {
        [
            // What of a person's `marketing` is asked for by queries; both NULL where no paid message can go.
            "ALTER TABLE subscribers ADD COLUMN paid_from BIGINT",
            "ALTER TABLE subscribers ADD COLUMN marketing_token TEXT",
            // Before that they are not asked for marketing messages again.
            "ALTER TABLE subscribers ADD COLUMN ask_from BIGINT",
            "CREATE INDEX subscribers_by_paid ON subscribers (paid_from) WHERE paid_from IS NOT NULL",
            "CREATE INDEX subscribers_by_token ON subscribers (channel_id, marketing_token)",
            // From when the channel sends paid messages: NULL where nobody pays, or where Meta refused all of them.
            "ALTER TABLE channels ADD COLUMN paid_from BIGINT",
            "ALTER TABLE channels ADD COLUMN paid_reason TEXT",
            // Why the Page may ask nobody for marketing messages.
            "ALTER TABLE channels ADD COLUMN ask_reason TEXT",
            // When the Page's list of tokens was last read in full.
            "ALTER TABLE channels ADD COLUMN tokens_read_at BIGINT",
            """
            CREATE TABLE marketing_campaigns (
                campaign_id BIGINT NOT NULL REFERENCES campaigns(id), channel_id BIGINT NOT NULL REFERENCES channels(id),
                account TEXT NOT NULL, platform_id TEXT NOT NULL, ready_at BIGINT NOT NULL,
                PRIMARY KEY (campaign_id, channel_id, account))\(dialect.clustered)
            """,
            "CREATE INDEX marketing_campaigns_by_name ON marketing_campaigns (channel_id, platform_id)",
            // People who left, of whom Meta does not know it yet.
            """
            CREATE TABLE marketing_ends (
                channel_id BIGINT NOT NULL REFERENCES channels(id), address TEXT NOT NULL, tries BIGINT NOT NULL,
                try_at BIGINT NOT NULL, PRIMARY KEY (channel_id, address))\(dialect.clustered)
            """,
        ]
    }
}
