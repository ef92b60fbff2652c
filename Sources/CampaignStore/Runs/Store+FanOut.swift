package import CampaignModel

/// What one step of planning a run's deliveries made.
package struct FanOutStep: Sendable, Hashable {
    /// Whose deliveries; nil when nothing was left.
    package var run: CampaignRunID?
    /// How many deliveries it planned that go by themselves, and how many that wait for their people.
    package var queued = 0
    package var held = 0
    /// Subscribers that it looked at; 0 when nothing of the campaign is left to be planned.
    package var looked = 0

    package init(queued: Int = 0, held: Int = 0) {
        self.queued = queued
        self.held = held
    }
}

/// When a run was made, and which one it is if it has a nominal time.
package struct PlannedRun: Sendable, Hashable {
    package var at: Timestamp
    package var nominal: Timestamp?

    package init(at: Timestamp, nominal: Timestamp? = nil) {
        self.at = at
        self.nominal = nominal
    }
}

/// Between when a delivery may go out.
package struct DeliveryTimes: Sendable, Hashable {
    package var notBefore: Timestamp
    package var expiresAt: Timestamp

    package init(notBefore: Timestamp, expiresAt: Timestamp) {
        self.notBefore = notBefore
        self.expiresAt = expiresAt
    }
}

/// The times of those who chose when they want to be reached; nil for the same as everybody's.
package typealias PersonalPlan = @Sendable (Subscriber.Preferences, PlannedRun) -> DeliveryTimes?

/// The planning of a run's deliveries: one for each message, channel and subscriber, in lots, so that a million of them keep
/// no other write waiting for long. How far it has come stands in the database; a run goes on where it was stopped.
extension Store {
    /// Subscribers at once.
    package static let lot = 2000

    private static let insertFanOut = """
        INSERT INTO fan_outs (run_id, message_id, campaign_id, channel_id, after_id, until_id, planned_at, not_before,
            expires_at, window_opened_after, audience)
        SELECT $1, $2, $3, $4, 0, COALESCE(MAX(s.id), 0), $5, $6, $7, $8, $9 FROM subscribers s WHERE s.channel_id = $4
        """

    /// Notes that a message of a run is for a channel's subscribers, those of this moment.
    static func planFanOut(
        _ plan: RunPlan, run: CampaignRunID, message: MessageID, to channel: ChannelID, at now: Timestamp,
        on connection: any SQLConnection
    ) throws {
        try connection.execute(
            insertFanOut,
            [
                .id(run), .id(message), .id(plan.campaign), .id(channel), .time(now), .time(plan.notBefore),
                .time(plan.expiresAt), .time(plan.windowOpenedAfter), .text(try StoredJSON.encode(plan.audience)),
            ])
    }

    private struct FanOut {
        let id: Int64
        let run: CampaignRunID
        let message: MessageID
        let edits: MessageID?
        let channel: ChannelID
        let after: Int64
        let until: Int64
        let planned: PlannedRun
        let notBefore: Timestamp
        let expiresAt: Timestamp
        let windowOpenedAfter: Timestamp
        let audience: Audience
        let hasWindow: Bool
        let paysFrom: Timestamp?
    }

    // The oldest first: what is planned later must have larger numbers.
    private static let selectFanOut = """
        SELECT f.id, f.run_id, f.message_id, f.channel_id, f.after_id, f.until_id, f.planned_at, f.not_before,
            f.expires_at, f.window_opened_after, f.audience, h.platform, h.paid_from, r.nominal_at,
            m.edits_message_id
        FROM fan_outs f JOIN channels h ON h.id = f.channel_id JOIN runs r ON r.id = f.run_id
        JOIN messages m ON m.id = f.message_id
        WHERE f.campaign_id = $1 AND COALESCE(r.approval, 'send') = 'send' ORDER BY f.id LIMIT 1
        """
    private static let selectBound = """
        SELECT MAX(t.id), COUNT(*) FROM (
            SELECT s.id FROM subscribers s
            WHERE s.channel_id = $1 AND s.state = 'active' AND s.id > $2 AND s.id <= $3 ORDER BY s.id LIMIT $4) t
        """
    // Few of a channel's people may have a message that is edited.
    private static let selectBoundOfEdits = """
        SELECT MAX(t.id), COUNT(*) FROM (
            SELECT o.subscriber_id AS id FROM deliveries o
            WHERE o.message_id = $1 AND o.subscriber_id > $2 AND o.subscriber_id <= $3
            ORDER BY o.subscriber_id LIMIT $4) t
        """
    private static let moveFanOut = "UPDATE fan_outs SET after_id = $2 WHERE id = $1"
    private static let endFanOut = "DELETE FROM fan_outs WHERE id = $1"
    private static let countPlanned = "UPDATE runs SET queued = queued + $2, held = held + $3 WHERE id = $1"

