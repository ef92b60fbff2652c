package import CampaignModel

/// What is known of a source's items.
extension Store {
    private static let selectIndex = """
        SELECT item_key, CASE WHEN look_again_at <= $1 THEN 0 ELSE stated END,
            CASE WHEN absent_since IS NULL THEN 0 WHEN look_again_at IS NULL THEN 1 ELSE 2 END,
            CASE WHEN look_again_at > $1 THEN look_again_at END
        FROM snapshot_entries WHERE source_id = $2
        """

    /// Which items are known, and which of them have to be looked at whatever is stated of them.
    ///
    /// - Parameters:
    ///   - source: Whose items.
    ///   - now: The current time.
    ///   - expected: About how many there are.
    /// - Returns: All of them.
    /// - Throws: When the database fails.
    package func snapshotIndex(
        of source: SourceID, at now: Timestamp, expecting expected: Int = 0
    ) async throws -> SnapshotIndex {
        try await database.read { connection in
            var index = SnapshotIndex(expecting: expected)
            _ = try connection.query(Self.selectIndex, [.time(now), .id(source)]) { row in
                guard let key = row.fingerprint(0) else { return }
                index.add(
                    key, stated: UInt64(bitPattern: row.integer(1) ?? 0),
                    SnapshotIndex.Presence(rawValue: UInt8(row.integer(2) ?? 0)) ?? .present, look: row.time(3))
            }
            return index
        }
    }

    private static let selectAliases = """
        SELECT item_key, link_alias, title_alias FROM snapshot_entries
        WHERE source_id = $1 AND (link_alias IS NOT NULL OR title_alias IS NOT NULL)
        """

    /// Hands over what else each known item may be known by.
    ///
    /// - Parameters:
    ///   - source: Whose items.
    ///   - start: What `take` begins with.
    ///   - take: Called for each item that has aliases.
    /// - Returns: What `take` made of `start`.
    /// - Throws: When the database fails.
    package func withAliases<Value: Sendable>(
        of source: SourceID, _ start: Value, _ take: @escaping @Sendable (inout Value, ItemKey, ItemAliases) -> Void
    ) async throws -> Value {
        try await database.read { connection in
            var value = start
            _ = try connection.query(Self.selectAliases, [.id(source)]) { row in
                guard let key = row.fingerprint(0) else { return }
                take(&value, key, ItemAliases(link: row.hash(1), title: row.hash(2)))
            }
            return value
        }
    }

    private static let selectEntry = """
        SELECT stated, significance, price, availability, link_alias, title_alias, look_again_at, absent_since,
            absent_document, memory
        FROM snapshot_entries WHERE source_id = $1 AND item_key = $2
        """

    /// What is known of these items; absent for those that are not known.
    package func snapshot(of source: SourceID, keys: [ItemKey]) async throws -> [ItemKey: SnapshotEntry] {
        try await database.read { connection in
            var entries: [ItemKey: SnapshotEntry] = [:]
            for key in keys {
                entries[key] = try connection.query(Self.selectEntry, [.id(source), key.stored]) { row in
                    SnapshotEntry(
                        key: key, stated: row.hash(0) ?? 0, significance: row.hash(1) ?? 0,
                        price: row.text(2).flatMap { Money(stored: $0) },
                        availability: row.integer(3).flatMap { Availability(stored: $0) },
                        aliases: ItemAliases(link: row.hash(4), title: row.hash(5)),
                        memory: try StoredJSON.decode(ItemMemory.self, row.text(9)) ?? ItemMemory(),
                        lookAgainAt: row.time(6),
                        absence: row.time(7).map { Absence(since: $0, document: Int(row.integer(8) ?? 0)) })
                }.first
            }
            return entries
        }
    }

    // MARK: Writing

    /// Rows that one transaction takes: some 50 ms, so that senders keep their pace meanwhile.
    static let batch = 2000

    private static let entryColumns = """
        source_id, item_key, stated, significance, price, availability, link_alias, title_alias, look_again_at,
            absent_since, absent_document, memory
        """
    private static let insertEntry = """
        INSERT INTO snapshot_entries (\(entryColumns)) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
        ON CONFLICT (source_id, item_key) DO UPDATE SET \(entryUpdates)
        """
    private static let entryUpdates = """
        stated = excluded.stated, significance = excluded.significance, price = excluded.price,
            availability = excluded.availability, link_alias = excluded.link_alias, title_alias = excluded.title_alias,
            look_again_at = excluded.look_again_at, absent_since = excluded.absent_since,
            absent_document = excluded.absent_document, memory = excluded.memory
        """
    private static let deleteEntry = "DELETE FROM snapshot_entries WHERE source_id = $1 AND item_key = $2"

