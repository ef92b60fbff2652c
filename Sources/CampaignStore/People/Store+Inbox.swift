package import CampaignModel

/// An event in the inbox that nothing was made of yet.
package struct InboxEntry: Sendable {
    package let channel: ChannelID
    package let event: ReceivedEvent
    package let receivedAt: Timestamp
}

/// What became of a part of the inbox.
package struct InboxReport: Sendable, Hashable {
    /// How many were taken.
    package var events = 0
    /// By state that people came into.
    package var came = 0
    package var left = 0
    /// How many were planned.
    package var replies = 0
    /// Deliveries whose fate was not known, and is now.
    package var settled = 0
    /// Held deliveries that may go now.
    package var reopened = 0
    /// Whose window opened or goes on.
    package var opened: Set<SubscriberID> = []

    /// What the platform did to Pages, one sentence each.
    package var restrictions: [String] = []

    package var isEmpty: Bool { events == 0 }

    package init() {}
}

/// What is to be done after a part of the inbox is stored, by whoever has a connection to the platform.
package struct InboxFollowUp: Sendable, Hashable {
    package var channel: ChannelID
    /// A button press that Telegram wants to have answered, by its id.
    package var query: String?
    /// A person of whom nothing is known but the address.
    package var stranger: String?

    package var isEmpty: Bool { query == nil && stranger == nil }
}

extension Store {
    private static let insertEvent = """
        INSERT INTO inbox (channel_id, event_key, address, body, received_at)
        VALUES ($1, $2, COALESCE($3, (
            SELECT s.address FROM subscribers s WHERE s.channel_id = $1 AND s.marketing_token = $6 LIMIT 1)), $4, $5)
        ON CONFLICT (channel_id, event_key) DO NOTHING
        """

    /// Keeps events, durably: when this returns, they are safe. Copies of what came before are passed over.
    ///
    /// - Parameters:
    ///   - events: By channel, in the order in which they came.
    ///   - now: When they came.
    /// - Returns: How many were new.
    /// - Throws: When the database fails: then the platform must not be told that they arrived.
    package func receive(_ events: [(channel: ChannelID, event: ReceivedEvent)], at now: Timestamp) async throws -> Int
    {
        guard !events.isEmpty else { return 0 }
        let receive: @Sendable (any SQLConnection) throws -> Int = { connection in
            let count = try events.reduce(0) { count, entry in
                count
                    + (try connection.execute(
                        Self.insertEvent,
                        [
                            .id(entry.channel), .text(entry.event.key), .optional(entry.event.address),
                            .text(entry.event.body), .time(now), .optional(entry.event.marketingToken),
                        ]))
            }
            if count > 0 { try connection.announce(.inbox) }
            return count
        }
        do {
            return try await database.write(.readCommitted, receive)
        } catch is InDoubtCommit {
            // What is there already is passed over.
            return try await database.write(.readCommitted, receive)
        }
    }

    // The plus keeps the database from looking through all that a channel ever got: few events wait, and those of
    // channels that are gone are fewer still.
    static func selectWaiting(channels: Int) -> String {
        let list = (0..<channels).map { "$\($0 + 2)" }.joined(separator: ", ")
        return """
            SELECT id, channel_id, event_key, address, body, received_at FROM inbox
            WHERE done_at IS NULL AND +channel_id IN (\(list)) ORDER BY id LIMIT $1
            """
    }
    private static let markDone = "UPDATE inbox SET done_at = $2 WHERE id = $1"

