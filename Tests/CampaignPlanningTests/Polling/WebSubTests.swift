import CampaignModel
import CampaignPlanning
import Testing

@Suite struct WebSubTests {
    private static let now = Timestamp(seconds: 1_795_338_000)
    private static let topic = "https://example.org/feed?a=1&b=ü"

    private func subscription(hub: String = "https://hub.example/", topic: String = topic) -> HubSubscription {
        HubSubscription(
            of: SourceID(rawValue: 1), HubOffer(hub: hub, topic: topic), callback: "https://me.example/hooks/x",
            token: "x", secret: Secret("s+1"), askAt: Self.now)
    }

    // MARK: The request

    @Test func `a subscription is a form that a hub understands`() {
        let http = WebSubRequest(subscription()).http
        #expect(http.method == "POST")
        #expect(http.url == "https://hub.example/")
        #expect(http.headers["content-type"] == "application/x-www-form-urlencoded")
        #expect(
            String(decoding: http.body, as: UTF8.self)
                == "hub.mode=subscribe&hub.topic=https%3A%2F%2Fexample.org%2Ffeed%3Fa%3D1%26b%3D%C3%BC"
                + "&hub.callback=https%3A%2F%2Fme.example%2Fhooks%2Fx&hub.lease_seconds=864000&hub.secret=s%2B1")
    }

    @Test func `the end of a subscription has neither lease nor secret`() {
        var subscription = subscription(topic: "https://example.org/f")
        subscription.isWanted = false
        #expect(
            String(decoding: WebSubRequest(subscription).http.body, as: UTF8.self)
                == "hub.mode=unsubscribe&hub.topic=https%3A%2F%2Fexample.org%2Ff"
                + "&hub.callback=https%3A%2F%2Fme.example%2Fhooks%2Fx")
    }

    // MARK: The hub's question

    private func verify(
        _ changes: [String: String?] = [:], expecting mode: WebSubRequest.Mode = .subscribe
    ) -> WebSubVerification {
        var query: [String: String?] = [
            "hub.mode": "subscribe", "hub.topic": Self.topic, "hub.challenge": "c", "hub.lease_seconds": "600",
        ]
        query.merge(changes) { $1 }
        return WebSubVerification(
            query: query.compactMap { name, value in value.map { (name: name, value: $0) } }, expecting: mode,
            topic: Self.topic)
    }

    @Test func `what was asked for is agreed to with the hub's lease`() {
        #expect(verify() == .agreed(challenge: "c", lease: .seconds(600)))
        #expect(
            verify(["hub.lease_seconds": "99999999999999999999"]) == .agreed(challenge: "c", lease: .days(366)))
    }

    @Test func `the end that was asked for is agreed to`() {
        #expect(
            verify(["hub.mode": "unsubscribe", "hub.lease_seconds": nil], expecting: .unsubscribe)
                == .agreed(challenge: "c", lease: nil))
    }

    @Test(arguments: [
        ["hub.topic": String?.some("https://example.org/other")], ["hub.topic": nil], ["hub.mode": "unsubscribe"],
        ["hub.mode": "SUBSCRIBE"], ["hub.mode": nil], ["hub.challenge": nil], ["hub.challenge": ""],
        ["hub.challenge": String(repeating: "x", count: 5000)], ["hub.lease_seconds": nil],
        ["hub.lease_seconds": "0"], ["hub.lease_seconds": "-1"], ["hub.lease_seconds": "long"],
        ["hub.mode": "denied", "hub.topic": "https://example.org/other"],
    ])
    func `what was not asked for is refused`(changes: [String: String?]) { #expect(verify(changes) == .refused) }

    @Test func `a subscription in force is not ended by a stranger`() {
        #expect(verify(["hub.mode": "unsubscribe"], expecting: .subscribe) == .refused)
    }

    @Test func `a hub may deny and say why`() {
        #expect(verify(["hub.mode": "denied", "hub.reason": "no such feed"]) == .denied(reason: "no such feed"))
        #expect(verify(["hub.mode": "denied", "hub.challenge": nil]) == .denied(reason: nil))
        #expect(verify(["hub.mode": "denied", "hub.reason": "a\n\u{1B}[31mb"]) == .denied(reason: "a  [31mb"))
    }

    // MARK: The lease

    @Test func `a lease is renewed when four fifths are over`() {
        let lease = WebSubLease(verifiedAt: Self.now, lease: .days(10))
        #expect(lease.renewAt == Self.now + .days(8))
        #expect(lease.endsAt == Self.now + .days(10))
    }

    @Test func `a hub that grants a moment only is not asked all the time`() {
        #expect(WebSubLease(verifiedAt: Self.now, lease: .seconds(1)).renewAt == Self.now + .minutes(5))
    }

    @Test(arguments: [(Duration.minutes(10), Duration.hours(6)), (.hours(12), .hours(12)), (.hours(24), .hours(24))])
    func `while the hub tells of changes polls are rare`(usual: Duration, interval: Duration) {
        let lease = WebSubLease(verifiedAt: Self.now, lease: .days(10))
        #expect(lease.pollInterval(usual: usual, at: Self.now + .days(9)) == interval)
    }

    @Test func `without a lease in force polls are as ever`() {
        let lease = WebSubLease(verifiedAt: Self.now, lease: .days(10))
        #expect(lease.pollInterval(usual: .minutes(10), at: Self.now + .days(10)) == .minutes(10))
        #expect(lease.pollInterval(usual: .minutes(10), at: Self.now - .seconds(1)) == .minutes(10))
    }
}
