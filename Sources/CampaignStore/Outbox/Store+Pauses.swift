package import CampaignModel

/// When nothing of a channel may leave: because the platform asked for a pause, or until the owner acts.
extension Store {
    /// No platform is believed that asks for more. What is stored as more was so by a clock that has been set back since.
    static let longestRest = Duration.days(1)

    static let restChannel = """
        UPDATE channels SET rests_until = $2 WHERE id = $1 AND COALESCE(rests_until, 0) < $2
        """

    private static let endRest = "UPDATE channels SET rests_until = NULL WHERE id = $1 AND rests_until <= $2"

    /// It was not the channel that was to be quiet until then. What it was told to be longer stays.
    package func endRest(of channel: ChannelID, until end: Timestamp) async throws {
        try await database.write(.readCommitted) { connection in
            _ = try connection.execute(Self.endRest, [.id(channel), .time(end)])
        }
    }

    /// The platform asked for a pause: nothing of the channel leaves before its end.
    package func rest(_ channel: ChannelID, until end: Timestamp) async throws {
        try await database.write(.readCommitted) { connection in
            try connection.execute(Self.restChannel, [.id(channel), .time(end)])
        }
    }

    static let pauseChannel = """
        UPDATE channels SET paused_reason = $2, paused_at = $3, paused_code = $4
        WHERE id = $1 AND paused_reason IS NULL
        """

    /// Stops a channel whose token or Page is refused. Nothing of it is claimed until tellal is started anew.
    package func pause(_ channel: ChannelID, reason: DeliveryReason, now: Timestamp) async throws {
        try await database.write { connection in
            try connection.execute(
                Self.pauseChannel, [.id(channel), .text(reason.message), .time(now), .text(reason.code)])
        }
    }
}
