import CampaignModel
import Foundation
import Testing

@testable import CampaignPlanning

@Suite struct FrequencyReaderTests {
    // A Sunday.
    private static let start = Timestamp(year: 2026, month: 11, day: 22, hour: 12) ?? Timestamp(seconds: 0)

    private func times(_ text: String, _ count: Int = 3) throws -> [String] {
        let schedule = try #require(Schedule(try FrequencyReader.read(text), on: WallClock(named: "UTC")))
        var times: [String] = []
        var last = Self.start
        while times.count < count, let next = schedule.next(after: last) {
            times.append(String(next.description.dropLast(4)))
            last = next
        }
        return times
    }

    @Test(arguments: [
        ("every 30m", ["2026-11-22T12:30", "2026-11-22T13:00"]),
        ("every 6h", ["2026-11-22T18:00", "2026-11-23T00:00"]),
        ("hourly", ["2026-11-22T13:00", "2026-11-22T14:00"]),
        ("daily at 09:00", ["2026-11-23T09:00", "2026-11-24T09:00"]),
        ("Daily At 9:05", ["2026-11-23T09:05", "2026-11-24T09:05"]),
        ("weekly on monday at 09:00", ["2026-11-23T09:00", "2026-11-30T09:00"]),
        ("weekly on mon, thursday and sat at 18:30", ["2026-11-23T18:30", "2026-11-26T18:30", "2026-11-28T18:30"]),
        ("monthly on 1 at 09:00", ["2026-12-01T09:00", "2027-01-01T09:00"]),
        ("monthly on 31 at 09:00", ["2026-12-31T09:00", "2027-01-31T09:00", "2027-03-31T09:00"]),
        ("monthly on last at 09:00", ["2026-11-30T09:00", "2026-12-31T09:00", "2027-01-31T09:00", "2027-02-28T09:00"]),
        ("monthly on 15, last at 09:00", ["2026-11-30T09:00", "2026-12-15T09:00", "2026-12-31T09:00"]),
        ("cron 0 9 * * 1-5", ["2026-11-23T09:00", "2026-11-24T09:00"]),
        ("cron 0,30 9-10 * * *", ["2026-11-23T09:00", "2026-11-23T09:30", "2026-11-23T10:00", "2026-11-23T10:30"]),
        ("cron */20 * * * *", ["2026-11-22T12:20", "2026-11-22T12:40", "2026-11-22T13:00"]),
        ("cron 5/20 13 * * *", ["2026-11-22T13:05", "2026-11-22T13:25", "2026-11-22T13:45", "2026-11-23T13:05"]),
        ("cron 0 9 13 * fri", ["2026-11-27T09:00", "2026-12-04T09:00", "2026-12-11T09:00", "2026-12-13T09:00"]),
        ("cron 0 9 * jan,JUL 7", ["2027-01-03T09:00", "2027-01-10T09:00"]),
        ("cron 0 0 29 2 *", ["2028-02-29T00:00", "2032-02-29T00:00"]),
    ])
    func `a frequency names its times`(text: String, expected: [String]) throws {
        #expect(try times(text, expected.count) == expected)
    }

    @Test(arguments: [
        ("sometimes", "is not a frequency"), ("every", "is not a frequency"), ("every 90s", "is not a frequency"),
        ("every 8d", "is longer than a week"), ("daily", "has no time of day"), ("daily at 25:00", "that exists"),
        ("weekly at 09:00", "has no weekday"), ("weekly on mnday at 09:00", "has an unknown weekday “mnday”"),
        ("monthly on 32 at 09:00", "has an unknown day of the month “32”"), ("monthly at 09:00", "has no day"),
        ("cron 0 9 * *", "has 4 fields"), ("cron 60 9 * * *", "has a minute “60”"),
        ("cron 0 9 31 2 *", "never happens"), ("cron 0 9 30 feb *", "never happens"), ("cron 0 9 5-1 * *", "has a day"),
        ("cron 0 9 * * mo", "has a weekday “mo”"), ("cron 0 9 */0 * *", "has a day"), ("cron 0 9 1,, * *", "has a day"),
        ("cron +1 9 * * *", "has a minute"), ("cron 0 9 * * @daily", "has a weekday"),
    ])
    func `what is none says what is wrong`(text: String, problem: String) {
        #expect {
            try FrequencyReader.read(text)
        } throws: { error in
            (error as? FrequencyReader.Flaw)?.message.contains(problem) ?? false
        }
    }
}
