package import CampaignModel
import CampaignPlanning
package import CampaignStore

/// Remarks about the health of sources, for the owner.
package enum SourceRemarks {
    /// Adds remarks about their health to the sources of a status report.
    package static func add(to status: inout StatusReport, now: Timestamp) {
        for place in status.sources.indices where !status.sources[place].isWithdrawn {
            status.sources[place].remarks = health(of: status.sources[place]).remarks(at: now)
        }
    }

    private static func health(of source: StatusReport.SourceLine) -> SourceHealth {
        var health = FetchState(stored: source.fetchState).health
        health.lastGoodPollAt = source.lastGoodPollAt
        health.failures = source.failures
        health.lastFailure = source.lastError
        health.isHeld = source.hold != nil
        return health
    }
}