    static func store(
        _ entries: some Sequence<SnapshotEntry>, of source: SourceID, on connection: any SQLConnection
    ) throws {
        try connection.execute(insertEntry, each: entries.map { arguments($0, of: source) })
    }

    static func remove(_ key: ItemKey, of source: SourceID, on connection: any SQLConnection) throws {
        try connection.execute(deleteEntry, [.id(source), key.stored])
    }

    private static func arguments(_ entry: SnapshotEntry, of source: SourceID) -> [SQLValue] {
        [
            .id(source), entry.key.stored, .hash(entry.stated), .hash(entry.significance),
            .optional(entry.price?.stored), .optional(entry.availability?.stored), .hash(entry.aliases.link),
            .hash(entry.aliases.title), .time(entry.lookAgainAt), .time(entry.absence?.since),
            .optional(entry.absence.map { Int64($0.document) }),
            entry.memory.isEmpty ? .null : .text(entry.memory.json),
        ]
    }

    /// Adds items of a first document, which is not done yet: nobody sees them before the poll is recorded.
    ///
    /// - Parameters:
    ///   - entries: Any number; quickest in the order of their keys.
    ///   - source: Whose they are.
    /// - Throws: When the database fails; what was added so far is cleared before the next poll.
    package func addToBaseline(_ entries: [SnapshotEntry], of source: SourceID) async throws {
        try await inBatches(entries, of: source, Self.insertEntry) { Self.arguments($0, of: source) }
    }

    private static let markBegun = "UPDATE source_states SET staged = 2 WHERE source_id = $1"

    /// Writes a part of a poll before it is recorded, a row for each element.
    ///
    /// The rows are made outside the transactions, for others wait meanwhile: those of a batch while the one before it is
    /// written.
    func inBatches<Element: Sendable>(
        _ elements: [Element], of source: SourceID, _ sql: String,
        row: @escaping @Sendable (Element) -> [SQLValue]
    ) async throws {
        var start = 0
        var rows = await Self.rows(of: elements.prefix(Self.batch), row)
        while !rows.isEmpty {
            let (written, isFirst) = (rows, start == 0)
            start += written.count
            async let next = Self.rows(of: elements[start...].prefix(Self.batch), row)
            try await database.write { connection in
                if isFirst { try connection.execute(Self.markBegun, [.id(source)]) }
                try connection.execute(sql, each: written)
            }
            rows = await next
        }
    }

    private static func rows<Element: Sendable>(
        of elements: ArraySlice<Element>, _ row: @Sendable (Element) -> [SQLValue]
    ) async -> [[SQLValue]] {
        var rows: [[SQLValue]] = []
        rows.reserveCapacity(elements.count)
        for element in elements {
            // Whoever answers a webhook needs the thread, too.
            if rows.count % 100 == 99 { await Task.yield() }
            rows.append(row(element))
        }
        return rows
    }

    // MARK: Staging

    private static let stageEntry = """
        INSERT INTO snapshot_staged (\(entryColumns), gone)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, 0)
        ON CONFLICT (source_id, item_key) DO UPDATE SET \(entryUpdates), gone = 0
        """
    private static let stageGone = """
        INSERT INTO snapshot_staged (source_id, item_key, stated, significance, gone) VALUES ($1, $2, 0, 0, 1)
        ON CONFLICT (source_id, item_key) DO NOTHING
        """

    func stage(_ entries: [SnapshotEntry], gone: [ItemKey], of source: SourceID) async throws {
        try await inBatches(entries, of: source, Self.stageEntry) { Self.arguments($0, of: source) }
        try await inBatches(gone, of: source, Self.stageGone) { [.id(source), $0.stored] }
    }

    private static let applyStaged = """
        INSERT INTO snapshot_entries (\(entryColumns))
        SELECT \(entryColumns) FROM snapshot_staged WHERE source_id = $1 AND item_key <= $2 AND gone = 0
        ON CONFLICT (source_id, item_key) DO UPDATE SET \(entryUpdates)
        """
    private static let deleteStagedGone = """
        DELETE FROM snapshot_entries WHERE source_id = $1 AND item_key IN (
            SELECT item_key FROM snapshot_staged WHERE source_id = $1 AND item_key <= $2 AND gone = 1)
        """
    private static let lastOfBatch = """
        SELECT item_key FROM (
            SELECT item_key FROM snapshot_staged WHERE source_id = $1 ORDER BY item_key LIMIT $2) AS batch
        ORDER BY item_key DESC LIMIT 1
        """
    private static let clearStaged = "DELETE FROM snapshot_staged WHERE source_id = $1 AND item_key <= $2"
    private static let markApplied = "UPDATE source_states SET staged = 0 WHERE source_id = $1"

