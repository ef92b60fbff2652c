package import CampaignModel

extension Store {
    private static let selectLastRun = "SELECT COALESCE(MAX(id), 0) FROM runs WHERE campaign_id = $1"
    private static let selectCursors = """
        SELECT c.source_id, c.position, t.title FROM campaign_cursors c
        LEFT JOIN source_states t ON t.source_id = c.source_id WHERE c.campaign_id = $1
        """

    private static let selectWaiting = """
        SELECT c.position, c.source_id, c.kind, c.item_key, c.before, c.after, c.at
        FROM campaign_waiting w JOIN changes c ON c.position = w.position
        WHERE w.campaign_id = $1 ORDER BY w.position
        """
    private static let selectChanges = """
        SELECT position, source_id, kind, item_key, before, after, at FROM changes
        WHERE source_id = $1 AND position > $2 AND (campaign_id IS NULL OR campaign_id = $3)
            AND position <= (SELECT log_head FROM source_states WHERE source_id = $1)
        ORDER BY position LIMIT $4
        """
    private static let selectTaken = """
        SELECT kind FROM campaign_items WHERE campaign_id = $1 AND source_id = $2 AND item_key = $3
        """
    private static let selectTwin = """
        SELECT 1 FROM campaign_items WHERE campaign_id = $1 AND likeness = $2 AND kind = $3 AND source_id <> $4
        """

    /// What waits for a campaign.
    ///
    /// - Parameters:
    ///   - id: Which.
    ///   - campaign: What it wants; nil for nothing beside the changes.
    ///   - limit: Of each source at most so many new changes; more of them are left for the next run.
    ///   - mostWaiting: And so many that an earlier run left over; if there are more, the newest or the oldest, as it orders.
    /// - Returns: It.
    /// - Throws: When the database fails.
    package func work(
        for id: CampaignID, of campaign: Campaign? = nil, limit: Int = 1000, mostWaiting: Int = 10_000
    ) async throws -> CampaignWork {
        try await database.read { connection in
            var cursors: [(SourceID, Int64)] = []
            var titles: [SourceID: String] = [:]
            for (source, position, title) in try connection.query(
                Self.selectCursors, [.id(id)], { ($0.id(0, SourceID.self), $0.integer(1) ?? 0, $0.text(2)) })
            {
                cursors.append((source, position))
                titles[source] = title
            }
            let left = try connection.query(
                Self.selectWaiting + (campaign?.items.order == .oldest ? "" : " DESC") + " LIMIT $2",
                [.id(id), .integer(Int64(mostWaiting))]
            ) { (position: $0.integer(0) ?? 0, change: Self.loggedChange($0)) }
            var changes = left.compactMap(\.change)
            var unreadable = left.count - changes.count
            var head: [SourceID: Int64] = [:]
            for (source, position) in cursors {
                let found = try connection.query(
                    Self.selectChanges, [.id(source), .integer(position), .id(id), .integer(Int64(limit))]
                ) { (position: $0.integer(0) ?? 0, change: Self.loggedChange($0)) }
                let readable = found.compactMap(\.change)
                changes += readable
                unreadable += found.count - readable.count
                // Behind what cannot be read, too: the log is not looked at there again.
                if let last = found.last { head[source] = last.position }
            }
            changes.sort { $0.position < $1.position }
            if campaign?.comparesPrices ?? false {
                try Self.comparePrices(of: &changes, for: id, on: connection)
            }
            var taken: Set<Announcement> = []
            for change in changes {
                let kinds = try connection.query(
                    Self.selectTaken, [.id(id), .id(change.source), change.change.key.stored]
                ) { $0.text(0).flatMap(ChangeKind.init(rawValue:)) }
                for kind in kinds.compactMap(\.self) {
                    taken.insert(Announcement(source: change.source, key: change.change.key, kind: kind))
                }
                guard cursors.count > 1, let likeness = Self.likeness(of: change) else { continue }
                let twin: [SQLValue] = [.id(id), likeness, .text(ChangeKind.new.rawValue), .id(change.source)]
                if try connection.integer(Self.selectTwin, twin) != nil {
                    taken.insert(Announcement(source: change.source, key: change.change.key, kind: .new))
                }
            }
            var work = CampaignWork(
                changes: changes, waited: Set(left.map(\.position)),
                lastRun: try connection.integer(Self.selectLastRun, [.id(id)]) ?? 0,
                cursors: Dictionary(cursors) { first, _ in first }, head: head, titles: titles, taken: taken)
            work.unreadable = unreadable
            if campaign?.onUpdate == .edit { work.told = try Self.told(changes, by: id, on: connection) }
            try Self.lookUpItems(of: &work, isAboutRemovals: campaign?.on.contains(.removed) == true, on: connection)
            return work
        }
    }

