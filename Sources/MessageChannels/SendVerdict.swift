package import CampaignModel

/// What the outcome of one request means. Every outcome gives exactly one verdict.
package enum SendVerdict: Sendable, Hashable {
    /// What has to wait.
    package enum Scope: String, Sendable, Hashable {
        case delivery
        /// Telegram says it of one chat and of the whole bot in the same words.
        case chatOrChannel = "chat_or_channel"
        case channel
    }

    /// The platform accepted it and named the message.
    case sent(messageID: String)
    /// The message is already as an edit would have it.
    case unchanged(DeliveryReason)
    /// Surely not received: trying again is safe. Without a time the engine backs off by its own rule.
    case retryLater(after: Duration?, scope: Scope, reason: DeliveryReason)
    /// This delivery fails for good, for a reason of this chat.
    case refused(DeliveryReason)
    /// This delivery fails for good, for a reason of the message: others would hear the same.
    case contentRefused(DeliveryReason)
    /// Refused for its media alone, which the platform could not fetch or use; in another form, it may go.
    case mediaRefused(DeliveryReason)
    /// Refused for the formatting of its words alone; without it, it may go.
    case formattingRefused(DeliveryReason)
    /// The subscriber cannot be reached any more: suppress the delivery and set the subscriber to that state, which is
    /// `stopped` (by their own word) or `blocked`. Someone blocked comes back by writing to the channel.
    case subscriberGone(as: Subscriber.State, DeliveryReason)
    /// The platform does not allow it now (Messenger's 24 h): hold the delivery until the subscriber is active again.
    case windowClosed(DeliveryReason)
    /// Nothing of this channel can go until the owner acts: pause it; the delivery goes back to the queue.
    case channelBroken(DeliveryReason)
    /// What is said of marketing messages alone; the free messages of the Page go on.
    case marketing(MarketingRefusal, DeliveryReason)
    /// The same chat has another address now; a new try to that address is safe.
    case addressMoved(to: String, DeliveryReason)
    /// The request left and no usable answer came: it may have been received, so it is never sent again by itself.
    case unknown(DeliveryReason)

    package var reason: DeliveryReason? {
        switch self {
        case .sent: nil
        case .retryLater(_, _, let reason), .refused(let reason), .contentRefused(let reason),
            .mediaRefused(let reason), .formattingRefused(let reason), .subscriberGone(_, let reason),
            .windowClosed(let reason), .channelBroken(let reason),
            .marketing(_, let reason), .addressMoved(_, let reason), .unknown(let reason), .unchanged(let reason):
            reason
        }
    }
}

/// Why a paid message, or the question whether somebody wants them, does not go.
package enum MarketingRefusal: Sendable, Hashable {
    /// The person got one within 12 hours.
    case tooEarly
    /// The person gets enough of them, from whomever, or cannot get one now: nobody's fault.
    case capped
    /// No paid message reaches this person.
    case outOfRegion
    /// The token is good for nothing.
    case tokenEnded
    /// The campaign cannot send yet; again after that time.
    case notReady(Duration)
    /// None of the channel can go: payment, terms, region. Again after that time, or when the owner has acted.
    case routeClosed(again: Duration?)
    case askedTooOften
    /// The Page may ask nobody.
    case askingClosed
}
