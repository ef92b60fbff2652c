import CampaignModel
import CampaignPlanning
import Testing

@Suite struct PollTimesTests {
    private static let now = Timestamp(seconds: 1_795_338_000)

    @Test func `a restart changes nothing of what was planned`() {
        let times = PollTimes(lastPollAt: Self.now - .minutes(1), nextPollAt: Self.now + .hours(5))
        #expect(times.mended(at: Self.now) == times)
        let first = PollTimes(lastPollAt: nil, nextPollAt: Self.now)
        #expect(first.mended(at: Self.now) == first)
    }

    @Test func `with a clock that was set back the planned wait begins now`() {
        let times = PollTimes(lastPollAt: Self.now + .days(365), nextPollAt: Self.now + .days(365) + .minutes(10))
        let mended = times.mended(at: Self.now)
        #expect(mended == PollTimes(lastPollAt: Self.now, nextPollAt: Self.now + .minutes(10)))
        #expect(mended.mended(at: Self.now + .minutes(10)) == mended)
    }

    @Test func `a plan before the last poll is due at once`() {
        let times = PollTimes(lastPollAt: Self.now + .hours(2), nextPollAt: Self.now + .hours(1))
        #expect(times.mended(at: Self.now).nextPollAt == Self.now)
    }
}
