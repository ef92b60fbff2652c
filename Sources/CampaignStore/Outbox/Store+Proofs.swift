package import CampaignModel

extension Store {
    private static let selectEchoed = """
        SELECT id, state, parts, parts_sent FROM deliveries WHERE id = $1 AND subscriber_id = $2
        """
    private static let isKnownMessage = """
        SELECT (SELECT COUNT(*) FROM attempts WHERE delivery_id = $1 AND platform_message_id = $2)
            + (SELECT COUNT(*) FROM deliveries WHERE id = $1 AND platform_message_id = $2)
        """
    private static let noteEcho = "UPDATE deliveries SET echo = $2 WHERE id = $1 AND state IN ('claimed', 'sending')"
    private static let settleUnknown = """
        UPDATE deliveries SET state = $2, parts_sent = parts_sent + 1,
            platform_message_id = COALESCE(NULLIF($3, ''), platform_message_id), reason_code = NULL, reason = NULL,
            token = NULL, lease_until = NULL, updated_at = $4,
            ended_at = CASE WHEN $2 = 'sent' THEN COALESCE(ended_at, $4) ELSE NULL END
        WHERE id = $1 AND state = 'unknown'
        """
    private static let settleAttempt = """
        UPDATE attempts SET outcome = 'sent', platform_message_id = NULLIF($2, ''), reason_code = NULL, reason = NULL
        WHERE delivery_id = $1 AND outcome = 'unknown'
        """

    /// The platform shows a message of ours: what was not known to have arrived, has.
    ///
    /// - Returns: Whether that settled something.
    static func settle(
        _ proof: EventEffects.Proof, of subscriber: SubscriberID, now: Timestamp, on connection: any SQLConnection
    ) throws -> Bool {
        guard let delivery = Int64(proof.metadata) else { return false }
        let rows = try connection.query(selectEchoed, [.integer(delivery), .id(subscriber)]) {
            ($0.text(1) ?? "", $0.integer(2) ?? 1, $0.integer(3) ?? 0)
        }
        // A copy of a part whose answer came says nothing of the one that is missing.
        guard let (state, parts, sent) = rows.first,
            try connection.integer(isKnownMessage, [.integer(delivery), .text(proof.messageID)]) == 0
        else { return false }
        guard state == Delivery.State.unknown.rawValue else {
            // It may come before we give the answer up.
            try connection.execute(noteEcho, [.integer(delivery), .text(proof.messageID)])
            return false
        }
        return try settle(delivery, as: proof.messageID, parts: parts, sent: sent, now: now, on: connection)
    }

    /// What was not sent yet of it goes on.
    private static func settle(
        _ delivery: Int64, as messageID: String, parts: Int64, sent: Int64, now: Timestamp,
        on connection: any SQLConnection
    ) throws -> Bool {
        let state: Delivery.State = sent + 1 < parts ? .queued : .sent
        let changed = try connection.execute(
            settleUnknown,
            [
                .integer(delivery), .text(state.rawValue), .text(messageID), .time(now),
            ])
        guard changed == 1 else { return false }
        try connection.execute(settleAttempt, [.integer(delivery), .text(messageID)])
        return true
    }

    private static let selectClicked = "SELECT state FROM deliveries WHERE id = $1 AND parts = 1"
    // It may come before we give the answer up. It tells no number of the platform's.
    private static let noteClick = "UPDATE deliveries SET echo = COALESCE(echo, '') WHERE id = $1 AND state = 'sending'"

    // What is to go again has arrived after all.
    private static let settleRequeued = """
        UPDATE deliveries SET state = 'sent', parts_sent = 1, reason_code = NULL, reason = NULL, updated_at = $2, ended_at = $2
        WHERE id = $1 AND state = 'queued'
            AND EXISTS (SELECT 1 FROM attempts a WHERE a.delivery_id = $1 AND a.outcome = 'unknown')
        """

    /// Somebody followed a link that only this delivery has: what was not known to have arrived, has, and does not go again. Of
    /// a message in several parts it is not known in which of them the link was.
    static func settle(clicked delivery: DeliveryID, now: Timestamp, on connection: any SQLConnection) throws {
        let states = try connection.query(selectClicked, [.id(delivery)]) { $0.text(0) ?? "" }
        switch states.first.flatMap(Delivery.State.init(rawValue:)) {
        case .unknown?: _ = try settle(delivery.rawValue, as: "", parts: 1, sent: 0, now: now, on: connection)
        case .queued?:
            guard try connection.execute(settleRequeued, [.id(delivery), .time(now)]) == 1 else { return }
            try connection.execute(settleAttempt, [.id(delivery), .text("")])
        case .sending?: try connection.execute(noteClick, [.id(delivery)])
        default: break
        }
    }

    private static let isKnownTracking = """
        SELECT COUNT(*) FROM deliveries WHERE subscriber_id = $1 AND platform_message_id = $2
        """
    private static let selectOpenOfCampaign = """
        SELECT d.id, d.state FROM deliveries d JOIN marketing_campaigns m ON m.campaign_id = d.campaign_id
        WHERE d.subscriber_id = $1 AND d.state IN ('sending', 'unknown') AND m.channel_id = $2 AND m.platform_id = $3
        ORDER BY CASE d.state WHEN 'sending' THEN 0 ELSE 1 END, d.id LIMIT 1
        """
    private static let failTracked = """
        UPDATE deliveries SET state = 'failed', reason_code = 'messenger_delivery_failed', reason = $3, updated_at = $4
        WHERE subscriber_id = $1 AND platform_message_id = $2 AND state = 'sent'
        """

    /// What the platform says of a paid message. Its copy carries no mark of ours: when the answer was lost, the campaign and
    /// the person tell which one it is.
    ///
    /// - Returns: Whether that settled something.
    static func settle(
        _ news: EventEffects.MarketingNews, of subscriber: SubscriberID, on channel: ChannelID, now: Timestamp,
        on connection: any SQLConnection
    ) throws -> Bool {
        switch news.fate {
        case .failed(let reason):
            return try connection.execute(
                failTracked,
                [
                    .id(subscriber), .text(news.tracking),
                    .text("the platform accepted it and could not deliver it: \(reason)"), .time(now),
                ]) == 1
        case .sent(let campaign):
            let open = try connection.query(
                selectOpenOfCampaign, [.id(subscriber), .id(channel), .text(campaign)]
            ) { ($0.integer(0) ?? 0, $0.text(1) ?? "") }
            guard let (delivery, state) = open.first,
                try connection.integer(isKnownTracking, [.id(subscriber), .text(news.tracking)]) == 0
            else { return false }
            guard state == Delivery.State.unknown.rawValue else {
                try connection.execute(noteEcho, [.integer(delivery), .text(news.tracking)])
                return false
            }
            return try settle(delivery, as: news.tracking, parts: 1, sent: 0, now: now, on: connection)
        }
    }

    private static let selectEarlierEchoes = DialectStatement {
        """
        SELECT id, echo, parts, parts_sent FROM deliveries WHERE \($0.stage) = 'unknown' AND echo IS NOT NULL
        """
    }

    /// Called when deliveries have just become unknown: a copy may have come before.
    static func settleByEarlierEchoes(now: Timestamp, on connection: any SQLConnection) throws {
        let rows = try connection.query(selectEarlierEchoes[connection.dialect], []) {
            ($0.integer(0) ?? 0, $0.text(1) ?? "", $0.integer(2) ?? 1, $0.integer(3) ?? 0)
        }
        for (id, echo, parts, sent) in rows {
            _ = try settle(id, as: echo, parts: parts, sent: sent, now: now, on: connection)
        }
    }
}
