package import CampaignModel
import CampaignPlanning
package import CampaignStore

/// What an owner should hear of the sources.
package enum SourceRemarks {
    /// Adds to each source of a status what there is to say of its health.
    package static func add(to status: inout StatusReport, now: Timestamp) {
        for place in status.sources.indices {
            status.sources[place].remarks = health(of: status.sources[place]).remarks(at: now)
                .map { StatusReport.SourceRemark(code: $0.code.rawValue, sentence: $0.sentence) }
        }
    }

    private static func health(of source: StatusReport.SourceLine) -> SourceHealth {
        let manners = SourceManners(stored: source.manners)
        return SourceHealth(
            lastGoodPollAt: source.lastGoodPollAt, pace: manners.pace, items: manners.items,
            itemsBefore: manners.itemsBefore, failures: source.failures, lastFailure: source.lastError,
            certificateEndsAt: manners.certificateEndsAt, goneSince: manners.goneSince, isHeld: source.hold != nil)
    }
}
