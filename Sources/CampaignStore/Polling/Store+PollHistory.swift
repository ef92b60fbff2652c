package import CampaignModel

/// What one poll came to. Of those that found the document as it was nothing is kept.
package struct StoredPoll: Sendable, Hashable {
    /// How it ended; the raw value is stored.
    package enum Outcome: String, Sendable {
        /// The document was read: it had `items`, of which `changes` went into the log.
        case read
        /// `detail` says why, in one sentence.
        case failed
        /// The owner is to decide; `detail` says why, in one sentence.
        case held
    }

    package var outcome: Outcome
    package var at: Timestamp
    package var items: Int
    package var changes: Int
    package var detail: String?

    package init(_ outcome: Outcome, at: Timestamp, items: Int = 0, changes: Int = 0, detail: String? = nil) {
        self.outcome = outcome
        self.at = at
        self.items = items
        self.changes = changes
        self.detail = detail
    }
}

extension Store {
    private static let selectSourcesNamed = """
        SELECT c.id, \(fullName(of: "c")) FROM sources c JOIN workspaces w ON w.id = c.workspace_id
        WHERE \(isNamed) ORDER BY c.id
        """
    private static let selectPolls = """
        SELECT outcome, at, items, changes, detail FROM polls WHERE source_id = $1 ORDER BY id DESC LIMIT $2
        """

    /// What the newest polls of a source came to, as long as history is kept.
    ///
    /// - Parameters:
    ///   - name: The source's, or `workspace/name`.
    ///   - limit: How many polls.
    /// - Returns: Each source of that name with its polls, the newest first; empty when there is none.
    /// - Throws: When the database fails.
    package func polls(
        ofSourcesNamed name: String, limit: Int
    ) async throws -> [(source: String, polls: [StoredPoll])] {
        try await database.read { connection in
            let sources = try connection.query(Self.selectSourcesNamed, [.text(name)]) {
                ($0.id(0, SourceID.self), $0.text(1) ?? "")
            }
            return try sources.map { id, name in
                let values: [SQLValue] = [.id(id), .integer(Int64(limit))]
                return (name, try connection.query(Self.selectPolls, values, Self.poll).compactMap { $0 })
            }
        }
    }

    private static func poll(_ row: any SQLRow) -> StoredPoll? {
        guard let outcome = StoredPoll.Outcome(rawValue: row.text(0) ?? ""), let at = row.time(1) else { return nil }
        return StoredPoll(
            outcome, at: at, items: Int(row.integer(2) ?? 0), changes: Int(row.integer(3) ?? 0), detail: row.text(4))
    }
}
