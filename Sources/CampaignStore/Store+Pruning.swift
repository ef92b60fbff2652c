package import CampaignModel

/// Forgetting what happened long ago, some of it at a time, so that a database stays as large and as fast as it is.
///
/// What keeps anybody from being written to twice or against their will is never forgotten: which items a campaign sent,
/// consent, and who was erased.
extension Store {
    /// So much at once, in rows: a few hundredths of a second of the writer's time.
    package static let pruned = 1000

    // MARK: Runs

    // A number that was given out last may be given out again when its row goes, and old links would lead elsewhere: a run
    // with the last row of a table stays until there is another.
    private static let lastMessages = """
        (SELECT MAX(x.id) FROM messages x),
            (SELECT x.message_id FROM links x ORDER BY x.id DESC LIMIT 1),
            (SELECT x.message_id FROM deliveries x ORDER BY x.id DESC LIMIT 1)
        """
    private static let selectOldRuns = """
        SELECT r.id, CASE WHEN r.results IS NULL THEN 0 ELSE 1 END FROM runs r
        WHERE r.at < $1 AND COALESCE(r.approval, '') <> 'waiting' AND r.id < (SELECT MAX(x.id) FROM runs x)
            AND NOT EXISTS (SELECT 1 FROM fan_outs f WHERE f.run_id = r.id)
            AND NOT EXISTS (SELECT 1 FROM messages m WHERE m.run_id = r.id AND m.id IN (\(lastMessages)))
            AND (r.results IS NOT NULL OR NOT EXISTS (
                SELECT 1 FROM messages m JOIN deliveries d ON d.message_id = m.id
                WHERE m.run_id = r.id AND d.ended_at IS NULL))
        ORDER BY r.id LIMIT 1
        """
    private static let keepResults = "UPDATE runs SET results = $2 WHERE id = $1 AND results IS NULL"
    private static let selectDeliveries = """
        SELECT d.id FROM messages m JOIN deliveries d ON d.message_id = m.id WHERE m.run_id = $1 LIMIT $2
        """
    private static let selectMessages = "SELECT id FROM messages WHERE run_id = $1 LIMIT $2"
    private static let selectPast = """
        SELECT r.results, c.id, c.past_results FROM runs r JOIN campaigns c ON c.id = r.campaign_id WHERE r.id = $1
        """
    private static let keepPast = "UPDATE campaigns SET past_results = $2 WHERE id = $1"
    private static let deleteRun = "DELETE FROM runs WHERE id = $1"

    /// Forgets some of the oldest run that is over: first its deliveries with what became of each, then its messages and
    /// their links, then the run. What came of it stays in the sum of its campaign.
    ///
    /// - Parameter before: Only runs from before.
    /// - Returns: How many rows are gone; 0 when there is nothing to forget.
    /// - Throws: When the database fails.
    package func pruneRuns(before: Timestamp) async throws -> Int {
        let found = try await database.read { connection in
            try connection.query(Self.selectOldRuns, [.time(before)]) { ($0.integer(0) ?? 0, $0.integer(1) ?? 0) }.first
        }
        guard let (run, isSettled) = found else { return 0 }
        if isSettled == 0 {
            let results = try await database.read { try Self.results(ofRun: run, on: $0) }
            let text = try results.map { try StoredJSON.encode($0) } ?? "{}"
            try await database.write { try $0.execute(Self.keepResults, [.integer(run), .text(text)]) }
        }
        let limit = SQLValue.integer(Int64(Self.pruned))
        let ids = try await database.read { connection -> (deliveries: [Int64], messages: [Int64]) in
            let deliveries = try connection.query(Self.selectDeliveries, [.integer(run), limit]) { $0.integer(0) ?? 0 }
            guard deliveries.isEmpty else { return (deliveries, []) }
            return ([], try connection.query(Self.selectMessages, [.integer(run), limit]) { $0.integer(0) ?? 0 })
        }
        return try await database.write { connection in
            if !ids.deliveries.isEmpty {
                return try Self.delete(
                    ids.deliveries,
                    from: [("attempts", "delivery_id"), ("clicks", "delivery_id"), ("deliveries", "id")],
                    on: connection)
            }
            if !ids.messages.isEmpty {
                let tables = [
                    ("links", "message_id"), ("message_items", "message_id"), ("message_fates", "message_id"),
                    ("messages", "id"),
                ]
                return try Self.delete(ids.messages, from: tables, on: connection)
            }
            return try Self.forget(run: run, on: connection)
        }
    }

