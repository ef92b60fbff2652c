/// When a campaign runs.
package enum Frequency: Sendable, Hashable, Codable {
    /// As soon as a poll finds changes.
    case everyUpdate
    /// At each multiple of that many minutes since 1970 in UTC.
    case interval(minutes: Int)
    case calendar(CalendarRule)
    /// Once. If the campaign follows each person's time zone, the time on their clocks, stored as if it were UTC.
    case once(Timestamp)
}

extension Frequency: CustomStringConvertible {
    /// A text that is equal for equal times, in every version of the program, since it is stored.
    package var description: String {
        switch self {
        case .everyUpdate: "every update"
        case .interval(let minutes): "every \(minutes)m"
        case .calendar(let rule): "calendar \(rule.description)"
        case .once(let moment): "once \(moment.milliseconds)"
        }
    }
}

/// A recurring time by wall clock and calendar: the five fields of crontab(5), and the last day of a month.
package struct CalendarRule: Sendable, Hashable, Codable {
    /// A set of numbers from 0 to 63, one bit each.
    package struct Numbers: Sendable, Hashable, Codable {
        package var bits: UInt64

        package init(bits: UInt64 = 0) { self.bits = bits }

        package init(_ numbers: some Sequence<Int>) { self.init(bits: numbers.reduce(0) { $0 | 1 << UInt64($1) }) }

        /// Whether a number, from 0 on, is in the set; numbers above 63 never are.
        package func contains(_ number: Int) -> Bool { bits & (1 << UInt64(number)) != 0 }

        /// The smallest number of the set that is at least `number`.
        package func first(from number: Int) -> Int? {
            let rest = number < 64 ? bits >> UInt64(number) : 0
            return rest == 0 ? nil : number + rest.trailingZeroBitCount
        }

        /// All numbers, ascending.
        package var all: [Int] { (0..<64).filter { contains($0) } }
    }

    package var minutes: Numbers
    /// Hours, 0 to 23.
    package var hours: Numbers
    /// Days of the month, from 1.
    package var days: Numbers
    /// Whether the last day of each month is included, beside `days`.
    package var onLastDay: Bool
    /// Months, from 1 for January.
    package var months: Numbers
    /// Weekdays, from 0 for Sunday to 6.
    package var weekdays: Numbers
    /// Whether a matching day of the month or a matching weekday is enough, as in cron when both are given; otherwise
    /// both must match.
    package var eitherDay: Bool
    /// Whether the rule has no fixed hour or minute (`*` in cron). Such a rule follows the clock when daylight saving
    /// changes it: skipped times do not happen, repeated ones happen twice. A rule with a time of day happens once a
    /// day in any case.
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

    /// Whether the rule matches that day, whatever the time of day.
    package func contains(_ date: CivilDate) -> Bool {
        guard months.contains(date.month) else { return false }
        let isDay =
            days.contains(date.day)
            || (onLastDay && date.day == CivilDate.days(inMonth: date.month, of: date.year))
        let isWeekday = weekdays.contains(date.weekday)
        return eitherDay ? isDay || isWeekday : isDay && isWeekday
    }
}

/// What happens to runs whose time passed while tellal did not run.
package enum MissedRuns: String, Sendable, Hashable, Codable, CaseIterable {
    /// One run for all that were missed, as soon as possible.
    case once
    /// No run for missed ones; the next run is at its own time.
    case skip
    /// One run for each missed one, the newest ten at most.
    case catchUp = "catch up"
}
