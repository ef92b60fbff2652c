package import CampaignModel

/// When a platform refuses what a message says, whoever it is for.
extension Store {
    /// So many who hear the same no, and nobody who got it: then nobody else is tried.
    private static let refusalsToStop: Int64 = 3
    /// So many messages of a campaign stopped within a day: then something is wrong with the campaign.
    private static let messagesToPause: Int64 = 5

    private static let countRefusals = """
        SELECT COUNT(*) FROM deliveries d JOIN deliveries mine ON mine.id = $1
        WHERE d.run_id = mine.run_id AND d.ordinal = mine.ordinal AND d.channel_id = mine.channel_id
            AND d.state = 'failed' AND d.reason_code = $2
        """
    private static let hasSomebodyGotIt = """
        SELECT 1 FROM deliveries d JOIN deliveries mine ON mine.id = $1
        WHERE d.run_id = mine.run_id AND d.ordinal = mine.ordinal AND d.channel_id = mine.channel_id
            AND (d.state = 'sent' OR d.state = 'unknown' OR d.parts_sent > 0)
        LIMIT 1
        """
    private static let countWaiting = """
        SELECT COUNT(*) FROM deliveries d JOIN deliveries mine ON mine.id = $1
        WHERE d.run_id = mine.run_id AND d.ordinal = mine.ordinal AND d.channel_id = mine.channel_id
            AND d.state IN ('queued', 'held', 'claimed', 'sending')
        """
    // Of those that another sender has claimed nothing was sent yet: it finds them ended when it would begin.
    private static let failWaiting = """
        UPDATE deliveries SET state = 'failed', reason_code = $2, reason = $3, updated_at = $4
        WHERE state IN ('queued', 'held', 'claimed') AND (run_id, ordinal, channel_id) IN (
            SELECT mine.run_id, mine.ordinal, mine.channel_id FROM deliveries mine WHERE mine.id = $1)
        """
    private static let markStopped = "UPDATE messages SET stopped_at = $2 WHERE id = $1 AND stopped_at IS NULL"
    private static let countStopped = """
        SELECT COUNT(*) FROM messages m JOIN runs r ON r.id = m.run_id
        WHERE r.campaign_id = $1 AND m.stopped_at > $2
        """

    /// Stops a message that the platform refuses for what it says, so that not everybody's delivery must find out; and
    /// pauses its campaign when that happens again and again.
    static func stopIfHopeless(
        _ delivery: ClaimedDelivery, _ reason: DeliveryReason, at now: Timestamp, on connection: any SQLConnection
    ) throws {
        // An answer to one person is nobody else's.
        guard let campaign = delivery.campaign else { return }
        guard try connection.integer(hasSomebodyGotIt, [.id(delivery.id)]) == nil else { return }
        let refusals = try connection.integer(countRefusals, [.id(delivery.id), .text(reason.code)]) ?? 0
        let waiting = try connection.integer(countWaiting, [.id(delivery.id)]) ?? 0
        guard refusals >= refusalsToStop || waiting == 0 else { return }
        let others = "the platform refused this message for others already: \(reason.message)"
        try connection.execute(
            failWaiting, [.id(delivery.id), .text(reason.code), .text(others), .time(now)])
        let isNew = try connection.execute(markStopped, [.id(delivery.messageID), .time(now)]) == 1
        let stopped = try connection.integer(countStopped, [.id(campaign), .time(now - .days(1))]) ?? 0
        guard isNew, stopped >= messagesToPause else { return }
        let pause =
            "\(stopped) messages within a day were refused for what they say, the last because: \(reason.message)"
        try connection.execute(pauseCampaign, [.id(campaign), .text(pause), .time(now)])
    }

    private static let pauseCampaign = """
        UPDATE campaigns SET state = 'paused', paused_reason = $2, paused_at = $3 WHERE id = $1 AND state = 'active'
        """
}
