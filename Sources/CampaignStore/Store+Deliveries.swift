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
    static let cancelled = DeliveryReason(code: "cancelled", message: "cancelled by the owner")
    static let tooOld = DeliveryReason(code: "expired", message: "it could not be sent before it was too old")
}

/// A delivery that this process may send, for as long as its lease lasts.
package struct ClaimedDelivery: Sendable {
    package let id: DeliveryID
    package let token: String
    /// By the clock of who claimed it, a little early rather than late.
    package let leaseUntil: Timestamp
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
        try await database.write(.fenced) { connection in
            let clock = try connection.leaseTime(now)
            return try connection.execute(
                Self.renew, [.id(delivery.id), .text(delivery.token), .time(clock), .time(clock + (end - now))]) == 1
        }
    }

    // A subscriber who left between claim and here gets nothing: the state is read in the same statement. What need not
    // change is left out of it, so that no index is touched; nothing is returned, which would cost as much as all the rest,
    // and nothing is looked up in a list, for which SQLite makes a table each time.
    private static func begin(_ lease: String) -> String {
        """
        UPDATE deliveries SET state = 'sending', attempt = attempt + 1, parts = $4, echo = NULL, updated_at = $3\(lease)
        WHERE id = $1 AND state = 'claimed' AND token = $2 AND parts_sent = $8 AND attempt = $9
            AND EXISTS (
                SELECT 1 FROM subscribers s
                WHERE s.id = deliveries.subscriber_id AND (s.state = $5 OR s.state = $6 OR s.state = $7))
            AND NOT EXISTS (
                SELECT 1 FROM subscriber_unwanted u
                WHERE u.subscriber_id = deliveries.subscriber_id AND u.campaign_id = deliveries.campaign_id)
            AND NOT EXISTS (
                SELECT 1 FROM message_fates f
                WHERE f.message_id = deliveries.message_id AND f.channel_id = deliveries.channel_id
                    AND f.stopped_at IS NOT NULL AND deliveries.parts_sent = 0)
        """
    }
    private static let isStillClaimed = "SELECT 1 FROM deliveries WHERE id = $1 AND token = $2 AND state = 'claimed'"
    private static let begin = begin("")
    private static let beginLonger = begin(", lease_until = $10")

    /// What became of the intent to send.
    package enum Intent: Sendable {
        /// It is safe; the request may leave.
        case stored(attempt: Int)
        /// The lease was lost, the part is done with, the message was stopped or the subscriber left: nothing may be sent,
        /// and the delivery is to be given back so, if it is still ours.
        case refused(Release)

        /// The attempt's number; nil when nothing may be sent.
        package var attempt: Int? { if case .stored(let attempt) = self { attempt } else { nil } }
    }

    /// Stores the intent to send, durably, before the request's first byte leaves.
    ///
    /// - Parameters:
    ///   - delivery: Still claimed.
    ///   - part: The one that is next, from 0.
    ///   - parts: How many it has.
    ///   - attempts: How many attempts were begun before; nil when none was since the claim.
    ///   - now: When the attempt begins.
    ///   - end: Until when the answer must be there; the lease lasts at least as long.
    /// - Returns: Whether it may be sent now.
    /// - Throws: When the database fails: then nothing may be sent either.
    package func beginSending(
        _ delivery: ClaimedDelivery, part: Int, of parts: Int, after attempts: Int? = nil, now: Timestamp,
        until end: Timestamp? = nil
    ) async throws -> Intent {
        let states = delivery.purpose.states.map(\.rawValue)
        let allowed = (0..<3).map { SQLValue.text($0 < states.count ? states[$0] : states[0]) }
        let begun = attempts ?? delivery.attempts
        let values: [SQLValue] =
            [.id(delivery.id), .text(delivery.token), .time(now), .integer(Int64(parts))] + allowed
            + [.integer(Int64(part)), .integer(Int64(begun))]
        let begin: @Sendable (any SQLConnection) throws -> Intent = { connection in
            let leaseEnd = try end.map { try connection.leaseTime(now) + ($0 - now) }
            let lease = leaseEnd.flatMap { $0 > delivery.leaseUntil ? [SQLValue.time($0)] : nil } ?? []
            if try connection.execute(lease.isEmpty ? Self.begin : Self.beginLonger, values + lease) == 1 {
                return .stored(attempt: begun + 1)
            }
            // Taken back by the owner's pause, or its lease is lost: whoever has it now decides.
            guard try connection.integer(Self.isStillClaimed, [.id(delivery.id), .text(delivery.token)]) != nil else {
                return .refused(.queued(notBefore: nil))
            }
            let isCampaigns = delivery.campaign != nil && delivery.partsSent == 0
            let reason =
                isCampaigns ? try Self.stopReason(of: delivery.messageID, on: delivery.channel, connection) : nil
            guard let reason else { return .refused(.suppressed(.left)) }
            return .refused(reason == .cancelled ? .suppressed(reason) : .failed(reason))
        }
        do {
            return try await database.write(.fenced, begin)
        } catch is UnclearCommit {
            // The row itself says whether the intent is stored; whoever still writes it is waited for.
            return try await database.write(.fenced) { connection in
                let isStored = try connection.integer(
                    Self.isBegun + connection.dialect.locking("deliveries"),
                    [.id(delivery.id), .text(delivery.token), .integer(Int64(begun + 1)), .time(now)])
                return isStored == nil ? try begin(connection) : .stored(attempt: begun + 1)
            }
        }
    }

    private static let isBegun = """
        SELECT 1 FROM deliveries
        WHERE id = $1 AND token = $2 AND state = 'sending' AND attempt = $3 AND updated_at = $4
        """

    // When it began is where the delivery says so.
    private static func insertAttempt(_ state: Delivery.State, _ dialect: Dialect) -> String {
        """
        INSERT INTO attempts (delivery_id, attempt, part, started_at, finished_at, outcome, platform_message_id,
            reason_code, reason)
        SELECT id, attempt, parts_sent, updated_at, $4, $5, $6, $7, $8 FROM deliveries
        WHERE id = $1 AND attempt = $2 AND token = $3 AND state = '\(state.rawValue)'\(dialect.locking("deliveries"))
        """
    }
    private static let insertAttempt = insertAttempt(.sending, .sqlite)
    // Who gives it up at this moment is waited for, or comes too late.
    private static let insertAttemptLocked = insertAttempt(.sending, .postgres)
    // It was given up meanwhile, and is there already.
    private static let mendAttempt = """
        \(insertAttempt(.unknown, .sqlite))
        ON CONFLICT (delivery_id, attempt) DO UPDATE SET finished_at = excluded.finished_at, outcome = excluded.outcome,
            platform_message_id = excluded.platform_message_id, reason_code = NULL, reason = NULL
        """
    private static let columnsOfOutcome = """
        state = $4, parts_sent = parts_sent + $5, platform_message_id = COALESCE($6, platform_message_id),
            reason_code = $7, reason = $8, updated_at = $9
        """
    private static let isInFlight = "id = $1 AND attempt = $2 AND token = $3 AND state = 'sending'"
    /// It goes on at once, under the same lease.
    private static let finishPart = "UPDATE deliveries SET \(columnsOfOutcome) WHERE \(isInFlight)"
    private static let putBack = """
        UPDATE deliveries SET \(columnsOfOutcome), not_before = COALESCE($10, not_before), token = NULL,
            lease_until = NULL
        WHERE \(isInFlight)
        """
    private static let finish = """
        UPDATE deliveries SET \(columnsOfOutcome), lease_until = NULL, ended_at = $9 WHERE \(isInFlight)
        """
    // The answer came after the lease had ended: it is true all the same.
    private static let finishLate = """
        UPDATE deliveries SET \(columnsOfOutcome), lease_until = NULL, ended_at = $9
        WHERE id = $1 AND attempt = $2 AND token = $3 AND state = 'unknown'
        """

    /// Stores how an attempt ended. Only the attempt that is in flight can be ended, and only once; that it arrived counts
    /// also when it was given up as unknown meanwhile.
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
        let hasArrived = outcome.mayHaveArrived && delivery.campaign != nil
        let isNews = hasArrived && !shelf.isReached(delivery.messageID, delivery.channel)
        let finish: @Sendable (any SQLConnection) throws -> Bool = { connection in
            let row = StoredOutcome(outcome)
            let fence: [SQLValue] = [.id(delivery.id), .integer(Int64(attempt)), .text(delivery.token)]
            let told: [SQLValue] = [
                .optional(row.messageID), .optional(row.reason?.code), .optional(row.reason?.message),
            ]
            let values =
                fence + [.text(row.state.rawValue), .integer(row.partIsDone ? 1 : 0)] + told + [.time(now)]
            let columns: [SQLValue] = fence + [.time(now), .text(row.attempt)] + told
            // A delivery that was sent at its first attempt tells all that there is to tell.
            let isPlain = attempt == 1 && row.state == .sent
            let noteAttempt = connection.dialect.locksRows ? Self.insertAttemptLocked : Self.insertAttempt
            if !isPlain, try connection.execute(noteAttempt, columns) == 0 {
                guard row.state == .sent else { return false }
            }
            let changed =
                switch row.state {
                case .claimed: try connection.execute(Self.finishPart, values)
                case .queued, .held: try connection.execute(Self.putBack, values + [.time(row.notBefore)])
                default: try connection.execute(Self.finish, values)
                }
            if changed == 0 {
                guard row.state == .sent, try connection.execute(Self.mendAttempt, columns) == 1,
                    try connection.execute(Self.finishLate, values) == 1
                else { return false }
            }
            if let note { try Self.take(note, of: delivery.subscriber, now: now, on: connection) }
            if isNews { try Self.noteReached(delivery, at: now, on: connection) }
            switch outcome {
            case .unknown: try Self.settleByEarlierEchoes(now: now, on: connection)
            case .subscriberGone(let departure, let reason):
                try Self.leave(delivery.subscriber, departure, reason, at: now, on: connection)
            case .held:
                // What we believed about the window was wrong; the subscriber's next action will tell.
                try connection.execute(Self.forgetActivity, [.id(delivery.subscriber)])
            case .moved(let address, _):
                try Self.move(delivery.subscriber, to: address, at: now, on: connection)
            case .rest(let time, _):
                try connection.execute(Self.restChannel, [.id(delivery.channel), .time(time)])
            case .contentRefused(let reason):
                try Self.stopIfHopeless(delivery, reason, at: now, on: connection)
            default: break
            }
            return true
        }
        // What changes nothing but the delivery and its attempt is fenced by them.
        let isolation: WriteIsolation = outcome.isOnlyOfDelivery && note == nil ? .fenced : .serial
        var counts = true
        do {
            counts = try await database.write(.inHand, isolation, finish)
        } catch is UnclearCommit {
            // A second time it changes nothing, if the first one counted.
            _ = try await database.write(.inHand, isolation, finish)
        }
        if isNews, counts { shelf.noteReached(delivery.messageID, delivery.channel) }
        return counts
    }

    private static let forgetActivity = "UPDATE subscribers SET last_active_at = NULL WHERE id = $1"
    private static let suppressWaiting = """
        UPDATE deliveries SET state = 'suppressed', reason_code = $2, reason = $3, updated_at = $4, ended_at = $4
        WHERE subscriber_id = $1 AND ended_at IS NULL AND state IN ('queued', 'held')
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
            token = NULL, lease_until = NULL, updated_at = $7, ended_at = $10
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
        try await database.write(.fenced) { connection in
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
