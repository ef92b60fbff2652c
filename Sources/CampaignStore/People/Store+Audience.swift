package import CampaignModel

/// What an import did.
package struct ImportReport: Sendable, Hashable, Codable {
    package var added = 0
    /// Known before, and completed.
    package var updated = 0
    /// Left or were erased before; an import never brings them back.
    package var left = 0

    package init() {}
}

/// A subscriber as a list shows them.
package struct ListedSubscriber: Sendable {
    /// As ``WorkspaceMember/fullName``.
    package let channel: String
    package let subscriber: Subscriber
    /// When they were first known here.
    package let createdAt: Timestamp?
    /// When and how they last agreed, where it was asked for.
    package var agreed: (at: Timestamp, origin: String)?
}

/// All that is kept of one person.
package struct SubscriberRecord: Sendable {
    package let listed: ListedSubscriber
    package let consent: [ConsentEntry]
    /// What was sent to them, the newest first.
    package let deliveries: [ListedDelivery]
    /// What came from them in the last days, the newest first, in the platform's words.
    package let events: [ReceivedEvent]
}

/// The audience as the owner sees it.
extension Store {
    /// Adds subscribers to a channel, or completes what is known of them. Whoever left stays away; a group or channel that the
    /// bot was thrown out of is taken back, for nobody there has left.
    ///
    /// - Parameters:
    ///   - subscribers: Of the file.
    ///   - channel: Where they are.
    ///   - hash: What stands for an erased person's address, see ``erase(address:on:hash:now:)``.
    ///   - now: When.
    /// - Returns: What was done.
    /// - Throws: When the database fails; then nothing was done.
    package func importSubscribers(
        _ subscribers: [Subscriber], to channel: ChannelID, hash: @escaping @Sendable (String) -> String,
        now: Timestamp
    ) async throws -> ImportReport {
        try await database.write { connection in
            var report = ImportReport()
            for subscriber in subscribers {
                var stored = try Self.loadSubscriber(address: subscriber.address, channel: channel, on: connection)
                let before = stored?.subscriber.state
                let isPerson = Subscriber.isPerson(address: subscriber.address)
                // Where the bot was thrown out nobody left, and it may have been let in again.
                if !isPerson, before == .blocked, stored?.subscriber.standing.wants?.isTrue ?? true {
                    stored?.subscriber.standing.note(isAway: false, at: EventOrder(at: now))
                }
                let state = stored?.subscriber.state
                if state == .stopped || state == .blocked {
                    report.left += 1
                } else if try isPerson && state != .active
                    && Self.isErased(hash(subscriber.address), channel, on: connection)
                {
                    report.left += 1
                } else {
                    if before == .active { report.updated += 1 } else { report.added += 1 }
                    try Self.take(subscriber, stored, to: channel, now: now, on: connection)
                }
            }
            return report
        }
    }

    /// Has a subscriber go on under another address; nothing when there is none.
    ///
    /// - Parameters:
    ///   - address: That they had.
    ///   - new: Of the same chat. Who is a subscriber there already stays, and the other one is a double of them.
    ///   - channel: Where they are.
    ///   - now: When.
    /// - Throws: When the database fails.
    package func readdress(_ address: String, to new: String, on channel: ChannelID, now: Timestamp) async throws {
        try await database.write { connection in
            guard let stored = try Self.loadSubscriber(address: address, channel: channel, on: connection) else {
                return
            }
            try Self.move(stored.id, of: channel, to: new, at: now, on: connection)
        }
    }

    private static func take(
        _ given: Subscriber, _ stored: StoredSubscriber?, to channel: ChannelID, now: Timestamp,
        on connection: any SQLConnection
    ) throws {
        var person = stored?.subscriber ?? Subscriber(address: given.address)
        let id = try stored?.id ?? addSubscriber(person, to: channel, now: now, on: connection)
        // What the file does not say stays.
        person.firstName = given.firstName ?? person.firstName
        person.lastName = given.lastName ?? person.lastName
        person.language = given.language ?? person.language
        person.tags += given.tags.filter { !person.tags.contains($0) }
        person.fields.merge(given.fields) { _, new in new }
        // Nobody was active in the future: a wrong clock must not hold a window open, and a window never moves back.
        let active = given.lastActiveAt.map { min($0, now) }
        person.lastActiveAt = [active, person.lastActiveAt].compactMap(\.self).max()
        if person.state == .guest {
            let consent = ConsentEntry(
                .given, origin: given.consentSource ?? "import", at: min(given.consentAt ?? now, now))
            try logConsent(consent, of: id, now: now, on: connection)
            // What they said themselves counts for more, even where it is heard only later.
            person.standing.note(
                wants: true, at: EventOrder(at: given.consentAt.map { min($0, now) } ?? Timestamp(seconds: 0)))
        }
        try save(person, id, now: now, on: connection)
    }