    /// Brings what a recorded poll staged into the snapshot; it can be broken off anywhere and called again.
    func applyStaged(of source: SourceID) async throws {
        try await drainStaged(of: source) { last, connection in
            try connection.execute(Self.applyStaged, [.id(source), last])
            try connection.execute(Self.deleteStagedGone, [.id(source), last])
        }
        try await database.write { connection in try connection.execute(Self.markApplied, [.id(source)]) }
    }

    private func drainStaged(
        of source: SourceID, _ body: @escaping @Sendable (SQLValue, any SQLConnection) throws -> Void
    ) async throws {
        while true {
            let goesOn = try await database.write { connection in
                let lasts = try connection.query(Self.lastOfBatch, [.id(source), .integer(Int64(Self.batch))]) {
                    $0.fingerprint(0)
                }
                guard let last = lasts.first ?? nil else { return false }
                try body(last.stored, connection)
                try connection.execute(Self.clearStaged, [.id(source), last.stored])
                return true
            }
            guard goesOn else { return }
        }
    }

    private static let selectLeftovers = """
        SELECT staged, baseline_at,
            EXISTS (SELECT 1 FROM snapshot_staged g WHERE g.source_id = s.source_id),
            EXISTS (SELECT 1 FROM changes c WHERE c.source_id = s.source_id AND c.position > s.log_head),
            baseline_at IS NULL AND EXISTS (SELECT 1 FROM snapshot_entries e WHERE e.source_id = s.source_id)
        FROM source_states s WHERE source_id = $1
        """
    private static let deleteHidden = """
        DELETE FROM changes WHERE position IN (
            SELECT c.position FROM changes c JOIN source_states s ON s.source_id = c.source_id
            WHERE c.source_id = $1 AND c.position > s.log_head ORDER BY c.position LIMIT $2)
        """
    private static let deleteEntries = """
        DELETE FROM snapshot_entries WHERE source_id = $1 AND item_key IN (
            SELECT item_key FROM snapshot_entries WHERE source_id = $1 LIMIT $2)
        """

    /// Puts in order what a poll left that was broken off: finishes what was recorded, and forgets the rest. To be called
    /// before a document is read, where ``SourceState/isUnfinished``.
    package func clearLeftovers(of source: SourceID) async throws {
        let left = try await database.read { connection in
            try connection.query(Self.selectLeftovers, [.id(source)]) { row in
                (
                    isRecorded: row.integer(0) == 1, staged: row.integer(2) == 1, hidden: row.integer(3) == 1,
                    baseline: row.integer(4) == 1
                )
            }.first
        }
        guard let left else { return }
        if left.isRecorded {
            try await applyStaged(of: source)
        } else if left.staged {
            try await drainStaged(of: source) { _, _ in }
        }
        if left.hidden { try await deleteAll(Self.deleteHidden, of: source) }
        if left.baseline { try await deleteAll(Self.deleteEntries, of: source) }
        if !left.isRecorded {
            try await database.write { connection in try connection.execute(Self.markApplied, [.id(source)]) }
        }
    }

    /// Deletes a batch at a time, as long as there are whole ones; the batch's size is the statement's last argument.
    private func deleteAll(_ sql: String, of source: SourceID, _ more: [SQLValue] = []) async throws {
        var count = Self.batch
        while count >= Self.batch {
            count = try await database.write { connection in
                try connection.execute(sql, [.id(source)] + more + [.integer(Int64(Self.batch))])
            }
        }
    }

    private static let deleteForgotten = """
        DELETE FROM snapshot_entries WHERE source_id = $1 AND item_key IN (
            SELECT item_key FROM snapshot_entries
            WHERE source_id = $1 AND absent_since < $2 AND absent_document <= $3 LIMIT $4)
        """

    /// Forgets items that have been missing since before a moment and for so many whole documents.
    package func forgetAbsent(of source: SourceID, since moment: Timestamp, document: Int) async throws {
        try await deleteAll(Self.deleteForgotten, of: source, [.time(moment), .integer(Int64(document))])
    }
}

extension SQLRow {
    fileprivate func hash(_ column: Int) -> UInt64? { integer(column).map(UInt64.init(bitPattern:)) }
}

extension SQLValue {
    fileprivate static func hash(_ value: UInt64?) -> SQLValue {
        value.map { .integer(Int64(bitPattern: $0)) } ?? .null
    }
}

extension Availability {
    fileprivate var stored: Int64 {
        switch self {
        case .inStock: 1
        case .outOfStock: 0
        case .preorder: 2
        case .backorder: 3
        case .unknown: 4
        }
    }

    fileprivate init?(stored number: Int64) {
        guard let found = Self.allCases.first(where: { $0.stored == number }) else { return nil }
        self = found
    }
}
