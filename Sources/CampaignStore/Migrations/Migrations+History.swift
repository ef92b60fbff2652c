extension Migration {
    /// Sums that are kept of runs whose rows are deleted.
    @Sendable static func history(_ dialect: Dialect) -> [String] {
        [
            // A run's results, stored when the deletion of its deliveries begins, and shown from then on.
            "ALTER TABLE runs ADD COLUMN results TEXT",
            // A campaign's sum over its deleted runs.
            "ALTER TABLE campaigns ADD COLUMN past_results TEXT",
        ]
    }
}
