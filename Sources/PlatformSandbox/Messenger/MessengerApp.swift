import CampaignModel
import Crypto

/// The Facebook app that the Pages are connected to, and its webhook.
///
/// https://developers.facebook.com/docs/messenger-platform/webhooks
struct MessengerApp: Sendable {
    struct Event: Sendable {
        var number: Int64
        var bytes: [UInt8]
    }

    /// After each failure in a row; then the event is given up.
    static let pauses: [Duration] = [.seconds(1), .seconds(2), .seconds(4), .seconds(8), .seconds(15), .seconds(30)]
    /// Longest wait of the platform for a webhook's answer.
    static let answerTimeout = Duration.seconds(5)
    /// Events that nobody takes are lost beyond this many, the oldest first.
    private static let keptEvents = 10_000

    var id: String
    var secret: Secret
    var callbackURL: String?
    var verifyToken: Secret?
    /// The fields of the app's own subscription; which events go out is up to each Page's.
    var fields: [String] = []
    var line = WebhookLine()
    private(set) var events: [Event] = []
    private(set) var posted = 0
    /// Events that were given up.
    private(set) var lost = 0
    private var lastNumber: Int64 = 0

    init(_ settings: SandboxSettings) {
        id = settings.appID ?? "900000000000001"
        secret = settings.appSecret ?? Secret("sandbox-app-secret")
        callbackURL = settings.callbackURL
        verifyToken = settings.verifyToken
    }

    var canPost: Bool { !events.isEmpty && callbackURL.map(WebAddress.isLoopback) ?? false }

    /// Puts an event in the queue, in the page envelope.
    mutating func add(_ event: JSON, page: String, at now: Timestamp) {
        lastNumber += 1
        let envelope: JSON = [
            "object": "page",
            "entry": [["id": .string(page), "time": .integer(now.milliseconds), "messaging": [event]]],
        ]
        events.append(Event(number: lastNumber, bytes: envelope.escapedBytes))
        if events.count > Self.keptEvents {
            events.removeFirst()
            lost += 1
        }
    }

    mutating func took(_ number: Int64) {
        events.removeAll { $0.number == number }
        posted += 1
        line.succeeded()
    }

    mutating func giveUp(_ number: Int64) {
        events.removeAll { $0.number == number }
        lost += 1
        line.forgetFailures()
    }

    func nextRequest() -> HTTPRequest? {
        guard let event = events.first, let callbackURL else { return nil }
        return HTTPRequest(
            method: "POST", url: callbackURL,
            headers: [
                HTTPHeader("Content-Type", "application/json"),
                HTTPHeader("X-Hub-Signature-256", "sha256=\(code(of: event.bytes))"),
                HTTPHeader("User-Agent", "facebookexternalua"),
            ],
            body: event.bytes, timeout: Self.answerTimeout
        )
    }

    /// An HMAC-SHA256 under the app secret, in small hexadecimal digits.
    func code(of bytes: [UInt8]) -> String {
        let key = SymmetricKey(data: Array(secret.reveal().utf8))
        return HMAC<SHA256>.authenticationCode(for: bytes, using: key).map { byte in
            (byte < 16 ? "0" : "") + String(byte, radix: 16)
        }.joined()
    }
}