    private static func forget(run: Int64, on connection: any SQLConnection) throws -> Int {
        let found = try connection.query(selectPast, [.integer(run)]) { ($0.text(0), $0.integer(1) ?? 0, $0.text(2)) }
        guard let (results, campaign, past) = found.first else { return 0 }
        if let results = try StoredJSON.decode(ResultReport.self, results == "{}" ? nil : results) {
            var sum = try StoredJSON.decode(ResultReport.self, past) ?? results.emptied
            sum.add(results)
            try connection.execute(keepPast, [.integer(campaign), .text(try StoredJSON.encode(sum))])
        }
        return try connection.execute(deleteRun, [.integer(run)])
    }

    private static func delete(
        _ ids: [Int64], from tables: [(name: String, column: String)], on connection: any SQLConnection
    ) throws -> Int {
        let (dialect, list) = (connection.dialect, connection.dialect.list(ids))
        return try tables.reduce(0) { count, table in
            try count
                + connection.execute(
                    "DELETE FROM \(table.name) WHERE \(dialect.isListed(table.column, "$1"))", [list])
        }
    }

    // MARK: What was found

    private static let takeWalk = """
        INSERT INTO installation (name, value) VALUES ('walked_at', $1) ON CONFLICT (name) DO UPDATE SET value = excluded.value
        WHERE CAST(installation.value AS BIGINT) <= $2 OR CAST(installation.value AS BIGINT) > $3
        """

    /// Whether it is time for a walk through all that was found and decided; then the next is due so much later.
    ///
    /// - Throws: When the database fails.
    package func takeWalk(every interval: Duration, now: Timestamp) async throws -> Bool {
        try await database.write { connection in
            try connection.execute(
                Self.takeWalk, [.text("\(now.milliseconds)"), .time(now - interval), .time(now)]) == 1
        }
    }

    // Where the campaigns have come that still look: what lies behind all of them is seen.
    private static let selectOldChanges = """
        WITH seen AS (
            SELECT k.source_id, MIN(k.position) AS position FROM campaign_cursors k JOIN campaigns p ON p.id = k.campaign_id
            WHERE p.state <> 'withdrawn' GROUP BY k.source_id)
        SELECT c.position, c.source_id, c.item_key, CASE WHEN c.after IS NULL THEN 0 ELSE 1 END
        FROM changes c JOIN source_states s ON s.source_id = c.source_id LEFT JOIN seen n ON n.source_id = c.source_id
        WHERE c.position > $1 AND c.at < $2 AND c.position < (SELECT MAX(x.position) FROM changes x)
            AND c.position <= s.log_head AND c.position <= COALESCE(n.position, c.position)
            AND c.position NOT IN (SELECT w.position FROM campaign_waiting w)
        ORDER BY c.position LIMIT $3
        """
    private static let isKnown = "SELECT 1 FROM snapshot_entries WHERE source_id = $1 AND item_key = $2"
    private static let deleteEarlier = """
        DELETE FROM changes WHERE source_id = $1 AND item_key = $2 AND position < $3
            AND NOT EXISTS (SELECT 1 FROM campaign_waiting w WHERE w.position = changes.position)
        """
    private static let deleteChange = "DELETE FROM changes WHERE position = $1"
    private static let oldestOpen = """
        SELECT MIN(r.at) FROM deliveries d JOIN messages m ON m.id = d.message_id JOIN runs r ON r.id = m.run_id
        WHERE d.ended_at IS NULL
        """

    /// Until when changes may be forgotten: what somebody is still to be told must be there.
    ///
    /// - Parameter before: At most until then.
    /// - Returns: Then, or when the oldest run was made of which something is still to be sent.
    /// - Throws: When the database fails.
    package func changesHorizon(before: Timestamp) async throws -> Timestamp {
        let oldest = try await database.read { try $0.integer(Self.oldestOpen) }
        return oldest.map { min(before, Timestamp(milliseconds: $0)) } ?? before
    }

