package import CampaignModel
import Foundation

/// When a campaign's message may reach one person: what they chose in the chat, and the campaign's quiet hours.
package enum PersonalTimes {
    package enum Answer: Sendable, Hashable {
        case now
        case later(Timestamp)
        /// Later, because they want what comes all at one time; it must not grow too old for that.
        case collected(until: Timestamp)
        /// They asked for a pause: what would have come meanwhile does not come after it.
        case never
    }

    /// When those get their messages who want them once a day, or once a week on Mondays.
    private static let dailyHour = 9
    private static let monday = 2

    /// - Parameters:
    ///   - preferences: The person's.
    ///   - plannedAt: When the campaign ran; nil counts as now.
    ///   - quietHours: The campaign's.
    ///   - timeZone: The campaign's, for people who did not say theirs.
    ///   - now: The moment of the question.
    /// - Returns: Whether it may go now, or when.
    package static func next(
        _ preferences: Subscriber.Preferences, plannedAt: Timestamp?, quietHours: QuietHours?, timeZone: String,
        now: Timestamp
    ) -> Answer {
        if let until = preferences.pausedUntil, until > now { return .never }
        let campaignZone = TimeZone(identifier: timeZone) ?? .gmt
        let ownZone = preferences.timeZone.flatMap(TimeZone.init(identifier:)) ?? campaignZone
        let collected = collectedUntil(preferences.frequency, plannedAt ?? now, ownZone) ?? now
        var earliest = max(now, collected)
        // One span of quiet may end in the other.
        for _ in 0..<2 {
            if let quietHours { earliest = quietHours.nextAllowed(after: earliest, timeZone: campaignZone) }
            if let own = preferences.quietHours { earliest = own.nextAllowed(after: earliest, timeZone: ownZone) }
        }
        guard earliest > now else { return .now }
        return collected > now ? .collected(until: earliest) : .later(earliest)
    }

    private static func collectedUntil(
        _ frequency: Subscriber.Preferences.Frequency, _ planned: Timestamp, _ zone: TimeZone
    ) -> Timestamp? {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = zone
        var wanted = DateComponents(hour: dailyHour, minute: 0, second: 0)
        switch frequency {
        case .atOnce: return nil
        case .daily: break
        case .weekly: wanted.weekday = monday
        }
        let date = Date(timeIntervalSince1970: Double(planned.milliseconds) / 1000)
        let next = calendar.nextDate(after: date, matching: wanted, matchingPolicy: .nextTime)
        return next.map { Timestamp(milliseconds: Int64(($0.timeIntervalSince1970 * 1000).rounded())) }
    }
}
