package import CampaignModel

extension Store {
    private static let completePerson = """
        UPDATE subscribers SET first_name = COALESCE(first_name, $3), last_name = COALESCE(last_name, $4),
            language = COALESCE(language, $5)
        WHERE channel_id = $1 AND address = $2
        """

    /// Notes what a platform tells of a person on request; what the person or the owner said stays.
    package func complete(
        address: String, on channel: ChannelID, firstName: String?, lastName: String?, language: String?
    ) async throws {
        try await database.write(.relaxed) { connection in
            _ = try connection.execute(
                Self.completePerson,
                [
                    .id(channel), .text(address), .optional(firstName), .optional(lastName), .optional(language),
                ])
        }
    }
}
