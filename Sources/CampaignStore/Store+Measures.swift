package import CampaignModel

/// What is to be seen of an installation at one moment, in numbers: each taken from an index or a small table, so that it may
/// be asked for every few seconds.
package struct StoreMeasures: Sendable {
    /// How a source fares.
    package struct OfSource: Sendable {
        package let name: String
        /// In its last whole document.
        package let items: Int
        /// Nil when it is not looked at before the owner says so.
        package let nextPollAt: Timestamp?
        package let lastGoodPollAt: Timestamp?
        /// In a row.
        package let failures: Int
        package let isHeld: Bool
    }

    /// What waits on a channel; its counts are deliveries.
    package struct OfChannel: Sendable {
        package let id: ChannelID
        package let name: String
        package let isPaused: Bool
        /// Since when it cannot be asked for what people write.
        package let updatesFailingSince: Timestamp?
        package var queued = 0
        /// Of these, what may go now.
        package var due = 0
        package var held = 0
        package var unknown = 0
        /// Since when the delivery that has waited longest may go; nil when none may.
        package var oldestDueAt: Timestamp?
    }

    /// Whether a campaign goes on; messages by hand are not among them.
    package struct OfCampaign: Sendable {
        package let name: String
        package let isPaused: Bool
        package let lastRunAt: Timestamp?
    }

    package var sources: [OfSource]
    package var channels: [OfChannel]
    package var campaigns: [OfCampaign]
    /// Events of which nothing was made yet.
    package var inboxWaiting: Int
    /// When the oldest of them came.
    package var inboxOldestAt: Timestamp?
    /// Of its files, without the write-ahead log.
    package var databaseBytes: Int64
}

extension Store {
    private static let sources = """
        SELECT \(fullName(of: "s")), COALESCE(t.items, 0), t.next_poll_at, t.last_good_at, t.failures, t.held_at
        FROM sources s JOIN source_states t ON t.source_id = s.id
        WHERE s.provisioned_by IS NOT NULL ORDER BY s.name
        """
    private static let channels = """
        SELECT c.id, \(fullName(of: "c")), c.paused_reason, c.updates_failed_at FROM channels c
        WHERE c.provisioned_by IS NOT NULL ORDER BY c.name
        """
    private static let queues = DialectStatement {
        """
        SELECT channel_id, COALESCE(campaign_id, 0), COUNT(*), SUM(CASE WHEN not_before <= $1 THEN 1 ELSE 0 END),
            MIN(not_before)
        FROM deliveries WHERE \($0.stage) = 'queued' GROUP BY channel_id, campaign_id
        """
    }
    private static let waiting = DialectStatement {
        """
        SELECT channel_id, state, COUNT(*) FROM deliveries
        WHERE \($0.stage) = 'held' GROUP BY channel_id, state
        UNION ALL
        SELECT channel_id, state, COUNT(*) FROM deliveries WHERE \($0.stage) = 'unknown' GROUP BY channel_id, state
        """
    }
    private static let campaigns = """
        SELECT p.id, \(fullName(of: "p")), p.state,
            (SELECT r.at FROM runs r WHERE r.campaign_id = p.id ORDER BY r.id DESC LIMIT 1), p.one_off
        FROM campaigns p ORDER BY p.name
        """
    // The plus: as in ``selectWaiting(channels:)``.
    private static let inboxCounts = """
        SELECT COUNT(*), MIN(received_at) FROM inbox
        WHERE done_at IS NULL AND +channel_id IN (SELECT id FROM channels WHERE provisioned_by IS NOT NULL)
        """
    private static let activeCounts = """
        SELECT channel_id, COUNT(*) FROM subscribers WHERE state = 'active' GROUP BY channel_id
        """

