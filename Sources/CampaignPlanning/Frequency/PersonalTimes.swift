package import CampaignModel
import Foundation

/// When a campaign's message may reach one person: what they chose in the chat, and the campaign's quiet hours.
package enum PersonalTimes {
    /// Whether a message may go to the person now, and if not, when.
    package enum Answer: Sendable, Hashable {
        case now
        case later(Timestamp)
        /// Later, because they want what comes all at one time; it must not grow too old for that.
        case collected(until: Timestamp)
        /// They asked for a pause: what would have come meanwhile does not come after it.
        case never
    }

    /// When those get their messages who want them once a day, or once a week on Mondays.
    private static let daily = CalendarRule(minutes: .init([0]), hours: .init([9]))
    private static let weekly = CalendarRule(minutes: .init([0]), hours: .init([9]), weekdays: .init([1]))

    /// - Parameters:
    ///   - preferences: The person's.
    ///   - plannedAt: When the campaign ran; nil counts as now.
    ///   - nominal: Which run it was, if the campaign has a frequency; see ``Timetable``.
    ///   - campaign: Whose message it is: its quiet hours and its clock count.
    ///   - now: The moment of the question.
    /// - Returns: Whether it may go now, or when.
    package static func next(
        _ preferences: Subscriber.Preferences, plannedAt: Timestamp?, nominal: Timestamp? = nil, campaign: Campaign,
        now: Timestamp
    ) -> Answer {
        if let until = preferences.pausedUntil, until > now { return .never }
        let preferences = counted(preferences, campaign)
        let start = own(plannedAt ?? now, nominal, preferences, campaign)
        let collected = collectedUntil(preferences.frequency, start, clock(of: preferences, campaign))
        let earliest = allowed(from: max(now, collected ?? start), preferences, campaign)
        guard earliest > now else { return .now }
        // Whose own hour only is later gets it then unless it expires before.
        return collected.map { $0 > now } ?? false ? .collected(until: earliest) : .later(earliest)
    }

    /// When a run is for one person: its nominal time by their clock, or when it was made if it has none.
    private static func own(
        _ plannedAt: Timestamp, _ nominal: Timestamp?, _ preferences: Subscriber.Preferences, _ campaign: Campaign
    ) -> Timestamp {
        guard let nominal, let timetable = Timetable(campaign) else { return plannedAt }
        let clock = clock(of: preferences, campaign)
        let moment = timetable.moment(of: nominal, on: clock)
        guard campaign.isOneOff, timetable.isPersonal, let chosen = preferences.timeZoneChangedAt,
            chosen - moment > allowedLateness
        else { return moment }
        // By the clock that they chose then, their hour was over: it comes at that hour of the next day, not in their night.
        let passed = Timestamp(seconds: Int64(clock.wall(at: chosen))) - nominal
        let days = passed.components.seconds / 86_400 + 1
        return timetable.moment(of: nominal + .days(Int(days)), on: clock)
    }

    // Lateness up to which a message still comes the same day when a change of the time zone puts its hour in the past.
    private static let allowedLateness = Duration.hours(1)

    /// From when on a run's message may reach people with such preferences.
    ///
    /// - Parameters:
    ///   - preferences: Theirs.
    ///   - plannedAt: When the campaign ran.
    ///   - nominal: Which run it was, if the campaign has a frequency; see ``Timetable``.
    ///   - campaign: The campaign.
    /// - Returns: The moment.
    package static func planned(
        _ preferences: Subscriber.Preferences, at plannedAt: Timestamp, nominal: Timestamp?, campaign: Campaign
    ) -> Timestamp {
        let preferences = counted(preferences, campaign)
        let start = own(plannedAt, nominal, preferences, campaign)
        let collected = collectedUntil(preferences.frequency, start, clock(of: preferences, campaign)) ?? start
        return allowed(from: max(plannedAt, collected), preferences, campaign)
    }

    /// Whoever tries a message out wants to see it now.
    private static func counted(
        _ preferences: Subscriber.Preferences, _ campaign: Campaign
    ) -> Subscriber.Preferences {
        campaign.isTest == true ? Subscriber.Preferences() : preferences
    }

    /// The first moment that lies in nobody's quiet hours.
    private static func allowed(
        from moment: Timestamp, _ preferences: Subscriber.Preferences, _ campaign: Campaign
    ) -> Timestamp {
        let ownClock = clock(of: preferences, campaign)
        let campaignClock = campaign.followsPeople ? ownClock : WallClock(named: campaign.timeZone)
        var earliest = moment
        // One span of quiet may end in the other.
        for _ in 0..<2 {
            if let quiet = campaign.quietHours { earliest = quiet.nextAllowed(after: earliest, on: campaignClock) }
            if let own = preferences.quietHours { earliest = own.nextAllowed(after: earliest, on: ownClock) }
        }
        return earliest
    }

    /// A person's clock; the campaign's for those who did not say which is theirs.
    package static func clock(of preferences: Subscriber.Preferences, _ campaign: Campaign) -> WallClock {
        WallClock(
            preferences.timeZone.flatMap(TimeZone.init(identifier:)) ?? TimeZone(identifier: campaign.timeZone) ?? .gmt)
    }

    private static func collectedUntil(
        _ frequency: Subscriber.Preferences.Frequency, _ planned: Timestamp, _ clock: WallClock
    ) -> Timestamp? {
        let rule: CalendarRule
        switch frequency {
        case .atOnce: return nil
        case .daily: rule = daily
        case .weekly: rule = weekly
        }
        // What is for nine o'clock itself comes then.
        return Schedule(.calendar(rule), on: clock)?.next(after: planned - .milliseconds(1))
    }
}
