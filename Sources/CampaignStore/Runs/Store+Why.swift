package import CampaignModel

/// What is stored of one item: what was found, and what each campaign did with it.
package struct ItemTrail: Sendable {
    /// One line of it.
    package enum Step: Sendable {
        /// A change was logged.
        case found(ChangeKind, at: Timestamp)
        /// A poll found it, and did not take it for news.
        case noted(ItemNote.Code, older: ItemKey?, at: Timestamp)
        /// A run of a campaign decided: `chosen`, `edited`, `waiting` or `skipped`; and what came of it where somebody has to let it go.
        case decided(
            campaign: String, run: Int64, fate: String, code: String?, reason: String?, at: Timestamp,
            approval: String?,
            deliveries: [String: Int])
        /// A campaign has not looked at the change yet.
        case unseen(campaign: String, state: String)
    }

    package var source: String
    package var key: ItemKey
    package var title: String?
    package var link: String?
    /// Whether it is still known; when it is missing from its document, since when.
    package var isKnown: Bool
    package var absentSince: Timestamp?
    /// In the order of time.
    package var steps: [Step]
}

/// What is stored of one person and the runs of the campaigns on their channel.
package struct PersonTrail: Sendable {
    /// What became of one message of a run for the person.
    package struct Delivery: Sendable {
        /// In the words of `Delivery.State`.
        package var state: String
        /// A ``DeliveryReason``; nil where none was stored.
        package var code: String?
        package var reason: String?
        /// When it came into that state.
        package var at: Timestamp?
        package var notBefore: Timestamp?
        /// It changes a message that was sent before.
        package var isEdit: Bool
    }

    /// A campaign's run, and what it made for the person.
    package struct Run: Sendable {
        package var campaign: String
        package var run: Int64
        package var at: Timestamp
        /// None when the run made nothing for them.
        package var deliveries: [Delivery]
        /// Whether they belong to the campaign's audience now, and whether they want it.
        package var isInAudience: Bool
        package var isUnwanted: Bool
        /// See ``ListedRun/approval``.
        package var approval: String?
    }

    package var channel: String
    package var subscriber: Subscriber
    package var createdAt: Timestamp?
    /// When they last agreed and when they last left.
    package var consent: [ConsentEntry]
    /// The newest first.
    package var runs: [Run]
}

extension Store {
    private static let insertNote = """
        INSERT INTO item_notes (source_id, item_key, code, older_key, title, link, at) VALUES ($1, $2, $3, $4, $5, $6, $7)
        """
    // A feed that changes all its ids tells the same story many times.
    private static let mostNotes = 1000

    static func insert(
        _ notes: [ItemNote], of source: SourceID, at now: Timestamp, on connection: any SQLConnection
    ) throws {
        try connection.execute(
            insertNote,
            each: notes.prefix(mostNotes).map {
                [
                    .id(source), $0.key.stored, .text($0.code.rawValue), $0.older?.stored ?? .null, .optional($0.title),
                    .optional($0.link), .time(now),
                ]
            })
    }

    private static let insertRunItem = """
        INSERT INTO run_items (source_id, item_key, run_id, kind, fate, code, reason) VALUES ($1, $2, $3, $4, $5, $6, $7)
        ON CONFLICT (source_id, item_key, run_id, kind) DO NOTHING
        """

    static func insertDecisions(_ plan: RunPlan, run: CampaignRunID, on connection: any SQLConnection) throws {
        func row(_ change: LoggedChange, _ fate: String, _ code: String?, _ reason: String?) -> [SQLValue] {
            [
                .id(change.source), change.change.key.stored, .id(run), .text(change.change.kind.rawValue), .text(fate),
                .optional(code), .optional(reason),
            ]
        }
        // What was chosen and came out empty is skipped. Of several changes of one kind the one that was told comes first.
        let skipped = Set(plan.skipped.map(\.change.position))
        let chosen = plan.chosen.filter { !skipped.contains($0.position) }
        try connection.execute(insertRunItem, each: chosen.map { row($0, "chosen", nil, nil) })
        try connection.execute(insertRunItem, each: plan.edited.map { row($0, "edited", nil, nil) })
        try connection.execute(insertRunItem, each: plan.skipped.map { row($0.change, "skipped", $0.code, $0.reason) })
        try connection.execute(
            insertRunItem,
            each: plan.waiting.filter { !plan.work.waited.contains($0.position) }.map { row($0, "waiting", nil, nil) })
    }

    private static let findInLog = """
        SELECT DISTINCT c.source_id, c.item_key FROM changes c
        WHERE LOWER(c.after) LIKE LOWER($1) OR LOWER(c.after) LIKE LOWER($2) ORDER BY c.source_id LIMIT 20
        """
    private static let findInNotes = """
        SELECT DISTINCT n.source_id, n.item_key FROM item_notes n
        WHERE n.link = $1 OR LOWER(n.title) LIKE LOWER($2) LIMIT 20
        """
    private static let findInSnapshot = """
        SELECT source_id, item_key FROM snapshot_entries WHERE link_alias = $1 LIMIT 20
        """

