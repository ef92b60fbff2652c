import CampaignModel
import CampaignPlanning
import Testing

@Suite struct WebSubTests {
    private static let now = Timestamp(seconds: 1_795_338_000)
    private static let topic = "https://example.org/feed?a=1&b=ü"

    private func request(
        _ mode: WebSubRequest.Mode = .subscribe, hub: String? = "https://hub.example/", selfLink: String? = topic,
        secret: String = "s+1", lease: Duration = .days(10)
    ) -> WebSubRequest? {
        WebSubRequest(
            mode, feed: FeedDescription(format: .atom10, hub: hub, selfLink: selfLink),
            foundAt: "https://example.org/f",
            callback: "https://me.example/hooks/x", secret: secret, lease: lease)
    }

    // MARK: The request

    @Test func `a subscription is a form that a hub understands`() {
        let http = request()?.http
        #expect(http?.method == "POST")
        #expect(http?.url == "https://hub.example/")
        #expect(http?.headers["content-type"] == "application/x-www-form-urlencoded")
        #expect(
            http.map { String(decoding: $0.body, as: UTF8.self) }
                == "hub.mode=subscribe&hub.topic=https%3A%2F%2Fexample.org%2Ffeed%3Fa%3D1%26b%3D%C3%BC"
                + "&hub.callback=https%3A%2F%2Fme.example%2Fhooks%2Fx&hub.lease_seconds=864000&hub.secret=s%2B1")
    }

    @Test func `the end of a subscription has neither lease nor secret`() {
        let body = request(.unsubscribe, selfLink: nil).map { String(decoding: $0.http.body, as: UTF8.self) }
        #expect(
            body == "hub.mode=unsubscribe&hub.topic=https%3A%2F%2Fexample.org%2Ff"
                + "&hub.callback=https%3A%2F%2Fme.example%2Fhooks%2Fx")
    }

    @Test func `the topic is the self link or else the address`() {
        #expect(request()?.topic == Self.topic)
        #expect(request(selfLink: nil)?.topic == "https://example.org/f")
    }

    @Test func `without a hub or with a secret of no good length there is no request`() {
        #expect(request(hub: nil) == nil)
        #expect(request(secret: "") == nil)
        #expect(request(secret: String(repeating: "x", count: 199)) != nil)
        #expect(request(secret: String(repeating: "x", count: 200)) == nil)
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
    private static let message = Array("what do ya want for nothing?".utf8)

    private static func hmac(_ method: WebSubSignature.Method, _ key: [UInt8], _ message: [UInt8]) -> [UInt8] {
        guard method == .sha256, key == Array("Jefe".utf8), message == Self.message else {
            return Array(repeating: 1, count: 32)
        }
        return stride(from: 0, to: code.count, by: 2).compactMap {
            UInt8(code.dropFirst($0).prefix(2), radix: 16)
        }
    }

    private func isOf(_ header: String, _ message: [UInt8] = message, secret: String = "Jefe") -> Bool {
        WebSubSignature(header: header)?.isOf(message, secret: secret, hmac: Self.hmac) ?? false
    }

    @Test func `a message that was signed with the secret is the hub's`() {
        #expect(isOf("sha256=\(Self.code)"))
        #expect(isOf("SHA256=\(Self.code.uppercased())"))
    }

    @Test func `another message another secret or another code is not`() {
        #expect(!isOf("sha256=\(Self.code)", Self.message + [0]))
        #expect(!isOf("sha256=\(Self.code)", secret: "jefe"))
        #expect(!isOf("sha256=\(Self.code.dropLast())4"))
        #expect(!isOf("sha256=6\(Self.code.dropFirst())"))
    }

    @Test func `no secret is no proof`() { #expect(!isOf("sha256=\(String(repeating: "01", count: 32))", secret: "")) }

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
