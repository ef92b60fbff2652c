package import CampaignModel

/// What waits, what goes wrong and what is next: what `tellal status` prints.
package struct StatusReport: Sendable, Codable {
    /// What the owner reads of a source.
    package struct SourceLine: Sendable, Codable {
        package var name: String
        /// Whether feeds/ no longer holds it.
        package var isWithdrawn = false
        /// In its last whole document.
        package var items: Int
        package var lastPollAt: Timestamp?
        package var nextPollAt: Timestamp?
        /// The last poll that read the document or was told that it is the same.
        package var lastGoodPollAt: Timestamp?
        /// Why the next poll is then: a stable word, and a sentence.
        package var nextCode: String?
        package var nextReason: String?
        /// Failed polls in a row.
        package var failures: Int
        /// Of the last poll, in one sentence; nil when it did not fail.
        package var lastError: String?
        package var hold: Hold?
        /// Nil when its last document named none, or hubs cannot call.
        package var hub: HubLine?
        /// What the owner may want to look into.
        package var remarks: [SourceRemark] = []
        /// As in ``SourceState/fetchState``; not shown.
        package var fetchState: String?

        private enum CodingKeys: String, CodingKey {
            case name, items, failures, hold, hub, remarks
            case isWithdrawn = "withdrawn"
            case lastPollAt = "last_poll_at"
            case nextPollAt = "next_poll_at"
            case lastGoodPollAt = "last_good_poll_at"
            case nextCode = "next_code"
            case nextReason = "next_reason"
            case lastError = "last_error"
        }
    }

    /// What the owner reads of the hub of a source.
    package struct HubLine: Sendable, Codable {
        package var url: String
        /// Until when it said to tell of changes; nil before it did.
        package var until: Timestamp?
        package var lastToldAt: Timestamp?
        /// Since when it is not relied on, because it kept a change to itself.
        package var missedAt: Timestamp?
        package var problem: String?

        private enum CodingKeys: String, CodingKey {
            case url, until, problem
            case lastToldAt = "last_told_at"
            case missedAt = "missed_at"
        }
    }

    /// What the owner reads of a channel.
    package struct ChannelLine: Sendable, Codable {
        /// Not shown.
        var id = ChannelID(rawValue: 0)
        package var name: String
        /// Whether feeds/ no longer holds it.
        package var isWithdrawn = false
        /// By its name in feeds/.
        package var platform: String
        /// Those who are active.
        package var subscribers: Int
        package var pausedReason: String?
        /// Until when nothing leaves, for its platform asked for a pause.
        package var restsUntil: Timestamp?
        /// Nil while it can be asked for what people write, or its platform calls.
        package var updatesFailing: UpdatesFailure?
        /// Why no paid messages go, though somebody would pay.
        package var paidStoppedReason: String?
        /// People who agreed to get them.
        package var marketing = 0
        /// nil when it was not asked for.
        package var outbox: ChannelOutbox?

        private enum CodingKeys: String, CodingKey {
            case name, platform, subscribers, marketing, outbox
            case updatesFailing = "updates_failing"
            case isWithdrawn = "withdrawn"
            case pausedReason = "paused_reason"
            case restsUntil = "rests_until"
            case paidStoppedReason = "paid_stopped_reason"
        }
    }

    /// What the owner reads of a campaign.
    package struct CampaignLine: Sendable, Codable {
        /// Not shown.
        var id = CampaignID(rawValue: 0)
        package var name: String
        package var state: String
        /// As many as are kept.
        package var runs: Int
        package var lastRunAt: Timestamp?
        /// Changes that wait for the next run.
        package var waiting: Int
        package var pausedReason: String?
        /// Since when it is paused.
        package var pausedAt: Timestamp?
        /// nil when it was not asked for.
        package var outbox: CampaignOutbox?
        /// Of a message that was written by hand: `scheduled`, `done` or `cancelled`.
        package var oneOff: String?
        /// When that goes, or went; by everyone's own clock it is what their clocks show.
        package var sendAt: Timestamp?
        /// Runs that wait for somebody to let them go, and until when the first of them does.
        package var drafts = 0
        package var draftsUntil: Timestamp?
        /// What became of its last run, where somebody must let it go: `waiting`, `send`, `skip`, `expired`.
        package var lastApproval: String?

        private enum CodingKeys: String, CodingKey {
            case name, state, runs, waiting, outbox, drafts
            case draftsUntil = "drafts_until"
            case lastApproval = "last_approval"
            case oneOff = "one_off"
            case sendAt = "send_at"
            case lastRunAt = "last_run_at"
            case pausedReason = "paused_reason"
            case pausedAt = "paused_at"
        }
    }

    package var sources: [SourceLine]
    package var channels: [ChannelLine]
    package var campaigns: [CampaignLine]
    /// How many deliveries stand in each state.
    package var deliveries: [String: Int]
}

