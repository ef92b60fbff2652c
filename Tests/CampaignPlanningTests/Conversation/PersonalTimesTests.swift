import CampaignModel
import CampaignPlanning
import Testing

@Suite struct PersonalTimesTests {
    // A Sunday.
    private static let noon = Timestamp(year: 2026, month: 11, day: 22, hour: 12) ?? Timestamp(seconds: 0)

    private func next(
        _ change: (inout Subscriber.Preferences) -> Void, campaign quiet: QuietHours? = nil, zone: String = "UTC",
        planned: Timestamp? = nil, now: Timestamp = noon
    ) -> PersonalTimes.Answer {
        var preferences = Subscriber.Preferences()
        change(&preferences)
        let campaign = Samples.campaign { ($0.quietHours, $0.timeZone) = (quiet, zone) }
        return PersonalTimes.next(preferences, plannedAt: planned, campaign: campaign, now: now)
    }

    private func time(_ day: Int, _ hour: Int) -> Timestamp {
        Timestamp(year: 2026, month: 11, day: day, hour: hour) ?? Timestamp(seconds: 0)
    }

    @Test func `who chose nothing gets it now`() { #expect(next { _ in } == .now) }

    @Test func `once a day is nine in the morning, where the person is`() {
        #expect(next { $0.frequency = .daily } == .collected(until: time(23, 9)))
        #expect(
            next { ($0.frequency, $0.timeZone) = (.daily, "Europe/Istanbul") } == .collected(until: time(23, 6)))
        #expect(next({ $0.frequency = .daily }, zone: "Europe/Istanbul") == .collected(until: time(23, 6)))
    }

    @Test func `once a week is Monday`() {
        #expect(next { $0.frequency = .weekly } == .collected(until: time(23, 9)))
        #expect(
            next({ $0.frequency = .weekly }, planned: time(23, 10), now: time(24, 0)) == .collected(until: time(30, 9)))
    }

    @Test func `what was collected goes when its time has come`() {
        #expect(next({ $0.frequency = .daily }, planned: time(21, 12), now: time(22, 9)) == .now)
    }

    @Test func `quiet hours of both hold`() {
        let own: (inout Subscriber.Preferences) -> Void = { $0.quietHours = QuietHours(from: 11 * 60, to: 14 * 60) }
        #expect(next(own) == .later(time(22, 14)))
        #expect(next(own, campaign: QuietHours(from: 14 * 60, to: 15 * 60)) == .later(time(22, 15)))
    }

    @Test func `a pause ends by itself`() {
        #expect(next { $0.pausedUntil = time(23, 0) } == .never)
        #expect(next { $0.pausedUntil = time(22, 12) } == .now)
    }
}
