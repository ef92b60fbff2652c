package import CampaignModel

/// Which of the waiting deliveries a claim looks at.
package enum ClaimLane: Sendable, Hashable {
    /// Replies to what people did; they are claimed before campaigns.
    case replies
    /// Deliveries of campaigns, round robin; the campaign with the next id after this one is first.
    case campaigns(after: CampaignID?)
}

/// The deliveries that one claim took, and what it ended on the way.
package struct Claim: Sendable {
    package var deliveries: [ClaimedDelivery]
    /// The campaign that was served last; the next claim begins with the one after it.
    package var lastTurn: CampaignID?
    /// How many deliveries ended because their message was stopped.
    package var stopped = 0
    /// How many deliveries ended because the owner cancelled their message.
    package var cancelled = 0

    package init(deliveries: [ClaimedDelivery] = [], lastTurn: CampaignID? = nil) {
        self.deliveries = deliveries
        self.lastTurn = lastTurn
    }
}

extension Store {
    /// A condition on a queued row `e`: an earlier delivery of its campaign to the same person is still queued.
    private static func isBehind(_ campaign: String) -> String {
        """
        EXISTS (
            SELECT 1 FROM deliveries z WHERE z.subscriber_id = e.subscriber_id AND z.ended_at IS NULL
                AND z.state = 'queued' AND z.id < e.id AND z.campaign_id \(campaign) AND z.purpose <> 'edit')
        """
    }

    // Deliveries that may be claimed: one per person at a time, and those of a campaign in the order of planning. Edits
    // and new messages do not wait for each other, except that an edit lets a message go first that could be sent now.
    private static func due(_ campaign: String, _ dialect: Dialect) -> String {
        """
        d.channel_id = $1 AND d.campaign_id \(campaign) AND d.\(dialect.stage) = 'queued' AND d.not_before <= $2
            AND d.expires_at > $2
            AND NOT EXISTS (
                SELECT 1 FROM deliveries e
                WHERE e.subscriber_id = d.subscriber_id AND e.ended_at IS NULL AND (
                    e.state IN ('claimed', 'sending')
                    OR (e.state = 'queued' AND e.campaign_id \(campaign) AND (
                        (e.id < d.id AND e.purpose <> 'edit' AND d.purpose <> 'edit')
                        OR (d.purpose = 'edit' AND e.not_before <= $2 AND e.expires_at > $2 AND (
                            (e.purpose = 'edit' AND e.id < d.id)
                            OR (e.purpose <> 'edit' AND NOT \(isBehind(campaign)))))))))
        ORDER BY d.not_before, d.rank, d.id LIMIT $3
        """
    }
    private static let claimedColumns = """
        d.id, d.subscriber_id, d.campaign_id, d.purpose, d.parts_sent, d.attempt, d.message_id, d.not_before, d.rank,
            s.address, s.last_active_at, s.preferences, s.marketing
        """

    // SQLite, with its one writer, selects first and updates then: `RETURNING` is slower there.
    static func findStatement(_ campaign: String) -> String {
        """
        SELECT \(claimedColumns) FROM deliveries d CROSS JOIN subscribers s
        WHERE s.id = d.subscriber_id AND \(due(campaign, .sqlite))
        """
    }
    private static let takeFound = """
        UPDATE deliveries SET state = 'claimed', token = $4, lease_until = $5, updated_at = $2
        WHERE \(Dialect.sqlite.isListed("id", "$1"))
        """

    // `ARRAY(…)` makes PostgreSQL run the search once, whatever the planner thinks; so no row beyond the limit is
    // locked.
    private static func claimLocked(_ campaign: String) -> String {
        """
        UPDATE deliveries d SET state = 'claimed', token = $4, lease_until = $5, updated_at = $2
        FROM subscribers s
        WHERE s.id = d.subscriber_id AND d.id = ANY (ARRAY(
            SELECT d.id FROM deliveries d WHERE \(due(campaign, .postgres))\(Dialect.postgres.skippingLocked("d"))))
        RETURNING \(claimedColumns)
        """
    }

