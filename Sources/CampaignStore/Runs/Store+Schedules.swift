package import CampaignModel

/// Which run of a campaign with a frequency one is.
package struct NominalRun: Sendable, Hashable {
    /// When it was to be, unique in its campaign; see `Timetable` in CampaignPlanning.
    package var at: Timestamp
    /// Once it is stored, nothing up to here is due any more.
    package var doneUntil: Timestamp

    package init(at: Timestamp, doneUntil: Timestamp) {
        self.at = at
        self.doneUntil = doneUntil
    }
}

/// Up to where a campaign's runs are done with.
package struct ScheduleMark: Sendable, Hashable {
    package var doneUntil: Timestamp
    /// Where that was before the clock was found far behind it; nil when that never was.
    package var ahead: Timestamp?

    package init(doneUntil: Timestamp, ahead: Timestamp? = nil) {
        self.doneUntil = doneUntil
        self.ahead = ahead
    }
}

/// How far campaigns with a frequency have come.
extension Store {
    private static let selectMark = """
        SELECT done_until, ahead FROM campaign_schedules WHERE campaign_id = $1 AND rule = $2
        """
    private static let upsertMark = """
        INSERT INTO campaign_schedules (campaign_id, rule, done_until) VALUES ($1, $2, $3)
        ON CONFLICT (campaign_id) DO UPDATE SET rule = excluded.rule, done_until = excluded.done_until, ahead = NULL
        """

    /// Up to where a campaign's runs are done with.
    ///
    /// - Parameters:
    ///   - campaign: Which.
    ///   - rule: By what its runs are counted; when that changes, counting begins anew.
    ///   - start: Where it begins then.
    /// - Returns: Where it is.
    /// - Throws: When the database fails.
    package func scheduleMark(of campaign: CampaignID, rule: String, start: Timestamp) async throws -> ScheduleMark {
        let stored = try await database.read {
            try $0.query(Self.selectMark, [.id(campaign), .text(rule)]) {
                ScheduleMark(doneUntil: $0.time(0) ?? start, ahead: $0.time(1))
            }
        }
        if let mark = stored.first { return mark }
        return try await database.write { connection in
            try connection.execute(Self.upsertMark, [.id(campaign), .text(rule), .time(start)])
            return ScheduleMark(doneUntil: start)
        }
    }

    static let moveMark = "UPDATE campaign_schedules SET done_until = $2 WHERE campaign_id = $1"

    private static let setMark = "UPDATE campaign_schedules SET done_until = $2, ahead = $3 WHERE campaign_id = $1"

    /// Nothing of a campaign up to there is due any more.
    package func moveSchedule(of campaign: CampaignID, to mark: ScheduleMark) async throws {
        try await database.write { connection in
            _ = try connection.execute(Self.setMark, [.id(campaign), .time(mark.doneUntil), .time(mark.ahead)])
        }
    }

    // From one to the next in the index, however many people share one.
    static let selectTimings = """
        WITH RECURSIVE found (timing) AS (
            SELECT MIN(timing) FROM subscribers WHERE channel_id = $1 AND timing IS NOT NULL
            UNION ALL
            SELECT (SELECT MIN(s.timing) FROM subscribers s
                WHERE s.channel_id = $1 AND s.timing IS NOT NULL AND s.timing > f.timing)
            FROM found f WHERE f.timing IS NOT NULL)
        SELECT timing FROM found WHERE timing IS NOT NULL
        """

    /// How people of some channels want to be reached, each way once; those who chose nothing are not in it.
    package func timings(on channels: [ChannelID]) async throws -> Set<Subscriber.Preferences> {
        try await database.read { connection in
            var all: Set<Subscriber.Preferences> = []
            for channel in channels {
                let found = try connection.query(Self.selectTimings, [.id(channel)]) { $0.text(0) ?? "" }
                all.formUnion(found.map { Subscriber.Preferences(timing: $0) })
            }
            return all
        }
    }
}
