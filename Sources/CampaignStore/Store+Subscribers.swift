package import CampaignModel

/// What an import did.
package struct ImportReport: Sendable, Hashable, Codable {
    package var added = 0
    package var updated = 0
    /// Left before; an import never brings them back.
    package var left = 0

    package init() {}
}

extension Store {
    private static let insertSubscriber = """
        INSERT INTO subscribers (channel_id, address, first_name, last_name, language, state, last_active_at, created_at)
        VALUES ($1, $2, $3, $4, $5, 'active', $6, $7) ON CONFLICT (channel_id, address) DO NOTHING RETURNING id
        """
    private static let selectSubscriber = """
        SELECT id, state FROM subscribers WHERE channel_id = $1 AND address = $2
        """
    // What the file does not say stays; a window never moves back.
    private static let updateSubscriber = """
        UPDATE subscribers SET first_name = COALESCE($2, first_name), last_name = COALESCE($3, last_name),
            language = COALESCE($4, language),
            last_active_at = CASE WHEN $5 > COALESCE(last_active_at, 0) THEN $5 ELSE last_active_at END
        WHERE id = $1
        """
    private static let insertTag = """
        INSERT INTO subscriber_tags (subscriber_id, tag) VALUES ($1, $2) ON CONFLICT (subscriber_id, tag) DO NOTHING
        """
    private static let logGiven = """
        INSERT INTO consent_log (subscriber_id, kind, origin, at, recorded_at) VALUES ($1, 'given', $2, $3, $4)
        """

    /// Adds subscribers to a channel, or completes what is known of them. Whoever left stays away.
    package func importSubscribers(
        _ subscribers: [Subscriber], to channel: ChannelID, now: Timestamp
    ) async throws -> ImportReport {
        try await database.write { connection in
            var report = ImportReport()
            for subscriber in subscribers {
                // Nobody was active in the future; a wrong clock must not hold a window open.
                let lastActiveAt = subscriber.lastActiveAt.map { min($0, now) }
                let added: [SubscriberID] = try connection.query(
                    Self.insertSubscriber,
                    [
                        .id(channel), .text(subscriber.address), .optional(subscriber.firstName),
                        .optional(subscriber.lastName), .optional(subscriber.language), .time(lastActiveAt),
                        .time(now),
                    ]
                ) { $0.id(0) }
                if let id = added.first {
                    report.added += 1
                    try Self.tag(id, subscriber.tags, on: connection)
                    try connection.execute(
                        Self.logGiven,
                        [
                            .id(id), .text(subscriber.consentSource ?? "import"), .time(subscriber.consentAt ?? now),
                            .time(now),
                        ])
                    continue
                }
                let known: [(SubscriberID, String?)] = try connection.query(
                    Self.selectSubscriber, [.id(channel), .text(subscriber.address)]
                ) { ($0.id(0), $0.text(1)) }
                guard let (id, state) = known.first else { continue }
                guard state == Subscriber.State.active.rawValue else {
                    report.left += 1
                    continue
                }
                report.updated += 1
                try connection.execute(
                    Self.updateSubscriber,
                    [
                        .id(id), .optional(subscriber.firstName), .optional(subscriber.lastName),
                        .optional(subscriber.language), .time(lastActiveAt),
                    ])
                try Self.tag(id, subscriber.tags, on: connection)
            }
            return report
        }
    }

    private static func tag(
        _ subscriber: SubscriberID, _ tags: [String], on connection: any SQLConnection
    ) throws {
        for tag in tags { try connection.execute(insertTag, [.id(subscriber), .text(tag)]) }
    }

    private static let selectSubscribers = """
        SELECT s.address, s.first_name, s.last_name, s.language, s.state, s.last_active_at, c.name
        FROM subscribers s JOIN channels c ON c.id = s.channel_id
        WHERE s.id > $1 ORDER BY s.id LIMIT $2
        """

    /// A subscriber as a list shows them.
    package struct ListedSubscriber: Sendable {
        package let channel: String
        package let subscriber: Subscriber
        package let state: String
    }

    /// The first subscribers of all channels, in the order in which they came.
    package func listSubscribers(limit: Int) async throws -> [ListedSubscriber] {
        try await database.read { connection in
            try connection.query(Self.selectSubscribers, [.integer(0), .integer(Int64(limit))]) { row in
                ListedSubscriber(
                    channel: row.text(6) ?? "",
                    subscriber: Subscriber(
                        address: row.text(0) ?? "", firstName: row.text(1), lastName: row.text(2),
                        language: row.text(3), lastActiveAt: row.time(5)),
                    state: row.text(4) ?? "")
            }
        }
    }
}