    /// Takes the oldest events of the inbox, each in full or not at all.
    ///
    /// - Parameters:
    ///   - limit: How many, at most.
    ///   - channels: Of these; what came for others waits for them.
    ///   - hash: What stands for an erased person's address.
    ///   - now: When.
    ///   - take: What an event means: for the person that the channel knows by the address that it names, a new one if it
    ///     knows none, nil if it names nobody. It may change the person. Called again for the same event when the
    ///     transaction has to be made anew.
    /// - Returns: What was done, and what is to follow.
    /// - Throws: When the database fails; then nothing of it happened.
    package func takeFromInbox(
        atMost limit: Int, of channels: [ChannelID], hash: @escaping @Sendable (String) -> String, now: Timestamp,
        _ take: @escaping @Sendable (InboxEntry, inout Subscriber?) -> EventEffects
    ) async throws -> (report: InboxReport, followUps: [InboxFollowUp]) {
        let takeSome: @Sendable (any SQLConnection) throws -> (InboxReport, [InboxFollowUp]) = { connection in
            var report = InboxReport()
            var followUps: [InboxFollowUp] = []
            let entries = try connection.query(
                Self.selectWaiting(channels: channels.count) + connection.dialect.skippingLocked("inbox"),
                [.integer(Int64(limit))] + channels.map(SQLValue.id)
            ) { row in
                (
                    row.integer(0) ?? 0,
                    InboxEntry(
                        channel: row.id(1),
                        event: ReceivedEvent(key: row.text(2) ?? "", address: row.text(3), body: row.text(4) ?? ""),
                        receivedAt: row.time(5) ?? now)
                )
            }
            for (id, entry) in entries {
                let followUp = try Self.take(entry, hash, now: now, report: &report, on: connection, take)
                if !followUp.isEmpty { followUps.append(followUp) }
                try connection.execute(Self.markDone, [.integer(id), .time(now)])
            }
            if report.replies + report.reopened + report.settled > 0 { try connection.announce(.outbox) }
            return (report, followUps)
        }
        do {
            return try await database.write(takeSome)
        } catch is InDoubtCommit {
            // If they were taken, all that matters of it is stored; if not, they are taken next time.
            return (InboxReport(), [])
        }
    }

    private static func take(
        _ entry: InboxEntry, _ hash: (String) -> String, now: Timestamp, report: inout InboxReport,
        on connection: any SQLConnection,
        _ take: (InboxEntry, inout Subscriber?) -> EventEffects
    ) throws -> InboxFollowUp {
        report.events += 1
        let stored = try entry.event.address.flatMap {
            try loadSubscriber(address: $0, channel: entry.channel, on: connection)
        }
        var person = entry.event.address.map { stored?.subscriber ?? Subscriber(address: $0) }
        let effects = take(entry, &person)
        var followUp = InboxFollowUp(channel: entry.channel)
        followUp.query = effects.query
        if let restriction = effects.restriction {
            try apply(restriction, to: entry.channel, on: connection)
            report.restrictions.append(restriction.reason)
        }
        guard let person, stored != nil || person != Subscriber(address: person.address) || !effects.isEmpty else {
            return followUp
        }
        // A late receipt or a block must not bring back the address of who was erased; their own word may.
        if stored == nil, !person.hasSpoken, effects.approved == nil,
            try isErased(hash(person.address), entry.channel, on: connection)
        {
            return followUp
        }
        let id = try stored?.id ?? addSubscriber(person, to: entry.channel, now: now, on: connection)
        try keep(person, id, before: stored?.subscriber, now: now, report: &report, on: connection)
        for line in effects.consent { try logConsent(line, of: id, now: now, on: connection) }
        if !Subscriber.isPerson(address: person.address), person != stored?.subscriber {
            for topic in try topics(of: person.address, entry.channel, on: connection) {
                var after: Subscriber? = topic.subscriber
                _ = take(entry, &after)
                guard let after else { continue }
                try keep(after, topic.id, before: topic.subscriber, now: now, report: &report, on: connection)
            }
        }
        try adjustDeliveries(of: person, id, before: stored?.subscriber, now: now, report: &report, on: connection)
        try carryOut(effects, for: person, id, before: stored?.subscriber, in: entry, now: now, &report, connection)
        if stored == nil, person.firstName == nil { followUp.stranger = person.address }
        return followUp
    }

