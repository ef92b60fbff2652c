package import CampaignModel

/// What is remembered of a source between polls.
package struct SourceState: Sendable, Hashable {
    /// When the first whole document was taken as known; nil before that.
    package var baselineAt: Timestamp?
    /// How the source wants to be asked, as the engine writes it: JSON.
    package var fetchState: String?
    package var lastPollAt: Timestamp?
    /// The last poll that read the document or was told that it is the same.
    package var lastGoodAt: Timestamp?
    package var nextPollAt: Timestamp
    /// Failed polls in a row.
    package var failures: Int
    /// What went wrong with the last poll, in one sentence; nil when nothing did.
    package var lastError: String?
    /// How many items the last whole document had.
    package var items: Int
    /// How many whole documents were read.
    package var documents: Int
    /// From then on a whole document is wanted, though it may be the same.
    package var lookAgainAt: Timestamp?
    /// How many new items a document usually brings that brings any.
    package var usualNew: Double?
    /// The date before which items were there before anybody listened, where the first document tells.
    package var oldest: Timestamp?
    /// What its items are known by, as the first document decided, or the first whose ids repeat.
    package var identity: IdentityPolicy?
    /// A poll was broken off that had stored a part of what it found: ``Store/clearLeftovers(of:)``.
    package var isUnfinished: Bool
    /// Why the last poll is held; nil when it is not.
    package var hold: Hold?
    /// What the owner decided about it, for the next document.
    package var decision: HoldDecision?
    /// How many of the newest items the campaigns that have seen no document yet ask for, by campaign.
    package var startCounts: [CampaignID: Int]
}

/// What a poll found, to be stored as one.
package struct PollResult: Sendable {
    /// What came of asking for the document.
    package enum Document: Sendable {
        /// The server said that nothing changed.
        case notModified
        /// A whole document.
        case read(DocumentNews)
    }

    package var document: Document
    /// What the document calls itself.
    package var title: String?
    /// The validators among them: they move with the items, or a crash between would hide what is new for ever. Nil leaves
    /// them as they are.
    package var fetchState: String?
    package var next: NextPoll

    package init(document: Document, title: String? = nil, fetchState: String?, next: NextPoll) {
        self.document = document
        self.title = title
        self.fetchState = fetchState
        self.next = next
    }
}

/// When a source is looked at next, and why then.
package struct NextPoll: Sendable, Hashable {
    package var at: Timestamp
    /// A stable word, and a sentence for the owner.
    package var code: String
    package var reason: String

    package init(at: Timestamp, code: String, reason: String) {
        self.at = at
        self.code = code
        self.reason = reason
    }

    /// Stands for "not before the owner says so".
    package static let never = Timestamp(seconds: 253_402_300_799)
}

/// What a whole document brought.
package struct DocumentNews: Sendable {
    /// Rows to remember: new or different ones.
    package var entries: [SnapshotEntry]
    /// Rows to take out, because their items go on under another key.
    package var replaced: [ItemKey]
    /// To announce, in the order to tell them.
    package var changes: [Change]
    /// What is not announced, and why.
    package var notes: [ItemNote] = []
    /// For campaigns that start with the newest items, those.
    package var starts: [CampaignID: [Change]]
    /// How many the document has.
    package var items: Int
    /// See ``SourceState/usualNew``.
    package var usualNew: Double?
    /// Of a first document: see ``SourceState/oldest``.
    package var oldest: Timestamp?
    /// Of a first document, and of one that changes it: what its items are known by.
    package var identity: IdentityPolicy?
    /// See ``SourceState/lookAgainAt``.
    package var lookAgainAt: Timestamp?

    package init(
        entries: [SnapshotEntry], replaced: [ItemKey] = [], changes: [Change], starts: [CampaignID: [Change]] = [:],
        items: Int, usualNew: Double? = nil, oldest: Timestamp? = nil,
        identity: IdentityPolicy? = nil, lookAgainAt: Timestamp? = nil
    ) {
        self.lookAgainAt = lookAgainAt
        self.identity = identity
        self.oldest = oldest
        self.entries = entries
        self.replaced = replaced
        self.changes = changes
        self.starts = starts
        self.items = items
        self.usualNew = usualNew
    }
}

extension Store {
    private static let selectState = """
        SELECT baseline_at, manners, last_poll_at, next_poll_at, failures, last_error, documents, usual_new,
            held_at, hold_code, hold_reason, decision, oldest, items, identity, last_good_at,
            look_again_at, staged
        FROM source_states WHERE source_id = $1
        """
    private static let selectStarts = """
        SELECT c.source_id, c.campaign_id, c.start_count FROM campaign_cursors c JOIN campaigns p ON p.id = c.campaign_id
        WHERE c.start_count > 0 AND p.state = 'active'
        """

    /// What is remembered of a source.
    ///
    /// - Throws: When the database fails or does not know it.
    package func sourceState(_ source: SourceID) async throws -> SourceState {
        guard let state = try await sourceStates([source])[source] else {
            throw Problem(.internal, "source \(source) has no state")
        }
        return state
    }

