import CampaignModel
import Foundation
import Testing

@Suite struct FeedRhythmTests {
    private func moment(_ text: String) throws -> Timestamp { try #require(Timestamp(iso8601: text)) }

    @Test(arguments: [
        ("1970-01-01T00:00:00Z", Weekday.thursday, 0), ("2026-11-22T23:59:59Z", .sunday, 23),
        ("2026-11-23T00:00:00Z", .monday, 0), ("1969-12-31T23:00:00Z", .wednesday, 23),
        ("0001-01-01T00:00:00Z", .monday, 0),
    ])
    func `a moment has its day and hour in GMT`(text: String, day: Weekday, hour: Int) throws {
        #expect(try moment(text).weekdayInGMT == day)
        #expect(try moment(text).hourInGMT == hour)
    }

    @Test(arguments: [
        ("2026-11-22T10:30:00Z", "2026-11-22T10:30:00Z"), ("2026-11-22T02:30:00Z", "2026-11-22T04:00:00Z"),
        ("2026-11-22T23:30:00Z", "2026-11-23T00:00:00Z"), ("2026-11-24T12:00:00Z", "2026-11-25T00:00:00Z"),
        ("2026-11-23T23:10:00Z", "2026-11-25T00:00:00Z"),
    ])
    func `the first allowed moment is itself or the beginning of an hour`(from: String, to: String) throws {
        let rhythm = FeedRhythm(skipHours: [2, 3, 23], skipDays: [.tuesday])
        #expect(rhythm.firstAllowed(from: try moment(from)) == (try moment(to)))
    }

    @Test func `one hour of one day is found however little is allowed`() throws {
        let rhythm = FeedRhythm(skipHours: Array(1...23), skipDays: Weekday.allCases.filter { $0 != .monday })
        #expect(rhythm.firstAllowed(from: try moment("2026-11-23T01:00:00Z")) == (try moment("2026-11-30T00:00:00Z")))
    }

    @Test func `a rhythm is stored and read back`() throws {
        for rhythm in [
            FeedRhythm(minimumInterval: .minutes(90), skipHours: [3, 1], skipDays: [.sunday]), FeedRhythm(),
        ] {
            #expect(try JSONDecoder().decode(FeedRhythm.self, from: JSONEncoder().encode(rhythm)) == rhythm)
        }
    }
}
