import CampaignModel
import MessageChannels
import Testing

@Suite struct EligibilityTests {
    private let now = Timestamp(seconds: 1_800_000_000)

    private func isAllowed(_ lastActiveAt: Timestamp?, on platform: Platform = .messenger) -> Bool {
        Eligibility.current.mayReceive(platform: platform, lastActiveAt: lastActiveAt, now: now) == .allowed
    }

    @Test func `Telegram knows no window`() {
        #expect(isAllowed(nil, on: .telegram))
        #expect(Eligibility.current.windowLength(for: .telegram) == nil)
    }

    @Test func `Messenger allows 24 hours after the last action and no moment more`() {
        #expect(Eligibility.current.windowLength(for: .messenger) == .hours(24))
        #expect(isAllowed(now))
        #expect(isAllowed(Timestamp(milliseconds: (now - .hours(24)).milliseconds + 1)))
        #expect(!isAllowed(now - .hours(24)))
        #expect(!isAllowed(now - .days(3)))
    }

    @Test func `someone whose last action is unknown or lies in the future is held`() {
        #expect(!isAllowed(nil))
        #expect(isAllowed(now + .minutes(5)))
        #expect(!isAllowed(now + .minutes(6)))
    }

    @Test func `a held answer says since when and for how long`() throws {
        let answer = Eligibility.current.mayReceive(
            platform: .messenger, lastActiveAt: Timestamp(seconds: 1_700_000_000), now: now
        )
        guard case .held(let reason) = answer else {
            Issue.record("expected a hold")
            return
        }
        #expect(reason.code == "messenger_window_closed")
        #expect(reason.message.contains("2023-11-14T22:13:20Z"))
        #expect(reason.message.contains("24 hours"))
    }
}
