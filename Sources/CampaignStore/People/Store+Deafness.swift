package import CampaignModel

/// That what people write to a channel cannot be asked for.
package struct Deafness: Sendable, Hashable, Codable {
    package let since: Timestamp
    /// One sentence.
    package let reason: String
    /// Since when the platform answers, and refuses to tell; nil when it only could not be reached.
    package let refusedSince: Timestamp?

    /// Until then it may be a restart, or a call that another one cut off.
    private static let patience = Duration.minutes(10)

    /// Whether it has gone on for longer than ten minutes.
    package func isLasting(at now: Timestamp) -> Bool { now - since > Self.patience }

    /// Whether campaigns wait for its end: the platform has refused for longer than ten minutes while it may still take
    /// messages, so whoever left meanwhile would be written to.
    package func holdsBack(at now: Timestamp) -> Bool { refusedSince.map { now - $0 > Self.patience } ?? false }

    private enum CodingKeys: String, CodingKey {
        case since, reason
        case refusedSince = "refused_since"
    }
}

extension Store {
    // A clock that was set back makes it begin anew.
    private static let noteDeafness = """
        UPDATE channels SET deaf_at = CASE WHEN deaf_at <= $2 THEN deaf_at ELSE $2 END, deaf_reason = $3,
            deaf_refused_at = COALESCE(CASE WHEN deaf_refused_at <= $2 THEN deaf_refused_at END, $4)
        WHERE id = $1
        """
    static let endDeafness = """
        UPDATE channels SET deaf_at = NULL, deaf_reason = NULL, deaf_refused_at = NULL
        WHERE id = $1 AND deaf_at IS NOT NULL
        """
    private static let selectDeafness = """
        SELECT id, deaf_at, deaf_reason, deaf_refused_at FROM channels WHERE deaf_at IS NOT NULL
        """

    /// What people write to a channel cannot be asked for. Since when stays what it was first.
    ///
    /// - Parameters:
    ///   - channel: The channel.
    ///   - reason: Why, in one sentence.
    ///   - isRefusal: Whether the platform answered, and refused.
    ///   - now: The time.
    /// - Throws: When the database fails.
    package func noteDeafness(
        of channel: ChannelID, reason: String, isRefusal: Bool, now: Timestamp
    ) async throws {
        try await database.write(.soon, .fenced) { connection in
            _ = try connection.execute(
                Self.noteDeafness, [.id(channel), .time(now), .text(reason), .time(isRefusal ? now : nil)])
        }
    }

    /// It was asked for, and told. Costs a look when the channel was not deaf.
    ///
    /// - Throws: When the database fails.
    package func endDeafness(of channel: ChannelID) async throws {
        guard try await deafness()[channel] != nil else { return }
        try await database.write(.soon, .fenced) { _ = try $0.execute(Self.endDeafness, [.id(channel)]) }
    }

    /// The channels of which it cannot be asked what people write.
    ///
    /// - Throws: When the database fails.
    package func deafness() async throws -> [ChannelID: Deafness] {
        try await database.read { connection in
            let found = try connection.query(Self.selectDeafness, []) {
                ($0.id(0, ChannelID.self), Self.deafness(in: $0, from: 1))
            }
            return Dictionary(found) { first, _ in first }.compactMapValues(\.self)
        }
    }

    /// Three columns: since when, why, and since when the platform refuses.
    static func deafness(in row: any SQLRow, from column: Int) -> Deafness? {
        row.time(column).map {
            Deafness(since: $0, reason: row.text(column + 1) ?? "", refusedSince: row.time(column + 2))
        }
    }
}