    /// By which what another source has is known; nil for anything but a new item.
    private static func likeness(of change: LoggedChange) -> SQLValue? {
        guard change.change.kind == .new, let likeness = change.change.after?.aliases.likeness else { return nil }
        return .integer(Int64(bitPattern: likeness))
    }

    /// Nil for a row that cannot be read: it is passed over, or it would stop its campaigns for ever.
    @Sendable static func loggedChange(_ row: any SQLRow) -> LoggedChange? { loggedChange(row, from: 0) }

    /// The columns begin at that one.
    static func loggedChange(_ row: any SQLRow, from first: Int) -> LoggedChange? {
        guard let kind = row.text(first + 2).flatMap(ChangeKind.init(rawValue:)),
            let key = row.fingerprint(first + 3), let at = row.time(first + 6), let position = row.integer(first)
        else { return nil }
        do {
            let change = Change(
                kind: kind, key: key, before: try StoredJSON.decode(Change.Before.self, row.text(first + 4)),
                after: try StoredJSON.decode(Item.self, row.text(first + 5)))
            return LoggedChange(position: position, source: row.id(first + 1), change: change, at: at)
        } catch {
            return nil
        }
    }

    private static let moveCursor = """
        UPDATE campaign_cursors SET position = $4 WHERE campaign_id = $1 AND source_id = $2 AND position = $3
        """
    private static let insertRun = """
        INSERT INTO runs (workspace_id, campaign_id, at, report, nominal_at, is_empty, approval, approval_until)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8) RETURNING id
        """
    private static let isMade = "SELECT 1 FROM runs WHERE campaign_id = $1 AND nominal_at = $2"
    private static let forgetEmpty = "DELETE FROM runs WHERE is_empty = 1 AND campaign_id = $1 AND at < $2"
    // How long a run is shown that had nothing to look at.
    private static let emptyFor = Duration.days(7)
    private static let insertMessage = """
        INSERT INTO messages (run_id, ordinal, body, edits_message_id, gathers) VALUES ($1, $2, $3, $4, $5) RETURNING id
        """
    private static let insertWaiting = "INSERT INTO campaign_waiting (campaign_id, position) VALUES ($1, $2)"
    private static let endWaiting = "DELETE FROM campaign_waiting WHERE campaign_id = $1 AND position = $2"
    private static let insertTaken = """
        INSERT INTO campaign_items (campaign_id, source_id, item_key, kind, run_id, likeness)
        VALUES ($1, $2, $3, $4, $5, $6)
        ON CONFLICT (campaign_id, source_id, item_key, kind)
        DO UPDATE SET run_id = excluded.run_id, likeness = excluded.likeness
        """

    private static let insertMessageItem = "INSERT INTO message_items (message_id, position) VALUES ($1, $2)"

    static func insert(
        _ planned: PlannedMessage, of run: CampaignRunID, ordinal: Int64, tracksLinks: Bool,
        on connection: any SQLConnection
    ) throws -> MessageID {
        let ids: [MessageID] = try connection.query(
            insertMessage,
            [
                .id(run), .integer(ordinal), .text(try StoredJSON.encode(planned.message)),
                planned.edits.map { .id($0) } ?? .null, planned.gathers ? .integer(1) : .null,
            ]
        ) { $0.id(0) }
        guard let id = ids.first else { throw Problem(.internal, "the message was not stored") }
        try connection.execute(insertMessageItem, each: planned.positions.map { [.id(id), .integer($0)] })
        if tracksLinks { try insertLinks(of: planned.message, as: id, on: connection) }
        return id
    }

    private static let selectChange = """
        SELECT position, source_id, kind, item_key, before, after, at FROM changes WHERE position = $1
        """

    /// Nil when it is gone or cannot be read.
    static func loggedChange(at position: Int64, on connection: any SQLConnection) throws -> LoggedChange? {
        try connection.query(selectChange, [.integer(position)], loggedChange).first ?? nil
    }

