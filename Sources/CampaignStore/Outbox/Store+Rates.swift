package import CampaignModel

/// What waits on a channel, how fast it goes, and when it will be done.
package struct ChannelOutbox: Sendable, Hashable, Codable {
    /// Waiting, now or for a later time.
    package var queued = 0
    /// Of these, what may go now: its time has come, and its campaign is not paused.
    package var due = 0
    /// Waiting for the person, or for a paid message to be possible.
    package var held = 0
    /// Messages a second over the last minute, of all processes that send; 0 when none does.
    package var perSecond = 0.0
    /// Until what is due has gone at that rate; nil when nothing is due or nothing goes.
    package var secondsLeft: Int?

    package init() {}

    private enum CodingKeys: String, CodingKey {
        case queued, due, held
        case perSecond = "per_second"
        case secondsLeft = "seconds_left"
    }
}

/// What waits of a campaign.
package struct CampaignOutbox: Sendable, Hashable, Codable {
    package var queued = 0
    package var held = 0
    /// Deliveries of its last run are still being planned.
    package var isPlanning = false

    package init() {}

    private enum CodingKeys: String, CodingKey {
        case queued, held
        case isPlanning = "planning"
    }
}

/// How many deliveries wait on a channel for a campaign.
package struct WaitingCount: Sendable {
    package let channel: ChannelID
    /// nil for replies.
    package let campaign: CampaignID?
    package let queued: Int
    /// Those whose time has come.
    package let due: Int
}

/// How fast it goes, and what that means for what waits.
extension Store {
    private static let noteRate = """
        INSERT INTO sending_rates (channel_id, worker, at, per_1000_seconds) VALUES ($1, $2, $3, $4)
        ON CONFLICT (channel_id, worker) DO UPDATE SET at = excluded.at, per_1000_seconds = excluded.per_1000_seconds
        """
    private static let forgetRates = "DELETE FROM sending_rates WHERE at < $1"
    private static let selectRates = """
        SELECT channel_id, CAST(SUM(per_1000_seconds) AS BIGINT) FROM sending_rates WHERE at > $1 GROUP BY channel_id
        """
    /// A rate that is older says nothing any more: whoever sends tells its own every 10 s.
    private static let freshness = Duration.seconds(25)

    /// Notes how fast a process sends, for those who only look, and for the sum over several processes.
    ///
    /// - Parameters:
    ///   - rates: Messages a second over the last minute, by channel.
    ///   - worker: Names the process.
    ///   - now: When.
    /// - Throws: When the database fails.
    package func noteRates(_ rates: [ChannelID: Double], of worker: String, now: Timestamp) async throws {
        try await database.write(.relaxed) { connection in
            try connection.execute(Self.forgetRates, [.time(now - .hours(1))])
            for (channel, rate) in rates.sorted(by: { $0.key < $1.key }) {
                try connection.execute(
                    Self.noteRate, [.id(channel), .text(worker), .time(now), .integer(Int64(rate * 1000))])
            }
        }
    }

    private static let waitingCounts = DialectStatement {
        """
        SELECT channel_id, campaign_id, COUNT(*), SUM(CASE WHEN not_before <= $1 THEN 1 ELSE 0 END) FROM deliveries
        WHERE \($0.stage) = 'queued' GROUP BY channel_id, campaign_id
        """
    }

    /// How many deliveries wait to be sent, by channel and campaign.
    package func waitingCounts(at now: Timestamp) async throws -> [WaitingCount] {
        try await database.read { try Self.waitingCounts(at: now, on: $0) }
    }

    private static func waitingCounts(at now: Timestamp, on connection: any SQLConnection) throws -> [WaitingCount] {
        try connection.query(waitingCounts[connection.dialect], [.time(now)]) {
            WaitingCount(
                channel: $0.id(0), campaign: $0.integer(1).map(CampaignID.init(rawValue:)),
                queued: Int($0.integer(2) ?? 0), due: Int($0.integer(3) ?? 0))
        }
    }

    private static let heldCounts = DialectStatement {
        """
        SELECT channel_id, COALESCE(campaign_id, 0), COUNT(*) FROM deliveries WHERE \($0.stage) = 'held'
        GROUP BY channel_id, campaign_id
        """
    }
    private static let planningCampaigns = """
        SELECT DISTINCT f.campaign_id FROM fan_outs f JOIN runs r ON r.id = f.run_id
        WHERE COALESCE(r.approval, 'send') = 'send'
        """
    private static let campaignStates = "SELECT id FROM campaigns WHERE state = 'active'"

    /// As ``status()``, with what waits and how fast it goes, and without pauses that are over.
    ///
    /// - Parameter now: The time.
    /// - Returns: The status, each channel and campaign with its outbox.
    /// - Throws: When the database fails.
    package func status(at now: Timestamp) async throws -> StatusReport {
        var status = try await status()
        let outboxes = try await database.read { connection in
            var channels: [ChannelID: ChannelOutbox] = [:]
            var campaigns: [CampaignID: CampaignOutbox] = [:]
            let active = Set(try connection.query(Self.campaignStates, []) { $0.id(0, CampaignID.self) })
            for count in try Self.waitingCounts(at: now, on: connection) {
                channels[count.channel, default: .init()].queued += count.queued
                guard let campaign = count.campaign else {
                    channels[count.channel, default: .init()].due += count.due
                    continue
                }
                campaigns[campaign, default: .init()].queued += count.queued
                if active.contains(campaign) { channels[count.channel, default: .init()].due += count.due }
            }
            let held = try connection.query(Self.heldCounts[connection.dialect], []) {
                ($0.id(0, ChannelID.self), $0.id(1, CampaignID.self), Int($0.integer(2) ?? 0))
            }
            for (channel, campaign, count) in held {
                channels[channel, default: .init()].held += count
                campaigns[campaign, default: .init()].held += count
            }
            for id in try connection.query(Self.planningCampaigns, [], { $0.id(0, CampaignID.self) }) {
                campaigns[id, default: .init()].isPlanning = true
            }
            for (id, rate) in try connection.query(
                Self.selectRates, [.time(now - Self.freshness)], { ($0.id(0, ChannelID.self), $0.integer(1) ?? 0) })
            {
                channels[id, default: .init()].perSecond = Double(rate) / 1000
            }
            return (channels, campaigns)
        }
        for place in status.channels.indices {
            var outbox = outboxes.0[status.channels[place].id] ?? .init()
            if outbox.due > 0, outbox.perSecond > 0 {
                outbox.secondsLeft = Int((Double(outbox.due) / outbox.perSecond).rounded(.up))
            }
            status.channels[place].outbox = outbox
            if let end = status.channels[place].restsUntil, end <= now { status.channels[place].restsUntil = nil }
        }
        for place in status.campaigns.indices {
            status.campaigns[place].outbox = outboxes.1[status.campaigns[place].id] ?? .init()
        }
        return status
    }
}
