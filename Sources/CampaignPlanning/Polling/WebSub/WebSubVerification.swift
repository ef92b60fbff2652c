import CampaignModel

/// The answer to a verification request, a GET at a subscription's callback (W3C WebSub, 5.3).
///
/// Anybody may send one, so only what was requested is confirmed.
package enum WebSubVerification: Sendable, Hashable {
    /// Answer 200 with the challenge as the body, as plain text: whoever asked may have written it. The
    /// lease is nil for the end of a subscription.
    case agreed(challenge: String, lease: Duration?)
    /// Answer 200: the hub will not tell of changes (5.2), for the reason that it gives, if any, cut and without control
    /// characters. Polling goes on as ever.
    case denied(reason: String?)
    /// Answer 404: no such request was made.
    case refused

    /// Longest challenge that is echoed; those of real hubs are shorter.
    private static let longestChallenge = 4096
    /// Longest lease that is believed, so that an endless one is renewed, too.
    private static let longestLease = Duration.days(366)

    private static func shown(_ reason: String) -> String {
        let scalars = reason.unicodeScalars.prefix(200).map { $0.properties.generalCategory == .control ? " " : $0 }
        return String(String.UnicodeScalarView(scalars))
    }

    /// - Parameters:
    ///   - query: The parameters of the GET, decoded, in their order.
    ///   - mode: The mode of the last request that is not verified yet; a subscription in force may be verified again.
    ///   - topic: The topic of the request.
    package init(query: [(name: String, value: String)], expecting mode: WebSubRequest.Mode, topic: String) {
        func value(_ name: String) -> String? { query.first { $0.name == name }?.value }
        guard value("hub.topic") == topic else {
            self = .refused
            return
        }
        if value("hub.mode") == "denied" {
            self = .denied(reason: value("hub.reason").map(Self.shown))
            return
        }
        guard value("hub.mode") == mode.rawValue, let challenge = value("hub.challenge"), !challenge.isEmpty,
            challenge.utf8.count <= Self.longestChallenge
        else {
            self = .refused
            return
        }
        guard mode == .subscribe else {
            self = .agreed(challenge: challenge, lease: nil)
            return
        }
        // "MUST be present" for a subscription; without a sensible one it could never be renewed in time.
        guard let seconds = value("hub.lease_seconds").flatMap(DeltaSeconds.read), seconds > 0 else {
            self = .refused
            return
        }
        self = .agreed(challenge: challenge, lease: min(.seconds(seconds), Self.longestLease))
    }
}
