import CampaignModel

/// Where hubs call this server.
package struct HubCallback: Sendable, Hashable {
    /// The path below the public address; behind it comes a subscription's token.
    package static let path = "websub"

    private let base: String

    /// - Parameter publicURL: Where this server is reached from outside, without a slash at its end.
    package init(publicURL: String) { base = "\(publicURL)/\(Self.path)/" }

    /// Whether the subscription's hub calls here.
    func isOf(_ subscription: HubSubscription) -> Bool { subscription.callback == base + subscription.token }

    /// A subscription that was not asked for yet. Nobody may guess its token and secret.
    func subscription(of source: SourceID, _ offer: HubOffer, at now: Timestamp) -> HubSubscription {
        let token = RandomToken.make(bytes: 16)
        return HubSubscription(
            of: source, offer, callback: base + token, token: token, secret: Secret(RandomToken.make(bytes: 32)),
            askAt: now)
    }
}
