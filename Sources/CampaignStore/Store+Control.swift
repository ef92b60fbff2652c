package import CampaignModel

/// A campaign as the owner's decision left it.
package struct CampaignStatus: Sendable, Hashable, Codable {
    package var id: CampaignID
    package var name: String
    /// `active`, `paused`, or `withdrawn` when no file holds it any more.
    package var state: String
    package var pausedReason: String?

    private enum CodingKeys: String, CodingKey {
        case id, name, state
        case pausedReason = "paused_reason"
    }
}

/// What cancelling a campaign ended.
package struct Cancellation: Sendable, Hashable, Codable {
    package var campaign: String
    /// Deliveries that waited, and are suppressed now.
    package var suppressed = 0
    /// Requests that were out at that moment; they end by themselves.
    package var onTheWire = 0
    /// It was to be sent once, at a time that has not come.
    package var neverSent: Bool?

    private enum CodingKeys: String, CodingKey {
        case campaign, suppressed
        case onTheWire = "on_the_wire"
        case neverSent = "never_sent"
    }
}

/// What the owner decides about campaigns.
extension Store {
    /// Of `campaigns c` in `workspaces w`: by its name, or by `workspace/name`.
    static let isNamed = "(c.name = $1 OR w.name || '/' || c.name = $1)"
    /// As ``Workspace/fullName(_:in:)``, of what has that alias.
    static func fullName(of alias: String) -> String {
        """
        (SELECT CASE WHEN w.name = '\(Workspace.defaultName)' THEN '' ELSE w.name || '/' END FROM workspaces w
            WHERE w.id = \(alias).workspace_id) || \(alias).name
        """
    }
    private static let selectCampaigns = """
        SELECT c.id, \(fullName(of: "c")), c.state, c.paused_reason, w.name FROM campaigns c
        JOIN workspaces w ON w.id = c.workspace_id
        WHERE \(isNamed) ORDER BY c.id
        """

    /// Finds a campaign by its name, or by `workspace/name`.
    ///
    /// - Throws: ``Problem`` (`notFound`) when there is none, (`usage`) when several workspaces have one.
    package func campaign(named name: String) async throws -> CampaignStatus {
        try await database.read { try Self.campaign(named: name, on: $0) }
    }

    static func campaign(named name: String, on connection: any SQLConnection) throws -> CampaignStatus {
        let found = try connection.query(selectCampaigns, [.text(name)]) { (standing($0), $0.text(4) ?? "") }
        guard let (campaign, _) = found.first else {
            throw Problem(
                .notFound, "there is no campaign \(name)",
                hint: "`tellal campaign list` shows those that a run or `serve` has seen.")
        }
        guard found.count == 1 else { throw Problem.ambiguous("campaign", name, in: found.map(\.1)) }
        return campaign
    }

    private static func standing(_ row: any SQLRow) -> CampaignStatus {
        CampaignStatus(
            id: row.id(0), name: row.text(1) ?? "", state: row.text(2) ?? "", pausedReason: row.text(3))
    }

    private static let pauseByOwner = """
        UPDATE campaigns SET state = CASE WHEN state = 'active' THEN 'paused' ELSE state END,
            paused_reason = COALESCE($2, paused_reason, $4), paused_at = COALESCE(paused_at, $3)
        WHERE id = $1 RETURNING id, \(fullName(of: "campaigns")), state, paused_reason
        """
    private static let takeBack = """
        UPDATE deliveries SET state = 'queued', token = NULL, lease_until = NULL, updated_at = $2
        WHERE lease_until IS NOT NULL AND state = 'claimed' AND campaign_id = $1 AND parts_sent = 0
        """
    private static let resumeByOwner = """
        UPDATE campaigns SET state = CASE WHEN state = 'paused' THEN 'active' ELSE state END, paused_reason = NULL,
            paused_at = NULL, resumed_at = $2
        WHERE id = $1 RETURNING id, \(fullName(of: "campaigns")), state, paused_reason
        """

    /// Nothing of the campaign is planned or begun from now on, until it is resumed; requests that are out end.
    ///
    /// - Parameters:
    ///   - campaign: Which.
    ///   - reason: What the owner reads as long as it lasts; nil for the one that it is paused for already, if it is.
    ///   - now: When.
    /// - Returns: How it stands now.
    /// - Throws: When the database fails.
    package func pause(_ campaign: CampaignID, reason: String?, now: Timestamp) async throws -> CampaignStatus {
        try await decide(
            Self.pauseByOwner, [.id(campaign), .optional(reason), .time(now), .text("paused by the owner")]
        ) { connection in
            try Self.takeBack(campaign, at: now, on: connection)
        }
    }

    /// Has whoever holds deliveries of a campaign, and has not begun to send them, leave them: whoever claims them next finds
    /// it paused. What has sent a part of its message goes on to the end of it.
    static func takeBack(_ campaign: CampaignID, at now: Timestamp, on connection: any SQLConnection) throws {
        try connection.execute(takeBack, [.id(campaign), .time(now)])
    }

    /// What waits of the campaign goes on; why it was paused, by whomever, is forgotten.
    package func resume(_ campaign: CampaignID, now: Timestamp) async throws -> CampaignStatus {
        try await decide(Self.resumeByOwner, [.id(campaign), .time(now)]) { _ in }
    }

    private func decide(
        _ statement: String, _ arguments: [SQLValue],
        then: @escaping @Sendable (any SQLConnection) throws -> Void
    ) async throws -> CampaignStatus {
        try await database.write { connection in
            let changed = try connection.query(statement, arguments, Self.standing)
            guard let campaign = changed.first else { throw Problem(.notFound, "the campaign is gone") }
            try then(connection)
            return campaign
        }
    }