/// A run in the list that `tellal runs` prints.
package struct ListedRun: Sendable, Codable {
    package var id: Int64
    package var at: Timestamp
    package var report: RunReport
    /// How many deliveries of the run stand in each state now.
    package var deliveries: [String: Int]
    /// And how many changes of messages that were sent before; nil for none.
    package var edits: [String: Int]?
    /// Of a run that somebody must let go: `waiting`, `send`, `skip`, `expired`.
    package var approval: String?
}

/// A delivery in the list that `tellal deliveries list` prints.
package struct ListedDelivery: Sendable, Codable {
    package var id: Int64
    /// nil for a reply; as ``WorkspaceMember/fullName``, as is the channel.
    package var campaign: String?
    package var purpose: String
    package var channel: String
    package var address: String
    package var state: String
    /// How many were begun.
    package var attempts: Int
    package var platformMessageID: String?
    package var code: String?
    package var reason: String?
    package var updatedAt: Timestamp?

    /// What it is, in a word or two.
    package var what: String {
        guard let campaign else { return purpose }
        return purpose == Delivery.Purpose.edit.rawValue ? "edit of \(campaign)" : campaign
    }

    private enum CodingKeys: String, CodingKey {
        case id, campaign, purpose, channel, address, state, attempts, code, reason
        case platformMessageID = "platform_message_id"
        case updatedAt = "updated_at"
    }
}

extension Store {
    private static let sourceLines = """
        SELECT \(fullName(of: "s")), COALESCE(t.items, 0), t.last_poll_at, t.next_poll_at, t.failures, t.last_error,
            t.next_code, t.next_reason, t.held_at, t.hold_code, t.hold_reason, t.manners, t.last_good_at,
            h.hub, h.ends_at, h.told_at, h.missed_at, h.problem,
            CASE WHEN s.provisioned_by IS NULL THEN 1 ELSE 0 END
        FROM sources s JOIN source_states t ON t.source_id = s.id
        LEFT JOIN hub_subscriptions h ON h.source_id = s.id AND h.is_wanted = 1 ORDER BY s.name
        """
    private static let channelLines = """
        SELECT \(fullName(of: "c")), c.platform, c.paused_reason,
            (SELECT COUNT(*) FROM subscribers s WHERE s.channel_id = c.id AND s.state = 'active'),
            c.paid_reason,
            (SELECT COUNT(*) FROM subscribers s
                WHERE s.channel_id = c.id AND s.state = 'active' AND s.paid_from IS NOT NULL),
            c.id, c.updates_failed_at, c.updates_failure, c.updates_refused_at,
            CASE WHEN c.provisioned_by IS NULL THEN 1 ELSE 0 END, c.rests_until
        FROM channels c ORDER BY c.name
        """
    private static let campaignLines = """
        SELECT \(fullName(of: "p")), p.state, (SELECT COUNT(*) FROM runs r WHERE r.campaign_id = p.id),
            (SELECT MAX(r.at) FROM runs r WHERE r.campaign_id = p.id),
            (SELECT COUNT(*) FROM campaign_waiting w WHERE w.campaign_id = p.id)
                + (SELECT COUNT(*) FROM campaign_cursors k JOIN source_states t ON t.source_id = k.source_id
                    JOIN changes c ON c.source_id = k.source_id
                    AND c.position > k.position AND c.position <= t.log_head AND (c.campaign_id IS NULL OR c.campaign_id = p.id)
                    WHERE k.campaign_id = p.id),
            p.paused_reason, p.id, p.paused_at, p.one_off, CASE WHEN p.one_off IS NULL THEN NULL ELSE p.definition END,
            (SELECT COUNT(*) FROM runs r WHERE r.campaign_id = p.id AND r.approval = 'waiting'),
            (SELECT MIN(r.approval_until) FROM runs r WHERE r.campaign_id = p.id AND r.approval = 'waiting'),
            (SELECT r.approval FROM runs r WHERE r.campaign_id = p.id ORDER BY r.id DESC LIMIT 1)
        FROM campaigns p ORDER BY p.name
        """
    private static let stateCounts = "SELECT state, COUNT(*) FROM deliveries GROUP BY state"