    /// What is remembered of some sources; absent for those that are not known.
    package func sourceStates(_ sources: [SourceID]) async throws -> [SourceID: SourceState] {
        try await database.read { connection in
            var starts: [SourceID: [CampaignID: Int]] = [:]
            for (source, campaign, count) in try connection.query(
                Self.selectStarts, [], { ($0.id(0) as SourceID, $0.id(1) as CampaignID, Int($0.integer(2) ?? 0)) })
            {
                starts[source, default: [:]][campaign] = count
            }
            var states: [SourceID: SourceState] = [:]
            for source in sources {
                states[source] = try connection.query(Self.selectState, [.id(source)]) { row in
                    SourceState(
                        baselineAt: row.time(0), fetchState: row.text(1), lastPollAt: row.time(2),
                        lastGoodAt: row.time(15),
                        nextPollAt: row.time(3) ?? Timestamp(seconds: 0), failures: Int(row.integer(4) ?? 0),
                        lastError: row.text(5), items: Int(row.integer(13) ?? 0), documents: Int(row.integer(6) ?? 0),
                        lookAgainAt: row.time(16),
                        usualNew: row.integer(7).map { Double($0) / 1000 }, oldest: row.time(12),
                        identity: row.text(14).flatMap(IdentityPolicy.init(rawValue:)),
                        isUnfinished: row.integer(17) != 0,
                        hold: row.time(8).map { Hold(at: $0, code: row.text(9) ?? "", reason: row.text(10) ?? "") },
                        decision: row.text(11).flatMap(HoldDecision.init(_:)),
                        startCounts: starts[source] ?? [:])
                }.first
            }
            return states
        }
    }

    private static let selectTimes = "SELECT source_id, next_poll_at, last_poll_at FROM source_states"

    /// When each source is to be looked at next, and when it was last.
    package func pollTimes() async throws -> [SourceID: (next: Timestamp, last: Timestamp?)] {
        try await database.read { connection in
            let rows: [(SourceID, (next: Timestamp, last: Timestamp?))] = try connection.query(Self.selectTimes, []) {
                ($0.id(0), (next: $0.time(1) ?? Timestamp(seconds: 0), last: $0.time(2)))
            }
            return Dictionary(rows) { first, _ in first }
        }
    }

    private static let insertChange = """
        INSERT INTO changes (source_id, campaign_id, kind, item_key, before, after, at)
        VALUES ($1, $2, $3, $4, $5, $6, $7)
        """
    private static let clearStart = """
        UPDATE campaign_cursors SET start_count = 0 WHERE source_id = $1 AND campaign_id = $2
        """
    private static let updateState = """
        UPDATE source_states SET manners = COALESCE($2, manners), last_poll_at = $3, last_good_at = $3, held_at = NULL,
            hold_code = NULL, hold_reason = NULL, decision = NULL, next_poll_at = $4, next_code = $5, next_reason = $6,
            failures = 0, last_error = NULL
        WHERE source_id = $1
        """
    private static let updateDocuments = """
        UPDATE source_states SET
            documents = documents + 1, usual_new = $2, staged = $3, oldest = COALESCE($4, oldest),
            identity = COALESCE($5, identity), look_again_at = $6, baseline_at = COALESCE(baseline_at, $7),
            last_change_at = CASE WHEN $8 > 0 THEN $7 ELSE last_change_at END, items = $9,
            title = COALESCE($10, title),
            log_head = COALESCE((SELECT MAX(position) FROM changes WHERE source_id = $1), log_head)
        WHERE source_id = $1
        """
    private static let insertPoll = """
        INSERT INTO polls (source_id, at, outcome, items, changes, detail) VALUES ($1, $2, $3, $4, $5, $6)
        """

    /// Stores a poll's result: validators, snapshot and change log move together or not at all.
    ///
    /// What is too much for one short transaction is staged before, where nobody sees it, and brought into the snapshot
    /// afterwards; ``clearLeftovers(of:)`` puts in order what a crash leaves of that.
    package func record(_ result: PollResult, of source: SourceID, at now: Timestamp) async throws {
        guard case .read(let news) = result.document else {
            return try await database.write(.relaxed) { connection in
                try Self.moveState(result, of: source, at: now, on: connection)
            }
        }
        let changes =
            news.changes.map { (CampaignID?.none, $0) }
            + news.starts.sorted { $0.key < $1.key }
            .flatMap { campaign, changes in changes.map { (campaign, $0) } }
        let isStaged = news.entries.count + news.replaced.count + changes.count > Self.batch
        if isStaged {
            try await stage(news.entries, gone: news.replaced, of: source)
            try await inBatches(changes, of: source, Self.insertChange) { Self.row($0, $1, of: source, at: now) }
        }
        try await database.write(.relaxed) { connection in
            if !isStaged {
                for key in news.replaced { try Self.remove(key, of: source, on: connection) }
                try Self.store(news.entries, of: source, on: connection)
                try connection.execute(
                    Self.insertChange, each: changes.map { Self.row($0, $1, of: source, at: now) })
            }
            for campaign in news.starts.keys { try connection.execute(Self.clearStart, [.id(source), .id(campaign)]) }
            try Self.moveState(result, of: source, at: now, on: connection)
            try connection.execute(
                Self.updateDocuments,
                [
                    .id(source), .optional(news.usualNew.map { Int64($0 * 1000) }), .integer(isStaged ? 1 : 0),
                    .time(news.oldest), .optional(news.identity?.rawValue), .time(news.lookAgainAt), .time(now),
                    .integer(Int64(news.changes.count)), .integer(Int64(news.items)), .optional(result.title),
                ])
            try Self.insert(news.notes, of: source, at: now, on: connection)
            // Of the many polls that find nothing the state tells enough.
            try connection.execute(
                Self.insertPoll,
                [
                    .id(source), .time(now), .text("read"), .integer(Int64(news.items)),
                    .integer(Int64(news.changes.count)), .null,
                ])
        }
        if isStaged { try await applyStaged(of: source) }
    }

