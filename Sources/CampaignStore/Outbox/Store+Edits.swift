package import CampaignModel

/// What a message became on its platform.
package struct SentMessage: Sendable, Hashable {
    package var delivery: DeliveryID
    package var state: Delivery.State
    /// When it may go, if it has not gone: what is in the line before it goes first.
    package var notBefore: Timestamp
    /// What the platform calls each of its parts; nil for one that was left out, and for all once the chat has another
    /// address, where these names mean nothing.
    package var ids: [String?]
    /// A later edit of it was made for the person, or will be.
    package var isSuperseded: Bool
}

/// Messages that are changed where they stand.
extension Store {
    // A run that was not let go has told nothing; one that waits for it may yet.
    private static let selectTold = """
        SELECT m.id, c.position, c.source_id, c.kind, c.item_key, c.before, c.after, c.at, m.body, r.approval, m.ordinal,
            (SELECT COUNT(*) FROM messages n WHERE n.run_id = m.run_id AND n.edits_message_id IS NULL
                AND n.gathers IS NULL)
        FROM campaign_items t JOIN runs r ON r.id = t.run_id JOIN messages m ON m.run_id = t.run_id
        JOIN message_items i ON i.message_id = m.id JOIN changes c ON c.position = i.position
        WHERE t.campaign_id = $1 AND t.source_id = $2 AND t.item_key = $3 AND c.source_id = t.source_id
            AND c.item_key = t.item_key AND m.edits_message_id IS NULL AND m.gathers IS NULL
            AND COALESCE(r.approval, 'send') IN ('send', 'waiting')
            AND NOT EXISTS (
                SELECT 1 FROM message_items o WHERE o.message_id = m.id AND o.position <> i.position)
        ORDER BY m.id DESC LIMIT 1
        """
    private static let selectLastEdit = """
        SELECT m.body FROM messages m JOIN runs r ON r.id = m.run_id
        WHERE m.edits_message_id = $1 AND COALESCE(r.approval, 'send') IN ('send', 'waiting')
        ORDER BY m.id DESC LIMIT 1
        """

    /// The latest messages that a campaign made of one item alone, of those that are updated.
    static func told(
        _ changes: [LoggedChange], by campaign: CampaignID, on connection: any SQLConnection
    ) throws -> [ToldMessage] {
        var told: [ToldMessage] = []
        var seen: Set<ItemPlace> = []
        for change in changes where change.change.kind == .updated {
            let item = ItemPlace(change)
            guard seen.insert(item).inserted else { continue }
            let found = try connection.query(
                selectTold, [.id(campaign), .id(item.source), item.key.stored]
            ) { row in
                (
                    id: row.id(0, MessageID.self), change: loggedChange(row, from: 1), body: row.text(8),
                    approval: row.text(9), place: Int(row.integer(10) ?? 0), count: Int(row.integer(11) ?? 1)
                )
            }.first
            guard let found, let change = found.change else { continue }
            let last = try connection.query(selectLastEdit, [.id(found.id)]) { $0.text(0) }.first
            // What cannot be read is not edited, and stops nothing.
            guard let message = try? StoredJSON.decode(Message.self, last ?? found.body) else { continue }
            told.append(
                ToldMessage(
                    id: found.id, change: change, message: message, isDraft: found.approval == "waiting",
                    place: found.place, count: max(1, found.count)))
        }
        return told
    }

    private static let selectSent = """
        SELECT d.id, d.state, d.parts, d.platform_message_id,
            CASE WHEN s.moved_at >= d.ended_at THEN 1 ELSE 0 END, COALESCE((
                SELECT MAX(e.not_before) FROM deliveries e
                WHERE e.subscriber_id = d.subscriber_id AND e.ended_at IS NULL AND e.state = 'queued'
                    AND e.campaign_id = d.campaign_id AND e.id <= d.id AND e.purpose <> 'edit'), d.not_before)
        FROM deliveries d JOIN subscribers s ON s.id = d.subscriber_id WHERE d.message_id = $1 AND d.subscriber_id = $2
        """
    private static let isSuperseded = """
        SELECT 1 FROM messages m JOIN deliveries d ON d.message_id = m.id AND d.subscriber_id = $2
        WHERE m.edits_message_id = $1 AND m.id > $3 AND d.state NOT IN ('failed', 'suppressed', 'expired') LIMIT 1
        """
    private static let selectParts = """
        SELECT part, platform_message_id FROM attempts
        WHERE delivery_id = $1 AND platform_message_id IS NOT NULL ORDER BY attempt
        """

    /// What became of a message for one person.
    ///
    /// - Parameters:
    ///   - message: Which.
    ///   - subscriber: For whom.
    ///   - edit: The edit of it that is about to be made.
    /// - Returns: nil when it was not for them.
    /// - Throws: When the database fails.
    package func sent(
        _ message: MessageID, to subscriber: SubscriberID, before edit: MessageID
    ) async throws -> SentMessage? {
        try await database.read { connection in
            let found = try connection.query(Self.selectSent, [.id(message), .id(subscriber)]) {
                (
                    $0.id(0, DeliveryID.self), $0.text(1).flatMap(Delivery.State.init(rawValue:)),
                    Int($0.integer(2) ?? 0), $0.text(3), $0.integer(4) == 1, $0.time(5)
                )
            }
            guard let (id, state, parts, last, hasMoved, notBefore) = found.first, let state, let notBefore else {
                return nil
            }
            let later = try connection.integer(
                Self.isSuperseded, [.id(message), .id(subscriber), .id(edit)])
            var ids = [String?](repeating: nil, count: parts)
            for (part, name) in try connection.query(
                Self.selectParts, [.id(id)], { (Int($0.integer(0) ?? 0), $0.text(1)) })
            where ids.indices.contains(part) {
                ids[part] = name
            }
            // One that was sent at its first attempt has no row for it.
            if state == .sent, parts == 1 { ids[0] = ids[0] ?? last }
            if hasMoved { ids = ids.map { _ in nil } }
            return SentMessage(
                delivery: id, state: state, notBefore: notBefore, ids: ids, isSuperseded: later != nil)
        }
    }
}