    /// Plans the next lot of a campaign's deliveries.
    ///
    /// - Parameters:
    ///   - campaign: Whose.
    ///   - lot: Subscribers at once.
    ///   - times: When those get it who chose a time.
    /// - Returns: What it made; `looked` is 0 when all is planned.
    /// - Throws: When the database fails.
    package func fanOut(
        _ campaign: CampaignID, lot: Int = Store.lot,
        times: @escaping PersonalPlan
    ) async throws -> FanOutStep {
        // Whoever plans the same waits for the row, and goes on where this one ends.
        try await database.write(.readCommitted) { connection in
            let step = try Self.fanOut(campaign, lot: lot, on: connection, times)
            if step.queued > 0 { try connection.announce(.outbox) }
            return step
        }
    }

    static func fanOut(
        _ campaign: CampaignID, lot: Int, on connection: any SQLConnection,
        _ times: PersonalPlan
    ) throws -> FanOutStep {
        while let next = try connection.query(
            selectFanOut + connection.dialect.locking("f"), [.id(campaign)], fanOut
        ).first {
            let bounds = try connection.query(
                next.edits == nil ? selectBound : selectBoundOfEdits,
                [
                    next.edits.map { .id($0) } ?? .id(next.channel), .integer(next.after), .integer(next.until),
                    .integer(Int64(lot)),
                ]
            ) { ($0.integer(0), Int($0.integer(1) ?? 0)) }
            guard let (last, looked) = bounds.first, let last else {
                try connection.execute(endFanOut, [.integer(next.id)])
                continue
            }
            var step: FanOutStep
            if let original = next.edits {
                step = try insertEdits(next, of: original, to: last, of: campaign, on: connection)
            } else {
                step = try insert(next, to: last, of: campaign, on: connection)
                try retime(next, to: last, on: connection, times)
            }
            step.looked = looked
            step.run = next.run
            try connection.execute(moveFanOut, [.integer(next.id), .integer(last)])
            try connection.execute(
                countPlanned, [.id(next.run), .integer(Int64(step.queued)), .integer(Int64(step.held))])
            return step
        }
        return FanOutStep()
    }

    private static func fanOut(_ row: any SQLRow) throws -> FanOut {
        let start = Timestamp(seconds: 0)
        return FanOut(
            id: row.integer(0) ?? 0, run: row.id(1), message: row.id(2),
            edits: row.integer(14).map(MessageID.init(rawValue:)), channel: row.id(3), after: row.integer(4) ?? 0,
            until: row.integer(5) ?? 0, planned: PlannedRun(at: row.time(6) ?? start, nominal: row.time(13)),
            notBefore: row.time(7) ?? start,
            expiresAt: row.time(8) ?? start, windowOpenedAfter: row.time(9) ?? start,
            audience: try StoredJSON.decode(Audience.self, row.text(10)) ?? Audience(),
            hasWindow: row.text(11).flatMap(Platform.init(rawValue:))?.hasWindow ?? false, paysFrom: row.time(12))
    }

    // One row a subscriber who did not choose otherwise; where nothing is open it is held.
    private static func insertStatement(_ audience: AudienceCondition, hasWindow: Bool) -> String {
        let isOpen = "COALESCE(s.last_active_at, 0) > $9 OR s.paid_from <= $10"
        let state = hasWindow ? "CASE WHEN \(isOpen) THEN 'queued' ELSE 'held' END" : "'queued'"
        let code = hasWindow ? "CASE WHEN \(isOpen) THEN NULL ELSE $11 END" : "NULL"
        let reason = hasWindow ? "CASE WHEN \(isOpen) THEN NULL ELSE $12 END" : "NULL"
        return """
            INSERT INTO deliveries (message_id, campaign_id, channel_id, subscriber_id, purpose, state, rank, not_before,
                expires_at, reason_code, reason, updated_at)
            SELECT $1, $2, $3, s.id, 'campaign', \(state), -COALESCE(s.last_active_at, 0), $4, $5, \(code), \(reason), $6
            FROM subscribers s
            WHERE s.channel_id = $3 AND s.state = 'active' AND s.id > $7 AND s.id <= $8\(audience.text)
                AND COALESCE(s.paused_until, 0) <= $6
                AND NOT EXISTS (
                    SELECT 1 FROM subscriber_unwanted u WHERE u.subscriber_id = s.id AND u.campaign_id = $2)
            ORDER BY s.id
            ON CONFLICT (message_id, subscriber_id) DO NOTHING
            """
    }
    private static let countHeld = """
        SELECT COUNT(*) FROM deliveries
        WHERE message_id = $1 AND subscriber_id > $2 AND subscriber_id <= $3 AND channel_id = $4 AND state = 'held'
        """

