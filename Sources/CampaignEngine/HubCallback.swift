package import CampaignModel

/// Where hubs call this server.
package struct HubCallback: Sendable, Hashable {
    /// The path below the public address; behind it comes a subscription's token.
    package static let path = "websub"

    private let base: String

    /// - Parameter publicURL: Where this server is reached from outside, without a slash at its end.
    package init(publicURL: String) { base = "\(publicURL)/\(Self.path)/" }

    /// Whether the subscription's hub calls here.
    func isOf(_ subscription: HubSubscription) -> Bool { subscription.callback == base + subscription.token }

    /// A subscription that was not asked for yet. Token and secret come from the system's source of randomness, whatever
    /// the engine's is: nobody may guess them.
    func subscription(of source: SourceID, _ offer: HubOffer, at now: Timestamp) -> HubSubscription {
        let token = Self.random(bytes: 16)
        return HubSubscription(
            of: source, offer, callback: base + token, token: token, secret: Secret(Self.random(bytes: 32)), askAt: now)
    }

    private static func random(bytes count: Int) -> String {
        var generator = SystemRandomNumberGenerator()
        return (0..<count).map { _ in
            let byte = UInt8.random(in: 0...255, using: &generator)
            return (byte < 16 ? "0" : "") + String(byte, radix: 16)
        }.joined()
    }
}
