package import CampaignModel
import Foundation

/// When one campaign runs, and which of its runs are due.
package struct Timetable: Sendable, Hashable {
    /// A run that is due.
    package struct DueRun: Sendable, Hashable {
        /// Which one: unique in its campaign. With clocks of their own it is the wall time that they show, as if in UTC.
        package var nominal: Timestamp
        /// How many more were missed before it and are made up by it.
        package var missed = 0
    }

    /// What is to be done now about a campaign's runs, and when to ask again.
    package struct Due: Sendable, Hashable {
        /// In their order.
        package var runs: [DueRun] = []
        /// So many were missed and are not made up for.
        package var skipped = 0
        /// What was nominally up to here is done with when these runs are.
        package var doneUntil: Timestamp
        /// When the next one is due; nil when none is in sight.
        package var next: Timestamp?
    }

    private enum Line: Sendable, Hashable {
        case shared(Schedule)
        case personal(PersonalSchedule)
    }

    private let line: Line
    /// It is done with its first run, and was not before.
    private let isOnce: Bool
    private let missed: MissedRuns
    private let clock: WallClock

    /// - Returns: nil for a campaign that runs with every update.
    package init?(_ campaign: Campaign) {
        clock = WallClock(named: campaign.timeZone)
        if campaign.followsPeople, let schedule = PersonalSchedule(campaign.frequency) {
            line = .personal(schedule)
        } else if let schedule = Schedule(campaign.frequency, on: clock) {
            line = .shared(schedule)
        } else {
            return nil
        }
        missed = campaign.missed
        isOnce = campaign.isOneOff
        description =
            "\(campaign.frequency) by \(campaign.followsPeople ? "their own time or " : "")\(campaign.timeZone)"
    }

    /// By what runs are counted: the same for the same times.
    package let description: String

    /// Whether each person's own clock counts.
    package var isPersonal: Bool { if case .personal = line { true } else { false } }

    /// Where a campaign begins that has never run: nothing before is due.
    ///
    /// - Parameters:
    ///   - now: The time.
    ///   - clocks: Of the people, where their own count.
    /// - Returns: What was nominally up to there is done with.
    package func start(at now: Timestamp, clocks: Set<WallClock>) -> Timestamp {
        if isOnce { return Timestamp(seconds: 0) }
        guard isPersonal else { return now }
        let walls = clocks.union([clock]).map { $0.wall(at: now) }
        return Timestamp(seconds: Int64(walls.max() ?? 0))
    }

    // Lateness from which a run counts as missed. `tellal run` from cron may come once an hour.
    private static let missedAfter = Duration.hours(1)
    private static let mostCaughtUp = 10
    // More are not counted one by one.
    private static let mostCounted = 20_000
    // Further ahead than any time zone is, a mark was set by a clock that was wrong.
    private static let furthestAhead = Duration.hours(36)

    /// A mark that a wrong clock has set would keep a campaign waiting for years. It is taken back to the present, and taken
    /// up again when the clock comes near it after all: then the present was wrong.
    ///
    /// - Parameters:
    ///   - mark: What was nominally up to here is done with.
    ///   - ahead: Where it was before it was taken back.
    ///   - now: The time.
    ///   - clocks: Of the people, where their own count.
    /// - Returns: Both as they are now.
    package func mended(
        _ mark: Timestamp, ahead: Timestamp?, now: Timestamp, clocks: Set<WallClock>
    ) -> (mark: Timestamp, ahead: Timestamp?) {
        if let ahead, ahead - now <= Self.furthestAhead { return (max(mark, ahead), nil) }
        guard mark - now > Self.furthestAhead, !isOnce else { return (mark, ahead) }
        return (start(at: now, clocks: clocks), max(mark, ahead ?? mark))
    }

    /// What is due.
    ///
    /// - Parameters:
    ///   - mark: What was nominally up to here is done with.
    ///   - now: The time.
    ///   - clocks: Of the people, where their own count.
    /// - Returns: The runs that are due, and when the next one is.
    package func due(after mark: Timestamp, now: Timestamp, clocks: Set<WallClock> = []) -> Due {
        let clocks = clocks.union([clock])
        var due = Due(doneUntil: mark)
        var nominal: [Timestamp] = []
        var late: [Timestamp] = []
        var counted = 0
        while let (name, moment, last) = next(after: due.doneUntil, clocks) {
            guard moment <= now else {
                due.next = moment
                break
            }
            counted += 1
            due.doneUntil = name
            if missed == .skip, now - last > Self.missedAfter { late.append(name) } else { nominal.append(name) }
            if nominal.count > Self.mostCaughtUp * 2 { nominal.removeFirst(Self.mostCaughtUp) }
            if counted == Self.mostCounted {
                due.doneUntil = max(due.doneUntil, now - .days(3))
                nominal = []
            }
        }
        switch missed {
        case .skip, .once:
            if let last = nominal.last { due.runs = [DueRun(nominal: last, missed: counted - late.count - 1)] }
            due.skipped = late.count
        case .catchUp:
            due.runs = nominal.suffix(Self.mostCaughtUp).map { DueRun(nominal: $0) }
            due.skipped = counted - due.runs.count
        }
        return due
    }

    /// The moment at which a run comes to somebody with a clock of their own.
    package func moment(of nominal: Timestamp, on clock: WallClock) -> Timestamp {
        switch line {
        case .shared: nominal
        case .personal: clock.moment(showing: Int(nominal.milliseconds / 1000))
        }
    }

    /// With the moments at which the first and the last of the clocks show it.
    private func next(
        after mark: Timestamp, _ clocks: Set<WallClock>
    ) -> (nominal: Timestamp, first: Timestamp, last: Timestamp)? {
        switch line {
        case .shared(let schedule): return schedule.next(after: mark).map { ($0, $0, $0) }
        case .personal(let schedule):
            guard let wall = schedule.next(afterWall: Int(mark.milliseconds / 1000)) else { return nil }
            let moments = clocks.map { $0.moment(showing: wall) }
            guard let first = moments.min(), let last = moments.max() else { return nil }
            return (Timestamp(seconds: Int64(wall)), first, last)
        }
    }
}
