package import CampaignModel

/// A message that was written by hand, with the numbers that the store knows it by.
package struct StoredOneOff: Sendable {
    package let id: CampaignID
    package let workspace: WorkspaceID
    package let oneOff: OneOff
}

/// Messages that were written by hand: campaigns that no file of feeds/ holds.
extension Store {
    private static let selectWorkspace = "SELECT id FROM workspaces WHERE name = $1"
    private static let insertOneOff = """
        INSERT INTO campaigns (workspace_id, name, definition, state, provisioned_by, created_at, one_off)
        VALUES ($1, $2, $3, 'active', $4, $5, 'scheduled')
        ON CONFLICT (workspace_id, name) DO UPDATE SET definition = excluded.definition,
            provisioned_by = excluded.provisioned_by, created_at = excluded.created_at, one_off = 'scheduled'
        WHERE campaigns.one_off = 'cancelled'
            AND NOT EXISTS (SELECT 1 FROM runs r WHERE r.campaign_id = campaigns.id) AND campaigns.past_results IS NULL
        RETURNING id
        """

    /// Keeps one, to be sent when its time has come. The name of one that was cancelled before anybody got it is free again.
    ///
    /// - Throws: ``Problem`` (`usage`) when there is a campaign of that name, (`notFound`) when there is no such workspace,
    ///   and when the database fails.
    package func add(_ oneOff: OneOff, now: Timestamp) async throws -> StoredOneOff {
        let definition = try StoredJSON.encode(oneOff)
        return try await database.write { connection in
            guard let number = try connection.integer(Self.selectWorkspace, [.text(oneOff.workspace)]) else {
                throw Problem(
                    .notFound, "there is no workspace \(oneOff.workspace)",
                    hint: "No file of feeds/ has anything in it.")
            }
            let workspace = WorkspaceID(rawValue: number)
            let ids: [CampaignID] = try connection.query(
                Self.insertOneOff,
                [
                    .id(workspace), .text(oneOff.name), .text(definition), .text(oneOff.provenance.description),
                    .time(now),
                ]
            ) { $0.id(0) }
            guard let id = ids.first else {
                throw Problem(
                    .usage, "there is a campaign \(oneOff.name) already",
                    hint: "A message is sent once: give this one another name.")
            }
            return StoredOneOff(id: id, workspace: workspace, oneOff: oneOff)
        }
    }

    private static let columns = "SELECT c.id, c.workspace_id, c.definition FROM campaigns c"
    private static let selectOneOff = "\(columns) WHERE c.id = $1 AND c.one_off IS NOT NULL"
    // Those that are not made yet, and those of which deliveries are still being planned.
    private static let selectOpen = """
        \(columns) WHERE c.one_off = 'scheduled'
            OR (c.one_off = 'done' AND EXISTS (SELECT 1 FROM fan_outs f WHERE f.campaign_id = c.id))
        ORDER BY c.id
        """

    /// One of them; nil for a campaign that is none.
    package func oneOff(_ id: CampaignID) async throws -> StoredOneOff? {
        try await database.read { try $0.query(Self.selectOneOff, [.id(id)], Self.storedOneOff).first ?? nil }
    }

    /// Those for which there is something to do.
    package func openOneOffs() async throws -> [StoredOneOff] {
        try await database.read { try $0.query(Self.selectOpen, [], Self.storedOneOff) }.compactMap(\.self)
    }

    @Sendable private static func storedOneOff(_ row: any SQLRow) throws -> StoredOneOff? {
        // One that cannot be read must not stop the others.
        guard let oneOff = try? StoredJSON.decode(OneOff.self, row.text(2)) else { return nil }
        return StoredOneOff(id: row.id(0), workspace: row.id(1), oneOff: oneOff)
    }

    /// Notes that one goes now.
    ///
    /// - Returns: Whether it may: it was neither sent nor cancelled, nor given another time since it was read.
    static func begin(_ id: CampaignID, for time: Timestamp, on connection: any SQLConnection) throws -> Bool {
        // First, so that nobody changes what is read next.
        guard try connection.execute(beginOneOff, [.id(id)]) == 1 else { return false }
        return try connection.query(selectOneOff, [.id(id)], storedOneOff).first??.oneOff.at == time
    }

    private static let updateOneOff = """
        UPDATE campaigns SET definition = $2 WHERE id = $1 AND one_off = 'scheduled'
        """

    /// Has one go at another time than it was to.
    ///
    /// - Parameters:
    ///   - id: Which.
    ///   - change: What is different.
    /// - Returns: It as it is now.
    /// - Throws: ``Problem`` (`usage`) when it is none, or is sent or cancelled already.
    package func reschedule(_ id: CampaignID, _ change: @Sendable (inout OneOff) -> Void) async throws -> StoredOneOff {
        guard let stored = try await oneOff(id) else {
            throw Problem(
                .usage, "it goes by its frequency", hint: "Change `frequency` in its file of feeds/.")
        }
        var oneOff = stored.oneOff
        change(&oneOff)
        let definition = try StoredJSON.encode(oneOff)
        let changed = try await database.write {
            try $0.execute(Self.updateOneOff, [.id(id), .text(definition)])
        }
        guard changed == 1 else {
            throw Problem(
                .usage, "\(oneOff.name) waits no more: it was sent or cancelled",
                hint: "Send it again under another name.")
        }
        return StoredOneOff(id: id, workspace: stored.workspace, oneOff: oneOff)
    }

    private static let beginOneOff = "UPDATE campaigns SET one_off = 'done' WHERE id = $1 AND one_off = 'scheduled'"
    static let cancelOneOff = "UPDATE campaigns SET one_off = 'cancelled' WHERE id = $1 AND one_off = 'scheduled'"
}