    /// What is to be seen at this moment of all that feeds/ holds.
    ///
    /// - Parameter now: The time, for what is due.
    /// - Returns: All of it, from one moment; messages by hand are not among the campaigns.
    /// - Throws: When the database fails.
    package func measures(at now: Timestamp) async throws -> StoreMeasures {
        try await database.read { connection in
            let campaigns = try connection.query(Self.campaigns, []) {
                ($0.id(0, CampaignID.self), $0.text(1) ?? "", $0.text(2), $0.time(3), $0.text(4))
            }
            let paused = Set(campaigns.filter { $0.2 != "active" }.map(\.0))
            let inbox = try connection.query(Self.inboxCounts, []) { (Int($0.integer(0) ?? 0), $0.time(1)) }.first
            return StoreMeasures(
                sources: try connection.query(Self.sources, []) { row in
                    StoreMeasures.OfSource(
                        name: row.text(0) ?? "", items: Int(row.integer(1) ?? 0),
                        nextPollAt: row.time(2).flatMap { $0 == NextPoll.never ? nil : $0 },
                        lastGoodPollAt: row.time(3),
                        failures: Int(row.integer(4) ?? 0), isHeld: row.integer(5) != nil)
                },
                channels: try Self.channelMeasures(at: now, paused: paused, on: connection),
                campaigns: campaigns.filter { $0.4 == nil && $0.2 != "withdrawn" }.map {
                    StoreMeasures.OfCampaign(name: $0.1, isPaused: $0.2 != "active", lastRunAt: $0.3)
                },
                inboxWaiting: inbox?.0 ?? 0, inboxOldestAt: inbox?.1,
                databaseBytes: try connection.integer(connection.dialect.size) ?? 0)
        }
    }

    private static func channelMeasures(
        at now: Timestamp, paused: Set<CampaignID>, on connection: any SQLConnection
    ) throws -> [StoreMeasures.OfChannel] {
        var channels = try connection.query(Self.channels, []) {
            StoreMeasures.OfChannel(
                id: $0.id(0), name: $0.text(1) ?? "", isPaused: $0.text(2) != nil, updatesFailingSince: $0.time(3))
        }
        let places = Dictionary(channels.enumerated().map { ($1.id, $0) }) { first, _ in first }
        let queues = try connection.query(Self.queues[connection.dialect], [.time(now)]) {
            (
                $0.id(0, ChannelID.self), $0.id(1, CampaignID.self), Int($0.integer(2) ?? 0), Int($0.integer(3) ?? 0),
                $0.time(4)
            )
        }
        for (channel, campaign, queued, due, oldest) in queues {
            guard let place = places[channel] else { continue }
            channels[place].queued += queued
            // What is paused waits for its owner, and not for us.
            guard due > 0, let oldest, !paused.contains(campaign) else { continue }
            channels[place].due += due
            channels[place].oldestDueAt = min(channels[place].oldestDueAt ?? oldest, oldest)
        }
        let waiting = try connection.query(Self.waiting[connection.dialect], []) {
            ($0.id(0, ChannelID.self), $0.text(1), Int($0.integer(2) ?? 0))
        }
        for (channel, state, count) in waiting {
            guard let place = places[channel] else { continue }
            if state == "held" { channels[place].held = count } else { channels[place].unknown = count }
        }
        return channels
    }

    /// How many people are subscribed, by channel. It counts them: with a million that takes a while.
    ///
    /// - Throws: When the database fails.
    package func activeSubscribers() async throws -> [ChannelID: Int] {
        try await database.read { connection in
            let counts = try connection.query(Self.activeCounts, []) {
                ($0.id(0, ChannelID.self), Int($0.integer(1) ?? 0))
            }
            return Dictionary(counts) { first, _ in first }
        }
    }

    private static let selectLastEvent = """
        SELECT received_at FROM inbox WHERE channel_id = $1 ORDER BY id DESC LIMIT 1
        """

    /// When an event of a channel last came; nil when none is kept.
    ///
    /// - Throws: When the database fails.
    package func lastEvent(on channel: ChannelID) async throws -> Timestamp? {
        try await database.read { try $0.query(Self.selectLastEvent, [.id(channel)]) { $0.time(0) }.first ?? nil }
    }
}
