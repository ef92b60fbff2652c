import CampaignModel

/// The callback address that hubs call (WebSub).
package struct HubCallback: Sendable, Hashable {
    /// The path below the public address; a subscription's token follows it.
    package static let path = "websub"

    private let base: String

    /// - Parameter publicURL: The server's public address, without a slash at its end.
    package init(publicURL: String) { base = "\(publicURL)/\(Self.path)/" }

    /// Whether the subscription was made with this callback address.
    func isOf(_ subscription: HubSubscription) -> Bool { subscription.callback == base + subscription.token }

    /// A new subscription, not requested yet, with a random token and secret that nobody can guess.
    func subscription(of source: SourceID, _ offer: HubOffer, at now: Timestamp) -> HubSubscription {
        let token = RandomToken.make(bytes: 16)
        return HubSubscription(
            of: source, offer, callback: base + token, token: token, secret: Secret(RandomToken.make(bytes: 32)),
            askAt: now)
    }
}
