package import CampaignModel

/// What is remembered of a source between polls.
package struct SourceState: Sendable, Hashable {
    /// When the first whole document was taken as known; nil before that.
    package var baselineAt: Timestamp?
    /// Exactly as the server sent them.
    package var etag: String?
    package var lastModified: String?
    package var lastPollAt: Timestamp?
    package var nextPollAt: Timestamp
    /// Failed polls in a row.
    package var failures: Int
    package var lastError: String?
    /// How many of the newest items the campaigns that have seen no document yet ask for, by campaign.
    package var startCounts: [CampaignID: Int]
}

/// What a poll found, to be stored in one transaction.
package struct PollResult: Sendable {
    package enum Document: Sendable {
        /// The server said that nothing changed.
        case notModified
        /// A whole document: the entries to remember (new or different ones), the changes to announce, and for
        /// campaigns that start with the newest items, those.
        case read(entries: [SnapshotEntry], changes: [Change], starts: [CampaignID: [Change]], items: Int)
    }

    package var document: Document
    /// What the document calls itself.
    package var title: String?
    package var etag: String?
    package var lastModified: String?
    package var nextPollAt: Timestamp

    package init(
        document: Document, title: String? = nil, etag: String?, lastModified: String?, nextPollAt: Timestamp
    ) {
        self.document = document
        self.title = title
        self.etag = etag
        self.lastModified = lastModified
        self.nextPollAt = nextPollAt
    }
}

extension Store {
    private static let selectState = """
        SELECT baseline_at, etag, last_modified, last_poll_at, next_poll_at, failures, last_error
        FROM source_states WHERE source_id = $1
        """
    private static let selectStarts = """
        SELECT c.campaign_id, c.start_count FROM campaign_cursors c JOIN campaigns p ON p.id = c.campaign_id
        WHERE c.source_id = $1 AND c.start_count > 0 AND p.state = 'active'
        """

    package func sourceState(_ source: SourceID) async throws -> SourceState {
        try await database.read { connection in
            let starts: [(CampaignID, Int)] = try connection.query(Self.selectStarts, [.id(source)]) {
                ($0.id(0), Int($0.integer(1) ?? 0))
            }
            let states = try connection.query(Self.selectState, [.id(source)]) { row in
                SourceState(
                    baselineAt: row.time(0), etag: row.text(1), lastModified: row.text(2), lastPollAt: row.time(3),
                    nextPollAt: row.time(4) ?? Timestamp(seconds: 0), failures: Int(row.integer(5) ?? 0),
                    lastError: row.text(6), startCounts: Dictionary(starts) { first, _ in first })
            }
            guard let state = states.first else { throw Problem(.internal, "source \(source) has no state") }
            return state
        }
    }

    private static let selectEntry = """
        SELECT fingerprint, price, currency, availability FROM snapshot_entries WHERE source_id = $1 AND item_key = $2
        """

    /// What is known of these items; absent for those that are not known.
    package func snapshot(of source: SourceID, keys: [ItemKey]) async throws -> [ItemKey: SnapshotEntry] {
        try await database.read { connection in
            var entries: [ItemKey: SnapshotEntry] = [:]
            for key in keys {
                entries[key] =
                    try connection.query(Self.selectEntry, [.id(source), key.stored]) { row in
                        Fingerprint(stored: row.bytes(0)).map { fingerprint in
                            SnapshotEntry(
                                key: key, fingerprint: fingerprint,
                                price: row.text(1).flatMap { DecimalAmount($0) }.map {
                                    Money(amount: $0, currency: row.text(2))
                                },
                                availability: row.text(3).flatMap(Availability.init(rawValue:)))
                        }
                    }.first ?? nil
            }
            return entries
        }
    }