    private static func claimRows(
        _ limit: Int, of campaign: CampaignID?, in context: ClaimContext, on connection: any SQLConnection
    ) throws -> [ClaimedRow] {
        let which = campaign == nil ? "IS NULL" : "= $6"
        let values: [SQLValue] =
            [
                .id(context.channel), .time(context.now), .integer(Int64(limit)), .text(context.token),
                .time(context.leaseUntil),
            ]
            + (campaign.map { [.id($0)] } ?? [])
        guard !connection.dialect.locksRows else {
            return try connection.query(claimLocked(which), values, claimedRow)
                .sorted { ($0.notBefore, $0.rank, $0.id) < ($1.notBefore, $1.rank, $1.id) }
        }
        let rows = try connection.query(findStatement(which), values, claimedRow)
        guard !rows.isEmpty else { return [] }
        try connection.execute(takeFound, [connection.dialect.list(rows.map(\.id.rawValue))] + values[1...])
        return rows
    }

    private static let selectChannel = """
        SELECT paid_from, ask_reason, updates_failed_at, updates_failure, updates_refused_at FROM channels
        WHERE id = $1 AND paused_reason IS NULL AND COALESCE(rests_until, 0) <= $2
        """
    // Campaigns with queued deliveries, found by one index lookup each instead of a scan of all queued rows.
    private static let waitingCampaigns = DialectStatement { dialect in
        """
        WITH RECURSIVE waiting (campaign_id) AS (
            SELECT MIN(d.campaign_id) FROM deliveries d
            WHERE d.channel_id = $1 AND d.campaign_id IS NOT NULL AND d.\(dialect.stage) = 'queued'
            UNION ALL
            SELECT (SELECT MIN(d.campaign_id) FROM deliveries d
                WHERE d.channel_id = $1 AND d.campaign_id > w.campaign_id AND d.\(dialect.stage) = 'queued')
            FROM waiting w WHERE w.campaign_id IS NOT NULL)
        SELECT w.campaign_id FROM waiting w JOIN campaigns c ON c.id = w.campaign_id
        WHERE c.state = 'active' ORDER BY w.campaign_id
        """
    }
    private static let selectMessage = """
        SELECT m.body, r.at, r.nominal_at, m.edits_message_id FROM messages m LEFT JOIN runs r ON r.id = m.run_id WHERE m.id = $1
        """
    private static let endStopped = """
        UPDATE deliveries SET state = $5, reason_code = $2, reason = $3, updated_at = $4, ended_at = $4,
            token = NULL, lease_until = NULL
        WHERE id = $1
        """

    /// Claims due deliveries of a channel, at most one per subscriber at a time.
    ///
    /// Campaigns are served round robin, so that a large one delays no small one. Within a campaign the order is by due
    /// time, then by the subscriber's last activity, latest first. A person gets a campaign's messages in the order of
    /// planning, so a message that waits delays its own campaign only.
    ///
    /// - Parameters:
    ///   - channel: The channel. Nothing is claimed while it is paused, and only replies while its ``UpdatesFailure``
    ///     holds campaigns back.
    ///   - lane: Replies, or campaigns from which one on.
    ///   - limit: How many deliveries at most.
    ///   - token: Identifies the sender.
    ///   - lease: How long the claim lasts.
    ///   - now: The present time.
    /// - Returns: The claimed deliveries.
    /// - Throws: When the database fails.
    package func claim(
        channel: ChannelID, lane: ClaimLane, limit: Int, token: String, lease: Duration, now: Timestamp
    ) async throws -> Claim {
        let claim: @Sendable (any SQLConnection) throws -> Claim = { connection in
            // A rest that the platform asked another process for is read from the database; a process alone knows its
            // own.
            let awake = isShared ? try connection.leaseTime(now) : Timestamp(milliseconds: .max)
            let found = try connection.query(Self.selectChannel, [.id(channel), .time(awake)]) {
                ($0.time(0), $0.text(1), Self.updatesFailure(in: $0, from: 2))
            }
            guard let (paysFrom, asksNobody, failure) = found.first else { return Claim() }
            let context = ClaimContext(
                channel: channel, token: token, leaseUntil: try connection.leaseTime(now) + lease, now: now,
                paysFrom: paysFrom,
                asksNobody: asksNobody)
            var claim = Claim()
            guard case .campaigns(let last) = lane else {
                try take(limit, of: nil, in: context, into: &claim, on: connection)
                return claim
            }
            claim.lastTurn = last
            // While updates cannot be read, nobody knows who has left.
            if failure?.holdsBack(at: now) ?? false { return claim }
            let waiting: [CampaignID] = try connection.query(Self.waitingCampaigns[connection.dialect], [.id(channel)])
            { $0.id(0) }
            let next = waiting.firstIndex { $0 > last ?? $0 } ?? 0
            for (place, campaign) in (waiting[next...] + waiting[..<next]).enumerated()
            where claim.deliveries.count < limit {
                let share = max(1, (limit - claim.deliveries.count) / (waiting.count - place))
                let before = claim.deliveries.count
                try take(share, of: campaign, in: context, into: &claim, on: connection)
                if claim.deliveries.count > before { claim.lastTurn = campaign }
            }
            return claim
        }
        do {
            return try await database.write(.readCommitted, claim)
        } catch is InDoubtCommit {
            // Deliveries that were claimed after all become due again when their leases end.
            return Claim()
        }
    }

