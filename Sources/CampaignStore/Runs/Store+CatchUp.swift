package import CampaignModel

/// What waited for one person of one campaign, and may go now.
package struct WaitingGroup: Sendable {
    /// A delivery that waits, and what it would tell of.
    package struct Waiting: Sendable {
        package var delivery: DeliveryID
        package var expiresAt: Timestamp
        /// What its message tells of, by their place in the log.
        package var positions: [Int64]
    }

    package var subscriber: SubscriberID
    package var campaign: CampaignID
    package var channel: ChannelID
    /// The run that its message is counted with: the newest.
    package var run: CampaignRunID
    package var waiting: [Waiting]
    /// In log order.
    package var changes: [LoggedChange]
    /// What the log last had of each item.
    package var latest: [ItemPlace: LoggedChange] = [:]
    /// The one that a sender holds, and by which token, of those that somebody wants at one time; nil for what was held.
    package var claimed: Claimed?

    /// A delivery that is claimed, and by whom.
    package struct Claimed: Sendable {
        package var delivery: DeliveryID
        package var token: String
    }
}

/// What takes the place of several deliveries that waited.
package struct CatchUpPlan: Sendable {
    /// The message, or the one that is stored already for others to whom the same waited.
    package enum Content: Sendable {
        case new(Message, tracksLinks: Bool)
        case stored(MessageID)
    }

    package var group: WaitingGroup
    package var content: Content
    /// What it tells of, by the place in the log.
    package var positions: [Int64]
    /// Of which something is in it; the others were too many.
    package var told: Set<DeliveryID>

    package init(group: WaitingGroup, content: Content, positions: [Int64], told: Set<DeliveryID>) {
        self.group = group
        self.content = content
        self.positions = positions
        self.told = told
    }
}

/// People who get what waited for them in one message, and not in a flood of them.
extension Store {
    /// Of a delivery `d` that is held: it is due at `$2`, and nothing else of its campaign that is waits for its person.
    static func waitsAlone(_ dialect: Dialect) -> String {
        """
        (d.not_before <= $2 AND (d.campaign_id IS NULL OR d.parts_sent > 0 OR NOT EXISTS (
            SELECT 1 FROM deliveries e WHERE e.subscriber_id = d.subscriber_id AND e.campaign_id = d.campaign_id
                AND e.id <> d.id AND e.parts_sent = 0 AND e.\(dialect.stage) = 'held' AND e.not_before <= $2)))
        """
    }

    // What is for a later time of its person's own is not taken along: all would be put off to that time, for ever.
    private static let selectGroups = DialectStatement {
        """
        SELECT d.subscriber_id, d.campaign_id, MAX(d.channel_id), MAX(m.run_id) FROM deliveries d
        JOIN subscribers s ON s.id = d.subscriber_id JOIN messages m ON m.id = d.message_id
        WHERE d.\($0.stage) = 'held' AND d.parts_sent = 0 AND d.campaign_id IS NOT NULL AND d.not_before <= $3
            AND s.state = 'active' AND s.last_active_at > $1
            AND d.subscriber_id IN (SELECT a.id FROM subscribers a WHERE a.last_active_at > $1 AND a.state = 'active')
        GROUP BY d.subscriber_id, d.campaign_id HAVING COUNT(*) > 1
        ORDER BY d.subscriber_id, d.campaign_id LIMIT $2
        """
    }
    private static let selectGroupsOf = DialectStatement {
        """
        SELECT d.subscriber_id, d.campaign_id, MAX(d.channel_id), MAX(m.run_id) FROM deliveries d
        JOIN subscribers s ON s.id = d.subscriber_id JOIN messages m ON m.id = d.message_id
        WHERE d.subscriber_id = $4 AND d.\($0.stage) = 'held' AND d.parts_sent = 0 AND d.campaign_id IS NOT NULL
            AND d.not_before <= $3 AND s.state = 'active' AND s.last_active_at > $1
        GROUP BY d.subscriber_id, d.campaign_id HAVING COUNT(*) > 1 ORDER BY d.campaign_id LIMIT $2
        """
    }
    private static let selectWaitingOf = DialectStatement {
        """
        SELECT d.id, d.message_id, d.expires_at FROM deliveries d
        WHERE d.\($0.stage) = 'held' AND d.parts_sent = 0 AND d.subscriber_id = $1 AND d.campaign_id = $2
            AND d.not_before <= $3 AND \(isNotStopped("d")) ORDER BY d.id
        """
    }
    /// Of a row of deliveries: what was stopped ends by itself.
    private static func isNotStopped(_ row: String) -> String {
        """
        NOT EXISTS (
            SELECT 1 FROM message_fates f WHERE f.message_id = \(row).message_id AND f.channel_id = \(row).channel_id
                AND f.stopped_at IS NOT NULL)
        """
    }
    private static let selectPositions = "SELECT position FROM message_items WHERE message_id = $1 ORDER BY position"

