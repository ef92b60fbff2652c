/// What a source says of the hub that tells of its changes (W3C WebSub, 4).
package struct HubOffer: Sendable, Hashable {
    /// The hub's address.
    package var hub: String
    /// What the hub knows the source's document by.
    package var topic: String

    package init(hub: String, topic: String) {
        self.hub = hub
        self.topic = topic
    }
}

/// A source's subscription at a hub, from the wish to its end.
package struct HubSubscription: Sendable, Hashable {
    package let source: SourceID
    package let offer: HubOffer
    /// Where the hub calls. It ends with the token: no two subscriptions share one, and nobody can guess it.
    package let callback: String
    package let token: String
    /// With it the hub signs what it tells.
    package let secret: Secret
    /// False when it is to be ended.
    package var isWanted = true
    /// When the hub last confirmed it, and until when it holds.
    package var verifiedAt: Timestamp?
    package var endsAt: Timestamp?
    /// When the hub last told of a change.
    package var toldAt: Timestamp?
    /// When a poll found a change that the hub had not told of; nil again once it tells of one.
    package var missedAt: Timestamp?
    /// When the hub is to be asked next.
    package var askAt: Timestamp
    /// How often it was asked since it last confirmed.
    package var requests = 0
    /// Why it does not hold, if that is known: one sentence.
    package var problem: String?

    package init(
        of source: SourceID, _ offer: HubOffer, callback: String, token: String, secret: Secret, askAt: Timestamp
    ) {
        self.source = source
        self.offer = offer
        self.callback = callback
        self.token = token
        self.secret = secret
        self.askAt = askAt
    }
}
