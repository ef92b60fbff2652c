extension Migration {
    /// Messenger's marketing messages: from when a person may get them, their campaigns at Meta, and opt-outs to report
    /// to Meta.
    @Sendable static func marketing(_ dialect: Dialect) -> [String] {
        [
            // Parts of a person's `marketing` that queries need; both NULL where no paid message can be sent.
            "ALTER TABLE subscribers ADD COLUMN paid_from BIGINT",
            "ALTER TABLE subscribers ADD COLUMN marketing_token TEXT",
            // Time before which the person is not asked for marketing messages again.
            "ALTER TABLE subscribers ADD COLUMN ask_from BIGINT",
            "CREATE INDEX subscribers_by_paid ON subscribers (paid_from) WHERE paid_from IS NOT NULL",
            "CREATE INDEX subscribers_by_token ON subscribers (channel_id, marketing_token)",
            // Time from which the channel sends paid messages: NULL where nobody pays, or where Meta refused all of
            // them.
            "ALTER TABLE channels ADD COLUMN paid_from BIGINT",
            "ALTER TABLE channels ADD COLUMN paid_reason TEXT",
            // Reason why the Page may ask nobody for marketing messages.
            "ALTER TABLE channels ADD COLUMN ask_reason TEXT",
            // Time at which the Page's list of tokens was last read in full.
            "ALTER TABLE channels ADD COLUMN tokens_read_at BIGINT",
            """
            CREATE TABLE marketing_campaigns (
                campaign_id BIGINT NOT NULL REFERENCES campaigns(id), channel_id BIGINT NOT NULL REFERENCES channels(id),
                account TEXT NOT NULL, platform_id TEXT NOT NULL, ready_at BIGINT NOT NULL,
                PRIMARY KEY (campaign_id, channel_id, account))\(dialect.clustered)
            """,
            "CREATE INDEX marketing_campaigns_by_name ON marketing_campaigns (channel_id, platform_id)",
            // People whose opt-out was not reported to Meta yet.
            """
            CREATE TABLE marketing_ends (
                channel_id BIGINT NOT NULL REFERENCES channels(id), address TEXT NOT NULL, tries BIGINT NOT NULL,
                try_at BIGINT NOT NULL, PRIMARY KEY (channel_id, address))\(dialect.clustered)
            """,
        ]
    }
}