    /// People for whom several messages of one campaign waited that are due, and whose window is open.
    ///
    /// - Parameters:
    ///   - subscriber: This one only; nil for all.
    ///   - windowOpenedAfter: They must have been active after this.
    ///   - now: The time.
    ///   - limit: How many groups at most.
    /// - Returns: Them, with all that waited and is due.
    /// - Throws: When the database fails.
    package func heldGroups(
        of subscriber: SubscriberID?, windowOpenedAfter: Timestamp, now: Timestamp, limit: Int = 500
    ) async throws -> [WaitingGroup] {
        try await database.read { connection in
            let rows = try connection.query(
                (subscriber == nil ? Self.selectGroups : Self.selectGroupsOf)[connection.dialect],
                [.time(windowOpenedAfter), .integer(Int64(limit)), .time(now)] + (subscriber.map { [.id($0)] } ?? [])
            ) {
                (
                    $0.id(0, SubscriberID.self), $0.id(1, CampaignID.self), $0.id(2, ChannelID.self),
                    $0.id(3, CampaignRunID.self)
                )
            }
            return try rows.map { subscriber, campaign, channel, run in
                let waiting = try connection.query(
                    Self.selectWaitingOf[connection.dialect], [.id(subscriber), .id(campaign), .time(now)],
                    Self.waitingRow)
                var group = WaitingGroup(
                    subscriber: subscriber, campaign: campaign, channel: channel, run: run, waiting: [], changes: [])
                try Self.fill(&group, with: waiting, on: connection)
                return group
            }
        }
    }

    private struct WaitingRow {
        let delivery: DeliveryID
        let message: MessageID
        let expiresAt: Timestamp
    }

    private static func waitingRow(_ row: any SQLRow) -> WaitingRow {
        WaitingRow(delivery: row.id(0), message: row.id(1), expiresAt: row.time(2) ?? Timestamp(seconds: 0))
    }

    private static func fill(
        _ group: inout WaitingGroup, with rows: [WaitingRow], on connection: any SQLConnection
    ) throws {
        for row in rows {
            let positions = try connection.query(selectPositions, [.id(row.message)]) { $0.integer(0) ?? 0 }
            group.waiting.append(.init(delivery: row.delivery, expiresAt: row.expiresAt, positions: positions))
        }
        for position in Set(group.waiting.flatMap(\.positions)).sorted() {
            guard var change = try loggedChange(at: position, on: connection) else { continue }
            try fillRemoved(&change, on: connection)
            group.changes.append(change)
            group.latest[ItemPlace(change)] = try latest(ItemPlace(change), on: connection)
        }
    }

