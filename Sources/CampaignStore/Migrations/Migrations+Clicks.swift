extension Migration {
    /// Tables for the tracked links of messages, and for the clicks on them.
    @Sendable static func clicks(_ dialect: Dialect) -> [String] {
        [
            """
            CREATE TABLE links (
                id \(dialect.identity), message_id BIGINT NOT NULL REFERENCES messages(id), url TEXT NOT NULL)
            """,
            // The address is not indexed: it may be longer than an index entry can be.
            "CREATE INDEX links_by_message ON links (message_id)",
            """
            CREATE TABLE clicks (
                id \(dialect.identity), link_id BIGINT NOT NULL, delivery_id BIGINT NOT NULL, visitor TEXT NOT NULL,
                at BIGINT NOT NULL)
            """,
            "CREATE INDEX clicks_by_delivery ON clicks (delivery_id)",
            "ALTER TABLE subscribers ADD COLUMN last_clicked_at BIGINT",
        ]
    }
}
