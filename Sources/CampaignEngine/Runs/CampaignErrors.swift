import CampaignModel
import CampaignStore
import Synchronization

/// Counts failures in a row of each campaign.
final class CampaignErrors: Sendable {
    // Unknown results in a row that pause a campaign. Few are enough, since each leaves open whether the message
    // arrived; refusals by single people may have reasons of their own.
    private static let unknownToPause = 10
    private static let failedToPause = 50

    private struct Streak {
        var unknown = 0
        var failed = 0
    }

    private let streaks = Mutex<[CampaignID: Streak]>([:])

    /// Counts the result of a delivery.
    ///
    /// - Returns: The reason to pause the campaign; nil to go on.
    func count(_ result: DeliveryResult, of campaign: CampaignID) -> String? {
        streaks.withLock { streaks in
            var streak = streaks[campaign] ?? Streak()
            switch result.state {
            case .sent: streak = Streak()
            case .unknown: streak.unknown += 1
            case .failed: streak.failed += 1
            default: return nil
            }
            let isOver = streak.unknown >= Self.unknownToPause || streak.failed >= Self.failedToPause
            // The count restarts, for the time after the owner resumes the campaign.
            streaks[campaign] = isOver ? nil : streak
            guard isOver else { return nil }
            let last = result.reason.map { ", the last because: \($0.message)" } ?? ""
            return streak.unknown >= Self.unknownToPause
                ? "of \(streak.unknown) messages in a row it is not known whether they arrived\(last)"
                : "\(streak.failed) messages in a row were refused\(last)"
        }
    }
}
