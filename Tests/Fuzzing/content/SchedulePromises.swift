import CampaignModel
import Foundation

@testable import CampaignPlanning

/// What holds for every frequency that passes the check: there is a next time, it is later than now, and it is found at once.
enum SchedulePromises {
    /// - Parameters:
    ///   - lines: A frequency, a time zone, a moment, all as owners write them.
    ///   - missed: Which rule there is for runs that were missed.
    static func check(_ lines: [String], missed: UInt8) {
        let written = lines.first ?? ""
        let zone = lines.count > 1 ? lines[1] : "UTC"
        let choice = ZoneChoice.read(zone)
        if let choice { promise(TimeZone(identifier: choice.zone) != nil, "a time zone \(choice.zone)") }
        let clock = WallClock(named: choice?.zone ?? "UTC")
        let moment = lines.count > 2 ? clock.moment(written: lines[2]) : nil
        if let moment {
            let again = Timestamp(iso8601: moment.description)
            promise(again?.description == moment.description, "\(moment) is read as \(again?.description ?? "nothing")")
        }
        do {
            let frequency = try FrequencyReader.read(written)
            var campaign = Campaign(
                workspace: "default", name: "news", sources: ["blog"], layout: "x", frequency: frequency,
                timeZone: choice?.zone ?? "UTC", channels: ["bot"], provenance: Samples.provenance)
            campaign.followsPeople = choice?.followsPeople ?? false
            campaign.missed = MissedRuns.allCases[Int(missed) % MissedRuns.allCases.count]
            check(campaign, at: moment ?? ContentTarget.now)
        } catch {
            promise(isPrintable(error.message) && isPrintable(error.hint), "a flaw \(error)")
        }
    }

    static func check(_ campaign: Campaign, at now: Timestamp = ContentTarget.now) {
        campaign.frequency.promiseToComeBack("a frequency")
        promise(isPrintable(campaign.frequency.description), "a frequency \(campaign.frequency)")
        let clock = WallClock(named: campaign.timeZone)
        if let schedule = Schedule(campaign.frequency, on: clock) { check(schedule, campaign, clock, now) }
        if let schedule = PersonalSchedule(campaign.frequency) {
            let wall = clock.wall(at: now)
            if let next = schedule.next(afterWall: wall) {
                promise(next > wall, "the wall time after \(wall) is \(next)")
            }
        }
        if let timetable = Timetable(campaign) { check(timetable, campaign, now) }
        if let quiet = campaign.quietHours {
            let next = quiet.nextAllowed(after: now, on: clock)
            promise(next >= now && next <= now + .days(2), "after \(now) it is quiet until \(next)")
        }
    }

    private static func check(_ schedule: Schedule, _ campaign: Campaign, _ clock: WallClock, _ now: Timestamp) {
        var moment = now
        for _ in 0..<3 {
            guard let next = schedule.next(after: moment) else {
                return promise(campaign.isOneOff, "\(campaign.frequency) has no time after \(moment)")
            }
            promise(next > moment, "\(campaign.frequency): after \(moment) comes \(next)")
            // Nothing is left out: what lies between has the same next time.
            let between = Timestamp(milliseconds: moment.milliseconds + (next.milliseconds - moment.milliseconds) / 2)
            promise(
                schedule.next(after: between) == next,
                "\(campaign.frequency): after \(between) comes another than \(next)")
            if case .calendar(let rule) = campaign.frequency, clock.zone.identifier == "GMT" { check(rule, next) }
            moment = next
        }
    }

    /// In UTC nothing is moved, so the clock shows what the rule says.
    private static func check(_ rule: CalendarRule, _ moment: Timestamp) {
        let minute = Int(moment.milliseconds / 60_000 % 60)
        let hour = Int(moment.milliseconds / 3_600_000 % 24)
        guard moment.milliseconds >= 0 else { return }
        let isThere =
            moment.milliseconds % 60_000 == 0 && rule.minutes.contains(minute) && rule.hours.contains(hour)
            && rule.contains(CivilDate(daysSince1970: Int(moment.milliseconds / 86_400_000)))
        promise(isThere, "\(rule) does not have \(moment)")
    }

    private static func check(_ timetable: Timetable, _ campaign: Campaign, _ now: Timestamp) {
        let clocks: Set<WallClock> = [WallClock(named: "Pacific/Kiritimati"), WallClock(named: "America/New_York")]
        let mark = timetable.start(at: now - .days(40), clocks: clocks)
        let due = timetable.due(after: mark, now: now, clocks: clocks)
        promise(due.runs.count <= 10, "\(due.runs.count) runs at once")
        promise(due.doneUntil >= mark, "it goes back from \(mark) to \(due.doneUntil)")
        if let next = due.next { promise(next > now, "after \(now) it is due at \(next)") }
        for run in due.runs {
            // By everyone's own clock, a nominal time is what clocks show, as if in UTC.
            promise(run.nominal > mark, "\(run.nominal) was done with at \(mark)")
            promise(
                run.nominal <= now + .hours(timetable.isPersonal ? 15 : 0), "\(run.nominal) is not there yet at \(now)")
        }
        let again = timetable.due(after: due.doneUntil, now: now, clocks: clocks)
        promise(again.runs.isEmpty && again.next == due.next, "what is done is due again: \(again)")
    }
}