    private static func moveState(
        _ result: PollResult, of source: SourceID, at now: Timestamp, on connection: any SQLConnection
    ) throws {
        try connection.execute(
            updateState,
            [
                .id(source), .optional(result.fetchState), .time(now), .time(result.next.at), .text(result.next.code),
                .text(result.next.reason),
            ])
    }

    private static func row(
        _ campaign: CampaignID?, _ change: Change, of source: SourceID, at now: Timestamp
    ) -> [SQLValue] {
        [
            .id(source), campaign.map { .id($0) } ?? .null, .text(change.kind.rawValue), change.key.stored,
            .optional(change.before?.json), .optional(change.after?.json), .time(now),
        ]
    }

    private static let recordFailure = """
        UPDATE source_states SET last_poll_at = $2, next_poll_at = $3, failures = failures + 1, last_error = $4,
            next_code = $5, next_reason = $6, manners = COALESCE($7, manners)
        WHERE source_id = $1
        """

    /// Notes that a poll failed. Nothing that is known of the source's items changes.
    package func recordFailure(
        of source: SourceID, reason: String, fetchState: String?, next: NextPoll, at now: Timestamp
    ) async throws {
        try await database.write { connection in
            try connection.execute(
                Self.recordFailure,
                [
                    .id(source), .time(now), .time(next.at), .text(reason), .text(next.code), .text(next.reason),
                    .optional(fetchState),
                ])
            try connection.execute(
                Self.insertPoll,
                [.id(source), .time(now), .text("failed"), .integer(0), .integer(0), .text(reason)])
        }
    }

    private static let recordHold = """
        UPDATE source_states SET last_poll_at = $2, next_poll_at = $3, failures = 0, last_error = NULL,
            held_at = COALESCE(held_at, $2), hold_code = $4, hold_reason = $5, decision = NULL, next_code = $6,
            next_reason = $7
        WHERE source_id = $1
        """

    /// Notes that a poll is held for the owner to decide. Nothing that is known of the source changes, its validators
    /// neither: the next poll reads the document again.
    package func recordHold(
        of source: SourceID, _ reason: HoldReason, items: Int, next: NextPoll, at now: Timestamp
    ) async throws {
        try await database.write { connection in
            try connection.execute(
                Self.recordHold,
                [
                    .id(source), .time(now), .time(next.at), .text(reason.code), .text(reason.sentence),
                    .text(next.code),
                    .text(next.reason),
                ])
            try connection.execute(
                Self.insertPoll,
                [
                    .id(source), .time(now), .text("held"), .integer(Int64(items)), .integer(0),
                    .text(reason.sentence),
                ])
        }
    }

    private static let storeDecision = """
        UPDATE source_states SET decision = $2, next_poll_at = $3 WHERE source_id = $1 AND held_at IS NOT NULL
        """

    /// Stores the owner's decision about a held poll; the next poll, due at once, carries it out.
    ///
    /// - Returns: False when nothing is held.
    package func decide(_ decision: HoldDecision, on source: SourceID, at now: Timestamp) async throws -> Bool {
        try await database.write { connection in
            try connection.announce(.sources)
            return try connection.execute(
                Self.storeDecision, [.id(source), .text(decision.description), .time(now)]) > 0
        }
    }

    private static let postpone = """
        UPDATE source_states SET next_poll_at = $2, next_code = $3, next_reason = $4,
            last_poll_at = CASE WHEN last_poll_at > $5 THEN $5 ELSE last_poll_at END
        WHERE source_id = $1
        """

    /// Moves the next poll without one having been made: a host wants to be left alone, or the clock was set back.
    package func postpone(_ source: SourceID, to next: NextPoll, at now: Timestamp) async throws {
        try await database.write { connection in
            try connection.execute(
                Self.postpone, [.id(source), .time(next.at), .text(next.code), .text(next.reason), .time(now)])
        }
    }
}
