package import CampaignModel

/// What came of a campaign, or of one of its runs. Every number is counted from the rows when it is asked for, as long as they
/// are kept; of older runs the sum is.
package struct ResultReport: Sendable, Hashable, Codable {
    package var workspace: String
    package var campaign: String
    /// nil for all runs together.
    package var run: Int64?
    package var at: Timestamp?
    /// Deliveries that were made: one for each message and person.
    package var planned = 0
    package var sent = 0
    /// Messenger only, as is the next one: it reached the person's device, and was seen.
    package var delivered = 0
    package var read = 0
    /// Deliveries of which a person opened a link, and how often people did.
    package var clicked = 0
    package var clicks = 0
    /// How often programs opened one.
    package var botClicks = 0
    package var previewClicks = 0
    package var failed = 0
    package var unknown = 0
    /// To be sent, or being sent.
    package var waiting = 0
    /// By the reason's stable word.
    package var held: [String: Int] = [:]
    /// What was not sent in the end, though nobody refused it.
    package var skipped: [String: Int] = [:]
    /// Deliveries whose person left within 24 hours after they came.
    package var unsubscribed = 0
    /// Messages that were changed where they stand; they count for nothing else.
    package var edited = 0
    /// The sum of runs that are not kept one by one any more; nil for no.
    package var isEarlier: Bool?

    package init(workspace: String, campaign: String, run: Int64? = nil, at: Timestamp? = nil) {
        self.workspace = workspace
        self.campaign = campaign
        self.run = run
        self.at = at
    }

    private enum CodingKeys: String, CodingKey {
        case workspace, campaign, run, at, planned, sent, delivered, read, clicked, clicks, failed, unknown, waiting,
            held, skipped
        case unsubscribed, edited
        case isEarlier = "earlier"
        case botClicks = "bot_clicks"
        case previewClicks = "preview_clicks"
    }

    /// Of the same campaign, with nothing counted, for a sum.
    var emptied: ResultReport {
        var empty = ResultReport(workspace: workspace, campaign: campaign)
        empty.isEarlier = true
        return empty
    }

    mutating func add(_ other: ResultReport) {
        planned += other.planned
        sent += other.sent
        delivered += other.delivered
        read += other.read
        clicked += other.clicked
        clicks += other.clicks
        botClicks += other.botClicks
        previewClicks += other.previewClicks
        failed += other.failed
        unknown += other.unknown
        waiting += other.waiting
        held.merge(other.held, uniquingKeysWith: +)
        skipped.merge(other.skipped, uniquingKeysWith: +)
        unsubscribed += other.unsubscribed
        edited += other.edited
    }
}

extension Store {
    // A platform says until when all that it took has arrived, by its own clock and not by the moment of its answer.
    private static let slack = 10_000
    private static let left = """
        SELECT 1 FROM consent_log l WHERE l.subscriber_id = d.subscriber_id AND l.kind = 'withdrawn'
            AND l.at >= d.ended_at AND l.at < d.ended_at + 86400000
        """
    private static func count(_ condition: String) -> String { "SUM(CASE WHEN \(condition) THEN 1 ELSE 0 END)" }
    /// Of `campaigns c` in `workspaces w`: it has that name, or any name where none is given.
    static let isMeant = "($1 = '' OR \(isNamed))"
    /// Of one run, or of all those of ``isMeant`` that are kept.
    private static func ofRuns(_ one: Bool) -> String { one ? "r.id = $1" : "\(isMeant) AND r.results IS NULL" }
    private static func selectResults(ofOne one: Bool) -> String {
        """
        SELECT r.id, r.at, c.name, d.state, COALESCE(d.reason_code, ''), COUNT(*),
            \(count("d.state = 'sent' AND s.delivered_until >= d.ended_at - \(slack)")),
            \(count("d.state = 'sent' AND s.read_until >= d.ended_at - \(slack)")),
            \(count("EXISTS (SELECT 1 FROM clicks k WHERE k.delivery_id = d.id AND k.visitor = 'person')")),
            \(count("d.state IN ('sent', 'unknown') AND EXISTS (\(left))")), w.name
        FROM campaigns c JOIN workspaces w ON w.id = c.workspace_id JOIN runs r ON r.campaign_id = c.id JOIN messages m ON m.run_id = r.id
        JOIN deliveries d ON d.message_id = m.id JOIN subscribers s ON s.id = d.subscriber_id
        WHERE \(ofRuns(one)) AND d.purpose <> 'edit'
        GROUP BY r.id, r.at, c.name, w.name, d.state, d.reason_code ORDER BY r.id
        """
    }
    private static func selectEdited(ofOne one: Bool) -> String {
        """
        SELECT m.run_id, COUNT(*) FROM messages m JOIN runs r ON r.id = m.run_id JOIN campaigns c ON c.id = r.campaign_id
        JOIN workspaces w ON w.id = c.workspace_id JOIN deliveries d ON d.message_id = m.id
        WHERE \(ofRuns(one)) AND m.edits_message_id IS NOT NULL AND d.state = 'sent' GROUP BY m.run_id
        """
    }
    private static func selectClicks(ofOne one: Bool) -> String {
        """
        SELECT m.run_id, k.visitor, COUNT(*) FROM clicks k JOIN deliveries d ON d.id = k.delivery_id
        JOIN messages m ON m.id = d.message_id JOIN runs r ON r.id = m.run_id JOIN campaigns c ON c.id = r.campaign_id
        JOIN workspaces w ON w.id = c.workspace_id WHERE \(ofRuns(one)) GROUP BY m.run_id, k.visitor
        """
    }
    private static func selectRunsMade(ofOne one: Bool) -> String {
        """
        SELECT r.id, r.at, c.name, w.name FROM runs r JOIN campaigns c ON c.id = r.campaign_id
        JOIN workspaces w ON w.id = c.workspace_id WHERE \(ofRuns(one)) AND r.is_empty = 0 ORDER BY r.id
        """
    }
    // Of runs that are being forgotten, and of those that are gone.
    private static let selectSettled = """
        SELECT r.results FROM runs r JOIN campaigns c ON c.id = r.campaign_id JOIN workspaces w ON w.id = c.workspace_id
        WHERE \(isMeant) AND r.results IS NOT NULL
        UNION ALL
        SELECT c.past_results FROM campaigns c JOIN workspaces w ON w.id = c.workspace_id
        WHERE \(isMeant) AND c.past_results IS NOT NULL
        """