    /// Stores a run: moves the cursors, writes the messages and plans the first lot of deliveries, all or nothing; what is
    /// beyond that lot is noted, for ``fanOut(_:lot:times:)``.
    ///
    /// - Returns: the report with the counts of that lot, or nil when another run was faster.
    package func record(_ plan: RunPlan, at now: Timestamp) async throws -> RunReport? {
        try await database.write { connection in
            guard try Self.moveCursors(plan, on: connection) else { return nil }
            let run = try Self.insertRun(plan, at: now, on: connection)
            try Self.insertDecisions(plan, run: run, on: connection)
            try Self.keep(plan.comparedPrices, for: plan.campaign, on: connection)
            try connection.execute(Self.insertTaken, each: plan.chosen.map { Self.taken($0, plan, run) })
            for (ordinal, message) in plan.messages.enumerated() {
                let id = try Self.insert(
                    message, of: run, ordinal: Int64(ordinal), tracksLinks: plan.tracksLinks, on: connection)
                for channel in plan.channels where message.edits == nil || plan.editableChannels.contains(channel) {
                    try Self.planFanOut(plan, run: run, message: id, to: channel, at: now, on: connection)
                }
            }
            var report = plan.report
            if plan.approvalUntil != nil, !plan.messages.isEmpty { report.waitingRun = run }
            // What is small is planned with its run.
            var left = Self.lot
            while left > 0 {
                let step = try Self.fanOut(plan.campaign, lot: left, on: connection, plan.times)
                guard step.looked > 0 else { break }
                left -= step.looked
                guard step.run == run else { continue }
                report.queued += step.queued
                report.held += step.held
            }
            if report.queued > 0 { try connection.announce(.outbox) }
            return report
        } overtaken: {
            nil
        }
    }

    /// - Returns: False when the run was made before.
    /// - Throws: ``OvertakenRun`` when another run was faster.
    private static func moveCursors(_ plan: RunPlan, on connection: any SQLConnection) throws -> Bool {
        // What waits from earlier runs has no cursor of its own: two runs that saw it must not both take it.
        guard try connection.integer(selectLastRun, [.id(plan.campaign)]) == plan.work.lastRun else {
            throw OvertakenRun()
        }
        if let time = plan.onlyRunAt, try !begin(plan.campaign, for: time, on: connection) { throw OvertakenRun() }
        if let nominal = plan.nominal {
            try connection.execute(moveMark, [.id(plan.campaign), .time(nominal.doneUntil)])
            // A clock that was set back brings a run again that was made.
            if try connection.integer(isMade, [.id(plan.campaign), .time(nominal.at)]) != nil { return false }
        }
        for (source, position) in plan.work.head {
            let from = plan.work.cursors[source] ?? 0
            let moved = try connection.execute(
                moveCursor, [.id(plan.campaign), .id(source), .integer(from), .integer(position)])
            guard moved == 1 else { throw OvertakenRun() }
        }
        let waiting = Set(plan.waiting.map(\.position))
        func rows(_ positions: Set<Int64>) -> [[SQLValue]] {
            positions.sorted().map { [.id(plan.campaign), .integer($0)] }
        }
        try connection.execute(endWaiting, each: rows(plan.work.waited.subtracting(waiting)))
        try connection.execute(insertWaiting, each: rows(waiting.subtracting(plan.work.waited)))
        return true
    }

    private static func insertRun(
        _ plan: RunPlan, at now: Timestamp, on connection: any SQLConnection
    ) throws -> CampaignRunID {
        let waits = plan.approvalUntil != nil && !plan.messages.isEmpty
        let runs: [CampaignRunID] = try connection.query(
            insertRun,
            [
                .id(plan.workspace), .id(plan.campaign), .time(now), .text(try StoredJSON.encode(plan.report)),
                .time(plan.nominal?.at), .integer(plan.report.seen == 0 && plan.messages.isEmpty ? 1 : 0),
                .optional(waits ? "waiting" : nil), .time(plan.approvalUntil),
            ]
        ) { $0.id(0) }
        try connection.execute(forgetEmpty, [.id(plan.campaign), .time(now - emptyFor)])
        guard let run = runs.first else { throw Problem(.internal, "the run was not stored") }
        return run
    }

    private static func taken(_ change: LoggedChange, _ plan: RunPlan, _ run: CampaignRunID) -> [SQLValue] {
        [
            .id(plan.campaign), .id(change.source), change.change.key.stored, .text(change.change.kind.rawValue),
            .id(run), plan.work.cursors.count > 1 ? likeness(of: change) ?? .null : .null,
        ]
    }
}

/// Another run of the same campaign was stored first.
private struct OvertakenRun: Error {}

extension SQLDatabase {
    fileprivate func write<Value: Sendable>(
        _ body: @escaping @Sendable (any SQLConnection) throws -> Value, overtaken otherwise: () -> Value
    ) async throws -> Value {
        do {
            return try await write(body)
        } catch is OvertakenRun {
            return otherwise()
        } catch is InDoubtCommit {
            // It may have been stored: whoever looks again sees what is left to do.
            return otherwise()
        }
    }
}