    /// Forgets changes that all campaigns have seen; the last one of each item that is still known stays, for it tells what
    /// the item is.
    ///
    /// - Parameters:
    ///   - position: Behind this place of the log.
    ///   - before: Only changes from before.
    /// - Returns: The place that was reached, nil when there is nothing more; and how many rows are gone.
    /// - Throws: When the database fails.
    package func pruneChanges(
        after position: Int64, before: Timestamp
    ) async throws -> (reached: Int64?, deleted: Int) {
        let found = try await database.read { connection -> [(Int64, SourceID, ItemKey, Bool)] in
            try connection.query(
                Self.selectOldChanges, [.integer(position), .time(before), .integer(Int64(Self.pruned))]
            ) { row in
                row.fingerprint(2).map { (row.integer(0) ?? 0, row.id(1), $0, row.integer(3) == 1) }
            }.compactMap(\.self)
        }
        guard let last = found.last else { return (nil, 0) }
        let deleted = try await database.write { connection in
            var count = 0
            for (position, source, key, tells) in found {
                let item: [SQLValue] = [.id(source), key.stored]
                let isKnown = try connection.integer(Self.isKnown, item) != nil
                if !isKnown { count += try connection.execute(Self.deleteChange, [.integer(position)]) }
                if !isKnown || tells {
                    count += try connection.execute(Self.deleteEarlier, item + [.integer(position)])
                }
            }
            return count
        }
        return (last.0, deleted)
    }

    private static let deletePolls = """
        DELETE FROM polls WHERE id IN (SELECT p.id FROM polls p ORDER BY p.id LIMIT $2) AND at < $1
        """
    private static let deleteNotes = """
        DELETE FROM item_notes WHERE id IN (SELECT n.id FROM item_notes n ORDER BY n.id LIMIT $2) AND at < $1
        """

    /// Forgets what polls came to and what they found of items without telling it.
    ///
    /// - Parameter before: Only what is from before.
    /// - Returns: How many rows are gone; 0 when there are none.
    /// - Throws: When the database fails.
    package func pruneFindings(before: Timestamp) async throws -> Int {
        try await database.write { connection in
            let limits: [SQLValue] = [.time(before), .integer(Int64(Self.pruned))]
            return try connection.execute(Self.deletePolls, limits) + connection.execute(Self.deleteNotes, limits)
        }
    }

    private static let selectDecisions = """
        SELECT source_id, item_key, run_id, kind,
            CASE WHEN EXISTS (SELECT 1 FROM runs r WHERE r.id = run_items.run_id) THEN 1 ELSE 0 END
        FROM run_items
        WHERE (source_id, item_key, run_id, kind) > ($1, $2, $3, $4)
        ORDER BY source_id, item_key, run_id, kind LIMIT $5
        """
    private static let deleteDecision = """
        DELETE FROM run_items WHERE source_id = $1 AND item_key = $2 AND run_id = $3 AND kind = $4
        """

    /// A place among what runs decided about items.
    package struct DecisionPlace: Sendable {
        fileprivate let values: [SQLValue]
        /// Before the first of them.
        package static let start = DecisionPlace(values: [.integer(-1), .bytes([]), .integer(-1), .text("")])
    }

    /// Forgets what runs decided that are gone themselves.
    ///
    /// - Parameter place: Where to go on.
    /// - Returns: The place that was reached, nil at the end; and how many rows are gone.
    /// - Throws: When the database fails.
    package func pruneDecisions(after place: DecisionPlace) async throws -> (reached: DecisionPlace?, deleted: Int) {
        let rows = try await database.read { connection -> [(place: [SQLValue], isKept: Bool)] in
            try connection.query(Self.selectDecisions, place.values + [.integer(Int64(Self.pruned))]) { row in
                let place: [SQLValue] = [
                    .integer(row.integer(0) ?? 0), row.bytes(1).map(SQLValue.bytes) ?? .null,
                    .integer(row.integer(2) ?? 0), .text(row.text(3) ?? ""),
                ]
                return (place, row.integer(4) == 1)
            }
        }
        guard let last = rows.last else { return (nil, 0) }
        let old = rows.filter { !$0.isKept }.map(\.place)
        if !old.isEmpty { try await database.write { try $0.execute(Self.deleteDecision, each: old) } }
        return (DecisionPlace(values: last.place), old.count)
    }
}
