extension Migration {
    /// Since when what people write to a channel cannot be asked for, and why; NULL while it can.
    @Sendable static func deafness(_ dialect: Dialect) -> [String] {
        [
            "ALTER TABLE channels ADD COLUMN deaf_at BIGINT",
            "ALTER TABLE channels ADD COLUMN deaf_reason TEXT",
            // Since when the platform itself refuses to tell.
            "ALTER TABLE channels ADD COLUMN deaf_refused_at BIGINT",
        ]
    }
}
