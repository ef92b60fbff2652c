extension Migration {
    /// Since when what people write to a channel cannot be asked for, and why; NULL while it can.
    @Sendable static func updatesFailure(_ dialect: Dialect) -> [String] {
        [
            "ALTER TABLE channels ADD COLUMN updates_failed_at BIGINT",
            "ALTER TABLE channels ADD COLUMN updates_failure TEXT",
            // Since when the platform itself refuses to tell.
            "ALTER TABLE channels ADD COLUMN updates_refused_at BIGINT",
        ]
    }
}
