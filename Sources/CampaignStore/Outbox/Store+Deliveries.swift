package import CampaignModel

extension DeliveryReason {
    /// The person has to act before it can go.
    package static let windowClosed = DeliveryReason(
        code: "window_closed",
        message:
            "Messenger allows messages only within 24 hours of the person's last action; this waits for the next one")
    /// Only the person's next action opens a way for it.
    package static let noPaidForm = DeliveryReason(
        code: "no_paid_form", message: "nothing of it can go as a paid message; this waits until the person writes")
    static let interrupted = DeliveryReason(
        code: "interrupted",
        message: "tellal was stopped after the request may have left and before the answer was stored")
    static let cancelled = DeliveryReason(code: "cancelled", message: "cancelled by the owner")
    static let tooOld = DeliveryReason(code: "expired", message: "it could not be sent before it was too old")
}

/// A delivery that this process may send, for as long as its lease lasts.
package struct ClaimedDelivery: Sendable {
    package let id: DeliveryID
    /// Who claimed it: whatever is stored of it later must name the same.
    package let token: String
    /// By the clock of who claimed it, a little early rather than late.
    package let leaseUntil: Timestamp
    package let channel: ChannelID
    package let subscriber: SubscriberID
    /// nil for a reply.
    package let campaign: CampaignID?
    package let purpose: Delivery.Purpose
    /// Of the subscriber, on the channel's platform.
    package let address: String
    package let lastActiveAt: Timestamp?
    package let preferences: Subscriber.Preferences
    /// When the campaign ran that planned it.
    package let plannedAt: Timestamp?
    /// Which of the campaign's runs that was, if they have nominal times.
    package let nominal: Timestamp?
    /// As this person gets it: what is personal is filled in.
    package let message: Message
    /// The addresses in it of which it is noted who opens them.
    package let links: [String: LinkID]
    /// Whose parts these are, for what is learned of them.
    package let messageID: MessageID
    /// The message that it takes the place of.
    package let edits: MessageID?
    /// How many of the message's requests are done with: accepted, or left out for a refused picture.
    package let partsSent: Int
    /// How many attempts were begun; the next one has the next number.
    package let attempts: Int
    /// What the person agreed to get outside Messenger's 24 hours, if they did.
    package let marketing: MarketingSubscription?
    /// From when the channel sends paid messages; nil when it does not.
    package let paysFrom: Timestamp?
    /// Why the channel may ask nobody for marketing messages.
    package let asksNobody: String?
}

extension Store {
    // What may have arrived counts.
    private static let selectReached = """
        SELECT ended_at FROM deliveries
        WHERE subscriber_id = $1 AND purpose = 'campaign' AND state IN ('sent', 'unknown') AND ended_at > $2
        """

    /// When a person got messages of campaigns.
    ///
    /// - Parameters:
    ///   - subscriber: The person.
    ///   - start: Later than that.
    /// - Returns: The moments, in no order.
    /// - Throws: When the database fails.
    package func messagesReached(_ subscriber: SubscriberID, since start: Timestamp) async throws -> [Timestamp] {
        try await database.read {
            try $0.query(Self.selectReached, [.id(subscriber), .time(start)]) { $0.time(0) }
        }.compactMap(\.self)
    }

    private static let renew = """
        UPDATE deliveries SET lease_until = $4 WHERE id = $1 AND token = $2 AND state = 'claimed' AND lease_until > $3
        """

    /// Makes the lease of a claimed delivery longer, before something that takes its time.
    ///
    /// - Parameters:
    ///   - delivery: Still claimed.
    ///   - end: Until when it is to last.
    ///   - now: The time.
    /// - Returns: False when it was lost already.
    /// - Throws: When the database fails.
    package func renew(_ delivery: ClaimedDelivery, until end: Timestamp, now: Timestamp) async throws -> Bool {
        try await database.write(.readCommitted) { connection in
            let clock = try connection.leaseTime(now)
            return try connection.execute(
                Self.renew, [.id(delivery.id), .text(delivery.token), .time(clock), .time(clock + (end - now))]) == 1
        }
    }

    private static let release = """
        UPDATE deliveries SET state = $3, not_before = COALESCE($4, not_before), reason_code = $5, reason = $6,
            expires_at = CASE WHEN expires_at < $9 THEN $9 ELSE expires_at END,
            token = NULL, lease_until = NULL, updated_at = $7, ended_at = $10
        WHERE id = $1 AND token = $2 AND state = $8
        """
    /// What waits for a person's own time may go out for so long after it.
    package static let collectedFor = Duration.hours(48)

    /// How a claimed delivery that was not sent is given back.
    package enum Release: Sendable {
        case queued(notBefore: Timestamp?)
        /// Waits for a reason that the owner may want to read.
        case postponed(until: Timestamp, DeliveryReason)
        /// Waits for the time at which the subscriber wants everything, and does not grow too old before it.
        case collected(until: Timestamp)
        case held(DeliveryReason)
        case failed(DeliveryReason)
        case suppressed(DeliveryReason)
    }

    /// Gives back a delivery of which nothing was written.
    package func release(_ delivery: ClaimedDelivery, as release: Release, now: Timestamp) async throws {
        let (state, notBefore, reason): (Delivery.State, Timestamp?, DeliveryReason?) =
            switch release {
            case .queued(let notBefore): (.queued, notBefore, nil)
            case .postponed(let time, let reason): (.queued, time, reason)
            case .collected(let time): (.queued, time, nil)
            case .held(let reason): (.held, nil, reason)
            case .failed(let reason): (.failed, nil, reason)
            case .suppressed(let reason): (.suppressed, nil, reason)
            }
        let expiry: Timestamp? = if case .collected(let time) = release { time + Self.collectedFor } else { nil }
        try await database.write(.readCommitted) { connection in
            _ = try connection.execute(
                Self.release,
                [
                    .id(delivery.id), .text(delivery.token), .text(state.rawValue), .time(notBefore),
                    .optional(reason?.code), .optional(reason?.message), .time(now),
                    .text(Delivery.State.claimed.rawValue), .time(expiry), .time(state.isFinal ? now : nil),
                ])
        }
    }
}
