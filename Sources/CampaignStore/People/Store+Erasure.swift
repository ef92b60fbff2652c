package import CampaignModel

/// Forgetting people, so that only what keeps them from coming back unasked is left.
extension Store {
    private static let selectErased = "SELECT COUNT(*) FROM erased_subscribers WHERE channel_id = $1 AND hash = $2"

    static func isErased(_ hash: String, _ channel: ChannelID, on connection: any SQLConnection) throws -> Bool {
        try connection.integer(selectErased, [.id(channel), .text(hash)]) ?? 0 > 0
    }

    static let selectID = "SELECT id FROM subscribers WHERE channel_id = $1 AND address = $2"
    private static let insertErased = """
        INSERT INTO erased_subscribers (channel_id, hash, erased_at) VALUES ($1, $2, $3)
        ON CONFLICT (channel_id, hash) DO UPDATE SET erased_at = excluded.erased_at
        """
    private static let isOnItsWay = """
        SELECT COUNT(*) FROM deliveries
        WHERE subscriber_id = $1 AND ended_at IS NULL AND state IN ('claimed', 'sending')
        """
    private static let holdsToken = "SELECT COUNT(*) FROM subscribers WHERE id = $1 AND marketing IS NOT NULL"
    // What campaigns sent stays counted, under a row that says nothing of whom it went to. Replies speak of a person.
    private static let forgetting = [
        // That it came stays, or a copy that comes late would be taken for a new one.
        """
        UPDATE inbox SET address = NULL, body = '{}', done_at = COALESCE(done_at, $5)
        WHERE channel_id = $1 AND address = $2
        """,
        "DELETE FROM consent_log WHERE subscriber_id = $3", "DELETE FROM subscriber_tags WHERE subscriber_id = $3",
        "DELETE FROM subscriber_unwanted WHERE subscriber_id = $3",
        """
        DELETE FROM attempts WHERE delivery_id IN (SELECT id FROM deliveries WHERE subscriber_id = $3)
        """,
        """
        UPDATE deliveries SET platform_message_id = NULL, echo = NULL,
            state = CASE WHEN state IN ('queued', 'held') THEN 'suppressed' ELSE state END,
            ended_at = COALESCE(ended_at, $5)
        WHERE subscriber_id = $3
        """,
        """
        UPDATE subscribers SET address = $4, first_name = NULL, last_name = NULL, language = NULL, state = 'stopped',
            state_reason = 'erased', last_active_at = NULL, origin = NULL, fields = NULL, standing = NULL,
            preferences = NULL, paused_until = NULL, delivered_until = NULL, read_until = NULL, marketing = NULL,
            replies = NULL, timing = NULL, last_clicked_at = NULL, paid_from = NULL, marketing_token = NULL, ask_from = NULL
        WHERE id = $3
        """,
    ]

    /// Forgets one person: names, choices, what they wrote and agreed to, and who it was that campaigns went to.
    ///
    /// - Parameters:
    ///   - address: The person's.
    ///   - channel: Where they are.
    ///   - hash: What stands for the address from now on: a keyed hash of it.
    ///   - now: When.
    /// - Returns: Whether there was such a person; false also while a message to them is on its way.
    /// - Throws: When the database fails; then nothing was forgotten.
    package func erase(address: String, on channel: ChannelID, hash: String, now: Timestamp) async throws -> Erasure {
        try await database.write { connection in
            let ids: [SubscriberID] = try connection.query(Self.selectID, [.id(channel), .text(address)]) { $0.id(0) }
            guard let id = ids.first else { return .unknown }
            guard try connection.integer(Self.isOnItsWay, [.id(id)]) == 0 else { return .busy }
            // Or the platform's list would bring them back.
            if try connection.integer(Self.holdsToken, [.id(id)]) ?? 0 > 0 {
                try Self.planMarketingEnd(of: address, on: channel, now: now, connection)
            }
            try connection.execute(Self.insertErased, [.id(channel), .text(hash), .time(now)])
            try Self.deleteReplies(try connection.query(Self.selectRepliesTo, [.id(id)], Self.reply), on: connection)
            for statement in Self.forgetting {
                let all: [SQLValue] = [.id(channel), .text(address), .id(id), .text("erased:\(id)"), .time(now)]
                try connection.execute(statement, all)
            }
            return .done
        }
    }

    private static let selectRepliesTo = """
        SELECT id, message_id FROM deliveries WHERE subscriber_id = $1 AND campaign_id IS NULL
        """
    private static let selectOldReplies = """
        SELECT id, message_id FROM deliveries
        WHERE campaign_id IS NULL AND ended_at < $1 LIMIT $2
        """

    private static func reply(_ row: any SQLRow) -> (delivery: Int64, message: Int64) {
        (row.integer(0) ?? 0, row.integer(1) ?? 0)
    }

    private static func deleteReplies(
        _ replies: [(delivery: Int64, message: Int64)], on connection: any SQLConnection
    ) throws {
        for reply in replies {
            try connection.execute("DELETE FROM attempts WHERE delivery_id = $1", [.integer(reply.delivery)])
            try connection.execute("DELETE FROM deliveries WHERE id = $1", [.integer(reply.delivery)])
            try connection.execute("DELETE FROM messages WHERE id = $1", [.integer(reply.message)])
        }
    }

    /// How long replies are kept after they ended.
    package static let repliesKept = Duration.days(30)

    /// Forgets replies that ended long ago.
    ///
    /// - Parameters:
    ///   - now: When.
    ///   - limit: How many at once, at most.
    /// - Returns: How many.
    /// - Throws: When the database fails.
    package func pruneReplies(now: Timestamp, atMost limit: Int = 500) async throws -> Int {
        try await database.write { connection in
            let replies = try connection.query(
                Self.selectOldReplies, [.time(now - Self.repliesKept), .integer(Int64(limit))], Self.reply)
            try Self.deleteReplies(replies, on: connection)
            return replies.count
        }
    }

    /// What came of erasing somebody: `unknown` when nobody is known by that address, `busy` while a message is on its
    /// way.
    package enum Erasure: Sendable { case done, unknown, busy }

    private static let selectInactive = """
        SELECT s.channel_id, s.address FROM subscribers s
        WHERE s.state <> 'active' AND s.address NOT LIKE 'erased:%'
            AND COALESCE(s.changed_at, s.created_at) < $1 AND COALESCE(s.last_active_at, 0) < $1
        ORDER BY s.id LIMIT $2
        """

    /// People who are not subscribed, and of whom nothing was heard since then.
    package func inactiveSubscribers(
        since: Timestamp, limit: Int
    ) async throws -> [(channel: ChannelID, address: String)] {
        try await database.read { connection in
            try connection.query(Self.selectInactive, [.time(since), .integer(Int64(limit))]) {
                ($0.id(0), $0.text(1) ?? "")
            }
        }
    }
}
