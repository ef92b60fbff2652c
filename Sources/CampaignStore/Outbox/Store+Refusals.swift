package import CampaignModel

/// When a platform refuses what a message says, whoever it is for.
extension Store {
    /// So many who hear the same no, and nobody who got it: then nobody else is tried.
    private static let refusalsToStop: Int64 = 3
    /// So many messages of a campaign stopped within a day: then something is wrong with the campaign.
    private static let messagesToPause: Int64 = 5

    private static let noteReached = """
        INSERT INTO message_fates (message_id, channel_id, reached_at) VALUES ($1, $2, $3)
        ON CONFLICT (message_id, channel_id) DO UPDATE SET
            reached_at = COALESCE(message_fates.reached_at, excluded.reached_at)
        """
    // Another reason begins to count anew.
    private static let noteRefusal = """
        INSERT INTO message_fates (message_id, channel_id, refusals, reason_code, reason) VALUES ($1, $2, 1, $3, $4)
        ON CONFLICT (message_id, channel_id) DO UPDATE SET
            refusals = CASE WHEN message_fates.reason_code = excluded.reason_code
                THEN message_fates.refusals + 1 ELSE 1 END,
            reason_code = excluded.reason_code, reason = excluded.reason
        RETURNING refusals, reached_at
        """
    private static let isAnybodyWaiting = """
        SELECT 1 FROM deliveries WHERE message_id = $1 AND channel_id = $2 AND ended_at IS NULL LIMIT 1
        """
    private static let markStopped = """
        UPDATE message_fates SET stopped_at = $3 WHERE message_id = $1 AND channel_id = $2 AND stopped_at IS NULL
        """
    private static let countStopped = """
        SELECT COUNT(DISTINCT f.message_id) FROM message_fates f JOIN messages m ON m.id = f.message_id
        JOIN runs r ON r.id = m.run_id
        WHERE f.stopped_at > $2 AND r.campaign_id = $1 AND COALESCE(f.reason_code, '') <> $3
            AND m.edits_message_id IS NULL AND f.stopped_at > COALESCE((SELECT c.resumed_at FROM campaigns c WHERE c.id = $1), 0)
        """
    private static let selectStopped = """
        SELECT reason_code, reason FROM message_fates
        WHERE message_id = $1 AND channel_id = $2 AND stopped_at IS NOT NULL
        """

    /// Somebody has it, or may have it: then a refusal says nothing of the others.
    static func noteReached(_ delivery: ClaimedDelivery, at now: Timestamp, on connection: any SQLConnection) throws {
        guard delivery.campaign != nil else { return }
        try connection.execute(noteReached, [.id(delivery.messageID), .id(delivery.channel), .time(now)])
    }

    /// Stops a message that the platform refuses for what it says, so that not everybody's delivery must find out; and
    /// pauses its campaign when that happens again and again. Those who wait for it fail when their turn comes.
    static func stopIfHopeless(
        _ delivery: ClaimedDelivery, _ reason: DeliveryReason, at now: Timestamp, on connection: any SQLConnection
    ) throws {
        // An answer to one person is nobody else's.
        guard let campaign = delivery.campaign else { return }
        let place: [SQLValue] = [.id(delivery.messageID), .id(delivery.channel)]
        let fates = try connection.query(noteRefusal, place + [.text(reason.code), .text(reason.message)]) {
            (refusals: $0.integer(0) ?? 0, reachedAt: $0.time(1))
        }
        guard let fate = fates.first, fate.reachedAt == nil else { return }
        guard try fate.refusals >= refusalsToStop || connection.integer(isAnybodyWaiting, place) == nil else { return }
        let isNew = try connection.execute(markStopped, place + [.time(now)]) == 1
        // That edits are refused is no reason to send nothing.
        guard delivery.purpose != .edit else { return }
        let stopped =
            try connection.integer(
                countStopped, [.id(campaign), .time(now - .days(1)), .text(DeliveryReason.cancelled.code)]) ?? 0
        guard isNew, stopped >= messagesToPause else { return }
        let pause =
            "\(stopped) messages within a day were refused for what they say, the last because: \(reason.message)"
        try self.pause(campaign, reason: pause, at: now, on: connection)
    }

    /// Why nobody else is sent the message on this channel: refused, or cancelled; nil when nothing speaks against it.
    static func stopReason(
        of message: MessageID, on channel: ChannelID, _ connection: any SQLConnection
    ) throws -> DeliveryReason? {
        try connection.query(selectStopped, [.id(message), .id(channel)]) { (row: any SQLRow) -> DeliveryReason in
            let code = row.text(0) ?? "refused"
            guard code != DeliveryReason.cancelled.code else { return DeliveryReason.cancelled }
            return DeliveryReason(
                code: code, message: "the platform refused this message for others already: \(row.text(1) ?? "")")
        }.first
    }

    /// Stops a campaign until its owner lets it go on, because something is wrong with it; requests that are out end.
    package func pause(campaign: CampaignID, reason: String, now: Timestamp) async throws {
        try await database.write { connection in
            try Self.pause(campaign, reason: reason, at: now, on: connection)
        }
    }

    private static func pause(
        _ campaign: CampaignID, reason: String, at now: Timestamp, on connection: any SQLConnection
    ) throws {
        guard try connection.execute(pauseCampaign, [.id(campaign), .text(reason), .time(now)]) > 0 else { return }
        try takeBack(campaign, at: now, on: connection)
    }

    private static let pauseCampaign = """
        UPDATE campaigns SET state = 'paused', paused_reason = $2, paused_at = $3 WHERE id = $1 AND state = 'active'
        """
}
