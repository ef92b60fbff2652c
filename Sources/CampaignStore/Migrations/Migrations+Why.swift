extension Migration {
    /// Tables for `why`: items that polls found and did not report as changes, and the decisions of runs.
    @Sendable static func why(_ dialect: Dialect) -> [String] {
        [
            // Changes that a message tells of, by their position in the change log.
            """
            CREATE TABLE message_items (
                message_id BIGINT NOT NULL REFERENCES messages(id), position BIGINT NOT NULL,
                PRIMARY KEY (message_id, position))\(dialect.clustered)
            """,
            """
            CREATE TABLE item_notes (
                id \(dialect.identity), source_id BIGINT NOT NULL REFERENCES sources(id), item_key \(dialect.bytes) NOT NULL,
                code TEXT NOT NULL, older_key \(dialect.bytes), title TEXT, link TEXT, at BIGINT NOT NULL)
            """,
            "CREATE INDEX item_notes_by_item ON item_notes (source_id, item_key)",
            // `fate`: chosen, edited, waiting or skipped; waiting is stored once, when it begins.
            """
            CREATE TABLE run_items (
                source_id BIGINT NOT NULL, item_key \(dialect.bytes) NOT NULL, run_id BIGINT NOT NULL, kind TEXT NOT NULL,
                fate TEXT NOT NULL, code TEXT, reason TEXT,
                PRIMARY KEY (source_id, item_key, run_id, kind))\(dialect.clustered)
            """,
        ]
    }
}
