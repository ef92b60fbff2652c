package import CampaignModel

/// What upkeep did to the outbox.
package struct Upkeep: Sendable, Hashable {
    /// Claimed by a process that is gone, nothing written: waiting again.
    package var requeued: Int
    /// The process ended between intent and answer: unknown, and never sent again by itself.
    package var unknown: Int
    package var reopened: Int
    package var expired: Int

    /// True when there was nothing to do.
    package var isEmpty: Bool { requeued + unknown + reopened + expired == 0 }
}

extension Store {
    private static let requeueAbandoned = """
        UPDATE deliveries SET state = 'queued', token = NULL, lease_until = NULL, updated_at = $2
        WHERE state = 'claimed' AND lease_until <= $1
        """
    private static let settleAbandoned = """
        UPDATE deliveries SET state = 'unknown', reason_code = $3, reason = $4, updated_at = $2
        WHERE state = 'sending' AND lease_until <= $1
        """
    private static let closeAttempts = """
        UPDATE attempts SET finished_at = $1, outcome = 'unknown', reason_code = $2, reason = $3
        WHERE finished_at IS NULL AND delivery_id IN (SELECT d.id FROM deliveries d WHERE d.state = 'unknown')
        """
    private static let reopenHeld = """
        UPDATE deliveries SET state = 'queued', reason_code = NULL, reason = NULL, updated_at = $2
        WHERE state = 'held' AND (
            subscriber_id IN (SELECT s.id FROM subscribers s WHERE s.last_active_at > $1 AND s.state = 'active')
            OR (campaign_id IS NOT NULL AND parts_sent = 0 AND COALESCE(reason_code, '') <> $3
                AND subscriber_id IN (
                    SELECT s.id FROM subscribers s JOIN channels c ON c.id = s.channel_id
                    WHERE s.paid_from <= $2 AND s.state = 'active' AND c.paid_from <= $2)))
        """
    private static let expireOld = """
        UPDATE deliveries SET state = 'expired', reason_code = $2, reason = $3, updated_at = $1
        WHERE state IN ('queued', 'held') AND expires_at <= $1
        """

    /// Puts the outbox in order: what a dead process left, windows that opened, deliveries that are too old.
    ///
    /// Leases that ended until `leasesUntil` are lost. The only writing process of a SQLite database may pass the end of
    /// time when it starts: whoever held a lease is dead.
    package func tidyOutbox(leasesUntil: Timestamp, windowOpenedAfter: Timestamp, now: Timestamp) async throws -> Upkeep
    {
        try await database.write { connection in
            let requeued = try connection.execute(
                Self.requeueAbandoned, [.time(leasesUntil), .time(now)])
            let interrupted = DeliveryReason.interrupted
            let unknown = try connection.execute(
                Self.settleAbandoned,
                [.time(leasesUntil), .time(now), .text(interrupted.code), .text(interrupted.message)])
            if unknown > 0 {
                try connection.execute(
                    Self.closeAttempts, [.time(now), .text(interrupted.code), .text(interrupted.message)])
                try Self.settleByEarlierEchoes(now: now, on: connection)
            }
            let reopened = try connection.execute(
                Self.reopenHeld, [.time(windowOpenedAfter), .time(now), .text(DeliveryReason.noPaidForm.code)])
            let tooOld = DeliveryReason.tooOld
            let expired = try connection.execute(
                Self.expireOld, [.time(now), .text(tooOld.code), .text(tooOld.message)])
            return Upkeep(requeued: requeued, unknown: unknown, reopened: reopened, expired: expired)
        }
    }

    private static let nextReplyDue = """
        SELECT MIN(d.not_before) FROM deliveries d JOIN channels h ON h.id = d.channel_id
        WHERE d.channel_id = $1 AND d.state = 'queued' AND d.campaign_id IS NULL AND h.paused_reason IS NULL
        """
    private static let nextDue = """
        SELECT d.not_before FROM deliveries d JOIN campaigns c ON c.id = d.campaign_id
        JOIN channels h ON h.id = d.channel_id
        WHERE d.channel_id = $1 AND d.state = 'queued' AND c.state = 'active' AND h.paused_reason IS NULL
            AND NOT EXISTS (
                SELECT 1 FROM deliveries e
                WHERE e.subscriber_id = d.subscriber_id AND e.id < d.id AND e.state = 'queued'
                    AND e.campaign_id = d.campaign_id)
        ORDER BY d.not_before, d.id LIMIT 1
        """

    /// When the earliest waiting reply of a channel, or delivery of a campaign, may go out; nil when none waits.
    package func nextDeliveryDue(on channel: ChannelID, replies: Bool) async throws -> Timestamp? {
        try await database.read { connection in
            try connection.integer(replies ? Self.nextReplyDue : Self.nextDue, [.id(channel)]).map(
                Timestamp.init(milliseconds:))
        }
    }
}