    /// How all things stand at one moment, without what ``status(at:)`` adds; pauses may be over.
    ///
    /// - Throws: When the database fails.
    package func status() async throws -> StatusReport {
        try await database.read { connection in
            StatusReport(
                sources: try connection.query(Self.sourceLines, []) { row in
                    StatusReport.SourceLine(
                        name: row.text(0) ?? "", isWithdrawn: row.integer(18) == 1,
                        items: Int(row.integer(1) ?? 0), lastPollAt: row.time(2),
                        nextPollAt: row.time(3).flatMap { $0 == NextPoll.never ? nil : $0 },
                        lastGoodPollAt: row.time(12), nextCode: row.text(6), nextReason: row.text(7),
                        failures: Int(row.integer(4) ?? 0),
                        lastError: row.text(5),
                        hold: row.time(8).map { Hold(at: $0, code: row.text(9) ?? "", reason: row.text(10) ?? "") },
                        hub: row.text(13).map {
                            StatusReport.HubLine(
                                url: $0, until: row.time(14), lastToldAt: row.time(15), missedAt: row.time(16),
                                problem: row.text(17))
                        },
                        fetchState: row.text(11))
                },
                channels: try connection.query(Self.channelLines, []) { row in
                    StatusReport.ChannelLine(
                        id: row.id(6), name: row.text(0) ?? "", isWithdrawn: row.integer(10) == 1,
                        platform: row.text(1) ?? "",
                        subscribers: Int(row.integer(3) ?? 0), pausedReason: row.text(2),
                        restsUntil: row.time(11), updatesFailing: Self.updatesFailure(in: row, from: 7),
                        paidStoppedReason: row.text(4),
                        marketing: Int(row.integer(5) ?? 0))
                },
                campaigns: try connection.query(Self.campaignLines, []) { row in
                    var line = StatusReport.CampaignLine(
                        id: row.id(6), name: row.text(0) ?? "", state: row.text(1) ?? "",
                        runs: Int(row.integer(2) ?? 0),
                        lastRunAt: row.time(3), waiting: Int(row.integer(4) ?? 0), pausedReason: row.text(5),
                        pausedAt: row.time(7))
                    line.oneOff = row.text(8)
                    line.sendAt = (try? StoredJSON.decode(OneOff.self, row.text(9)))?.at
                    (line.drafts, line.draftsUntil) = (Int(row.integer(10) ?? 0), row.time(11))
                    line.lastApproval = row.text(12)
                    return line
                },
                deliveries: try Self.counts(Self.stateCounts, [], on: connection))
        }
    }

    private static let selectRuns = """
        SELECT r.id, r.at, r.report, r.queued, r.held, r.approval FROM runs r JOIN campaigns c ON c.id = r.campaign_id
        JOIN workspaces w ON w.id = c.workspace_id
        WHERE \(isMeant) ORDER BY r.id DESC LIMIT $2
        """
    private static let runCounts = """
        SELECT d.state, COUNT(*) FROM messages m JOIN deliveries d ON d.message_id = m.id
        WHERE m.run_id = $1 AND (CASE WHEN d.purpose = 'edit' THEN 1 ELSE 0 END) = $2 GROUP BY d.state
        """

