import CampaignModel
import Foundation
import Testing

@testable import CampaignPlanning

@Suite struct TimetableTests {
    private func time(_ text: String) -> Timestamp { Timestamp(iso8601: text) ?? Timestamp(seconds: 0) }

    private func timetable(
        _ frequency: String, zone: String = "UTC", missed: MissedRuns = .once, isPersonal: Bool = false
    ) throws -> Timetable {
        let frequency = try FrequencyReader.read(frequency)
        return try #require(
            Timetable(
                Samples.campaign {
                    $0.frequency = frequency
                    $0.timeZone = zone
                    $0.missed = missed
                    $0.followsPeople = isPersonal
                }))
    }

    private func nominal(_ due: Timetable.Due) -> [String] {
        due.runs.map { String($0.nominal.description.prefix(16)) }
    }

    @Test func `before its time nothing is due, and it says when it is`() throws {
        let due = try timetable("daily at 09:00").due(
            after: time("2026-11-22T09:00:00Z"), now: time("2026-11-23T08:59:59Z"))
        #expect(due.runs.isEmpty && due.next == time("2026-11-23T09:00:00Z"))
        #expect(due.doneUntil == time("2026-11-22T09:00:00Z"))
    }

    @Test func `runs that were missed are made up by one`() throws {
        let due = try timetable("daily at 09:00").due(
            after: time("2026-11-20T09:00:00Z"), now: time("2026-11-23T10:30:00Z"))
        #expect(due.runs == [.init(nominal: time("2026-11-23T09:00:00Z"), missed: 2)])
        #expect(due.doneUntil == time("2026-11-23T09:00:00Z") && due.next == time("2026-11-24T09:00:00Z"))
    }

    @Test func `with skip only what is not late runs`() throws {
        let late = try timetable("daily at 09:00", missed: .skip).due(
            after: time("2026-11-20T09:00:00Z"), now: time("2026-11-23T10:30:00Z"))
        #expect(late.runs.isEmpty && late.skipped == 3 && late.doneUntil == time("2026-11-23T09:00:00Z"))
        let inTime = try timetable("daily at 09:00", missed: .skip).due(
            after: time("2026-11-20T09:00:00Z"), now: time("2026-11-23T09:30:00Z"))
        #expect(nominal(inTime) == ["2026-11-23T09:00"] && inTime.skipped == 2)
    }

    @Test func `caught up are the newest ten, each for itself`() throws {
        let due = try timetable("hourly", missed: .catchUp).due(
            after: time("2026-11-22T00:00:00Z"), now: time("2026-11-23T10:30:00Z"))
        #expect(due.runs.count == 10 && due.skipped == 24)
        #expect(nominal(due).first == "2026-11-23T01:00" && nominal(due).last == "2026-11-23T10:00")
    }

    @Test func `years of minutes are not counted one by one`() throws {
        let due = try timetable("cron * * * * *").due(after: Timestamp(seconds: 0), now: time("2026-11-23T10:30:30Z"))
        #expect(nominal(due) == ["2026-11-23T10:30"] && due.next == time("2026-11-23T10:31:00Z"))
    }

    @Test func `a mark that a wrong clock has set does not keep it waiting for years`() throws {
        let (table, wrong, now) = (
            try timetable("daily at 09:00"), time("2036-01-01T09:00:00Z"), time("2026-11-23T08:00:00Z")
        )
        let (mark, ahead) = table.mended(wrong, ahead: nil, now: now, clocks: [])
        #expect(mark == now && ahead == wrong)
        let due = table.due(after: mark, now: now)
        #expect(due.runs.isEmpty && due.next == time("2026-11-23T09:00:00Z"))
        #expect(table.mended(mark, ahead: ahead, now: now + .days(1), clocks: []) == (mark, ahead))
    }

    @Test func `a clock that was wrong for a while finds its mark again`() throws {
        let (table, right) = (try timetable("daily at 09:00"), time("2027-03-02T09:00:00Z"))
        let (mark, ahead) = table.mended(right, ahead: nil, now: Timestamp(seconds: 43_200), clocks: [])
        #expect(mark == Timestamp(seconds: 43_200) && ahead == right)
        let later = time("2027-03-02T12:00:00Z")
        let (again, nothing) = table.mended(mark, ahead: ahead, now: later, clocks: [])
        #expect(again == right && nothing == nil)
        #expect(table.due(after: again, now: later).runs.isEmpty)
    }

    @Test func `a clock that is set back an hour brings nothing again`() throws {
        let due = try timetable("daily at 09:00").due(
            after: time("2026-11-23T09:00:00Z"), now: time("2026-11-23T08:10:00Z"))
        #expect(due.runs.isEmpty && due.next == time("2026-11-24T09:00:00Z"))
    }

    @Test func `by everyone's own clock it runs when the first of them shows the time`() throws {
        let table = try timetable("daily at 09:00", zone: "Europe/Istanbul", isPersonal: true)
        let clocks: Set = [WallClock(named: "Asia/Tokyo"), WallClock(named: "America/New_York")]
        let mark = time("2026-11-22T09:00:00Z")
        let before = table.due(after: mark, now: time("2026-11-22T23:59:00Z"), clocks: clocks)
        #expect(before.runs.isEmpty && before.next == time("2026-11-23T00:00:00Z"))
        let due = table.due(after: mark, now: time("2026-11-23T00:00:00Z"), clocks: clocks)
        #expect(nominal(due) == ["2026-11-23T09:00"])
        let moment = try #require(due.runs.first).nominal
        #expect(table.moment(of: moment, on: WallClock(named: "America/New_York")) == time("2026-11-23T14:00:00Z"))
        #expect(table.moment(of: moment, on: WallClock(named: "Europe/Istanbul")) == time("2026-11-23T06:00:00Z"))
    }

    @Test func `it begins with what is still to come for everybody`() throws {
        let table = try timetable("daily at 09:00", zone: "Europe/Istanbul", isPersonal: true)
        let start = table.start(at: time("2026-11-22T12:00:00Z"), clocks: [WallClock(named: "Asia/Tokyo")])
        #expect(start == time("2026-11-22T21:00:00Z"))
    }

    @Test func `what is tied to no time of day cannot be everyone's own`() {
        #expect(Timetable(Samples.campaign { ($0.frequency, $0.followsPeople) = (.everyUpdate, true) }) == nil)
        #expect(PersonalSchedule(.interval(minutes: 30)) == nil)
    }

    @Test func `a time that clocks skip comes when they are moved, and one that they repeat comes once`() throws {
        let schedule = try #require(
            Schedule(try FrequencyReader.read("daily at 02:30"), on: WallClock(named: "Europe/Berlin")))
        #expect(schedule.next(after: time("2027-03-27T02:00:00Z")) == time("2027-03-28T01:00:00Z"))
        #expect(schedule.next(after: time("2027-03-28T01:00:00Z")) == time("2027-03-29T00:30:00Z"))
        #expect(schedule.next(after: time("2026-10-24T12:00:00Z")) == time("2026-10-25T00:30:00Z"))
        #expect(schedule.next(after: time("2026-10-25T00:30:00Z")) == time("2026-10-26T01:30:00Z"))
    }
}