    private static let selectDueWith = """
        SELECT d.id, d.message_id, d.expires_at, m.run_id FROM deliveries d JOIN messages m ON m.id = d.message_id
        WHERE d.subscriber_id = $1 AND d.ended_at IS NULL AND d.campaign_id = $2 AND d.purpose = 'campaign'
            AND d.parts_sent = 0 AND d.expires_at > $3
            AND (d.id = $4 AND d.token = $5 OR d.state = 'queued' AND d.not_before <= $3)
            AND \(isNotStopped("d"))
        ORDER BY d.id
        """

    /// What is due for a person at the same time as a delivery that is being sent, of the same campaign.
    ///
    /// - Parameters:
    ///   - delivery: Claimed, nothing of it sent.
    ///   - now: The time.
    /// - Returns: All of it, this one included; nil when there is nothing else.
    /// - Throws: When the database fails.
    package func dueGroup(with delivery: ClaimedDelivery, now: Timestamp) async throws -> WaitingGroup? {
        guard let campaign = delivery.campaign else { return nil }
        return try await database.read { connection in
            let rows = try connection.query(
                Self.selectDueWith,
                [.id(delivery.subscriber), .id(campaign), .time(now), .id(delivery.id), .text(delivery.token)]
            ) { (Self.waitingRow($0), $0.integer(3) ?? 0) }
            guard rows.count > 1, let run = rows.map(\.1).max(), rows.contains(where: { $0.0.delivery == delivery.id })
            else { return nil }
            var group = WaitingGroup(
                subscriber: delivery.subscriber, campaign: campaign, channel: delivery.channel,
                run: CampaignRunID(rawValue: run), waiting: [], changes: [],
                claimed: .init(delivery: delivery.id, token: delivery.token))
            try Self.fill(&group, with: rows.map(\.0), on: connection)
            return group
        }
    }

    // Others may add to the same run.
    private static func lockRun(_ dialect: Dialect) -> String {
        "SELECT id FROM runs WHERE id = $1\(dialect.locking("runs"))"
    }
    private static let nextOrdinal = "SELECT COALESCE(MAX(ordinal), 0) + 1 FROM messages WHERE run_id = $1"
    private static let insertCatchUp = """
        INSERT INTO deliveries (message_id, campaign_id, channel_id, subscriber_id, purpose, state, not_before,
            expires_at, updated_at)
        VALUES ($1, $2, $3, $4, 'campaign', 'queued', $5, $6, $5) ON CONFLICT (message_id, subscriber_id) DO NOTHING
        """
    // What takes the place of something due has its place in the line: its number.
    private static let becomeCatchUp = """
        UPDATE deliveries SET message_id = $2, state = 'queued', expires_at = $3, reason_code = NULL, reason = NULL,
            token = NULL, lease_until = NULL, updated_at = $4
        WHERE id = $1 AND state = 'claimed' AND token = $5 AND parts_sent = 0 AND NOT EXISTS (
            SELECT 1 FROM deliveries o WHERE o.message_id = $2 AND o.subscriber_id = deliveries.subscriber_id)
        """
    // And what it was before is told of as all the others are.
    private static let insertReplaced = """
        INSERT INTO deliveries (message_id, campaign_id, channel_id, subscriber_id, purpose, state, rank, not_before,
            expires_at, reason_code, reason, updated_at, ended_at)
        SELECT $2, d.campaign_id, d.channel_id, d.subscriber_id, 'campaign', 'suppressed', d.rank, d.not_before,
            d.expires_at, $3, $4, $5, $5
        FROM deliveries d WHERE d.id = $1
        """
    private static let selectMessageOf = "SELECT message_id FROM deliveries WHERE id = $1"
    private static func endStatement(_ waits: String) -> String {
        """
        UPDATE deliveries SET state = 'suppressed', reason_code = $2, reason = $3, updated_at = $4, ended_at = $4
        WHERE id = $1 AND \(waits) AND parts_sent = 0 AND \(isNotStopped("deliveries"))
        """
    }
    private static let endHeld = endStatement("state = 'held'")
    private static let endDue = endStatement("state = 'queued'")
    private static let openHeldOne = """
        UPDATE deliveries SET state = 'queued', reason_code = NULL, reason = NULL, updated_at = $2
        WHERE id = $1 AND state = 'held'
        """

