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

    // MARK: The signature

    /// RFC 4231, test case 2.
    private static let code = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
    private static let bytes = stride(from: 0, to: code.count, by: 2).compactMap {
        UInt8(code.dropFirst($0).prefix(2), radix: 16)
    }

    private func isOf(_ header: String, _ code: [UInt8] = bytes) -> Bool {
        WebSubSignature(header: header)?.isOf(code) ?? false
    }

    @Test func `the code of the message is the hub's`() {
        #expect(isOf("sha256=\(Self.code)"))
        #expect(isOf("SHA256=\(Self.code.uppercased())"))
    }

    @Test func `another code is not`() {
        #expect(!isOf("sha256=\(Self.code)", Self.bytes.dropLast() + [0]))
        #expect(!isOf("sha256=\(Self.code)", Self.bytes.dropLast()))
        #expect(!isOf("sha256=\(Self.code)", []))
        #expect(!isOf("sha256=\(Self.code.dropLast())4"))
        #expect(!isOf("sha256=6\(Self.code.dropFirst())"))
    }

    @Test(arguments: [("sha1", 20), ("sha256", 32), ("sha384", 48), ("sha512", 64)])
    func `all methods of the recommendation are known, each with its own length`(method: String, bytes: Int) {
        #expect(
            WebSubSignature(header: "\(method)=\(String(repeating: "0a", count: bytes))")?.method.rawValue == method)
        #expect(WebSubSignature(header: "\(method)=\(String(repeating: "0a", count: bytes - 1))") == nil)
        #expect(WebSubSignature(header: "\(method)=\(String(repeating: "0a", count: bytes + 1))") == nil)
    }

    @Test(arguments: ["", "sha256", "sha256=", "md5=00", "=00", "sha256=zz", "sha256 = 00", "sha256=0"])
    func `what is no signature is none`(header: String) { #expect(WebSubSignature(header: header) == nil) }

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
