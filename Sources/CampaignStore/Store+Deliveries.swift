package import CampaignModel

/// Why a delivery stands where it stands, in a stable word and a plain sentence.
package struct DeliveryReason: Sendable, Hashable, Codable {
    package var code: String
    package var message: String

    package init(code: String, message: String) {
        self.code = code
        self.message = message
    }

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
    static let tooOld = DeliveryReason(code: "expired", message: "it could not be sent before it was too old")
}

/// A delivery that this process may send, for as long as its lease lasts.
package struct ClaimedDelivery: Sendable {
    package let id: DeliveryID
    package let token: String
    package let channel: ChannelID
    package let subscriber: SubscriberID
    /// nil for a reply.
    package let campaign: CampaignID?
    package let purpose: Delivery.Purpose
    package let address: String
    package let lastActiveAt: Timestamp?
    package let preferences: Subscriber.Preferences
    /// When the campaign ran that planned it.
    package let plannedAt: Timestamp?
    package let message: Message
    /// Whose parts these are, for what is learned of them.
    package let messageID: MessageID
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
    private static let claimableColumns = """
        d.id, d.subscriber_id, d.campaign_id, d.purpose, s.address, s.last_active_at, s.preferences, m.body,
        d.parts_sent, d.attempt
        """
    private static let claimable = """
        d.channel_id = $1 AND d.state = 'queued' AND d.not_before <= $2 AND d.expires_at > $2
            AND h.paused_reason IS NULL
            AND NOT EXISTS (
                SELECT 1 FROM deliveries e
                WHERE e.subscriber_id = d.subscriber_id AND e.state IN ('claimed', 'sending'))
        """
    private static let selectReplies = """
        SELECT \(claimableColumns), NULL, d.message_id, s.marketing, h.paid_from, h.ask_reason
        FROM deliveries d
        JOIN subscribers s ON s.id = d.subscriber_id
        JOIN messages m ON m.id = d.message_id
        JOIN channels h ON h.id = d.channel_id
        WHERE \(claimable) AND d.campaign_id IS NULL
            AND NOT EXISTS (
                SELECT 1 FROM deliveries e
                WHERE e.subscriber_id = d.subscriber_id AND e.state = 'queued' AND e.id < d.id
                    AND e.campaign_id IS NULL)
        ORDER BY d.not_before, d.id LIMIT $3
        """
    private static let selectClaimable = """
        SELECT \(claimableColumns), r.at, d.message_id, s.marketing, h.paid_from, h.ask_reason
        FROM deliveries d
        JOIN subscribers s ON s.id = d.subscriber_id
        JOIN messages m ON m.id = d.message_id
        JOIN campaigns c ON c.id = d.campaign_id
        JOIN runs r ON r.id = d.run_id
        JOIN channels h ON h.id = d.channel_id
        WHERE \(claimable) AND c.state = 'active'
            AND NOT EXISTS (
                SELECT 1 FROM deliveries e JOIN campaigns p ON p.id = e.campaign_id
                WHERE e.subscriber_id = d.subscriber_id AND e.state = 'queued' AND e.id < d.id
                    AND (e.campaign_id = d.campaign_id OR (e.not_before <= $2 AND p.state = 'active')))
        ORDER BY d.not_before, d.id LIMIT $3
        """
    private static let claim = """
        UPDATE deliveries SET state = 'claimed', token = $2, lease_until = $3, updated_at = $4
        WHERE id = $1 AND state = 'queued'
        """

    /// Takes deliveries of a channel that are due, replies or those of campaigns, the oldest first, and of one subscriber
    /// only one at a time.
    ///
    /// The messages of a campaign reach a person in the order in which they were planned; what must wait longer, or
    /// belongs to a withdrawn campaign, holds up its own campaign only.
    package func claim(
        channel: ChannelID, replies: Bool, limit: Int, token: String, lease: Duration, now: Timestamp
    ) async throws -> [ClaimedDelivery] {
        try await database.write { connection in
            let candidates = try connection.query(
                (replies ? Self.selectReplies : Self.selectClaimable) + connection.dialect.skipLocked,
                [.id(channel), .time(now), .integer(Int64(limit))]
            ) { try Self.claimed($0, token: token, channel: channel) }
            return try candidates.filter { candidate in
                try connection.execute(
                    Self.claim, [.id(candidate.id), .text(token), .time(now + lease), .time(now)]) == 1
            }
        }
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
        try await database.write { connection in
            try connection.execute(
                Self.renew, [.id(delivery.id), .text(delivery.token), .time(now), .time(end)]) == 1
        }
    }

    private static func claimed(_ row: any SQLRow, token: String, channel: ChannelID) throws -> ClaimedDelivery {
        ClaimedDelivery(
            id: row.id(0), token: token, channel: channel, subscriber: row.id(1),
            campaign: row.integer(2).map(CampaignID.init(rawValue:)),
            purpose: row.text(3).flatMap(Delivery.Purpose.init(rawValue:)) ?? .campaign,
            address: row.text(4) ?? "", lastActiveAt: row.time(5),
            preferences: try StoredJSON.decode(Subscriber.Preferences.self, row.text(6)) ?? .init(),
            plannedAt: row.time(10),
            message: try StoredJSON.decode(Message.self, row.text(7)) ?? Message(modules: []),
            messageID: row.id(11), partsSent: Int(row.integer(8) ?? 0), attempts: Int(row.integer(9) ?? 0),
            marketing: try StoredJSON.decode(MarketingSubscription.self, row.text(12)), paysFrom: row.time(13),
            asksNobody: row.text(14))
    }

    // A subscriber who left between claim and here gets nothing: the state is read in the same statement.
    private static let begin = """
        UPDATE deliveries SET state = 'sending', attempt = attempt + 1, parts = $4, echo = NULL, updated_at = $3,
            lease_until = CASE WHEN lease_until < $9 THEN $9 ELSE lease_until END
        WHERE id = $1 AND state = 'claimed' AND token = $2 AND parts_sent = $8
            AND (SELECT s.state FROM subscribers s WHERE s.id = deliveries.subscriber_id) IN ($5, $6, $7)
            AND NOT EXISTS (
                SELECT 1 FROM subscriber_unwanted u
                WHERE u.subscriber_id = deliveries.subscriber_id AND u.campaign_id = deliveries.campaign_id)
        RETURNING attempt
        """
    private static let insertAttempt = """
        INSERT INTO attempts (delivery_id, attempt, part, started_at) VALUES ($1, $2, $3, $4)
        """

    /// Stores the intent to send, durably, before the request's first byte leaves.
    ///
    /// - Parameters:
    ///   - delivery: Still claimed.
    ///   - part: The one that is next, from 0.
    ///   - parts: How many it has.
    ///   - now: When the attempt begins.
    ///   - end: Until when the answer must be there; the lease lasts at least as long.
    /// - Returns: the attempt's number, or nil when the lease was lost, the part is done with or the subscriber left:
    ///   then nothing may be sent.
    /// - Throws: When the database fails: then nothing may be sent either.
    package func beginSending(
        _ delivery: ClaimedDelivery, part: Int, of parts: Int, now: Timestamp, until end: Timestamp? = nil
    ) async throws -> Int? {
        let states = delivery.purpose.states.map(\.rawValue)
        let allowed = (0..<3).map { SQLValue.text($0 < states.count ? states[$0] : states[0]) }
        return try await database.write { connection in
            let attempts = try connection.query(
                Self.begin,
                [.id(delivery.id), .text(delivery.token), .time(now), .integer(Int64(parts))] + allowed
                    + [.integer(Int64(part)), .time(end ?? now)]
            ) { $0.integer(0) }
            guard let attempt = attempts.first ?? nil else { return nil }
            try connection.execute(
                Self.insertAttempt, [.id(delivery.id), .integer(attempt), .integer(Int64(part)), .time(now)])
            return Int(attempt)
        }
    }

    private static let finishAttempt = """
        UPDATE attempts SET finished_at = $3, outcome = $4, platform_message_id = $5, reason_code = $6, reason = $7
        WHERE delivery_id = $1 AND attempt = $2
        """
    private static let finish = """
        UPDATE deliveries SET state = $4, parts_sent = parts_sent + $5, not_before = COALESCE($6, not_before),
            platform_message_id = COALESCE($7, platform_message_id), reason_code = $8, reason = $9, updated_at = $10
        WHERE id = $1 AND attempt = $2 AND token = $3 AND state = 'sending'
        """

    /// Stores how an attempt ended. Only the attempt that is in flight can be ended, and only once.
    ///
    /// - Parameters:
    ///   - delivery: In flight.
    ///   - attempt: Its number.
    ///   - outcome: How it ended.
    ///   - note: What it tells of the person and marketing messages.
    ///   - now: The time.
    /// - Returns: false when the row had moved on, so that this answer counts for nothing.
    /// - Throws: When the database fails.
    @discardableResult
    package func finish(
        _ delivery: ClaimedDelivery, attempt: Int, as outcome: AttemptOutcome, noting note: MarketingNote? = nil,
        now: Timestamp
    ) async throws -> Bool {
        try await database.write { connection in
            let row = StoredOutcome(outcome)
            let changed = try connection.execute(
                Self.finish,
                [
                    .id(delivery.id), .integer(Int64(attempt)), .text(delivery.token), .text(row.state.rawValue),
                    .integer(row.partIsDone ? 1 : 0), .time(row.notBefore), .optional(row.messageID),
                    .optional(row.reason?.code), .optional(row.reason?.message), .time(now),
                ])
            guard changed == 1 else { return false }
            try connection.execute(
                Self.finishAttempt,
                [
                    .id(delivery.id), .integer(Int64(attempt)), .time(now),
                    .text(row.attempt), .optional(row.messageID),
                    .optional(row.reason?.code), .optional(row.reason?.message),
                ])
            if let note { try Self.take(note, of: delivery.subscriber, now: now, on: connection) }
            switch outcome {
            case .unknown: try Self.settleByEarlierEchoes(now: now, on: connection)
            case .subscriberGone(let departure, let reason):
                try Self.leave(delivery.subscriber, departure, reason, at: now, on: connection)
            case .held:
                // What we believed about the window was wrong; the subscriber's next action will tell.
                try connection.execute(Self.forgetActivity, [.id(delivery.subscriber)])
            case .moved(let address, _):
                try Self.move(delivery.subscriber, to: address, at: now, on: connection)
            case .contentRefused(let reason):
                try Self.stopIfHopeless(delivery, reason, at: now, on: connection)
            default: break
            }
            return true
        }
    }

    private static let forgetActivity = "UPDATE subscribers SET last_active_at = NULL WHERE id = $1"
    private static let suppressWaiting = """
        UPDATE deliveries SET state = 'suppressed', reason_code = $2, reason = $3, updated_at = $4
        WHERE subscriber_id = $1 AND state IN ('queued', 'held')
        """

    private static func leave(
        _ subscriber: SubscriberID, _ departure: Subscriber.Departure, _ reason: DeliveryReason, at now: Timestamp,
        on connection: any SQLConnection
    ) throws {
        if var person = try loadSubscriber(subscriber, on: connection), person.state == .active {
            let order = EventOrder(at: now)
            if departure != .stopped { person.standing.note(isAway: true, at: order) }
            if departure == .stopped, person.standing.note(agrees: false, at: order) { person.marketing = nil }
            if departure != .away {
                person.standing.note(wants: false, at: order)
                try logConsent(
                    ConsentEntry(.withdrawn, origin: "platform", said: reason.code, at: now), of: subscriber, now: now,
                    on: connection)
            }
            try save(person, subscriber, reason: reason.message, now: now, on: connection)
        }
        try suppress(subscriber, reason, at: now, on: connection)
    }

    // The new address may belong to a subscriber that we know already: then the old row is a double of it.
    private static let changeAddress = """
        UPDATE subscribers SET address = $2 WHERE id = $1 AND NOT EXISTS (
            SELECT 1 FROM subscribers o WHERE o.channel_id = subscribers.channel_id AND o.address = $2)
        """

    private static func move(
        _ subscriber: SubscriberID, to address: String, at now: Timestamp, on connection: any SQLConnection
    ) throws {
        let changed = try connection.execute(changeAddress, [.id(subscriber), .text(address)])
        guard changed == 0 else { return }
        let double = DeliveryReason(
            code: "moved", message: "the chat moved to \(address), which is a subscriber already")
        if var person = try loadSubscriber(subscriber, on: connection) {
            person.standing.note(isAway: true, at: EventOrder(at: now))
            try save(person, subscriber, reason: double.message, now: now, on: connection)
        }
        try suppress(subscriber, double, at: now, on: connection)
    }

    static func suppress(
        _ subscriber: SubscriberID, _ reason: DeliveryReason, at now: Timestamp, on connection: any SQLConnection
    ) throws {
        try connection.execute(
            suppressWaiting, [.id(subscriber), .text(reason.code), .text(reason.message), .time(now)])
    }

    private static let release = """
        UPDATE deliveries SET state = $3, not_before = COALESCE($4, not_before), reason_code = $5, reason = $6,
            expires_at = CASE WHEN expires_at < $9 THEN $9 ELSE expires_at END,
            token = NULL, lease_until = NULL, updated_at = $7
        WHERE id = $1 AND token = $2 AND state = $8
        """
    /// What waits for a person's own time may go out for so long after it.
    static let collectedFor = Duration.hours(48)

    /// How a claimed delivery that was not sent is given back.
    package enum Release: Sendable {
        case queued(notBefore: Timestamp?)
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
            case .collected(let time): (.queued, time, nil)
            case .held(let reason): (.held, nil, reason)
            case .failed(let reason): (.failed, nil, reason)
            case .suppressed(let reason): (.suppressed, nil, reason)
            }
        let expiry: Timestamp? = if case .collected(let time) = release { time + Self.collectedFor } else { nil }
        try await database.write { connection in
            _ = try connection.execute(
                Self.release,
                [
                    .id(delivery.id), .text(delivery.token), .text(state.rawValue), .time(notBefore),
                    .optional(reason?.code), .optional(reason?.message), .time(now),
                    .text(Delivery.State.claimed.rawValue), .time(expiry),
                ])
        }
    }

    static let pauseChannel = """
        UPDATE channels SET paused_reason = $2, paused_at = $3 WHERE id = $1 AND paused_reason IS NULL
        """

    /// Stops a channel whose token or Page is refused. Nothing of it is claimed until tellal is started anew.
    package func pause(_ channel: ChannelID, reason: DeliveryReason, now: Timestamp) async throws {
        try await database.write { connection in
            try connection.execute(Self.pauseChannel, [.id(channel), .text(reason.message), .time(now)])
        }
    }
}