    /// Puts one message in the place of all that waited.
    ///
    /// - Returns: The message; nil when something of it did not wait any more: then nothing was done.
    package func record(_ plan: CatchUpPlan, now: Timestamp) async throws -> MessageID? {
        do {
            return try await database.write(.readCommitted) { connection in
                let claimed = plan.group.claimed
                func reason(_ delivery: DeliveryID) -> DeliveryReason {
                    plan.told.contains(delivery) ? .caughtUp : .tooMany
                }
                for waiting in plan.group.waiting where waiting.delivery != claimed?.delivery {
                    let why = reason(waiting.delivery)
                    let ended = try connection.execute(
                        claimed == nil ? Self.endHeld : Self.endDue,
                        [.id(waiting.delivery), .text(why.code), .text(why.message), .time(now)])
                    guard ended == 1 else { throw NotWaiting() }
                }
                let message = try Self.message(plan, on: connection)
                // It was refused for what it says, or cancelled.
                guard try Self.stopReason(of: message, on: plan.group.channel, connection) == nil else {
                    throw NotWaiting()
                }
                let expiresAt = plan.group.waiting.map(\.expiresAt).max() ?? now
                // Or they had that message before.
                guard let claimed else {
                    let made = try connection.execute(
                        Self.insertCatchUp,
                        [
                            .id(message), .id(plan.group.campaign), .id(plan.group.channel), .id(plan.group.subscriber),
                            .time(now), .time(expiresAt),
                        ])
                    guard made == 1 else { throw NotWaiting() }
                    try connection.announce(.outbox)
                    return message
                }
                let before = try connection.integer(Self.selectMessageOf, [.id(claimed.delivery)])
                let became = try connection.execute(
                    Self.becomeCatchUp,
                    [.id(claimed.delivery), .id(message), .time(expiresAt), .time(now), .text(claimed.token)])
                guard became == 1, let before else { throw NotWaiting() }
                let why = reason(claimed.delivery)
                try connection.execute(
                    Self.insertReplaced,
                    [.id(claimed.delivery), .integer(before), .text(why.code), .text(why.message), .time(now)])
                try connection.announce(.outbox)
                return message
            }
        } catch is NotWaiting {
            return nil
        }
    }

    private static func message(_ plan: CatchUpPlan, on connection: any SQLConnection) throws -> MessageID {
        switch plan.content {
        case .stored(let id): return id
        case .new(let message, let tracksLinks):
            _ = try connection.integer(lockRun(connection.dialect), [.id(plan.group.run)])
            let ordinal = try connection.integer(nextOrdinal, [.id(plan.group.run)]) ?? 0
            var planned = PlannedMessage(message, positions: plan.positions)
            planned.gathers = true
            return try insert(
                planned, of: plan.group.run, ordinal: ordinal, tracksLinks: tracksLinks, on: connection)
        }
    }

    /// Lets all that waited go as it is.
    ///
    /// - Returns: How many deliveries.
    package func open(_ group: WaitingGroup, now: Timestamp) async throws -> Int {
        try await database.write(.readCommitted) { connection in
            let opened = try group.waiting.reduce(0) {
                $0 + (try connection.execute(Self.openHeldOne, [.id($1.delivery), .time(now)]))
            }
            if opened > 0 { try connection.announce(.outbox) }
            return opened
        }
    }
}

private struct NotWaiting: Error {}

extension DeliveryReason {
    /// Its person gets what it tells of in another delivery.
    package static let caughtUp = DeliveryReason(
        code: "caught_up", message: "told in one message with all else that had waited")
    static let tooMany = DeliveryReason(
        code: "too_many", message: "more had waited than one message tells of, and newer items came first")
}