    private static let isPaused = "SELECT 1 FROM campaigns WHERE id = $1 AND paused_at IS NOT NULL"

    /// Whether the campaign waits for the owner.
    package func isPaused(_ campaign: CampaignID) async throws -> Bool {
        try await database.read { try $0.integer(Self.isPaused, [.id(campaign)]) != nil }
    }
}

/// Cancelling: what waits of a campaign's runs is ended, a lot at a time.
extension Store {
    private static let selectRun = "SELECT 1 FROM runs WHERE id = $2 AND campaign_id = $1"
    private static let selectMessagesOfRun = "SELECT id FROM messages WHERE run_id = $1 ORDER BY id"
    private static let selectOpenMessages = """
        SELECT DISTINCT d.message_id FROM deliveries d WHERE d.ended_at IS NULL AND d.campaign_id = $1
        UNION SELECT f.message_id FROM fan_outs f WHERE f.campaign_id = $1
        """
    // Whoever claims one of these meanwhile, or holds one, finds that and ends it, as with a message that is refused.
    private static let stopMessage = """
        INSERT INTO message_fates (message_id, channel_id, reason_code, reason, stopped_at)
        SELECT $1, c.id, $3, $4, $5 FROM channels c
        WHERE c.workspace_id = (SELECT p.workspace_id FROM campaigns p WHERE p.id = $2)
        ON CONFLICT (message_id, channel_id) DO UPDATE SET reason_code = excluded.reason_code,
            reason = excluded.reason, stopped_at = excluded.stopped_at
        """
    private static let skipDrafts = """
        UPDATE runs SET approval = 'skip' WHERE campaign_id = $1 AND approval = 'waiting' AND ($2 = 0 OR id = $2)
        """
    private static let endFanOuts = "DELETE FROM fan_outs WHERE message_id = $1 AND campaign_id = $2"
    private static let selectLot = """
        SELECT MAX(t.subscriber_id) FROM (
            SELECT d.subscriber_id FROM deliveries d WHERE d.message_id = $1 AND d.subscriber_id > $2
            ORDER BY d.subscriber_id LIMIT $3) t
        """
    private static let suppressLot = """
        UPDATE deliveries SET state = 'suppressed', reason_code = $4, reason = $5, updated_at = $6, ended_at = $6
        WHERE message_id = $1 AND subscriber_id > $2 AND subscriber_id <= $3 AND state IN ('queued', 'held')
        """
    private static let countOnTheWire = """
        SELECT COUNT(*) FROM deliveries
        WHERE lease_until IS NOT NULL AND (state = 'sending' OR (state = 'claimed' AND parts_sent > 0))
            AND campaign_id = $1
        """

    /// Ends what waits of a campaign, or of one of its runs, and what of it is still to be planned. Its next run is not
    /// concerned.
    ///
    /// - Parameters:
    ///   - campaign: Which.
    ///   - run: nil for all its runs.
    ///   - now: When.
    /// - Returns: What was ended.
    /// - Throws: ``Problem`` (`notFound`) when the campaign has no such run. When the database fails half-way, what was not
    ///   ended ends when somebody would send it, or by cancelling again.
    package func cancel(
        _ campaign: CampaignStatus, run: CampaignRunID?, now: Timestamp
    ) async throws -> Cancellation {
        var cancellation = Cancellation(campaign: campaign.name)
        // First: whoever would begin it now finds that, or it is among what is read below.
        if run == nil {
            let ended = try await database.write { try $0.execute(Self.cancelOneOff, [.id(campaign.id)]) }
            cancellation.neverSent = ended > 0 ? true : nil
        }
        try await database.write { connection in
            _ = try connection.execute(Self.skipDrafts, [.id(campaign.id), .integer(run?.rawValue ?? 0)])
        }
        let messages: [MessageID] = try await database.read { connection in
            guard let run else { return try connection.query(Self.selectOpenMessages, [.id(campaign.id)]) { $0.id(0) } }
            guard try connection.integer(Self.selectRun, [.id(campaign.id), .id(run)]) != nil else {
                throw Problem(
                    .notFound, "\(campaign.name) has no run \(run)",
                    hint: "`tellal runs \(campaign.name)` lists its runs.")
            }
            return try connection.query(Self.selectMessagesOfRun, [.id(run)]) { $0.id(0) }
        }
        let reason = DeliveryReason.cancelled
        for message in messages {
            try await database.write { connection in
                try connection.execute(
                    Self.stopMessage,
                    [.id(message), .id(campaign.id), .text(reason.code), .text(reason.message), .time(now)])
                try connection.execute(Self.endFanOuts, [.id(message), .id(campaign.id)])
            }
        }
        for message in messages { cancellation.suppressed += try await suppress(message, reason, now: now) }
        let out = try await database.read { try $0.integer(Self.countOnTheWire, [.id(campaign.id)]) }
        cancellation.onTheWire = Int(out ?? 0)
        return cancellation
    }

    private func suppress(_ message: MessageID, _ reason: DeliveryReason, now: Timestamp) async throws -> Int {
        var last: Int64 = 0
        var count = 0
        while true {
            let from = last
            let bound = try await database.read {
                try $0.integer(Self.selectLot, [.id(message), .integer(from), .integer(Int64(Self.lot))])
            }
            guard let bound else { return count }
            count += try await database.write { connection in
                try connection.execute(
                    Self.suppressLot,
                    [
                        .id(message), .integer(from), .integer(bound), .text(reason.code), .text(reason.message),
                        .time(now),
                    ])
            }
            last = bound
        }
    }
}
