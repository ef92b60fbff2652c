package import CampaignModel

/// What a message became on its platform.
package struct SentMessage: Sendable, Hashable {
    package var delivery: DeliveryID
    package var state: Delivery.State
    /// What the platform calls each of its parts; nil for one that was left out.
    package var ids: [String?]
}

/// Messages that are changed where they stand.
extension Store {
    // A run that nobody let go has told nothing.
    private static let selectTold = """
        SELECT m.id, c.position, c.source_id, c.kind, c.item_key, c.before, c.after, c.at, m.body, m.ordinal,
            (SELECT COUNT(*) FROM messages n WHERE n.run_id = m.run_id AND n.edits_message_id IS NULL
                AND n.gathers IS NULL)
        FROM campaign_items t JOIN runs r ON r.id = t.run_id JOIN messages m ON m.run_id = t.run_id
        JOIN message_items i ON i.message_id = m.id JOIN changes c ON c.position = i.position
        WHERE t.campaign_id = $1 AND t.source_id = $2 AND t.item_key = $3 AND c.source_id = t.source_id
            AND c.item_key = t.item_key AND m.edits_message_id IS NULL AND m.gathers IS NULL
            AND COALESCE(r.approval, 'send') = 'send'
            AND NOT EXISTS (
                SELECT 1 FROM message_items o WHERE o.message_id = m.id AND o.position <> i.position)
        ORDER BY m.id DESC LIMIT 1
        """
    private static let selectLastEdit = """
        SELECT m.body FROM messages m JOIN runs r ON r.id = m.run_id
        WHERE m.edits_message_id = $1 AND COALESCE(r.approval, 'send') IN ('send', 'waiting')
        ORDER BY m.id DESC LIMIT 1
        """

    /// The latest messages of a campaign that told of one item alone, of those that are updated.
    static func told(
        _ changes: [LoggedChange], by campaign: CampaignID, on connection: any SQLConnection
    ) throws -> [ToldMessage] {
        var told: [ToldMessage] = []
        var seen: Set<Announcement> = []
        for change in changes where change.change.kind == .updated {
            let item = Announcement(source: change.source, key: change.change.key, kind: .updated)
            guard seen.insert(item).inserted else { continue }
            let found = try connection.query(
                selectTold, [.id(campaign), .id(item.source), item.key.stored]
            ) { row in
                (
                    id: row.id(0, MessageID.self), change: loggedChange(row, from: 1), body: row.text(8),
                    place: Int(row.integer(9) ?? 0), count: Int(row.integer(10) ?? 1)
                )
            }.first
            guard let found, let change = found.change else { continue }
            let last = try connection.query(selectLastEdit, [.id(found.id)]) { $0.text(0) }.first
            guard let message = try StoredJSON.decode(Message.self, last ?? found.body) else { continue }
            told.append(
                ToldMessage(
                    id: found.id, change: change, message: message, place: found.place, count: max(1, found.count)))
        }
        return told
    }

    private static let selectSent = """
        SELECT id, state, parts, platform_message_id FROM deliveries WHERE message_id = $1 AND subscriber_id = $2
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
    /// - Returns: nil when it was not for them.
    /// - Throws: When the database fails.
    package func sent(_ message: MessageID, to subscriber: SubscriberID) async throws -> SentMessage? {
        try await database.read { connection in
            let found = try connection.query(Self.selectSent, [.id(message), .id(subscriber)]) {
                (
                    $0.id(0, DeliveryID.self), $0.text(1).flatMap(Delivery.State.init(rawValue:)),
                    Int($0.integer(2) ?? 0), $0.text(3)
                )
            }
            guard let (id, state, parts, last) = found.first, let state else { return nil }
            var ids = [String?](repeating: nil, count: parts)
            for (part, name) in try connection.query(
                Self.selectParts, [.id(id)], { (Int($0.integer(0) ?? 0), $0.text(1)) })
            where ids.indices.contains(part) {
                ids[part] = name
            }
            // One that was sent at its first attempt has no row for it.
            if state == .sent, parts == 1 { ids[0] = ids[0] ?? last }
            return SentMessage(delivery: id, state: state, ids: ids)
        }
    }
}
