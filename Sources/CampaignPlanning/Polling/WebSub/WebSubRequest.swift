package import CampaignModel

/// What a hub is asked: to tell of changes, or to stop (W3C WebSub, 5.1).
package struct WebSubRequest: Sendable, Hashable {
    package enum Mode: String, Sendable, Hashable, Codable, CaseIterable { case subscribe, unsubscribe }

    package static let usualLease = Duration.days(10)
    /// WebSub, 5.1: less than 200 bytes.
    package static let mostSecretBytes = 199

    package var hub: String
    package var mode: Mode
    package var topic: String
    /// Where the hub calls; no two sources share one, and nobody can guess it.
    package var callback: String
    package var lease: Duration
    package var secret: String

    /// Nil when the feed has no hub, or the secret, with which the hub signs, is empty or too long.
    ///
    /// The topic is the document's `self` link, for that is what the hub knows it by; without one, where it was found.
    package init?(
        _ mode: Mode, feed: FeedDescription, foundAt address: String, callback: String, secret: String,
        lease: Duration = Self.usualLease
    ) {
        guard let hub = feed.hub, (1...Self.mostSecretBytes).contains(secret.utf8.count) else { return nil }
        self.hub = hub
        self.mode = mode
        topic = feed.selfLink ?? address
        self.callback = callback
        self.lease = lease
        self.secret = secret
    }

    /// The POST to the hub. Any answer of 2xx means that it will ask back, see ``WebSubVerification``.
    package var http: HTTPRequest {
        HTTPRequest(
            method: "POST", url: hub, headers: [HTTPHeader("Content-Type", "application/x-www-form-urlencoded")],
            body: Array(body.utf8))
    }

    private var body: String {
        var fields = [("hub.mode", mode.rawValue), ("hub.topic", topic), ("hub.callback", callback)]
        if mode == .subscribe {
            fields.append(("hub.lease_seconds", String(max(1, lease.components.seconds))))
            fields.append(("hub.secret", secret))
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