    private static let selectAgreed = """
        SELECT at, origin FROM consent_log WHERE subscriber_id = $1 AND kind = 'given' ORDER BY at DESC, id DESC LIMIT 1
        """
    private static let selectSubscribers = """
        SELECT s.id, s.channel_id, s.created_at, \(fullName(of: "c")) FROM subscribers s JOIN channels c ON c.id = s.channel_id
        WHERE s.id > $1 AND s.address NOT LIKE 'erased:%' AND ($3 = 0 OR s.channel_id = $3) ORDER BY s.id LIMIT $2
        """

    /// Subscribers in the order in which they came.
    ///
    /// - Parameters:
    ///   - limit: How many.
    ///   - channel: Of this channel only.
    ///   - after: Those behind this one; 0 from the beginning.
    /// - Returns: Them, and the number of the last one.
    /// - Throws: When the database fails.
    package func listSubscribers(
        limit: Int, on channel: ChannelID? = nil, after: Int64 = 0
    ) async throws -> (subscribers: [ListedSubscriber], last: Int64) {
        try await database.read { connection in
            let rows = try connection.query(
                Self.selectSubscribers,
                [.integer(after), .integer(Int64(limit)), .integer(channel?.rawValue ?? 0)]
            ) {
                ($0.id(0, SubscriberID.self), $0.time(2), $0.text(3) ?? "")
            }
            let listed = try rows.compactMap { id, created, channel in
                try Self.loadSubscriber(id, on: connection).map {
                    let agreed = try connection.query(Self.selectAgreed, [.id(id)]) { row in
                        row.time(0).map { (at: $0, origin: row.text(1) ?? "") }
                    }
                    return ListedSubscriber(
                        channel: channel, subscriber: $0, createdAt: created, agreed: agreed.first ?? nil)
                }
            }
            return (listed, rows.last?.0.rawValue ?? after)
        }
    }

    private static let selectChannel = """
        SELECT c.id FROM channels c JOIN workspaces w ON w.id = c.workspace_id WHERE w.name = $1 AND c.name = $2
        """

    /// The number of a channel; nil as long as it was never provisioned.
    package func channelID(of name: String, in workspace: String) async throws -> ChannelID? {
        try await database.read { connection in
            try connection.query(Self.selectChannel, [.text(workspace), .text(name)]) { $0.id(0, ChannelID.self) }.first
        }
    }

    private static let selectChannelNamed = """
        SELECT c.id, w.name FROM channels c JOIN workspaces w ON w.id = c.workspace_id
        WHERE c.name = $1 OR w.name || '/' || c.name = $1 ORDER BY c.id
        """

    /// The number of the channel that an owner means by its name, or by `workspace/name`; nil when there is none.
    ///
    /// - Throws: ``Problem`` (`usage`) when several workspaces have one.
    package func channelID(named name: String) async throws -> ChannelID? {
        let found: [(ChannelID, String)] = try await database.read { connection in
            try connection.query(Self.selectChannelNamed, [.text(name)]) { ($0.id(0), $0.text(1) ?? "") }
        }
        guard found.count < 2 else { throw Problem.ambiguous("channel", name, in: found.map(\.1)) }
        return found.first?.0
    }

    private static let selectOne = """
        SELECT s.id, s.created_at, \(fullName(of: "c")) FROM subscribers s JOIN channels c ON c.id = s.channel_id
        WHERE s.channel_id = $1 AND s.address = $2
        """
    private static let selectConsent = """
        SELECT kind, origin, shown, said, at FROM consent_log WHERE subscriber_id = $1 ORDER BY at, id
        """
    private static let selectEvents = """
        SELECT event_key, address, body FROM inbox WHERE channel_id = $1 AND address = $2 ORDER BY id DESC
        """

    /// All that is kept of one person; nil when there is none with that address.
    package func subscriberRecord(address: String, on channel: ChannelID) async throws -> SubscriberRecord? {
        try await database.read { connection in
            let rows = try connection.query(Self.selectOne, [.id(channel), .text(address)]) {
                ($0.id(0, SubscriberID.self), $0.time(1), $0.text(2) ?? "")
            }
            guard let (id, created, name) = rows.first, let person = try Self.loadSubscriber(id, on: connection)
            else { return nil }
            let consent = try connection.query(Self.selectConsent, [.id(id)]) { row in
                ConsentEntry(
                    row.text(0).flatMap(ConsentEntry.Kind.init(rawValue:)) ?? .given, origin: row.text(1) ?? "",
                    shown: row.text(2), said: row.text(3), at: row.time(4) ?? Timestamp(seconds: 0))
            }
            let events = try connection.query(Self.selectEvents, [.id(channel), .text(address)]) {
                ReceivedEvent(key: $0.text(0) ?? "", address: $0.text(1), body: $0.text(2) ?? "")
            }
            return SubscriberRecord(
                listed: ListedSubscriber(channel: name, subscriber: person, createdAt: created), consent: consent,
                deliveries: try Self.deliveries(to: id, on: connection), events: events)
        }
    }
}
