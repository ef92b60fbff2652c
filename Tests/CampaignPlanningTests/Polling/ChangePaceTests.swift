import CampaignModel
import CampaignPlanning
import Testing

@Suite struct ChangePaceTests {
    private static let start = Timestamp(seconds: 1_795_338_000)

    @Test func `one change tells no gap`() {
        var pace = ChangePace()
        pace.note(Self.start)
        #expect(pace == ChangePace(usualGap: nil, lastChangeAt: Self.start))
    }

    @Test func `the second change tells the gap`() {
        let pace = ChangePace(changes: [Self.start + .hours(2), Self.start])
        #expect(pace == ChangePace(usualGap: .hours(2), lastChangeAt: Self.start + .hours(2)))
    }

    @Test(arguments: [(8, 5), (2, 3.5), (16, 7), (48, 7), (4800, 7)])
    func `a gap moves the usual one by a quarter, a long pause like a gap four times as long`(gap: Int, usual: Double) {
        var pace = ChangePace(usualGap: .hours(4), lastChangeAt: Self.start)
        pace.note(Self.start + .hours(gap))
        #expect(pace.usualGap == .seconds(usual * 3600))
    }

    @Test func `a new pace is learned in some changes`() {
        var pace = ChangePace(usualGap: .days(7), lastChangeAt: Self.start)
        for hour in 1...24 { pace.note(Self.start + .hours(hour)) }
        #expect((pace.usualGap ?? .zero) < .hours(2))
    }

    @Test func `changes of one moment or before the last tell no gap`() {
        var pace = ChangePace(usualGap: .hours(4), lastChangeAt: Self.start)
        pace.note(Self.start)
        pace.note(Self.start - .days(3))
        #expect(pace == ChangePace(usualGap: .hours(4), lastChangeAt: Self.start - .days(3)))
    }

    @Test func `silence counts from the last change and is never negative`() {
        let pace = ChangePace(lastChangeAt: Self.start)
        #expect(pace.silence(at: Self.start + .hours(3)) == .hours(3))
        #expect(pace.silence(at: Self.start - .hours(3)) == .zero)
        #expect(ChangePace().silence(at: Self.start) == .zero)
    }
}
