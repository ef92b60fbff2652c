package import CampaignModel

/// One try at a delivery.
package struct ListedAttempt: Sendable, Hashable, Codable {
    /// Its number among those of the delivery, from 1.
    package var attempt: Int
    /// Which of the message's requests it was, from 1.
    package var part: Int
    package var startedAt: Timestamp?
    package var finishedAt: Timestamp?
    /// Where it left the delivery, in the words of `Delivery.State`; nil while it is out.
    package var outcome: String?
    /// What the platform called the message; nil where it named none.
    package var platformMessageID: String?
    package var code: String?
    package var reason: String?

    private enum CodingKeys: String, CodingKey {
        case attempt, part, outcome, code, reason
        case startedAt = "started_at"
        case finishedAt = "finished_at"
        case platformMessageID = "platform_message_id"
    }
}

/// A delivery with all that was tried: what `tellal deliveries show` prints.
package struct DeliveryRecord: Sendable {
    package var delivery: ListedDelivery
    /// The run that planned it; nil for a reply.
    package var run: Int64?
    /// When that run was made.
    package var plannedAt: Timestamp?
    package var notBefore: Timestamp?
    package var expiresAt: Timestamp?
    /// Of how many requests it consists; nil as long as none was begun.
    package var parts: Int?
    /// How many of them are done with.
    package var partsSent: Int
    /// All attempts, the first one first.
    package var history: [ListedAttempt]
}

extension Store {
    private static let selectRecord = """
        SELECT m.run_id, r.at, d.not_before, d.expires_at, d.parts, d.parts_sent
        FROM deliveries d JOIN messages m ON m.id = d.message_id LEFT JOIN runs r ON r.id = m.run_id WHERE d.id = $1
        """
    private static let selectAttempts = """
        SELECT attempt, part, started_at, finished_at, outcome, platform_message_id, reason_code, reason FROM attempts
        WHERE delivery_id = $1 ORDER BY attempt
        """

    /// A delivery and its history.
    ///
    /// - Parameter id: Which.
    /// - Returns: nil when there is no such delivery.
    /// - Throws: When the database fails.
    package func deliveryRecord(_ id: DeliveryID) async throws -> DeliveryRecord? {
        try await database.read { connection in
            guard let delivery = try Self.delivery(id, on: connection) else { return nil }
            let attempts = try connection.query(Self.selectAttempts, [.id(id)]) { row in
                ListedAttempt(
                    attempt: Int(row.integer(0) ?? 0), part: Int(row.integer(1) ?? 0) + 1, startedAt: row.time(2),
                    finishedAt: row.time(3), outcome: row.text(4), platformMessageID: row.text(5), code: row.text(6),
                    reason: row.text(7))
            }
            return try connection.query(Self.selectRecord, [.id(id)]) { row in
                DeliveryRecord(
                    delivery: delivery, run: row.integer(0), plannedAt: row.time(1), notBefore: row.time(2),
                    expiresAt: row.time(3), parts: row.integer(4).map(Int.init), partsSent: Int(row.integer(5) ?? 0),
                    history: attempts + Self.untold(delivery, part: Int(row.integer(5) ?? 0), attempts))
            }.first
        }
    }

    /// What was sent at its first attempt has no row of its own, and neither has what is out: the delivery tells it.
    private static func untold(
        _ delivery: ListedDelivery, part: Int, _ attempts: [ListedAttempt]
    ) -> [ListedAttempt] {
        guard delivery.attempts > attempts.last?.attempt ?? 0 else { return [] }
        switch Delivery.State(rawValue: delivery.state) {
        case .sent?:
            return [
                ListedAttempt(
                    attempt: delivery.attempts, part: max(1, part), finishedAt: delivery.updatedAt,
                    outcome: Delivery.State.sent.rawValue, platformMessageID: delivery.platformMessageID)
            ]
        case .sending?:
            return [ListedAttempt(attempt: delivery.attempts, part: part + 1, startedAt: delivery.updatedAt)]
        default: return []
        }
    }
}
