/// How often a feed asks to be polled: RSS's `ttl`, `skipHours` and `skipDays`, and the syndication module's period and
/// frequency.
package struct FeedRhythm: Sendable, Hashable {
    /// Least time between two polls, from a minute to a year.
    package var minimumInterval: Duration?
    /// Hours of the day without polls, in GMT, 0…23; ascending, never all.
    package var skipHours: [Int]
    /// Days of the week without polls, in GMT; Monday first, never all.
    package var skipDays: [Weekday]

    /// Drops invalid values: intervals and hours out of range, and hours or days that leave no time for a poll.
    package init(minimumInterval: Duration? = nil, skipHours: [Int] = [], skipDays: [Weekday] = []) {
        self.minimumInterval = minimumInterval.flatMap { Self.sensible.contains($0) ? $0 : nil }
        let hours = Set(skipHours.filter { (0...23).contains($0) })
        self.skipHours = hours.count < 24 ? hours.sorted() : []
        let days = Set(skipDays)
        self.skipDays = days.count < 7 ? Weekday.allCases.filter(days.contains) : []
    }

    private static let sensible = Duration.minutes(1)...Duration.days(365)

    package var isEmpty: Bool { minimumInterval == nil && skipHours.isEmpty && skipDays.isEmpty }

    /// Whether the feed asks for no poll at that moment.
    package func skips(_ moment: Timestamp) -> Bool {
        skipHours.contains(moment.hourInGMT) || skipDays.contains(moment.weekdayInGMT)
    }

    /// The first allowed moment from `moment` on: `moment` itself, or the beginning of an hour.
    package func firstAllowed(from moment: Timestamp) -> Timestamp {
        guard !isEmpty else { return moment }
        var allowed = moment
        // A week has every pair of hour and day, of which at least one is allowed.
        for _ in 0...(7 * 24) where skips(allowed) { allowed = allowed.nextHour }
        return allowed
    }
}

/// A day of the week; the raw value is its name in feeds and output.
package enum Weekday: String, Sendable, Hashable, Codable, CaseIterable {
    case monday, tuesday, wednesday, thursday, friday, saturday, sunday
}

extension FeedRhythm: Codable {
    private enum CodingKeys: String, CodingKey {
        case minimumSeconds = "minimum_seconds"
        case skipDays = "skip_days"
        case skipHours = "skip_hours"
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            minimumInterval: try container.decodeIfPresent(Int64.self, forKey: .minimumSeconds).map { .seconds($0) },
            skipHours: try container.decodeIfPresent([Int].self, forKey: .skipHours) ?? [],
            skipDays: try container.decodeIfPresent([Weekday].self, forKey: .skipDays) ?? [])
    }

    /// Encodes only the stated values.
    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encodeIfPresent(minimumInterval?.components.seconds, forKey: .minimumSeconds)
        if !skipDays.isEmpty { try container.encode(skipDays, forKey: .skipDays) }
        if !skipHours.isEmpty { try container.encode(skipHours, forKey: .skipHours) }
    }
}

extension Timestamp {
    private static let hour = Int64(3_600_000)
    private static let day = 24 * hour

    /// Hour of the day in GMT, 0…23.
    package var hourInGMT: Int { Int(Self.remainder(milliseconds, Self.day) / Self.hour) }

    package var weekdayInGMT: Weekday {
        let days = (milliseconds - Self.remainder(milliseconds, Self.day)) / Self.day
        // 1970 began on a Thursday.
        return Weekday.allCases[Int(Self.remainder(days + 3, 7))]
    }

    fileprivate var nextHour: Timestamp {
        Timestamp(milliseconds: milliseconds &+ Self.hour &- Self.remainder(milliseconds, Self.hour))
    }

    private static func remainder(_ dividend: Int64, _ divisor: Int64) -> Int64 {
        let rest = dividend % divisor
        return rest < 0 ? rest + divisor : rest
    }
}
