import CampaignModel

/// A subscriber with the number that the store knows them by.
struct StoredSubscriber {
    var id: SubscriberID
    var subscriber: Subscriber
}

/// Reading and writing one subscriber, inside a transaction of somebody else's.
extension Store {
    private static let columns = """
        s.id, s.address, s.first_name, s.last_name, s.language, s.state, s.last_active_at, s.origin, s.fields,
        s.standing, s.preferences, s.delivered_until, s.read_until, s.marketing, s.replies, s.created_at,
        s.ask_from
        """
    private static let selectByAddress = """
        SELECT \(columns) FROM subscribers s WHERE s.channel_id = $1 AND s.address = $2
        """
    private static let selectByID = "SELECT \(columns) FROM subscribers s WHERE s.id = $1"
    private static let selectTags = "SELECT tag FROM subscriber_tags WHERE subscriber_id = $1 ORDER BY tag"
    private static let selectUnwanted = "SELECT campaign_id FROM subscriber_unwanted WHERE subscriber_id = $1"

    static func loadSubscriber(
        address: String, channel: ChannelID, on connection: any SQLConnection
    ) throws -> StoredSubscriber? {
        try connection.query(selectByAddress, [.id(channel), .text(address)], stored).first.map {
            try complete($0, on: connection)
        }
    }

    static func loadSubscriber(_ id: SubscriberID, on connection: any SQLConnection) throws -> Subscriber? {
        try connection.query(selectByID, [.id(id)], stored).first.map { try complete($0, on: connection).subscriber }
    }

    private static func stored(_ row: any SQLRow) throws -> StoredSubscriber {
        var subscriber = Subscriber(
            address: row.text(1) ?? "", firstName: row.text(2), lastName: row.text(3), language: row.text(4),
            fields: try StoredJSON.decode([String: String].self, row.text(8)) ?? [:], origin: row.text(7),
            lastActiveAt: row.time(6))
        subscriber.standing =
            try StoredJSON.decode(Subscriber.Standing.self, row.text(9))
            ?? standing(row.text(5), since: row.time(15) ?? Timestamp(seconds: 0))
        subscriber.preferences = try StoredJSON.decode(Subscriber.Preferences.self, row.text(10)) ?? .init()
        subscriber.deliveredUntil = row.time(11)
        subscriber.readUntil = row.time(12)
        subscriber.marketing = try StoredJSON.decode(MarketingSubscription.self, row.text(13))
        subscriber.replies = try StoredJSON.decode(Subscriber.ReplyAllowance.self, row.text(14)) ?? .init()
        subscriber.askFrom = row.time(16)
        return StoredSubscriber(id: row.id(0), subscriber: subscriber)
    }

    /// Of people whom an earlier version stored only the state is known.
    private static func standing(_ state: String?, since: Timestamp) -> Subscriber.Standing {
        let order = EventOrder(at: since)
        var standing = Subscriber.Standing()
        switch state.flatMap(Subscriber.State.init(rawValue:)) {
        case .active?: standing.note(wants: true, at: order)
        case .stopped?: standing.note(wants: false, at: order)
        case .blocked?:
            standing.note(wants: true, at: order)
            standing.note(isAway: true, at: order)
        case .guest?, nil: break
        }
        return standing
    }

    private static func complete(
        _ stored: StoredSubscriber, on connection: any SQLConnection
    ) throws -> StoredSubscriber {
        var stored = stored
        stored.subscriber.tags = try connection.query(selectTags, [.id(stored.id)]) { $0.text(0) ?? "" }
        stored.subscriber.unwanted = Set(try connection.query(selectUnwanted, [.id(stored.id)]) { $0.id(0) })
        return stored
    }

    private static let insert = """
        INSERT INTO subscribers (channel_id, address, state, created_at) VALUES ($1, $2, 'guest', $3)
        ON CONFLICT (channel_id, address) DO NOTHING RETURNING id
        """

    /// A new row; what is known of the person is written by ``save(_:_:reason:now:on:)``.
    static func addSubscriber(
        _ subscriber: Subscriber, to channel: ChannelID, now: Timestamp, on connection: any SQLConnection
    ) throws -> SubscriberID {
        let ids: [SubscriberID] = try connection.query(
            insert, [.id(channel), .text(subscriber.address), .time(now)]
        ) { $0.id(0) }
        guard let id = ids.first else { throw Problem(.internal, "the subscriber was not stored") }
        return id
    }

    private static let update = """
        UPDATE subscribers SET first_name = $2, last_name = $3, language = $4, state = $5, state_reason = $6,
            last_active_at = $7, origin = $8, fields = $9, standing = $10, preferences = $11, paused_until = $12,
            delivered_until = $13, read_until = $14, marketing = $15, replies = $16, changed_at = $17, timing = $18,
            paid_from = $19, marketing_token = $20, ask_from = $21
        WHERE id = $1
        """
    private static let insertTag = """
        INSERT INTO subscriber_tags (subscriber_id, tag) VALUES ($1, $2) ON CONFLICT (subscriber_id, tag) DO NOTHING
        """
    private static let clearUnwanted = "DELETE FROM subscriber_unwanted WHERE subscriber_id = $1"
    private static let insertUnwanted = """
        INSERT INTO subscriber_unwanted (subscriber_id, campaign_id) VALUES ($1, $2)
        """

    /// Writes all that is known of a person. Tags are added, none is taken away.
    static func save(
        _ person: Subscriber, _ id: SubscriberID, reason: String? = nil, now: Timestamp,
        on connection: any SQLConnection
    ) throws {
        let preferences = person.preferences == .init() ? nil : try StoredJSON.encode(person.preferences)
        try connection.execute(
            update,
            [
                .id(id), .optional(person.firstName), .optional(person.lastName), .optional(person.language),
                .text(person.state.rawValue), .optional(reason), .time(person.lastActiveAt), .optional(person.origin),
                .optional(person.fields.isEmpty ? nil : try StoredJSON.encode(person.fields)),
                .text(try StoredJSON.encode(person.standing)), .optional(preferences),
                .time(person.preferences.pausedUntil), .time(person.deliveredUntil), .time(person.readUntil),
                .optional(try person.marketing.map { try StoredJSON.encode($0) }),
                .text(try StoredJSON.encode(person.replies)), .time(now),
                .optional(person.preferences.timing), .time(person.marketing?.sendableFrom),
                .optional(person.marketing?.token), .time(person.askFrom),
            ])
        for tag in person.tags { try connection.execute(insertTag, [.id(id), .text(tag)]) }
        try connection.execute(clearUnwanted, [.id(id)])
        for campaign in person.unwanted { try connection.execute(insertUnwanted, [.id(id), .id(campaign)]) }
    }

    private static let insertConsent = """
        INSERT INTO consent_log (subscriber_id, kind, origin, shown, said, at, recorded_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7)
        """

    static func logConsent(
        _ entry: ConsentEntry, of subscriber: SubscriberID, now: Timestamp, on connection: any SQLConnection
    ) throws {
        try connection.execute(
            insertConsent,
            [
                .id(subscriber), .text(entry.kind.rawValue), .text(entry.origin), .optional(entry.shown),
                .optional(entry.said), .time(entry.at), .time(now),
            ])
    }
}
