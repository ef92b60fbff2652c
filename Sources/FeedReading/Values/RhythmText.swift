import CampaignModel

/// What a document says of its own rhythm. Whatever makes no sense counts as not stated.
enum RhythmText {
    static func rhythm(_ record: ItemRecord) -> FeedRhythm? {
        let rhythm = FeedRhythm(
            minimumInterval: [timeToLive(record), period(record)].compactMap(\.self).max(),
            skipHours: record.all(.skipHour).compactMap { hour(record.line(of: $0)) },
            skipDays: record.all(.skipDay).compactMap { Weekday(rawValue: record.line(of: $0).asciiLowercased) })
        return rhythm.isEmpty ? nil : rhythm
    }

    /// RSS 2.0: minutes for which the channel may be kept before it is looked at again.
    private static func timeToLive(_ record: ItemRecord) -> Duration? {
        record.line(.timeToLive).flatMap(count).map { .minutes($0) }
    }

    /// RSS 1.0's syndication module: so many updates in a period, one if it does not say how many.
    private static func period(_ record: ItemRecord) -> Duration? {
        guard let seconds = record.line(.updatePeriod).flatMap({ periods[$0.asciiLowercased] }) else { return nil }
        return .seconds(seconds / (record.line(.updateFrequency).flatMap(count) ?? 1))
    }

    private static let periods = [
        "hourly": 3600, "daily": 86_400, "weekly": 7 * 86_400, "monthly": 30 * 86_400, "yearly": 365 * 86_400,
    ]

    /// RSS 0.91 counted hours from 1 to 24, RSS 2.0 counts them from 0 to 23.
    private static func hour(_ text: String) -> Int? {
        count(text, from: 0).map { $0 == 24 ? 0 : $0 }
    }

    /// A number of at most seven digits and nothing else.
    private static func count(_ text: String, from least: Int) -> Int? {
        guard text.utf8.count <= 7, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let number = Int(text),
            number >= least
        else { return nil }
        return number
    }

    private static func count(_ text: String) -> Int? { count(text, from: 1) }
}