    /// Values that all deliveries of one claim share.
    private struct ClaimContext {
        let channel: ChannelID
        let token: String
        let leaseUntil: Timestamp
        let now: Timestamp
        let paysFrom: Timestamp?
        let asksNobody: String?
    }

    // How often one claim searches again after it ended some of the deliveries that it found.
    private static let rounds = 100

    private func take(
        _ share: Int, of campaign: CampaignID?, in context: ClaimContext, into claim: inout Claim,
        on connection: any SQLConnection
    ) throws {
        var left = share
        for _ in 0..<Self.rounds where left > 0 {
            let rows = try Self.claimRows(left, of: campaign, in: context, on: connection)
            var reasons: [MessageID: DeliveryReason] = [:]
            for message in Set(rows.map(\.message)) where campaign != nil {
                reasons[message] = try Self.stopReason(of: message, on: context.channel, connection)
            }
            let before = claim.stopped + claim.cancelled
            for row in rows {
                if let reason = reasons[row.message] {
                    let state: Delivery.State = reason == .cancelled ? .suppressed : .failed
                    try connection.execute(
                        Self.endStopped,
                        [
                            .id(row.id), .text(reason.code), .text(reason.message), .time(context.now),
                            .text(state.rawValue),
                        ])
                    if reason == .cancelled { claim.cancelled += 1 } else { claim.stopped += 1 }
                } else {
                    claim.deliveries.append(try delivery(row, in: context, on: connection))
                    left -= 1
                }
            }
            guard claim.stopped + claim.cancelled > before else { break }
        }
    }

    private struct ClaimedRow {
        let id: DeliveryID
        let subscriber: SubscriberID
        let campaign: CampaignID?
        let purpose: Delivery.Purpose
        let partsSent: Int
        let attempts: Int
        let message: MessageID
        let notBefore: Int64
        let rank: Int64
        let address: String
        let lastActiveAt: Timestamp?
        let preferences: String?
        let marketing: String?
    }

    private static func claimedRow(_ row: any SQLRow) -> ClaimedRow {
        ClaimedRow(
            id: row.id(0), subscriber: row.id(1), campaign: row.integer(2).map(CampaignID.init(rawValue:)),
            purpose: row.text(3).flatMap(Delivery.Purpose.init(rawValue:)) ?? .campaign,
            partsSent: Int(row.integer(4) ?? 0), attempts: Int(row.integer(5) ?? 0), message: row.id(6),
            notBefore: row.integer(7) ?? 0, rank: row.integer(8) ?? 0, address: row.text(9) ?? "",
            lastActiveAt: row.time(10), preferences: row.text(11), marketing: row.text(12))
    }

    private func delivery(
        _ row: ClaimedRow, in context: ClaimContext, on connection: any SQLConnection
    ) throws -> ClaimedDelivery {
        let entry = try message(row.message, on: connection)
        let message = try Self.address(entry.message, to: row.subscriber, on: connection)
        return ClaimedDelivery(
            id: row.id, token: context.token, leaseUntil: context.leaseUntil, channel: context.channel,
            subscriber: row.subscriber, campaign: row.campaign, purpose: row.purpose, address: row.address,
            lastActiveAt: row.lastActiveAt,
            preferences: try StoredJSON.decode(Subscriber.Preferences.self, row.preferences) ?? .init(),
            plannedAt: entry.plannedAt, nominal: entry.nominal, message: message, links: entry.links,
            messageID: row.message, edits: entry.edits, partsSent: row.partsSent, attempts: row.attempts,
            marketing: try StoredJSON.decode(MarketingSubscription.self, row.marketing),
            paysFrom: context.paysFrom, asksNobody: context.asksNobody)
    }

