extension Migration {
    /// Since when a channel's updates cannot be fetched, and why; NULL while they can.
    @Sendable static func updatesFailure(_ dialect: Dialect) -> [String] {
        [
            "ALTER TABLE channels ADD COLUMN updates_failed_at BIGINT",
            "ALTER TABLE channels ADD COLUMN updates_failure TEXT",
            // Time since which the platform itself refuses the updates.
            "ALTER TABLE channels ADD COLUMN updates_refused_at BIGINT",
        ]
    }
}
