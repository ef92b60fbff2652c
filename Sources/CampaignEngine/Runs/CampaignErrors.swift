import CampaignModel
import CampaignStore
import Synchronization

/// Counts what goes wrong in a row in each campaign.
final class CampaignErrors: Sendable {
    // A platform that fails leaves it open whether messages arrived, so few are enough; single people may refuse for reasons
    // of their own.
    private static let unknownToPause = 10
    private static let failedToPause = 50

    private struct Streak {
        var unknown = 0
        var failed = 0
    }

    private let streaks = Mutex<[CampaignID: Streak]>([:])

    /// - Returns: Why the campaign is to be paused; nil when it may go on.
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
            // It begins anew when the owner lets it go on.
            streaks[campaign] = isOver ? nil : streak
            guard isOver else { return nil }
            let last = result.reason.map { ", the last because: \($0.message)" } ?? ""
            return streak.unknown >= Self.unknownToPause
                ? "of \(streak.unknown) messages in a row it is not known whether they arrived\(last)"
                : "\(streak.failed) messages in a row were refused\(last)"
        }
    }
}
