package import CampaignModel

extension Store {
    private static let selectRuns = """
        SELECT p.name, r.id, r.at, p.id, p.definition, r.approval FROM runs r JOIN campaigns p ON p.id = r.campaign_id
        WHERE r.id IN (
            SELECT m.run_id FROM messages m JOIN deliveries d ON d.message_id = m.id WHERE d.subscriber_id = $1
            UNION SELECT q.id FROM (
                SELECT r.id FROM runs r JOIN messages m ON m.run_id = r.id AND m.edits_message_id IS NULL
                WHERE r.workspace_id = (SELECT workspace_id FROM channels WHERE id = $2)
                GROUP BY r.id ORDER BY r.id DESC LIMIT $3) q)
        ORDER BY r.id DESC LIMIT $3
        """
    private static let selectDeliveriesOfRun = """
        SELECT d.state, d.reason_code, d.reason, d.updated_at, d.not_before, d.purpose FROM messages m
        JOIN deliveries d ON d.message_id = m.id WHERE m.run_id = $1 AND d.subscriber_id = $2 ORDER BY d.id
        """

    private static let selectOwnName = "SELECT name FROM channels WHERE id = $1"

    /// What of a stored campaign tells whom it is for.
    private struct Addressed: Decodable {
        var audience: Audience?
        var channels: [String]?
    }

    /// What the newest runs made for one person.
    ///
    /// - Parameters:
    ///   - address: Theirs.
    ///   - channel: Where they are.
    ///   - limit: How many runs.
    ///   - now: The time.
    /// - Returns: nil when there is no such person.
    /// - Throws: When the database fails.
    package func trail(
        ofSubscriber address: String, on channel: ChannelID, limit: Int, now: Timestamp
    ) async throws -> PersonTrail? {
        guard let record = try await subscriberRecord(address: address, on: channel) else { return nil }
        return try await database.read { connection in
            let id = try connection.integer(Self.selectID, [.id(channel), .text(address)])
            let person = SubscriberID(rawValue: id ?? 0)
            let rows = try connection.query(
                Self.selectRuns, [.id(person), .id(channel), .integer(Int64(limit))]
            ) {
                ($0.text(0) ?? "", $0.integer(1) ?? 0, $0.time(2), $0.id(3, CampaignID.self), $0.text(4), $0.text(5))
            }
            // As campaigns of its workspace call it.
            let own = try connection.query(Self.selectOwnName, [.id(channel)]) { $0.text(0) ?? "" }.first
            let unwanted = record.listed.subscriber.unwanted
            let runs = try rows.compactMap { name, run, at, campaign, definition, approval -> PersonTrail.Run? in
                guard let at, let addressed = try StoredJSON.decode(Addressed.self, definition),
                    addressed.channels?.contains(where: { $0 == own }) ?? true
                else { return nil }
                let condition = AudienceCondition(
                    addressed.audience ?? Audience(), from: 2, now: now, connection.dialect)
                let isInAudience = try connection.integer(
                    "SELECT 1 FROM subscribers s WHERE s.id = $1\(condition.text)", [.id(person)] + condition.values)
                let deliveries = try connection.query(
                    Self.selectDeliveriesOfRun, [.integer(run), .id(person)]
                ) {
                    PersonTrail.Delivery(
                        state: $0.text(0) ?? "", code: $0.text(1), reason: $0.text(2), at: $0.time(3),
                        notBefore: $0.time(4), isEdit: $0.text(5) == Delivery.Purpose.edit.rawValue)
                }
                return PersonTrail.Run(
                    campaign: name, run: run, at: at, deliveries: deliveries, isInAudience: isInAudience != nil,
                    isUnwanted: unwanted.contains(campaign), approval: approval)
            }
            return PersonTrail(
                channel: record.listed.channel, subscriber: record.listed.subscriber,
                createdAt: record.listed.createdAt,
                consent: record.consent, runs: runs)
        }
    }
}
