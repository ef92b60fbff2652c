package import CampaignModel

/// How an attempt ended.
package enum AttemptOutcome: Sendable, Hashable {
    /// Accepted, and there are more parts to send: the delivery stays claimed.
    case partSent(messageID: String)
    /// Refused for a picture that is nothing but itself; the message goes on without it, or ends as sent.
    case leftOut(DeliveryReason, isLast: Bool)
    /// Refused in this form, and surely not received; it goes on at once in another form, still claimed.
    case again(DeliveryReason)
    /// Accepted, and that was all.
    case sent(messageID: String)
    /// Surely not received; again at that time.
    case later(Timestamp, DeliveryReason)
    /// As the same; and nothing of the whole channel may leave before, whoever sends.
    case rest(Timestamp, DeliveryReason)
    /// Refused for good, for a reason of this chat.
    case failed(DeliveryReason)
    /// Refused for good, for a reason of the message: when others hear the same, nobody else is tried.
    case contentRefused(DeliveryReason)
    /// The subscriber is gone; nothing more is sent to them.
    case subscriberGone(Subscriber.Departure, DeliveryReason)
    /// The platform does not allow it now; it waits until the subscriber is active again.
    case held(DeliveryReason)
    /// Not now, as the same; but what we believed of the subscriber's activity was right.
    case waiting(DeliveryReason)
    /// Not sent, and not to be sent: the platform spares the person.
    case skipped(DeliveryReason)
    /// It may have been received.
    case unknown(DeliveryReason)
    /// The chat has a new address; again at that time.
    case moved(to: String, again: Timestamp)

    /// Whether it says nothing of the person, and nothing of anybody else's deliveries.
    var isOnlyOfDelivery: Bool {
        switch self {
        case .partSent, .leftOut, .again, .sent, .later, .rest, .failed, .waiting, .skipped: true
        case .contentRefused, .subscriberGone, .held, .unknown, .moved: false
        }
    }

    /// Whether somebody has, or may have, something of the message.
    var mayHaveArrived: Bool {
        switch self {
        case .sent, .partSent, .unknown: true
        default: false
        }
    }
}

/// An outcome as the tables hold it.
struct StoredOutcome {
    var state: Delivery.State
    /// Accepted, or left out: the next part is the one after it.
    var partIsDone = false
    /// How the attempt ended, which is not always where the delivery stands then.
    var attempt: String
    var notBefore: Timestamp?
    var messageID: String?
    var reason: DeliveryReason?

    init(_ outcome: AttemptOutcome) {
        switch outcome {
        case .partSent(let id): (state, partIsDone, messageID) = (.claimed, true, id)
        case .again(let reason): (state, self.reason) = (.claimed, reason)
        case .leftOut(let reason, let isLast):
            (state, partIsDone, self.reason) = (isLast ? .sent : .claimed, true, reason)
        case .sent(let id): (state, partIsDone, messageID) = (.sent, true, id)
        case .later(let time, let reason), .rest(let time, let reason):
            (state, notBefore, self.reason) = (.queued, time, reason)
        case .failed(let reason), .contentRefused(let reason): (state, self.reason) = (.failed, reason)
        case .subscriberGone(_, let reason): (state, self.reason) = (.suppressed, reason)
        case .held(let reason), .waiting(let reason): (state, self.reason) = (.held, reason)
        case .skipped(let reason): (state, self.reason) = (.suppressed, reason)
        case .unknown(let reason): (state, self.reason) = (.unknown, reason)
        case .moved(_, let time): (state, notBefore) = (.queued, time)
        }
        switch outcome {
        case .partSent: attempt = Delivery.State.sent.rawValue
        case .leftOut, .again: attempt = Delivery.State.failed.rawValue
        default: attempt = state.rawValue
        }
    }
}
