extension Migration {
    /// Why a channel is paused, as a stable word beside the sentence.
    @Sendable static func pauses(_ dialect: Dialect) -> [String] {
        [
            // NULL also for what was paused by an earlier version for another reason than this one.
            "ALTER TABLE channels ADD COLUMN paused_code TEXT",
            """
            UPDATE channels SET paused_code = 'page_restricted'
            WHERE paused_reason LIKE 'Meta restricted the Page: %'
            """,
        ]
    }
}