    /// What waits for a person goes by what they want now.
    private static func adjustDeliveries(
        of person: Subscriber, _ id: SubscriberID, before: Subscriber?, now: Timestamp, report: inout InboxReport,
        on connection: any SQLConnection
    ) throws {
        for campaign in person.unwanted.subtracting(before?.unwanted ?? []) {
            let reason = DeliveryReason.unwanted
            try connection.execute(
                suppressUnwanted,
                [.id(id), .id(campaign), .text(reason.code), .text(reason.message), .time(now)])
        }
        if before.map({ $0.preferences.timing != person.preferences.timing }) ?? false {
            let isDue = person.preferences.frequency == .atOnce
            try connection.execute(lookAgain, [.id(id), .time(now), .integer(isDue ? 1 : 0)])
        }
        if person.lastActiveAt != before?.lastActiveAt, person.state == .active {
            report.reopened += try connection.execute(reopenHeldOf[connection.dialect], [.id(id), .time(now)])
            report.opened.insert(id)
        }
    }

    /// What an event leads to beside the change of the person.
    private static func carryOut(
        _ effects: EventEffects, for person: Subscriber, _ id: SubscriberID, before: Subscriber?, in entry: InboxEntry,
        now: Timestamp, _ report: inout InboxReport, _ connection: any SQLConnection
    ) throws {
        var replies = effects.replies
        if let approved = effects.approved {
            let campaign = try decide(
                approved.run, approved.decision, among: approved.campaigns, now: now, on: connection)
            replies.insert(campaign == nil ? approved.tooLate : approved.done, at: 0)
        }
        for reply in replies {
            try plan(reply, to: id, on: entry.channel, now: now, on: connection)
            report.replies += 1
        }
        if let proof = effects.proof, try settle(proof, of: id, now: now, on: connection) { report.settled += 1 }
        if let news = effects.marketingNews, try settle(news, of: id, on: entry.channel, now: now, on: connection) {
            report.settled += 1
        }
        if effects.endsMarketing {
            try planMarketingEnd(of: person.address, on: entry.channel, now: now, connection)
        } else if person.marketing != nil, before?.marketing == nil {
            try forgetMarketingEnd(of: person.address, on: entry.channel, connection)
        }
    }

    private static func keep(
        _ person: Subscriber, _ id: SubscriberID, before: Subscriber?, now: Timestamp, report: inout InboxReport,
        on connection: any SQLConnection
    ) throws {
        if person != before { try save(person, id, now: now, on: connection) }
        let state = before?.state ?? .guest
        if person.state == .active, state != .active { report.came += 1 }
        if state == .active, person.state != .active {
            report.left += 1
            try suppress(id, person.state == .stopped ? .left : .shutOut, at: now, on: connection)
        }
    }

    // In the words of the index that holds the topics alone.
    private static let selectTopics = """
        SELECT id FROM subscribers WHERE channel_id = $1 AND address LIKE '%/%' AND address LIKE $2 ORDER BY id
        """

    /// The topics of a forum that are subscribers: Telegram tells of the bot's place in the group only.
    private static func topics(
        of group: String, _ channel: ChannelID, on connection: any SQLConnection
    ) throws -> [StoredSubscriber] {
        let ids: [SubscriberID] = try connection.query(selectTopics, [.id(channel), .text("\(group)/%")]) { $0.id(0) }
        return try ids.compactMap { id in
            try loadSubscriber(id, on: connection).map { StoredSubscriber(id: id, subscriber: $0) }
        }
    }

    private static let restricted = "page_restricted"
    private static let liftRestriction = """
        UPDATE channels SET paused_reason = NULL, paused_code = NULL, paused_at = NULL
        WHERE id = $1 AND paused_code = $3 AND paused_at <= $2
        """

    private static func apply(
        _ restriction: EventEffects.Restriction, to channel: ChannelID, on connection: any SQLConnection
    ) throws {
        guard restriction.isBlocked else {
            try connection.execute(liftRestriction, [.id(channel), .time(restriction.at), .text(restricted)])
            return
        }
        try connection.execute(
            pauseChannel, [.id(channel), .text(restriction.reason), .time(restriction.at), .text(restricted)])
    }