    /// The items that somebody may mean.
    ///
    /// - Parameters:
    ///   - text: An address, an id, a title or a part of one.
    ///   - aliases: What an address may be known by.
    /// - Returns: Each with its trail; at most 20.
    /// - Throws: When the database fails.
    package func trails(ofItems text: String, aliases: [UInt64]) async throws -> [ItemTrail] {
        try await database.read { connection in
            var found: [(SourceID, ItemKey)] = []
            func take(_ statement: String, _ values: [SQLValue]) throws {
                for case let (source, key?) in try connection.query(
                    statement, values, { ($0.id(0, SourceID.self), $0.fingerprint(1)) })
                where !found.contains(where: { $0 == (source, key) }) {
                    found.append((source, key))
                }
            }
            let inJSON = Self.escaped(String(try StoredJSON.encode([text]).dropFirst(2).dropLast(2)))
            try take(Self.findInLog, [.text("%\"\(inJSON)\"%"), .text("%\"title\":\"%\(inJSON)%")])
            try take(Self.findInNotes, [.text(text), .text("%\(Self.escaped(text))%")])
            for alias in aliases { try take(Self.findInSnapshot, [.integer(Int64(bitPattern: alias))]) }
            return try found.prefix(20).map { try Self.trail(of: $1, in: $0, on: connection) }
        }
    }

    /// `%` and `_` mean something to LIKE; people seldom mean that.
    private static func escaped(_ text: String) -> String { text.replacing("%", with: "_") }

    private static let selectSource = "SELECT name FROM sources WHERE id = $1"
    private static let selectLog = """
        SELECT kind, at, after FROM changes WHERE source_id = $1 AND item_key = $2 ORDER BY position
        """
    private static let selectNotes = """
        SELECT code, older_key, title, link, at FROM item_notes WHERE source_id = $1 AND item_key = $2 ORDER BY id
        """
    private static let selectKnown = """
        SELECT absent_since FROM snapshot_entries WHERE source_id = $1 AND item_key = $2
        """
    private static let selectDecisions = """
        SELECT p.name, i.run_id, i.fate, i.code, i.reason, r.at, r.approval FROM run_items i JOIN runs r ON r.id = i.run_id
        JOIN campaigns p ON p.id = r.campaign_id WHERE i.source_id = $1 AND i.item_key = $2 ORDER BY i.run_id
        """
    private static let selectUnseen = """
        SELECT p.name, p.state FROM campaign_cursors k JOIN campaigns p ON p.id = k.campaign_id
        WHERE k.source_id = $1 AND p.state <> 'withdrawn' AND EXISTS (
            SELECT 1 FROM changes c WHERE c.source_id = $1 AND c.item_key = $2 AND c.position > k.position
                AND (c.campaign_id IS NULL OR c.campaign_id = p.id))
        ORDER BY p.name
        """

    private static func trail(
        of key: ItemKey, in source: SourceID, on connection: any SQLConnection
    ) throws -> ItemTrail {
        let item: [SQLValue] = [.id(source), key.stored]
        let name = try connection.query(selectSource, [.id(source)]) { $0.text(0) ?? "" }.first ?? ""
        let known = try connection.query(selectKnown, item) { $0.time(0) }
        var trail = ItemTrail(
            source: name, key: key, isKnown: !known.isEmpty, absentSince: known.first ?? nil, steps: [])
        var steps: [(Timestamp, ItemTrail.Step)] = []
        for (kind, at, after) in try connection.query(
            selectLog, item, { ($0.text(0).flatMap(ChangeKind.init(rawValue:)), $0.time(1), $0.text(2)) })
        {
            guard let kind, let at else { continue }
            steps.append((at, .found(kind, at: at)))
            if let item = try StoredJSON.decode(Item.self, after) {
                (trail.title, trail.link) = (item.title, item.link)
            }
        }
        for (code, older, title, link, at) in try connection.query(
            selectNotes, item,
            {
                (
                    $0.text(0).flatMap(ItemNote.Code.init(rawValue:)), $0.fingerprint(1), $0.text(2), $0.text(3),
                    $0.time(4)
                )
            })
        {
            guard let code, let at else { continue }
            steps.append((at, .noted(code, older: older, at: at)))
            (trail.title, trail.link) = (trail.title ?? title, trail.link ?? link)
        }
        let decisions = try connection.query(selectDecisions, item) {
            ($0.text(0) ?? "", $0.integer(1) ?? 0, $0.text(2) ?? "", $0.text(3), $0.text(4), $0.time(5), $0.text(6))
        }
        for (campaign, run, fate, code, reason, at, approval) in decisions {
            guard let at else { continue }
            let deliveries =
                fate == "chosen" || fate == "edited"
                ? try counts(ofRun: run, edits: fate == "edited", on: connection) : [:]
            steps.append(
                (
                    at,
                    .decided(
                        campaign: campaign, run: run, fate: fate, code: code, reason: reason, at: at,
                        approval: approval, deliveries: deliveries)
                ))
        }
        trail.steps = steps.enumerated().sorted { ($0.element.0, $0.offset) < ($1.element.0, $1.offset) }.map(
            \.element.1)
        trail.steps += try connection.query(selectUnseen, item) {
            .unseen(campaign: $0.text(0) ?? "", state: $0.text(1) ?? "")
        }
        return trail
    }
}