    /// What came of campaigns.
    ///
    /// - Parameters:
    ///   - campaign: One campaign's name; nil for all.
    ///   - byRun: Each run by itself, the oldest first, behind the sum of those that are not kept any more; otherwise each
    ///     campaign, by name.
    /// - Returns: The counts.
    /// - Throws: ``Problem`` (`notFound`) when there is no such campaign, and when the database fails.
    package func results(of campaign: String?, byRun: Bool) async throws -> [ResultReport] {
        let (runs, earlier) = try await database.read { connection in
            if let campaign { _ = try Self.campaign(named: campaign, on: connection) }
            let settled = try connection.query(Self.selectSettled, [.text(campaign ?? "")]) { $0.text(0) }
            return (
                try Self.results([.text(campaign ?? "")], ofOne: false, on: connection),
                try settled.compactMap { try StoredJSON.decode(ResultReport.self, $0 == "{}" ? nil : $0) }
            )
        }
        guard !byRun else { return Self.sums(earlier) { $0.emptied } + runs }
        return Self.sums(earlier + runs) { ResultReport(workspace: $0.workspace, campaign: $0.campaign) }
    }

    private static func sums(
        _ reports: [ResultReport], beginning: (ResultReport) -> ResultReport
    ) -> [ResultReport] {
        var all: [String: ResultReport] = [:]
        for report in reports { all["\(report.workspace)/\(report.campaign)", default: beginning(report)].add(report) }
        return all.values.sorted { ($0.workspace, $0.campaign) < ($1.workspace, $1.campaign) }
    }

    /// What came of one run; nil for one that had nothing to look at.
    static func results(ofRun run: Int64, on connection: any SQLConnection) throws -> ResultReport? {
        try results([.integer(run)], ofOne: true, on: connection).first
    }

    private static func results(
        _ which: [SQLValue], ofOne one: Bool, on connection: any SQLConnection
    ) throws -> [ResultReport] {
        var runs: [Int64: ResultReport] = [:]
        let made = try connection.query(selectRunsMade(ofOne: one), which) {
            (
                $0.integer(0) ?? 0,
                ResultReport(
                    workspace: $0.text(3) ?? "", campaign: $0.text(2) ?? "", run: $0.integer(0), at: $0.time(1))
            )
        }
        for (id, report) in made { runs[id] = report }
        let rows = try connection.query(selectResults(ofOne: one), which) { row in
            let report = ResultReport(
                workspace: row.text(10) ?? "", campaign: row.text(2) ?? "", run: row.integer(0), at: row.time(1))
            return (row.integer(0) ?? 0, filled(report, row))
        }
        for (id, part) in rows {
            let empty = ResultReport(workspace: part.workspace, campaign: part.campaign, run: id, at: part.at)
            runs[id, default: empty].add(part)
        }
        let clicks = try connection.query(selectClicks(ofOne: one), which) {
            ($0.integer(0) ?? 0, $0.text(1).flatMap(Click.Visitor.init(rawValue:)), Int($0.integer(2) ?? 0))
        }
        for (id, visitor, count) in clicks {
            switch visitor {
            case .person?: runs[id]?.clicks += count
            case .bot?: runs[id]?.botClicks += count
            case .preview?: runs[id]?.previewClicks += count
            case nil: break
            }
        }
        for (id, count) in try connection.query(
            selectEdited(ofOne: one), which, { ($0.integer(0) ?? 0, Int($0.integer(1) ?? 0)) })
        {
            runs[id]?.edited += count
        }
        return runs.sorted { $0.key < $1.key }.map(\.value)
    }

    private static func filled(_ empty: ResultReport, _ row: any SQLRow) -> ResultReport {
        var report = empty
        func number(_ column: Int) -> Int { Int(row.integer(column) ?? 0) }
        let count = number(5)
        let code = row.text(4) ?? ""
        report.planned = count
        switch Delivery.State(rawValue: row.text(3) ?? "") {
        case .sent: report.sent = count
        case .failed: report.failed = count
        case .unknown: report.unknown = count
        case .queued, .claimed, .sending: report.waiting = count
        case .held: report.held = [code: count]
        case .suppressed: report.skipped = [code: count]
        case .expired: report.skipped = ["expired": count]
        case nil: break
        }
        report.delivered = number(6)
        report.read = number(7)
        report.clicked = number(8)
        report.unsubscribed = number(9)
        return report
    }
}
