import CampaignModel
import CampaignPlanning
import Testing

@Suite struct HubSubscriptionTests {
    private static let now = Timestamp(seconds: 1_795_338_000)
    private static let topic = "https://example.org/feed"

    private func subscription(confirmed lease: Duration? = nil) -> HubSubscription {
        var subscription = HubSubscription(
            of: SourceID(rawValue: 1), HubOffer(hub: "https://hub.example/", topic: Self.topic),
            callback: "https://me.example/websub/x", token: "x", secret: Secret("s"), askAt: Self.now)
        if let lease { _ = subscription.verify(question(lease: lease), at: Self.now) }
        return subscription
    }

    private func question(_ mode: String = "subscribe", lease: Duration? = nil) -> [(name: String, value: String)] {
        var query = [(name: "hub.mode", value: mode), ("hub.topic", Self.topic), ("hub.challenge", "c")]
        if let lease { query.append(("hub.lease_seconds", String(lease.components.seconds))) }
        return query
    }

    @Test func `a hub that does not answer is asked ever more rarely`() {
        var subscription = subscription()
        var waits: [Duration] = []
        for _ in 0..<9 {
            let asked = subscription.askAt
            subscription.noteRequest(at: asked)
            waits.append(subscription.askAt - asked)
        }
        #expect(
            waits == [
                .minutes(15), .minutes(30), .hours(1), .hours(2), .hours(4), .hours(8), .hours(16), .hours(24),
                .hours(24),
            ]
        )
    }

    @Test func `a confirmed one is asked for again in time for renewal`() {
        var subscription = subscription()
        subscription.noteRequest(at: Self.now)
        subscription.problem = "the hub answered 500"
        let answer = subscription.verify(question(lease: .days(10)), at: Self.now)
        #expect(answer == .agreed(challenge: "c", lease: .days(10)))
        #expect(subscription.askAt == Self.now + .days(8))
        #expect(subscription.requests == 0)
        #expect(subscription.problem == nil)
        #expect(subscription.trustedLease?.endsAt == Self.now + .days(10))
    }

    @Test func `a denied one counts for nothing and is asked for again a day later`() {
        var subscription = subscription(confirmed: .days(10))
        let question = question("denied") + [(name: "hub.reason", value: "too many")]
        let answer = subscription.verify(question, at: Self.now)
        #expect(answer == .denied(reason: "too many"))
        #expect(subscription.lease == nil)
        #expect(subscription.problem == "the hub does not want to tell of changes: too many")
        #expect(subscription.askAt == Self.now + .days(1))
    }

    @Test func `a question that was not expected changes nothing`() {
        let before = subscription(confirmed: .days(10))
        var subscription = before
        let answer = subscription.verify(question("unsubscribe"), at: Self.now)
        #expect(answer == .refused && subscription == before)
    }

    @Test func `the end is asked for three times or until the lease is over`() {
        var subscription = subscription(confirmed: .days(10))
        #expect(!subscription.isOver(at: Self.now + .days(11)))
        subscription.isWanted = false
        #expect(!subscription.isOver(at: Self.now))
        #expect(subscription.isOver(at: Self.now + .days(10)))
        for _ in 0..<3 { subscription.noteRequest(at: Self.now) }
        #expect(subscription.isOver(at: Self.now))
    }

    @Test func `the end that was asked for is agreed to and a renewal is not`() {
        var subscription = subscription(confirmed: .days(10))
        subscription.isWanted = false
        let renewal = subscription.verify(question(lease: .days(10)), at: Self.now)
        #expect(renewal == .refused)
        let end = subscription.verify(question("unsubscribe"), at: Self.now)
        #expect(end == .agreed(challenge: "c", lease: nil))
        #expect(subscription.isOver(at: Self.now))
    }

    // MARK: Trust

    private func isMissed(
        _ subscription: inout HubSubscription, since lastPoll: Timestamp, lastChange: Timestamp? = nil,
        at now: Timestamp
    ) -> Bool { subscription.noteChange(since: lastPoll, lastChange: lastChange, at: now) }

    private let lastPoll = now + .hours(1)
    private let poll = now + .hours(7)

    @Test func `a hub that kept a change to itself is not trusted until it tells of one`() {
        var subscription = subscription(confirmed: .days(10))
        #expect(isMissed(&subscription, since: lastPoll, at: poll))
        #expect(subscription.trustedLease == nil)
        #expect(subscription.lease != nil)
        #expect(!isMissed(&subscription, since: lastPoll, at: poll), "once is enough to say")
        subscription.noteTold(at: poll + .hours(1))
        #expect(subscription.trustedLease != nil)
    }

    @Test func `a hub that told of the change is trusted`() {
        var subscription = subscription(confirmed: .days(10))
        subscription.noteTold(at: poll - .seconds(5))
        #expect(!isMissed(&subscription, since: lastPoll, at: poll))
        #expect(subscription.trustedLease != nil)
    }

    @Test func `a hub that told before the server showed it is trusted`() {
        var subscription = subscription(confirmed: .days(10))
        subscription.noteTold(at: lastPoll - .minutes(5))
        #expect(!isMissed(&subscription, since: lastPoll, lastChange: Self.now, at: poll))
        #expect(isMissed(&subscription, since: lastPoll, lastChange: lastPoll - .minutes(1), at: poll))
    }

    @Test func `what changed before the hub had to tell is no fault of its`() {
        var subscription = subscription(confirmed: .days(10))
        #expect(!isMissed(&subscription, since: Self.now - .seconds(1), at: poll))
        #expect(!isMissed(&subscription, since: Self.now + .days(9), at: Self.now + .days(10)))
    }
}
