package import CampaignModel

/// How an attempt ended.
package enum AttemptOutcome: Sendable, Hashable {
    /// Accepted, and more parts are to be sent: the delivery stays claimed.
    case partSent(messageID: String)
    /// Refused for a medium that is a part by itself; the part is skipped. `isLast`: no part follows, and the delivery
    /// ends as sent.
    case leftOut(DeliveryReason, isLast: Bool)
    /// Refused in this form, and certainly not received. The delivery stays claimed, and is tried at once in another
    /// form.
    case again(DeliveryReason)
    /// Accepted, and no part is left.
    case sent(messageID: String)
    /// Certainly not received. The delivery is tried again at that time.
    case later(Timestamp, DeliveryReason)
    /// Certainly not received. The delivery is tried again at that time, and no process may send on the channel before.
    case rest(Timestamp, DeliveryReason)
    /// Refused for good, for a reason that concerns this chat only.
    case failed(DeliveryReason)
    /// Refused for good, for the message's content. Enough such refusals stop the message for everybody else.
    case contentRefused(DeliveryReason)
    /// Refused because the subscriber is gone. Nothing more is sent to them.
    case subscriberGone(Subscriber.Departure, DeliveryReason)
    /// Refused by the platform's rules for now. The delivery is held until the subscriber is active again, and the
    /// stored activity is corrected.
    case held(DeliveryReason)
    /// Not allowed at present. The delivery is held until the subscriber is active again; the stored activity was
    /// right.
    case waiting(DeliveryReason)
    /// Not sent, and not to be sent: the platform protects the person from it.
    case skipped(DeliveryReason)
    /// Possibly received: the answer is missing or unclear.
    case unknown(DeliveryReason)
    /// Refused because the chat has a new address. The delivery is tried again at that time.
    case moved(to: String, again: Timestamp)

    /// Whether the outcome changes only its own delivery: neither the subscriber nor other deliveries.
    var isOnlyOfDelivery: Bool {
        switch self {
        case .partSent, .leftOut, .again, .sent, .later, .rest, .failed, .waiting, .skipped: true
        case .contentRefused, .subscriberGone, .held, .unknown, .moved: false
        }
    }

    /// Whether the person has, or may have, received a part of the message.
    var mayHaveArrived: Bool {
        switch self {
        case .sent, .partSent, .unknown: true
        default: false
        }
    }
}

/// An outcome as the columns of the tables hold it.
struct StoredOutcome {
    var state: Delivery.State
    /// Whether the part was accepted or left out, so that the next part follows.
    var partIsDone = false
    /// The state of the attempt, which may differ from the state of the delivery.
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
