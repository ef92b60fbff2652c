package import CampaignModel

/// That what people write to a channel cannot be asked for.
package struct UpdatesFailure: Sendable, Hashable, Codable {
    package let since: Timestamp
    /// One sentence.
    package let reason: String
    /// Since when the platform answers, and refuses to tell; nil when it only could not be reached.
    package let refusedSince: Timestamp?

    /// Time after which a failure counts as lasting; a shorter one may be a restart, or a call that another one cut
    /// off.
    private static let lastingAfter = Duration.minutes(10)

    /// Whether it has gone on for longer than ten minutes.
    package func isLasting(at now: Timestamp) -> Bool { now - since > Self.lastingAfter }

    /// Whether campaigns wait for its end: the platform has refused for longer than ten minutes while it may still take
    /// messages, so whoever left meanwhile would be written to.
    package func holdsBack(at now: Timestamp) -> Bool { refusedSince.map { now - $0 > Self.lastingAfter } ?? false }

    private enum CodingKeys: String, CodingKey {
        case since, reason
        case refusedSince = "refused_since"
    }
}

extension Store {
    // A clock that was set back makes it begin anew.
    private static let noteUpdatesFailure = """
        UPDATE channels SET updates_failed_at = CASE WHEN updates_failed_at <= $2 THEN updates_failed_at ELSE $2 END, updates_failure = $3,
            updates_refused_at = COALESCE(CASE WHEN updates_refused_at <= $2 THEN updates_refused_at END, $4)
        WHERE id = $1
        """
    static let endUpdatesFailure = """
        UPDATE channels SET updates_failed_at = NULL, updates_failure = NULL, updates_refused_at = NULL
        WHERE id = $1 AND updates_failed_at IS NOT NULL
        """
    private static let selectUpdatesFailures = """
        SELECT id, updates_failed_at, updates_failure, updates_refused_at FROM channels WHERE updates_failed_at IS NOT NULL
        """

    /// What people write to a channel cannot be asked for. Since when stays what it was first.
    ///
    /// - Parameters:
    ///   - channel: The channel.
    ///   - reason: Why, in one sentence.
    ///   - isRefusal: Whether the platform answered, and refused.
    ///   - now: The time.
    /// - Throws: When the database fails.
    package func noteUpdatesFailure(
        of channel: ChannelID, reason: String, isRefusal: Bool, now: Timestamp
    ) async throws {
        try await database.write(.relaxed, .readCommitted) { connection in
            _ = try connection.execute(
                Self.noteUpdatesFailure, [.id(channel), .time(now), .text(reason), .time(isRefusal ? now : nil)])
        }
    }

    /// It was asked for, and told. Costs a look when there was no failure.
    ///
    /// - Throws: When the database fails.
    package func endUpdatesFailure(of channel: ChannelID) async throws {
        guard try await updatesFailures()[channel] != nil else { return }
        try await database.write(.relaxed, .readCommitted) {
            _ = try $0.execute(Self.endUpdatesFailure, [.id(channel)])
        }
    }

    /// The channels of which it cannot be asked what people write.
    ///
    /// - Throws: When the database fails.
    package func updatesFailures() async throws -> [ChannelID: UpdatesFailure] {
        try await database.read { connection in
            let found = try connection.query(Self.selectUpdatesFailures, []) {
                ($0.id(0, ChannelID.self), Self.updatesFailure(in: $0, from: 1))
            }
            return Dictionary(found) { first, _ in first }.compactMapValues(\.self)
        }
    }

    /// Three columns: since when, why, and since when the platform refuses.
    static func updatesFailure(in row: any SQLRow, from column: Int) -> UpdatesFailure? {
        row.time(column).map {
            UpdatesFailure(since: $0, reason: row.text(column + 1) ?? "", refusedSince: row.time(column + 2))
        }
    }
}
