extension Migration {
    /// The reason why a channel is paused, as a stable code beside the sentence.
    @Sendable static func pauses(_ dialect: Dialect) -> [String] {
        [
            // NULL also for a channel that an earlier version paused, unless for `page_restricted`.
            "ALTER TABLE channels ADD COLUMN paused_code TEXT",
            """
            UPDATE channels SET paused_code = 'page_restricted'
            WHERE paused_reason LIKE 'Meta restricted the Page: %'
            """,
        ]
    }
}