    private static func insert(
        _ fanOut: FanOut, to last: Int64, of campaign: CampaignID, on connection: any SQLConnection
    ) throws -> FanOutStep {
        let audience = AudienceCondition(fanOut.audience, from: 13, now: fanOut.planned.at, connection.dialect)
        let pays = fanOut.paysFrom.map { $0 <= fanOut.planned.at } ?? false
        let made = try connection.execute(
            insertStatement(audience, hasWindow: fanOut.hasWindow),
            [
                .id(fanOut.message), .id(campaign), .id(fanOut.channel), .time(fanOut.notBefore),
                .time(fanOut.expiresAt), .time(fanOut.planned.at), .integer(fanOut.after), .integer(last),
                .time(fanOut.windowOpenedAfter), .time(pays ? fanOut.planned.at : nil),
                .text(DeliveryReason.windowClosed.code), .text(DeliveryReason.windowClosed.message),
            ] + audience.values)
        guard fanOut.hasWindow else { return FanOutStep(queued: made) }
        let held = try connection.integer(
            countHeld, [.id(fanOut.message), .integer(fanOut.after), .integer(last), .id(fanOut.channel)])
        return FanOutStep(queued: made - Int(held ?? 0), held: Int(held ?? 0))
    }
}

/// Those who have the message that this one takes the place of, or will have it: theirs goes first.
extension Store {
    private static let insertEdits = """
        INSERT INTO deliveries (message_id, campaign_id, channel_id, subscriber_id, purpose, state, rank, not_before,
            expires_at, updated_at)
        SELECT $1, $2, $3, s.id, 'edit', 'queued', -COALESCE(s.last_active_at, 0), $4,
            CASE WHEN o.state <> 'sent' AND o.expires_at > $5 THEN o.expires_at ELSE $5 END, $4
        FROM deliveries o JOIN subscribers s ON s.id = o.subscriber_id
        WHERE o.message_id = $8 AND o.subscriber_id > $6 AND o.subscriber_id <= $7
            AND o.state IN ('sent', 'queued', 'claimed', 'sending', 'unknown') AND s.channel_id = $3
            AND s.state = 'active' AND COALESCE(s.paused_until, 0) <= $4
            AND NOT EXISTS (
                SELECT 1 FROM subscriber_unwanted u WHERE u.subscriber_id = s.id AND u.campaign_id = $2)
        ORDER BY s.id
        ON CONFLICT (message_id, subscriber_id) DO NOTHING
        """

    private static func insertEdits(
        _ fanOut: FanOut, of original: MessageID, to last: Int64, of campaign: CampaignID,
        on connection: any SQLConnection
    ) throws -> FanOutStep {
        FanOutStep(
            queued: try connection.execute(
                insertEdits,
                [
                    .id(fanOut.message), .id(campaign), .id(fanOut.channel), .time(fanOut.planned.at),
                    .time(fanOut.expiresAt), .integer(fanOut.after), .integer(last), .id(original),
                ]))
    }
}

/// Those who want to be reached at a time of their own.
extension Store {
    private static let retime = """
        UPDATE deliveries SET not_before = $6, expires_at = $7
        WHERE message_id = $1 AND subscriber_id > $4 AND subscriber_id <= $5 AND subscriber_id IN (
            SELECT id FROM subscribers WHERE channel_id = $2 AND timing = $3 AND id > $4 AND id <= $5)
        """

    private static func retime(
        _ fanOut: FanOut, to last: Int64, on connection: any SQLConnection, _ times: PersonalPlan
    ) throws {
        for timing in try connection.query(selectTimings, [.id(fanOut.channel)], { $0.text(0) ?? "" }) {
            guard let own = times(Subscriber.Preferences(timing: timing), fanOut.planned) else { continue }
            try connection.execute(
                retime,
                [
                    .id(fanOut.message), .id(fanOut.channel), .text(timing), .integer(fanOut.after), .integer(last),
                    .time(own.notBefore), .time(own.expiresAt),
                ])
        }
    }
}
