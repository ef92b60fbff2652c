package import CampaignModel

extension Store {
    private static let selectShown = """
        SELECT id, state, parts, parts_sent FROM deliveries WHERE id = $1 AND subscriber_id = $2
        """
    private static let isKnownMessage = """
        SELECT (SELECT COUNT(*) FROM attempts WHERE delivery_id = $1 AND platform_message_id = $2)
            + (SELECT COUNT(*) FROM deliveries WHERE id = $1 AND platform_message_id = $2)
        """
    // It may come before we give the answer up.
    private static let noteEcho = "UPDATE deliveries SET echo = $2 WHERE id = $1 AND state = 'sending'"

    /// Whether it is not known of the part of a delivery that is next whether it has arrived: also while it is to go again.
    private static func isOpen(_ delivery: String) -> String {
        """
        (\(delivery).state = 'unknown' OR (\(delivery).state IN ('queued', 'claimed', 'held') AND EXISTS (
            SELECT 1 FROM attempts a
            WHERE a.delivery_id = \(delivery).id AND a.part = \(delivery).parts_sent AND a.outcome = 'unknown')))
        """
    }
    // Who has claimed it loses it with the token.
    private static let settleOpen = """
        UPDATE deliveries SET state = $2, parts_sent = parts_sent + 1,
            platform_message_id = COALESCE(NULLIF($3, ''), platform_message_id), reason_code = NULL, reason = NULL,
            token = NULL, lease_until = NULL, updated_at = $4,
            ended_at = CASE WHEN $2 = 'sent' THEN COALESCE(ended_at, $4) ELSE NULL END
        WHERE id = $1 AND \(isOpen("deliveries"))
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
        let rows = try connection.query(selectShown, [.integer(delivery), .id(subscriber)]) {
            ($0.text(1) ?? "", $0.integer(2) ?? 1, $0.integer(3) ?? 0)
        }
        // A copy of a part whose answer came says nothing of the one that is missing.
        guard let (state, parts, sent) = rows.first,
            try connection.integer(isKnownMessage, [.integer(delivery), .text(proof.messageID)]) == 0
        else { return false }
        guard state != Delivery.State.sending.rawValue else {
            try connection.execute(noteEcho, [.integer(delivery), .text(proof.messageID)])
            return false
        }
        return try settle(delivery, as: proof.messageID, parts: parts, sent: sent, now: now, on: connection)
    }

    /// What was not known to have arrived, has; what was not sent yet of it goes on.
    private static func settle(
        _ delivery: Int64, as messageID: String, parts: Int64, sent: Int64, now: Timestamp,
        on connection: any SQLConnection
    ) throws -> Bool {
        let state: Delivery.State = sent + 1 < parts ? .queued : .sent
        let changed = try connection.execute(
            settleOpen,
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

    /// Somebody followed a link that only this delivery has: what was not known to have arrived, has, and does not go again. Of
    /// a message in several parts it is not known in which of them the link was.
    static func settle(clicked delivery: DeliveryID, now: Timestamp, on connection: any SQLConnection) throws {
        let states = try connection.query(selectClicked, [.id(delivery)]) { $0.text(0) ?? "" }
        switch states.first.flatMap(Delivery.State.init(rawValue:)) {
        case .unknown?, .queued?, .claimed?, .held?:
            _ = try settle(delivery.rawValue, as: "", parts: 1, sent: 0, now: now, on: connection)
        case .sending?: try connection.execute(noteClick, [.id(delivery)])
        default: break
        }
    }

    private static let isKnownTracking = """
        SELECT COUNT(*) FROM deliveries WHERE subscriber_id = $1 AND platform_message_id = $2
        """
    private static let selectOpenOfCampaign = """
        SELECT d.id, d.state FROM deliveries d JOIN marketing_campaigns m ON m.campaign_id = d.campaign_id
        WHERE d.subscriber_id = $1 AND (d.state = 'sending' OR \(isOpen("d"))) AND m.channel_id = $2
            AND m.platform_id = $3
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
            guard state != Delivery.State.sending.rawValue else {
                try connection.execute(noteEcho, [.integer(delivery), .text(news.tracking)])
                return false
            }
            return try settle(delivery, as: news.tracking, parts: 1, sent: 0, now: now, on: connection)
        }
    }

    private static func selectEchoed(_ condition: String) -> String {
        "SELECT id, echo, parts, parts_sent FROM deliveries WHERE \(condition) AND echo IS NOT NULL"
    }
    private static let selectEchoedOne = selectEchoed("id = $1")
    private static let selectEchoedUnknown = DialectStatement { selectEchoed("\($0.stage) = 'unknown'") }

    /// Called when an attempt of a delivery has just ended without a proof: a copy may have come before, of this attempt or of an
    /// earlier one.
    static func settleByEarlierEcho(_ delivery: DeliveryID, now: Timestamp, on connection: any SQLConnection) throws {
        try settle(echoed: selectEchoedOne, [.id(delivery)], now: now, on: connection)
    }

    /// Likewise for all that have just become unknown.
    static func settleByEarlierEchoes(now: Timestamp, on connection: any SQLConnection) throws {
        try settle(echoed: selectEchoedUnknown[connection.dialect], [], now: now, on: connection)
    }

    private static func settle(
        echoed select: String, _ values: [SQLValue], now: Timestamp, on connection: any SQLConnection
    ) throws {
        let rows = try connection.query(select, values) {
            ($0.integer(0) ?? 0, $0.text(1) ?? "", $0.integer(2) ?? 1, $0.integer(3) ?? 0)
        }
        for (id, echo, parts, sent) in rows {
            _ = try settle(id, as: echo, parts: parts, sent: sent, now: now, on: connection)
        }
    }
}
