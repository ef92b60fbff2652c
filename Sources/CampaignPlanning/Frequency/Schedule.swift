package import CampaignModel
import Foundation

/// When a campaign with a frequency runs: a line of nominal times, each of them there once.
///
/// Clocks that are moved are treated as cron(8) does: a time of day that is skipped counts when the clocks are moved over
/// it, one that is repeated counts the first time. What is tied to no time of day follows the clock.
package struct Schedule: Sendable, Hashable {
    private enum Line: Hashable {
        case interval(minutes: Int)
        case calendar(CalendarRule)
        case once(Timestamp)
    }

    private let line: Line
    private let clock: WallClock

    /// - Returns: nil for what has no times of its own: every update.
    package init?(_ frequency: Frequency, on clock: WallClock) {
        switch frequency {
        case .everyUpdate: return nil
        case .interval(let minutes): line = .interval(minutes: max(1, minutes))
        case .calendar(let rule): line = .calendar(rule)
        case .once(let moment): line = .once(moment)
        }
        self.clock = clock
    }

    /// The first nominal time later than a moment; nil when there is none in the next eight years, which is as long as
    /// the calendar can keep something waiting.
    package func next(after moment: Timestamp) -> Timestamp? {
        switch line {
        case .interval(let minutes):
            let length = Int64(minutes) * 60_000
            let (quotient, rest) = moment.milliseconds.quotientAndRemainder(dividingBy: length)
            return Timestamp(milliseconds: (quotient + (rest < 0 ? 0 : 1)) * length)
        case .calendar(let rule): return next(after: moment, rule)
        case .once(let time): return time > moment ? time : nil
        }
    }

    private func next(after moment: Timestamp, _ rule: CalendarRule) -> Timestamp? {
        let wall = clock.wall(at: moment)
        // What belongs to the day before may come later: when clocks are moved at midnight.
        for day in CalendarRule.daysInSight(from: WallClock.day(of: wall) - 1)
        where rule.contains(CivilDate(daysSince1970: day)) {
            if let found = next(after: moment, on: day, rule) { return found }
        }
        return nil
    }

    private func next(after moment: Timestamp, on day: Int, _ rule: CalendarRule) -> Timestamp? {
        if let offset = clock.steadyOffset(from: day * 86_400, to: (day + 1) * 86_400) {
            return rule.wall(after: clock.wall(at: moment), on: day).map { Timestamp(seconds: Int64($0 - offset)) }
        }
        let walls = rule.walls(on: day)
        return rule.followsClock
            ? walls.flatMap { clock.moments(showing: $0) }.filter { $0 > moment }.min()
            : walls.lazy.map { clock.moment(showing: $0) }.first { $0 > moment }
    }
}

/// The same for people who each have a clock of their own: nominal times are what the clocks show.
package struct PersonalSchedule: Sendable, Hashable {
    private enum Line: Hashable {
        case calendar(CalendarRule)
        case once(wall: Int)
    }

    private let line: Line

    /// - Returns: nil for what is tied to no time of day.
    package init?(_ frequency: Frequency) {
        switch frequency {
        case .calendar(let rule) where !rule.followsClock: line = .calendar(rule)
        case .once(let moment): line = .once(wall: Int(moment.milliseconds / 1000))
        case .everyUpdate, .interval, .calendar: return nil
        }
    }

    /// The first wall time (see ``WallClock``) after one.
    package func next(afterWall wall: Int) -> Int? {
        guard case .calendar(let rule) = line else {
            guard case .once(let time) = line, time > wall else { return nil }
            return time
        }
        for day in CalendarRule.daysInSight(from: WallClock.day(of: wall))
        where rule.contains(CivilDate(daysSince1970: day)) {
            if let found = rule.wall(after: wall, on: day) { return found }
        }
        return nil
    }
}

extension CalendarRule {
    /// As many days as the calendar can keep something waiting: from one 29 February to the next but one.
    fileprivate static func daysInSight(from day: Int) -> ClosedRange<Int> { day...(day + 8 * 366 + 2) }

    /// The first wall time of a day that is later than one.
    fileprivate func wall(after wall: Int, on day: Int) -> Int? {
        let start = day * 86_400
        let next = max(0, Int((Double(wall - start) / 60).rounded(.down)) + 1)
        var (hour, minute) = (next / 60, minutes.first(from: next % 60))
        if minute == nil || !hours.contains(hour) {
            guard let later = hours.first(from: hour + 1) else { return nil }
            (hour, minute) = (later, minutes.first(from: 0))
        }
        return minute.map { start + hour * 3600 + $0 * 60 }
    }

    /// The wall times of a day, the earliest first.
    fileprivate func walls(on day: Int) -> [Int] {
        hours.all.flatMap { hour in minutes.all.map { day * 86_400 + hour * 3600 + $0 * 60 } }
    }

    /// Whether there is any time at all that it names.
    package var everHappens: Bool {
        guard minutes.bits != 0, hours.bits != 0 else { return false }
        // The calendar repeats itself after 400 years, and days of February after eight.
        return (0..<(8 * 366)).contains { contains(CivilDate(daysSince1970: $0)) }
    }
}
