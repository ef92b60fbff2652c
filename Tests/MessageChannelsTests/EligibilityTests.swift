import CampaignModel
import MessageChannels
import Testing

@Suite struct EligibilityTests {
    private let now = Timestamp(seconds: 1_800_000_000)

    private func isAllowed(_ lastActiveAt: Timestamp?, on platform: Platform = .messenger) -> Bool {
        Eligibility.mayReceive(platform: platform, lastActiveAt: lastActiveAt, now: now) == .allowed
    }

    @Test func `Telegram knows no window`() {
        #expect(isAllowed(nil, on: .telegram))
        #expect(!Platform.telegram.hasWindow)
    }

    @Test func `Messenger allows 24 hours after the last action and no moment more`() {
        #expect(Platform.messenger.hasWindow && Platform.window == .hours(24))
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
        let answer = Eligibility.mayReceive(
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

    private let agreed = MarketingSubscription(token: "t")

    private func way(
        _ lastActiveAt: Timestamp?, _ marketing: MarketingSubscription?, paysFrom: Timestamp? = Timestamp(seconds: 0)
    ) -> String {
        switch Eligibility.way(
            platform: .messenger, lastActiveAt: lastActiveAt, marketing: marketing, paysFrom: paysFrom, now: now)
        {
        case .free: "free"
        case .paid(let token): "paid \(token)"
        case .held(let reason): reason.code
        }
    }

    @Test func `who agreed is written to for money in the moment when the free way closes`() {
        let last = Timestamp(milliseconds: (now - .hours(24)).milliseconds + 1)
        #expect(way(last, agreed) == "free")
        #expect(way(now - .hours(24), agreed) == "paid t")
        #expect(way(nil, agreed) == "paid t")
    }

    @Test func `without an agreement or somebody who pays it waits`() {
        #expect(way(now - .hours(24), nil) == "messenger_window_closed")
        #expect(way(now - .hours(24), agreed, paysFrom: nil) == "messenger_window_closed")
        #expect(way(now - .hours(24), agreed, paysFrom: now + .seconds(1)) == "messenger_paid_later")
        #expect(way(now - .hours(24), agreed, paysFrom: now) == "paid t")
    }

    @Test func `between two paid messages it waits to the second, and for ever where none arrives`() {
        var subscription = agreed
        subscription.notBefore = now + .seconds(1)
        #expect(way(nil, subscription) == "messenger_paid_gap")
        subscription.notBefore = now
        #expect(way(nil, subscription) == "paid t")
        subscription.noRoute = "messenger_2300032"
        #expect(way(nil, subscription) == "messenger_no_paid_route")
    }
}
