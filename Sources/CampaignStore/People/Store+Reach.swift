package import CampaignModel

/// Whom a campaign would reach on a channel if it ran now: how many people stand where.
package struct AudienceCounts: Sendable, Hashable, Codable {
    /// At once, and at no cost.
    package var now = 0
    /// At the time at which they want everything, once a day or once a week.
    package var later = 0
    /// When they act again, and their window opens.
    package var held = 0
    /// Only by a message that is paid for.
    package var paid = 0
    /// They asked for a pause.
    package var paused = 0
    /// They do not want this campaign.
    package var unwanted = 0
    package var stopped = 0
    package var blocked = 0

    package init() {}

    /// All who ever subscribed and belong to the audience.
    package var all: Int { now + later + held + paid + paused + unwanted + stopped + blocked }
}

extension Store {
    private static let withoutWindow =
        Platform.allCases.filter { !$0.hasWindow }.map { "'\($0.rawValue)'" }.joined(separator: ", ")

    private static func counts(_ audience: AudienceCondition) -> String {
        """
        SELECT CASE WHEN s.state = 'stopped' THEN 'stopped' WHEN s.state = 'blocked' THEN 'blocked'
            WHEN EXISTS (SELECT 1 FROM subscriber_unwanted u WHERE u.subscriber_id = s.id AND u.campaign_id = $2)
                THEN 'unwanted'
            WHEN COALESCE(s.paused_until, 0) > $3 THEN 'paused'
            WHEN h.platform IN (\(withoutWindow)) OR COALESCE(s.last_active_at, 0) > $4
                THEN CASE WHEN COALESCE(s.timing, 'at_once') LIKE 'at_once%' THEN 'now' ELSE 'later' END
            WHEN s.paid_from <= $3 AND h.paid_from <= $3 THEN 'paid' ELSE 'held' END AS place, COUNT(*)
        FROM subscribers s JOIN channels h ON h.id = s.channel_id
        WHERE s.channel_id = $1 AND s.state IN ('active', 'stopped', 'blocked') AND s.address NOT LIKE 'erased:%'\(audience.text)
        GROUP BY place
        """
    }

    private static func timings(_ audience: AudienceCondition) -> String {
        """
        SELECT COALESCE(s.timing, ''), COUNT(*) FROM subscribers s
        WHERE s.channel_id = $1 AND s.state = 'active'\(audience.text) GROUP BY s.timing
        """
    }

    /// Counts those of an audience on a channel who are subscribed, by when and by which clock they want to be reached.
    ///
    /// - Throws: When the database fails.
    package func countTimings(
        of audience: Audience, on channel: ChannelID, now: Timestamp
    ) async throws -> [Subscriber.Preferences: Int] {
        try await database.read { connection in
            let condition = AudienceCondition(audience, from: 2, now: now, connection.dialect)
            let rows = try connection.query(Self.timings(condition), [.id(channel)] + condition.values) {
                (Subscriber.Preferences(timing: $0.text(0) ?? ""), Int($0.integer(1) ?? 0))
            }
            return Dictionary(rows) { $0 + $1 }
        }
    }

    /// Counts an audience on a channel.
    ///
    /// - Parameters:
    ///   - audience: Whom it selects.
    ///   - campaign: Of which people may not want it; nil for none.
    ///   - channel: Where.
    ///   - windowOpenedAfter: Where there is a window, people must have been active after this.
    ///   - now: The time.
    /// - Returns: How many stand where.
    /// - Throws: When the database fails.
    package func count(
        _ audience: Audience, of campaign: CampaignID?, on channel: ChannelID, windowOpenedAfter: Timestamp,
        now: Timestamp
    ) async throws -> AudienceCounts {
        try await database.read { connection in
            let condition = AudienceCondition(audience, from: 5, now: now, connection.dialect)
            let rows = try connection.query(
                Self.counts(condition),
                [.id(channel), .integer(campaign?.rawValue ?? 0), .time(now), .time(windowOpenedAfter)]
                    + condition.values
            ) { ($0.text(0) ?? "", Int($0.integer(1) ?? 0)) }
            let found = Dictionary(rows) { first, _ in first }
            var counts = AudienceCounts()
            counts.now = found["now"] ?? 0
            counts.later = found["later"] ?? 0
            counts.held = found["held"] ?? 0
            counts.paid = found["paid"] ?? 0
            counts.paused = found["paused"] ?? 0
            counts.unwanted = found["unwanted"] ?? 0
            counts.stopped = found["stopped"] ?? 0
            counts.blocked = found["blocked"] ?? 0
            return counts
        }
    }
}