    /// How many deliveries of a run stand in each state: of its messages, or of its changes of earlier ones.
    static func counts(
        ofRun id: Int64, edits: Bool = false, on connection: any SQLConnection
    ) throws -> [String: Int] {
        try counts(runCounts, [.integer(id), .integer(edits ? 1 : 0)], on: connection)
    }

    /// The newest runs, of one campaign or of all.
    package func runs(of campaign: String?, limit: Int) async throws -> [ListedRun] {
        try await database.read { connection in
            if let campaign { _ = try Self.campaign(named: campaign, on: connection) }
            let rows = try connection.query(
                Self.selectRuns, [.text(campaign ?? ""), .integer(Int64(limit))]
            ) {
                (
                    $0.integer(0) ?? 0, $0.time(1) ?? Timestamp(seconds: 0), $0.text(2), Int($0.integer(3) ?? 0),
                    Int($0.integer(4) ?? 0), $0.text(5)
                )
            }
            return try rows.compactMap { id, at, text, queued, held, approval in
                guard var report = try StoredJSON.decode(RunReport.self, text) else { return nil }
                report.queued += queued
                report.held += held
                let edits = report.edited == nil ? nil : try Self.counts(ofRun: id, edits: true, on: connection)
                return ListedRun(
                    id: id, at: at, report: report, deliveries: try Self.counts(ofRun: id, on: connection),
                    edits: edits, approval: approval)
            }
        }
    }

    private static let listedDeliveries = """
        SELECT d.id, \(fullName(of: "p")), \(fullName(of: "c")), s.address, d.state, d.attempt, d.platform_message_id,
            d.reason_code, d.reason, d.updated_at, d.purpose
        FROM deliveries d LEFT JOIN campaigns p ON p.id = d.campaign_id JOIN channels c ON c.id = d.channel_id
        JOIN subscribers s ON s.id = d.subscriber_id
        """
    private static let selectDeliveries = "\(listedDeliveries) ORDER BY d.id DESC LIMIT $1"
    private static let selectDeliveriesIn = DialectStatement {
        "\(listedDeliveries) WHERE d.state = $2 AND d.\($0.stage) = $3 ORDER BY d.id DESC LIMIT $1"
    }
    private static let selectDelivery = "\(listedDeliveries) WHERE d.id = $1"
    private static let selectDeliveriesTo = """
        \(listedDeliveries) WHERE d.subscriber_id = $1 ORDER BY d.id DESC LIMIT 1000
        """

    /// The newest deliveries, in one state or in all.
    package func deliveries(in state: Delivery.State?, limit: Int) async throws -> [ListedDelivery] {
        try await database.read { connection in
            guard let state else {
                return try connection.query(Self.selectDeliveries, [.integer(Int64(limit))], Self.listed)
            }
            let dialect = connection.dialect
            return try connection.query(
                Self.selectDeliveriesIn[dialect],
                [.integer(Int64(limit)), .text(state.rawValue), .text(dialect.stage(of: state))], Self.listed)
        }
    }

    static func delivery(_ id: DeliveryID, on connection: any SQLConnection) throws -> ListedDelivery? {
        try connection.query(selectDelivery, [.id(id)], listed).first
    }

    /// What was sent to one person, the newest first.
    static func deliveries(to subscriber: SubscriberID, on connection: any SQLConnection) throws -> [ListedDelivery] {
        try connection.query(selectDeliveriesTo, [.id(subscriber)], listed)
    }

    private static func listed(_ row: any SQLRow) -> ListedDelivery {
        ListedDelivery(
            id: row.integer(0) ?? 0, campaign: row.text(1), purpose: row.text(10) ?? "", channel: row.text(2) ?? "",
            address: row.text(3) ?? "", state: row.text(4) ?? "", attempts: Int(row.integer(5) ?? 0),
            platformMessageID: row.text(6), code: row.text(7), reason: row.text(8), updatedAt: row.time(9))
    }

    static func counts(
        _ sql: String, _ arguments: [SQLValue], on connection: any SQLConnection
    ) throws -> [String: Int] {
        let pairs = try connection.query(sql, arguments) { ($0.text(0) ?? "", Int($0.integer(1) ?? 0)) }
        return Dictionary(pairs) { first, _ in first }
    }
}
