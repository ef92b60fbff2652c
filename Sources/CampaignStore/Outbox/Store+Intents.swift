package import CampaignModel

/// The result of storing an intent to send.
package enum Intent: Sendable {
    /// The intent is durable; the request may be sent.
    case stored(attempt: Int)
    /// Nothing may be sent: the lease was lost, the part is done, the message was stopped, its campaign was paused, or
    /// the subscriber left or does not want it now. The delivery is to be released in this way, if the lease still
    /// holds.
    case refused(Store.Release)

    /// The attempt's number; nil when nothing may be sent.
    package var attempt: Int? { if case .stored(let attempt) = self { attempt } else { nil } }
}

/// The arguments of one ``Store/beginSending(_:part:of:after:now:until:)``.
struct IntentRequest: Sendable {
    let delivery: ClaimedDelivery
    let part: Int
    let parts: Int
    /// How many attempts of the delivery were begun before.
    let begun: Int
    let now: Timestamp
    let end: Timestamp?
}

/// At least one delivery of a batch did not meet the conditions. The batch is rolled back, and each is tried alone.
struct SomeRefused: Error {}

/// The intent to send, which is stored before a request's first byte leaves.
extension Store {
    /// Stores the intent to send, durably, before the request's first byte leaves. After a crash the intent tells that
    /// the message may have been sent.
    ///
    /// - Parameters:
    ///   - delivery: The delivery; it must still be claimed.
    ///   - part: The next part, from 0.
    ///   - parts: How many parts the message has.
    ///   - attempts: How many attempts were begun before; nil when none was since the claim.
    ///   - now: When the attempt begins.
    ///   - end: Until when the answer must have come; the lease is extended to that time if it is shorter.
    /// - Returns: Whether the request may be sent.
    /// - Throws: When the database fails: then nothing may be sent.
    package func beginSending(
        _ delivery: ClaimedDelivery, part: Int, of parts: Int, after attempts: Int? = nil, now: Timestamp,
        until end: Timestamp? = nil
    ) async throws -> Intent {
        let request = IntentRequest(
            delivery: delivery, part: part, parts: parts, begun: attempts ?? delivery.attempts, now: now, end: end)
        do {
            return try await intents.add(request, to: database)
        } catch is InDoubtCommit {
            // The row tells whether the intent is stored. The second try waits for a transaction that may still be
            // writing it.
            return try await database.write(.readCommitted) { connection in
                let intent = try Self.begin([request], on: connection)[0]
                guard intent.attempt == nil else { return intent }
                let isStored = try connection.integer(
                    Self.isBegun, [.id(delivery.id), .text(delivery.token), .integer(Int64(request.begun + 1))])
                return isStored == nil ? intent : .stored(attempt: request.begun + 1)
            }
        }
    }

    // The token is unique to this claim, so the match can only be this attempt.
    private static let isBegun = """
        SELECT 1 FROM deliveries WHERE id = $1 AND token = $2 AND state = 'sending' AND attempt = $3
        """

    /// Values that intents must share to be stored by one statement.
    private struct IntentKind: Hashable {
        let token: String
        let message: MessageID
        let channel: ChannelID
        let purpose: Delivery.Purpose
        let part: Int
        let parts: Int
        let begun: Int
        /// The end of the extended lease; nil when the lease is long enough.
        let leaseUntil: Timestamp?
    }

    static func begin(_ requests: [IntentRequest], on connection: any SQLConnection) throws -> [Intent] {
        let kinds = try requests.map { request in
            let leaseEnd = try request.end.map { try connection.leaseTime(request.now) + ($0 - request.now) }
            return IntentKind(
                token: request.delivery.token, message: request.delivery.messageID,
                channel: request.delivery.channel, purpose: request.delivery.purpose, part: request.part,
                parts: request.parts, begun: request.begun,
                leaseUntil: leaseEnd.flatMap { $0 > request.delivery.leaseUntil ? $0 : nil })
        }
        let now = requests.map(\.now).max() ?? Timestamp(milliseconds: 0)
        var intents = requests.map { Intent.stored(attempt: $0.begun + 1) }
        for (kind, members) in grouped(kinds) {
            let list = DeliveryList(members.map { requests[$0].delivery.id }, for: connection.dialect)
            let begin = kind.leaseUntil == nil ? beginAll : beginAllLonger
            let changed = try connection.execute(
                begin.text(list),
                [list.value, .text(kind.token), .time(now), .integer(Int64(kind.parts))] + allowedStates(kind.purpose)
                    + [.integer(Int64(kind.part)), .integer(Int64(kind.begun)), .id(kind.message), .id(kind.channel)]
                    + (kind.leaseUntil.map { [.time($0)] } ?? []))
            guard changed < members.count else { continue }
            // A batch does not tell which delivery was refused; each is tried alone.
            guard members.count == 1 else { throw SomeRefused() }
            intents[members[0]] = .refused(try refusal(of: requests[members[0]], on: connection))
        }
        return intents
    }

