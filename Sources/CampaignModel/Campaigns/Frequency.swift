/// When a campaign runs.
package enum Frequency: Sendable, Hashable, Codable {
    /// As soon as a poll finds something for it.
    case everyUpdate
    /// At each multiple of so many minutes since 1970 in UTC.
    case interval(minutes: Int)
    case calendar(CalendarRule)
    /// One time only; by everyone's own clock it is what their clocks show, as if that were in UTC.
    case once(Timestamp)
}

extension Frequency: CustomStringConvertible {
    /// The same for the same times, in every version of the program.
    package var description: String {
        switch self {
        case .everyUpdate: "every update"
        case .interval(let minutes): "every \(minutes)m"
        case .calendar(let rule): "calendar \(rule.description)"
        case .once(let moment): "once \(moment.milliseconds)"
        }
    }
}

/// The minutes at which something happens, by what a clock on the wall and a calendar show: the five fields of crontab(5),
/// and the last day of a month.
package struct CalendarRule: Sendable, Hashable, Codable {
    /// A set of small numbers, one bit each.
    package struct Numbers: Sendable, Hashable, Codable {
        package var bits: UInt64

        package init(bits: UInt64 = 0) { self.bits = bits }

        package init(_ numbers: some Sequence<Int>) { self.init(bits: numbers.reduce(0) { $0 | 1 << UInt64($1) }) }

        /// Whether a number, from 0 on, is one of them; those above 63 never are.
        package func contains(_ number: Int) -> Bool { bits & (1 << UInt64(number)) != 0 }

        /// The smallest that is no smaller than this one.
        package func first(from number: Int) -> Int? {
            let rest = number < 64 ? bits >> UInt64(number) : 0
            return rest == 0 ? nil : number + rest.trailingZeroBitCount
        }

        /// The smallest first.
        package var all: [Int] { (0..<64).filter { contains($0) } }
    }

    package var minutes: Numbers
    /// From 0 to 23.
    package var hours: Numbers
    /// Of the month, from 1.
    package var days: Numbers
    /// The last one of each month, beside those of `days`.
    package var onLastDay: Bool
    /// From 1 for January.
    package var months: Numbers
    /// From 0 for Sunday to 6.
    package var weekdays: Numbers
    /// A day of the month or a weekday is enough, as where cron is given both; otherwise both must be right.
    package var eitherDay: Bool
    /// It is tied to no hour or minute (`*` in cron), so it follows the clock when that is moved: what is skipped does not
    /// happen, what is repeated happens again. What has a time of day happens once a day in any case.
    package var followsClock: Bool

    package init(
        minutes: Numbers, hours: Numbers, days: Numbers = Numbers(1...31), onLastDay: Bool = false,
        months: Numbers = Numbers(1...12), weekdays: Numbers = Numbers(0...6), eitherDay: Bool = false,
        followsClock: Bool = false
    ) {
        self.minutes = minutes
        self.hours = hours
        self.days = days
        self.onLastDay = onLastDay
        self.months = months
        self.weekdays = weekdays
        self.eitherDay = eitherDay
        self.followsClock = followsClock
    }

    fileprivate var description: String {
        let fields = [minutes, hours, days, months, weekdays].map { String($0.bits, radix: 16) }
        let more = [onLastDay ? "last" : nil, eitherDay ? "either" : nil, followsClock ? "clock" : nil]
        return (fields + more.compactMap(\.self)).joined(separator: " ")
    }

    /// Whether it happens on that day at all; the time of day is not looked at.
    package func contains(_ date: CivilDate) -> Bool {
        guard months.contains(date.month) else { return false }
        let isDay =
            days.contains(date.day)
            || (onLastDay && date.day == CivilDate.days(inMonth: date.month, of: date.year))
        let isWeekday = weekdays.contains(date.weekday)
        return eitherDay ? isDay || isWeekday : isDay && isWeekday
    }
}

/// What becomes of a run whose time passed while nothing ran.
package enum MissedRuns: String, Sendable, Hashable, Codable, CaseIterable {
    /// One run for all that were missed, as soon as possible.
    case once
    /// None: the next one is at its own time.
    case skip
    /// One for each, the newest ten at most.
    case catchUp = "catch up"
}
