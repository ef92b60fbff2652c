extension Migration {
    /// What is kept of runs whose rows are forgotten.
    @Sendable static func history(_ dialect: Dialect) -> [String] {
        [
            // Of a run whose deliveries are being forgotten: what came of it, as it is told from then on.
            "ALTER TABLE runs ADD COLUMN results TEXT",
            // Of a campaign: the sum of the runs that are gone.
            "ALTER TABLE campaigns ADD COLUMN past_results TEXT",
        ]
    }
}
