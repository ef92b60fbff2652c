package import CampaignModel

/// What upkeep did to the outbox.
package struct Upkeep: Sendable, Hashable {
    /// Claimed by a process that is gone, nothing written: waiting again.
    package var requeued: Int
    /// The process ended between intent and answer: unknown.
    package var unknown: Int
    /// Held, and may go by now: waiting again.
    package var reopened: Int
    /// Too old by now.
    package var expired: Int
    /// Unknown for so long that their campaign sends them again.
    package var resent = 0
    /// Runs that nobody let go in time.
    package var unanswered = 0

    /// True when there was nothing to do.
    package var isEmpty: Bool { requeued + unknown + reopened + expired + resent + unanswered == 0 }
}

extension Store {
    // An edit may be made twice.
    private static let requeueAbandoned = """
        UPDATE deliveries SET state = 'queued', token = NULL, lease_until = NULL, updated_at = $2
        WHERE lease_until <= $1 AND (state = 'claimed' OR (state = 'sending' AND purpose = 'edit'))
        """
    // Those who may have the message count as such.
    private static let noteAbandonedReached = """
        INSERT INTO message_fates (message_id, channel_id, reached_at)
        SELECT DISTINCT message_id, channel_id, $2 FROM deliveries
        WHERE lease_until <= $1 AND state = 'sending' AND campaign_id IS NOT NULL
        ON CONFLICT (message_id, channel_id) DO UPDATE SET
            reached_at = COALESCE(message_fates.reached_at, excluded.reached_at)
        """
    private static let closeAttempts = """
        INSERT INTO attempts (delivery_id, attempt, part, started_at, finished_at, outcome, reason_code, reason)
        SELECT id, attempt, parts_sent, updated_at, $2, 'unknown', $3, $4 FROM deliveries
        WHERE lease_until <= $1 AND state = 'sending'
        ON CONFLICT (delivery_id, attempt) DO NOTHING
        """
    private static let settleAbandoned = """
        UPDATE deliveries SET state = 'unknown', reason_code = $3, reason = $4, updated_at = $2, ended_at = $2,
            lease_until = NULL
        WHERE lease_until <= $1 AND state = 'sending'
        """
    private static let openHeld = DialectStatement {
        """
        SELECT d.id FROM deliveries d WHERE d.\($0.stage) = 'held' AND (
            (\(waitsAlone($0)) AND d.subscriber_id IN (
                SELECT s.id FROM subscribers s WHERE s.last_active_at > $1 AND s.state = 'active'))
            OR (d.campaign_id IS NOT NULL AND d.parts_sent = 0 AND d.not_before <= $2 AND COALESCE(d.reason_code, '') <> $3
                AND d.subscriber_id IN (
                    SELECT s.id FROM subscribers s JOIN channels c ON c.id = s.channel_id
                    WHERE s.paid_from <= $2 AND s.state = 'active' AND c.paid_from <= $2)))
        LIMIT $4
        """
    }
    private static let reopen = """
        UPDATE deliveries SET state = 'queued', reason_code = NULL, reason = NULL, updated_at = $2
        WHERE id = $1 AND state = 'held'
        """
    private static let tooOld = """
        SELECT id FROM deliveries WHERE ended_at IS NULL AND expires_at <= $1 AND state IN ('queued', 'held') LIMIT $2
        """
    private static let expire = """
        UPDATE deliveries SET state = 'expired', reason_code = $3,
            reason = CASE WHEN reason IS NULL THEN $4 ELSE $4 || ': ' || reason END, updated_at = $2, ended_at = $2
        WHERE id = $1 AND state IN ('queued', 'held')
        """

    /// Puts the outbox in order: what a dead process left, windows that opened, deliveries that are too old.
    ///
    /// Leases that ended until `leasesUntil` are lost. The only writing process of a SQLite database may pass the end of
    /// time when it starts: whoever held a lease is dead. In a database that several share, the leases that are lost are
    /// always those that have ended by its own clock.
    package func tidyOutbox(leasesUntil: Timestamp, windowOpenedAfter: Timestamp, now: Timestamp) async throws -> Upkeep
    {
        var upkeep = try await takeBack(leasesUntil: leasesUntil, now: now)
        upkeep.reopened = try await inLots {
            try $0.query(
                Self.openHeld[$0.dialect],
                [
                    .time(windowOpenedAfter), .time(now), .text(DeliveryReason.noPaidForm.code),
                    .integer(Int64(Self.lot)),
                ]
            ) { $0.id(0) }
        } change: { id, connection in
            try connection.execute(Self.reopen, [.id(id), .time(now)])
        }
        let reason = DeliveryReason.tooOld
        upkeep.expired = try await inLots {
            try $0.query(Self.tooOld, [.time(now), .integer(Int64(Self.lot))]) { $0.id(0) }
        } change: { id, connection in
            try connection.execute(
                Self.expire, [.id(id), .time(now), .text(reason.code), .text(reason.message)])
        }
        return upkeep
    }

    private func takeBack(leasesUntil: Timestamp, now: Timestamp) async throws -> Upkeep {
        try await database.write(.readCommitted) { connection in
            let leasesUntil = try connection.leaseTime(leasesUntil)
            var upkeep = Upkeep(requeued: 0, unknown: 0, reopened: 0, expired: 0)
            upkeep.requeued = try connection.execute(Self.requeueAbandoned, [.time(leasesUntil), .time(now)])
            let reason = DeliveryReason.interrupted
            let ended: [SQLValue] = [.time(leasesUntil), .time(now), .text(reason.code), .text(reason.message)]
            guard try connection.execute(Self.closeAttempts, ended) > 0 else { return upkeep }
            try connection.execute(Self.noteAbandonedReached, [.time(leasesUntil), .time(now)])
            upkeep.unknown = try connection.execute(Self.settleAbandoned, ended)
            try Self.settleByEarlierEchoes(now: now, on: connection)
            return upkeep
        }
    }

    /// Changes many deliveries without keeping other writes waiting: they are looked up by a reader and changed a lot at a
    /// time.
    func inLots(
        _ find: @escaping @Sendable (any SQLConnection) throws -> [DeliveryID],
        change: @escaping @Sendable (DeliveryID, any SQLConnection) throws -> Int
    ) async throws -> Int {
        var all = 0
        while true {
            let found = try await database.read(find)
            guard !found.isEmpty else { return all }
            let changed = try await database.write(.readCommitted) { connection in
                try found.reduce(into: 0) { $0 += try change($1, connection) }
            }
            all += changed
            // Who found what others have changed meanwhile looks again at the next opportunity.
            guard changed > 0, found.count == Self.lot else { return all }
        }
    }
}
