import CampaignModel
import CampaignPlanning
import Testing

@Suite struct ChangeRateTests {
    private static let start = Timestamp(seconds: 1_795_338_000)

    @Test func `one change tells no gap`() {
        var rate = ChangeRate()
        rate.note(Self.start)
        #expect(rate == ChangeRate(usualGap: nil, lastChangeAt: Self.start))
    }

    @Test func `the second change tells the gap`() {
        let rate = ChangeRate(changes: [Self.start + .hours(2), Self.start])
        #expect(rate == ChangeRate(usualGap: .hours(2), lastChangeAt: Self.start + .hours(2)))
    }

    @Test(arguments: [(8, 5), (2, 3.5), (16, 7), (48, 7), (4800, 7)])
    func `a gap moves the usual one by a quarter, a long pause like a gap four times as long`(gap: Int, usual: Double) {
        var rate = ChangeRate(usualGap: .hours(4), lastChangeAt: Self.start)
        rate.note(Self.start + .hours(gap))
        #expect(rate.usualGap == .seconds(usual * 3600))
    }

    @Test func `a new rate is learned in some changes`() {
        var rate = ChangeRate(usualGap: .days(7), lastChangeAt: Self.start)
        for hour in 1...24 { rate.note(Self.start + .hours(hour)) }
        #expect((rate.usualGap ?? .zero) < .hours(2))
    }

    @Test func `changes of one moment or before the last tell no gap`() {
        var rate = ChangeRate(usualGap: .hours(4), lastChangeAt: Self.start)
        rate.note(Self.start)
        rate.note(Self.start - .days(3))
        #expect(rate == ChangeRate(usualGap: .hours(4), lastChangeAt: Self.start - .days(3)))
    }

    @Test func `silence counts from the last change and is never negative`() {
        let rate = ChangeRate(lastChangeAt: Self.start)
        #expect(rate.silence(at: Self.start + .hours(3)) == .hours(3))
        #expect(rate.silence(at: Self.start - .hours(3)) == .zero)
        #expect(ChangeRate().silence(at: Self.start) == .zero)
    }
}
