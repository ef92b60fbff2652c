package import CampaignModel

/// The pace of a channel for which several processes send.
extension Store {
    private static let takeSlice = """
        UPDATE channels SET
            next_stretch = CASE WHEN COALESCE(next_stretch, 0) < $2 THEN $2 ELSE next_stretch END + $3
        WHERE id = $1 RETURNING next_stretch - $3 - $2
        """

    /// Takes a slice of a channel's time, in which nobody else sends for it.
    ///
    /// - Parameters:
    ///   - channel: The channel.
    ///   - length: How long it lasts; counted in whole microseconds, rounded up.
    ///   - now: The time.
    /// - Returns: How far away it begins.
    /// - Throws: When the database fails.
    package func takeSlice(of channel: ChannelID, length: Duration, now: Timestamp) async throws -> Duration {
        let microseconds = Int64((length / .microseconds(1)).rounded(.up))
        let take: @Sendable (any SQLConnection) throws -> Int64? = { connection in
            // By the database's clock, which all of them share.
            let clock = try connection.leaseTime(now)
            return try connection.integer(
                Self.takeSlice, [.id(channel), .integer(clock.milliseconds * 1000), .integer(microseconds)])
        }
        do {
            return .microseconds(max(0, try await database.write(.readCommitted, take) ?? 0))
        } catch is InDoubtCommit {
            // A slice that nobody uses is lost, and no more.
            return .microseconds(max(0, try await database.write(.readCommitted, take) ?? 0))
        }
    }
}