    private static let upsertEntry = """
        INSERT INTO snapshot_entries (source_id, item_key, fingerprint, price, currency, availability)
        VALUES ($1, $2, $3, $4, $5, $6)
        ON CONFLICT (source_id, item_key) DO UPDATE SET
            fingerprint = excluded.fingerprint, price = excluded.price, currency = excluded.currency,
            availability = excluded.availability
        """
    private static let insertChange = """
        INSERT INTO changes (source_id, campaign_id, kind, item_key, before, after, at)
        VALUES ($1, $2, $3, $4, $5, $6, $7)
        """
    private static let clearStart = """
        UPDATE campaign_cursors SET start_count = 0 WHERE source_id = $1 AND campaign_id = $2
        """
    private static let updateState = """
        UPDATE source_states SET
            baseline_at = COALESCE(baseline_at, $2), etag = $3, last_modified = $4, last_poll_at = $5,
            last_change_at = CASE WHEN $6 > 0 THEN $5 ELSE last_change_at END, next_poll_at = $7,
            items = COALESCE($8, items), title = COALESCE($9, title), failures = 0, last_error = NULL
        WHERE source_id = $1
        """
    private static let insertPoll = """
        INSERT INTO polls (source_id, at, outcome, items, changes, detail) VALUES ($1, $2, $3, $4, $5, $6)
        """

    /// Stores a poll's result: validators, snapshot and change log move together or not at all.
    package func record(_ result: PollResult, of source: SourceID, at now: Timestamp) async throws {
        try await database.write { connection in
            var changeCount = 0
            var items: Int64?
            var outcome = "not_modified"
            if case .read(let entries, let changes, let starts, let count) = result.document {
                outcome = "read"
                items = Int64(count)
                changeCount = changes.count
                for entry in entries { try Self.store(entry, of: source, on: connection) }
                for change in changes { try Self.append(change, of: source, for: nil, at: now, on: connection) }
                for (campaign, startChanges) in starts.sorted(by: { $0.key < $1.key }) {
                    for change in startChanges {
                        try Self.append(change, of: source, for: campaign, at: now, on: connection)
                    }
                    try connection.execute(Self.clearStart, [.id(source), .id(campaign)])
                }
            }
            try connection.execute(
                Self.updateState,
                [
                    .id(source), outcome == "read" ? .time(now) : .null, .optional(result.etag),
                    .optional(result.lastModified), .time(now), .integer(Int64(changeCount)), .time(result.nextPollAt),
                    .optional(items), .optional(result.title),
                ])
            try connection.execute(
                Self.insertPoll,
                [.id(source), .time(now), .text(outcome), .integer(items ?? 0), .integer(Int64(changeCount)), .null])
        }
    }

    private static func store(
        _ entry: SnapshotEntry, of source: SourceID, on connection: any SQLConnection
    ) throws {
        try connection.execute(
            upsertEntry,
            [
                .id(source), entry.key.stored, entry.fingerprint.stored, .optional(entry.price?.amount.description),
                .optional(entry.price?.currency), .optional(entry.availability?.rawValue),
            ])
    }

    private static func append(
        _ change: Change, of source: SourceID, for campaign: CampaignID?, at now: Timestamp,
        on connection: any SQLConnection
    ) throws {
        try connection.execute(
            insertChange,
            [
                .id(source), campaign.map { .id($0) } ?? .null, .text(change.kind.rawValue), change.key.stored,
                .optional(try change.before.map { try StoredJSON.encode($0) }),
                .optional(try change.after.map { try StoredJSON.encode($0) }), .time(now),
            ])
    }

    private static let recordFailure = """
        UPDATE source_states SET last_poll_at = $2, next_poll_at = $3, failures = failures + 1, last_error = $4
        WHERE source_id = $1
        """

    /// Notes that a poll failed. Nothing that is known of the source's items changes.
    package func recordFailure(
        of source: SourceID, reason: String, nextPollAt: Timestamp, at now: Timestamp
    ) async throws {
        try await database.write { connection in
            try connection.execute(
                Self.recordFailure, [.id(source), .time(now), .time(nextPollAt), .text(reason)])
            try connection.execute(
                Self.insertPoll,
                [.id(source), .time(now), .text("failed"), .integer(0), .integer(0), .text(reason)])
        }
    }
}