    private static func allowedStates(_ purpose: Delivery.Purpose) -> [SQLValue] {
        let states = purpose.states.map(\.rawValue)
        return (0..<3).map { .text($0 < states.count ? states[$0] : states[0]) }
    }

    // The conditions are read in the same statement: a subscriber who left or paused since the claim gets nothing. The
    // owner's pause releases claimed deliveries, but not one that another worker claims at that moment, so the
    // campaign's pause is checked too.
    // For speed: no indexed column changes; nothing is returned, which would double the cost; and states are compared
    // one by one, because SQLite builds a table for each `IN` list.
    private static func beginStatement(_ isMeant: String, _ lease: String) -> String {
        """
        UPDATE deliveries SET state = 'sending', attempt = attempt + 1, parts = $4, echo = NULL, updated_at = $3\(lease)
        WHERE \(isMeant) AND state = 'claimed' AND token = $2 AND parts_sent = $8 AND attempt = $9
            AND EXISTS (
                SELECT 1 FROM subscribers s
                WHERE s.id = deliveries.subscriber_id AND (s.state = $5 OR s.state = $6 OR s.state = $7)
                    AND (COALESCE(s.paused_until, 0) <= $3 OR $8 > 0
                        OR (deliveries.purpose <> 'campaign' AND deliveries.purpose <> 'edit')))
            AND NOT EXISTS (
                SELECT 1 FROM subscriber_unwanted u
                WHERE u.subscriber_id = deliveries.subscriber_id AND u.campaign_id = deliveries.campaign_id)
            AND NOT EXISTS (
                SELECT 1 FROM message_fates f
                WHERE f.message_id = $10 AND f.channel_id = $11 AND f.stopped_at IS NOT NULL AND $8 = 0)
            AND NOT EXISTS (
                SELECT 1 FROM campaigns c
                WHERE c.id = deliveries.campaign_id AND c.paused_at IS NOT NULL AND $8 = 0)
        """
    }
    private static let beginAll = DeliveryStatement { beginStatement($0, "") }
    private static let beginAllLonger = DeliveryStatement { beginStatement($0, ", lease_until = $12") }
    private static let isStillClaimed = "SELECT 1 FROM deliveries WHERE id = $1 AND token = $2 AND state = 'claimed'"

    private static let selectObstacles = """
        SELECT s.state,
            (SELECT COUNT(*) FROM subscriber_unwanted u WHERE u.subscriber_id = s.id AND u.campaign_id = d.campaign_id),
            s.paused_until
        FROM deliveries d JOIN subscribers s ON s.id = d.subscriber_id WHERE d.id = $1
        """

    private static func refusal(of request: IntentRequest, on connection: any SQLConnection) throws -> Release {
        let delivery = request.delivery
        // The owner's pause released it, or its lease was lost: its present holder decides.
        guard try connection.integer(isStillClaimed, [.id(delivery.id), .text(delivery.token)]) != nil else {
            return .queued(notBefore: nil)
        }
        if delivery.campaign != nil, delivery.partsSent == 0,
            let reason = try stopReason(of: delivery.messageID, on: delivery.channel, connection)
        {
            return reason == .cancelled ? .suppressed(reason) : .failed(reason)
        }
        let found = try connection.query(selectObstacles, [.id(delivery.id)]) {
            (
                state: $0.text(0).flatMap(Subscriber.State.init(rawValue:)), isUnwanted: $0.integer(1) == 1,
                pausedUntil: $0.time(2)
            )
        }
        guard let person = found.first, let state = person.state, delivery.purpose.states.contains(state) else {
            return .suppressed(found.first?.state == .blocked ? .shutOut : .left)
        }
        if person.isUnwanted { return .suppressed(.unwanted) }
        if let until = person.pausedUntil, until > request.now, request.part == 0,
            [.campaign, .edit].contains(delivery.purpose)
        {
            return .suppressed(.pausedByPerson)
        }
        // Its campaign is paused, so that no claim takes it before the pause ends; or another part is next.
        return .queued(notBefore: nil)
    }
}
