package import CampaignModel

/// A medium as one channel's platform knows it.
package struct MediaKey: Sendable, Hashable {
    package var channel: ChannelID
    package var kind: Media.Kind
    /// The address, or `sha256:` and the hash of a file's content.
    package var source: String

    package init(_ media: Media, on channel: ChannelID) {
        self.channel = channel
        kind = media.kind
        switch media.source {
        case .address(let address): source = address
        case .file(let file): source = "sha256:" + file.hash
        }
    }
}

extension Store {
    private static let selectMedia = """
        SELECT platform_id FROM media
        WHERE channel_id = $1 AND kind = $2 AND source = $3 AND (expires_at IS NULL OR expires_at > $4)
        """
    private static let upsertMedia = """
        INSERT INTO media (channel_id, kind, source, platform_id, expires_at) VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT (channel_id, kind, source) DO UPDATE SET
            platform_id = excluded.platform_id, expires_at = excluded.expires_at
        """

    /// Under which id the platform has a medium, as far as is known.
    package func mediaID(_ key: MediaKey, now: Timestamp) async throws -> String? {
        try await database.read { connection in
            try connection.query(
                Self.selectMedia, [.id(key.channel), .text(key.kind.rawValue), .text(key.source), .time(now)]
            ) { $0.text(0) }.first ?? nil
        }
    }

    /// Remembers under which id the platform has a medium, and forgets what has ended.
    ///
    /// - Parameters:
    ///   - id: The platform's.
    ///   - key: Of what.
    ///   - life: How long the id is good; nil for ever.
    ///   - now: The time.
    /// - Throws: When the database fails.
    package func remember(_ id: String, for key: MediaKey, life: Duration?, now: Timestamp) async throws {
        try await database.write(.relaxed) { connection in
            try connection.execute("DELETE FROM media WHERE expires_at <= $1", [.time(now)])
            try connection.execute(
                Self.upsertMedia,
                [
                    .id(key.channel), .text(key.kind.rawValue), .text(key.source), .text(id),
                    .time(life.map { now + $0 }),
                ])
        }
    }

    private static let deleteMedia = """
        DELETE FROM media WHERE channel_id = $1 AND kind = $2 AND source = $3 AND platform_id = $4
        """

    /// Forgets an id that the platform refused, unless another has taken its place.
    package func forget(_ id: String, for key: MediaKey) async throws {
        try await database.write(.relaxed) { connection in
            try connection.execute(
                Self.deleteMedia, [.id(key.channel), .text(key.kind.rawValue), .text(key.source), .text(id)])
        }
    }
}
