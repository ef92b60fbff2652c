package import CampaignModel

/// A run that somebody must let go.
package struct WaitingRun: Sendable {
    package let run: CampaignRunID
    package let campaign: CampaignID
    /// The campaign's.
    package let name: String
    package let at: Timestamp
    /// Afterwards nobody can let it go any more.
    package let until: Timestamp
    package let messages: [Message]
    /// How many of them take the place of messages that were sent before.
    package let edits: Int
}

/// Runs that go when somebody says so.
extension Store {
    private static let selectToApprove = """
        SELECT r.id, r.campaign_id, \(fullName(of: "p")), r.at, r.approval_until FROM runs r JOIN campaigns p ON p.id = r.campaign_id
        WHERE r.approval = 'waiting' AND ($1 = 0 OR r.campaign_id = $1) AND ($2 = 0 OR r.asked_at IS NULL)
        ORDER BY r.id
        """
    private static let selectMessages = """
        SELECT body, edits_message_id FROM messages WHERE run_id = $1 ORDER BY ordinal
        """

    /// Runs that wait, the oldest first.
    ///
    /// - Parameters:
    ///   - campaign: Of one campaign; nil for all.
    ///   - unasked: Only those of which nobody was asked in a chat.
    /// - Returns: Them, with what they would send.
    /// - Throws: When the database fails.
    package func runsToApprove(of campaign: CampaignID? = nil, unasked: Bool = false) async throws -> [WaitingRun] {
        try await database.read { connection in
            let rows = try connection.query(
                Self.selectToApprove, [.integer(campaign?.rawValue ?? 0), .integer(unasked ? 1 : 0)]
            ) { row in
                (row.id(0, CampaignRunID.self), row.id(1, CampaignID.self), row.text(2) ?? "", row.time(3), row.time(4))
            }
            return try rows.map { run, campaign, name, at, until in
                let bodies = try connection.query(Self.selectMessages, [.id(run)]) { ($0.text(0), $0.integer(1)) }
                return WaitingRun(
                    run: run, campaign: campaign, name: name, at: at ?? Timestamp(seconds: 0),
                    until: until ?? Timestamp(seconds: 0),
                    messages: bodies.compactMap { (try? StoredJSON.decode(Message.self, $0.0)) ?? nil },
                    edits: bodies.count { $0.1 != nil })
            }
        }
    }

    private static let decideRun = """
        UPDATE runs SET approval = $2 WHERE id = $1 AND approval = 'waiting' AND approval_until > $3 RETURNING campaign_id
        """
    // It goes to those who are there when it goes, and has as much time from then on.
    private static let startFanOut = """
        UPDATE fan_outs SET planned_at = $2, not_before = CASE WHEN not_before < $2 THEN $2 ELSE not_before END,
            expires_at = expires_at + ($2 - planned_at), window_opened_after = window_opened_after + ($2 - planned_at),
            until_id = COALESCE((SELECT MAX(s.id) FROM subscribers s WHERE s.channel_id = fan_outs.channel_id), 0)
        WHERE run_id = $1
        """
    private static let dropFanOut = "DELETE FROM fan_outs WHERE run_id = $1"

    /// Lets a run go, or has it not go.
    ///
    /// - Parameters:
    ///   - run: Which.
    ///   - decision: What is to become of it.
    ///   - campaigns: It must be of one of these; nil for any.
    ///   - now: When.
    /// - Returns: Its campaign; nil when it did not wait any more.
    /// - Throws: When the database fails.
    package func decide(
        _ run: CampaignRunID, _ decision: Approval.Decision, among campaigns: Set<CampaignID>? = nil, now: Timestamp
    ) async throws -> CampaignID? {
        try await database.write(.readCommitted) { try Self.decide(run, decision, among: campaigns, now: now, on: $0) }
    }

    static func decide(
        _ run: CampaignRunID, _ decision: Approval.Decision, among campaigns: Set<CampaignID>?, now: Timestamp,
        on connection: any SQLConnection
    ) throws -> CampaignID? {
        if let campaigns {
            let own = try connection.integer("SELECT campaign_id FROM runs WHERE id = $1", [.id(run)])
            guard let own, campaigns.contains(CampaignID(rawValue: own)) else { return nil }
        }
        let decided: [CampaignID] = try connection.query(
            decideRun, [.id(run), .text(decision.rawValue), .time(now)]
        ) { $0.id(0) }
        guard let campaign = decided.first else { return nil }
        switch decision {
        case .send: try connection.execute(startFanOut, [.id(run), .time(now)])
        case .skip: try connection.execute(dropFanOut, [.id(run)])
        }
        return campaign
    }

    private static let expireRuns = """
        UPDATE runs SET approval = 'expired' WHERE approval = 'waiting' AND approval_until <= $1 RETURNING id
        """

    /// Ends what nobody answered in time.
    ///
    /// - Returns: How many runs.
    package func expireApprovals(now: Timestamp) async throws -> Int {
        try await database.write(.readCommitted) { connection in
            let runs: [CampaignRunID] = try connection.query(Self.expireRuns, [.time(now)]) { $0.id(0) }
            for run in runs { try connection.execute(Self.dropFanOut, [.id(run)]) }
            return runs.count
        }
    }

    private static let noteAsked = """
        UPDATE runs SET asked_at = $2 WHERE id = $1 AND asked_at IS NULL AND approval = 'waiting'
        """

    /// Whether there is a subscriber with that address on a channel.
    package func knows(_ address: String, on channel: ChannelID) async throws -> Bool {
        try await database.read { try $0.integer(Self.selectID, [.id(channel), .text(address)]) != nil }
    }

    /// Plans the messages that ask somebody to let a run go, once; nothing for somebody who is not known, so that they can be
    /// asked when they are.
    ///
    /// - Parameters:
    ///   - messages: What they are told.
    ///   - run: Which.
    ///   - address: Theirs.
    ///   - channel: Where.
    ///   - expiresAt: Nobody wants them after that.
    ///   - now: The time.
    /// - Throws: When the database fails.
    package func ask(
        _ messages: [Message], about run: CampaignRunID, to address: String, on channel: ChannelID,
        expiresAt: Timestamp, now: Timestamp
    ) async throws {
        try await database.write { connection in
            guard let id = try connection.integer(Self.selectID, [.id(channel), .text(address)]),
                // Or another process was faster, or it was decided already.
                try connection.execute(Self.noteAsked, [.id(run), .time(now)]) == 1
            else { return }
            for message in messages {
                try Self.plan(
                    EventEffects.Reply(.answer, message, expiresAt: expiresAt), to: SubscriberID(rawValue: id),
                    on: channel, now: now, on: connection)
            }
            try connection.announce(.outbox)
        }
    }
}
