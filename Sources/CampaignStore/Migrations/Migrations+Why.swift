extension Migration {
    /// What is to be told of each item: what polls found of it and did not tell, and what runs decided.
    @Sendable static func why(_ dialect: Dialect) -> [String] {
        [
            // What a message tells of, by the place in the log.
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
            // `fate`: chosen, edited, waiting or skipped; what waits is noted when it begins to.
            """
            CREATE TABLE run_items (
                source_id BIGINT NOT NULL, item_key \(dialect.bytes) NOT NULL, run_id BIGINT NOT NULL, kind TEXT NOT NULL,
                fate TEXT NOT NULL, code TEXT, reason TEXT,
                PRIMARY KEY (source_id, item_key, run_id, kind))\(dialect.clustered)
            """,
        ]
    }
}
