/// The hub that a source's document names (W3C WebSub, 4).
package struct HubOffer: Sendable, Hashable {
    /// The hub's address.
    package var hub: String
    /// The topic: the hub's address for the source's document.
    package var topic: String

    package init(hub: String, topic: String) {
        self.hub = hub
        self.topic = topic
    }
}

/// A source's subscription at a hub, from the first request to the end.
package struct HubSubscription: Sendable, Hashable {
    package let source: SourceID
    package let offer: HubOffer
    /// The callback address. It ends with the token, which is unique and cannot be guessed.
    package let callback: String
    package let token: String
    /// The secret with which the hub signs notifications.
    package let secret: Secret
    /// False when the subscription is to be ended.
    package var isWanted = true
    /// Time of the hub's last confirmation, and the end of the lease.
    package var verifiedAt: Timestamp?
    package var endsAt: Timestamp?
    /// Time of the hub's last notification.
    package var toldAt: Timestamp?
    /// Time at which a poll found a change without a notification; nil again after the next notification.
    package var missedAt: Timestamp?
    /// Time of the next request to the hub.
    package var askAt: Timestamp
    /// Number of requests since the last confirmation.
    package var requests = 0
    /// Why the subscription failed, in one sentence; nil if it did not, or if that is unknown.
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