    private static let selectPerson = """
        SELECT first_name, last_name, language, origin, fields FROM subscribers WHERE id = $1
        """

    /// Fills in personal fields. Reads the subscriber only for a message that has such fields.
    private static func address(
        _ message: Message, to subscriber: SubscriberID, on connection: any SQLConnection
    ) throws -> Message {
        guard !message.personal.isEmpty else { return message }
        let found = try connection.query(selectPerson, [.id(subscriber)]) { row in
            (
                [
                    "subscriber.first_name": row.text(0), "subscriber.last_name": row.text(1),
                    "subscriber.language": row.text(2), "subscriber.origin": row.text(3),
                ], try StoredJSON.decode([String: String].self, row.text(4)) ?? [:]
            )
        }
        let (known, fields) = found.first ?? ([:], [:])
        return message.addressed { name in
            known[name].flatMap(\.self) ?? fields[String(name.dropFirst("subscriber.fields.".count))]
        }
    }

    private func message(_ id: MessageID, on connection: any SQLConnection) throws -> MessageCache.Entry {
        if let entry = cache.entry(id) { return entry }
        let found = try connection.query(Self.selectMessage, [.id(id)]) { row in
            MessageCache.Entry(
                message: try StoredJSON.decode(Message.self, row.text(0)) ?? Message(modules: []),
                plannedAt: row.time(1), nominal: row.time(2), edits: row.integer(3).map(MessageID.init(rawValue:)))
        }
        var entry = found.first ?? MessageCache.Entry(message: Message(modules: []), plannedAt: nil)
        // A reply is not cached: it is sent to one person.
        guard entry.plannedAt != nil else { return entry }
        entry.links = try Self.links(of: id, on: connection)
        cache.keep(entry, as: id)
        return entry
    }
}

extension Store {
    // Whether deliveries of the channel may be claimed at all. A channel whose updates the platform refuses has no next
    // time for campaigns: they are checked at intervals.
    private static let isChannelOpen = """
        SELECT 1 FROM channels WHERE id = $1 AND paused_reason IS NULL AND ($2 = 1 OR updates_refused_at IS NULL)
        """
    private static func nextDue(_ campaign: String, _ dialect: Dialect) -> String {
        """
        SELECT d.not_before FROM deliveries d
        WHERE d.channel_id = $1 AND d.campaign_id \(campaign) AND d.\(dialect.stage) = 'queued'
            AND NOT EXISTS (
                SELECT 1 FROM deliveries e
                WHERE e.subscriber_id = d.subscriber_id AND e.ended_at IS NULL AND e.state = 'queued' AND e.id < d.id
                    AND e.campaign_id \(campaign) AND e.purpose <> 'edit'
                    AND d.purpose <> 'edit')
        ORDER BY d.not_before, d.rank, d.id LIMIT 1
        """
    }

    /// When the channel's earliest queued reply, or else delivery of a campaign, is due; nil when none is queued.
    package func nextDeliveryDue(on channel: ChannelID, replies: Bool) async throws -> Timestamp? {
        try await database.read { connection in
            guard try connection.integer(Self.isChannelOpen, [.id(channel), .integer(replies ? 1 : 0)]) != nil
            else { return nil }
            guard !replies else {
                return try connection.integer(Self.nextDue("IS NULL", connection.dialect), [.id(channel)]).map(
                    Timestamp.init(milliseconds:))
            }
            return try connection.query(Self.waitingCampaigns[connection.dialect], [.id(channel)]) {
                $0.id(0, CampaignID.self)
            }
            .compactMap { try connection.integer(Self.nextDue("= $2", connection.dialect), [.id(channel), .id($0)]) }
            .min().map(Timestamp.init(milliseconds:))
        }
    }
}