    private static let suppressUnwanted = """
        UPDATE deliveries SET state = 'suppressed', reason_code = $3, reason = $4, updated_at = $5, ended_at = $5
        WHERE subscriber_id = $1 AND ended_at IS NULL AND campaign_id = $2 AND state IN ('queued', 'held')
        """
    // What waits for the time that they chose before is looked at anew. What Messenger's window holds as well stays with
    // its time, unless all is wanted now: it would take what is due along to a day when the window is shut.
    private static let lookAgain = """
        UPDATE deliveries SET not_before = $2, updated_at = $2
        WHERE subscriber_id = $1 AND ended_at IS NULL AND not_before > $2 AND campaign_id IS NOT NULL
            AND (state = 'queued' OR (state = 'held' AND $3 = 1))
        """
    private static let reopenHeldOf = DialectStatement {
        """
        UPDATE deliveries SET state = 'queued', reason_code = NULL, reason = NULL, updated_at = $2
        WHERE id IN (
            SELECT d.id FROM deliveries d WHERE d.\($0.stage) = 'held' AND d.subscriber_id = $1 AND \(waitsAlone($0)))
        """
    }
    private static let insertReply = """
        INSERT INTO deliveries (message_id, channel_id, subscriber_id, purpose, state, not_before, expires_at, updated_at)
        VALUES ($1, $2, $3, $4, 'queued', $5, $6, $5)
        """
    private static let insertReplyMessage = "INSERT INTO messages (ordinal, body) VALUES (0, $1) RETURNING id"

    static func plan(
        _ reply: EventEffects.Reply, to subscriber: SubscriberID, on channel: ChannelID, now: Timestamp,
        on connection: any SQLConnection
    ) throws {
        let ids: [MessageID] = try connection.query(
            insertReplyMessage, [.text(try StoredJSON.encode(reply.message))]
        ) { $0.id(0) }
        guard let id = ids.first else { throw Problem(.internal, "the reply was not stored") }
        try connection.execute(
            insertReply,
            [
                .id(id), .id(channel), .id(subscriber), .text(reply.purpose.rawValue), .time(now),
                .time(reply.expiresAt),
            ])
    }

    private static let pruneInbox = """
        DELETE FROM inbox WHERE id IN (SELECT id FROM inbox WHERE done_at < $1 ORDER BY done_at LIMIT $2)
        """

    /// How long an event is kept after it was taken: longer than platforms repeat what they could not deliver.
    package static let inboxKept = Duration.days(8)

    /// Forgets events that were taken long ago.
    ///
    /// - Parameters:
    ///   - now: When.
    ///   - limit: How many at once, at most.
    /// - Returns: How many.
    /// - Throws: When the database fails.
    package func pruneInbox(now: Timestamp, atMost limit: Int = 1000) async throws -> Int {
        try await database.write {
            try $0.execute(Self.pruneInbox, [.time(now - Self.inboxKept), .integer(Int64(limit))])
        }
    }
}

extension EventEffects {
    fileprivate var isEmpty: Bool { self == EventEffects() }
}

extension Subscriber {
    /// Of somebody of whom nothing was known: whether they turned to us, or agreed to something.
    fileprivate var hasSpoken: Bool { lastActiveAt != nil || standing.agrees?.isTrue ?? false }
}

extension DeliveryReason {
    static let left = DeliveryReason(code: "left", message: "the subscriber left before it was sent")
    static let unwanted = DeliveryReason(
        code: "unwanted", message: "the subscriber does not want this campaign any more")
    /// What would have come meanwhile does not come after it.
    package static let pausedByPerson = DeliveryReason(
        code: "paused_by_person", message: "the subscriber asked for a pause in the chat")
    static let shutOut = DeliveryReason(code: "blocked", message: "the subscriber blocked the bot before it was sent")
}
