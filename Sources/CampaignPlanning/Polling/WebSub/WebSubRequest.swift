package import CampaignModel

/// A request to a hub to subscribe or unsubscribe (W3C WebSub, 5.1).
package struct WebSubRequest: Sendable, Hashable {
    /// The parameter `hub.mode`.
    package enum Mode: String, Sendable, Hashable, Codable, CaseIterable { case subscribe, unsubscribe }

    /// The requested lease; a hub may grant another one.
    package static let usualLease = Duration.days(10)

    private let subscription: HubSubscription
    private let lease: Duration

    package init(_ subscription: HubSubscription, lease: Duration = Self.usualLease) {
        self.subscription = subscription
        self.lease = lease
    }

    /// The POST to the hub. After a 2xx answer the hub verifies the request, see ``WebSubVerification``.
    package var http: HTTPRequest {
        HTTPRequest(
            method: "POST", url: subscription.offer.hub,
            headers: [HTTPHeader("Content-Type", "application/x-www-form-urlencoded")], body: Array(body.utf8))
    }

    private var body: String {
        var fields = [
            ("hub.mode", subscription.mode.rawValue), ("hub.topic", subscription.offer.topic),
            ("hub.callback", subscription.callback),
        ]
        if subscription.mode == .subscribe {
            fields.append(("hub.lease_seconds", String(max(1, lease.components.seconds))))
            fields.append(("hub.secret", subscription.secret.reveal()))
        }
        return fields.map { "\($0.0)=\(Self.escaped($0.1))" }.joined(separator: "&")
    }

    private static func escaped(_ text: String) -> String {
        let hex = Array("0123456789ABCDEF".utf8)
        var bytes: [UInt8] = []
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "~"):
                bytes.append(byte)
            default: bytes += [UInt8(ascii: "%"), hex[Int(byte >> 4)], hex[Int(byte & 15)]]
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
