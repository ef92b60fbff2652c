/// One thing that must hold of a database, and whether it does.
package struct DatabaseFinding: Sendable, Codable {
    /// One sentence: what must hold.
    package let rule: String
    /// What is wrong, a few examples; empty when it holds.
    package let problems: [String]
}

extension Store {
    private static let open = "('queued', 'held', 'claimed', 'sending')"
    /// Each asks for rows that must not be there, and names them.
    private static let rules: [(rule: String, statement: String)] = [
        (
            "What may still be sent has no end, and what has an end is not sent any more.",
            """
            SELECT 'delivery ' || CAST(id AS TEXT) || ' is ' || state FROM deliveries
            WHERE (ended_at IS NULL AND state NOT IN \(open)) OR (ended_at IS NOT NULL AND state IN \(open)) LIMIT 5
            """
        ),
        (
            "Each delivery has its message and its person.",
            """
            SELECT 'delivery ' || CAST(d.id AS TEXT) FROM deliveries d
            WHERE NOT EXISTS (SELECT 1 FROM messages m WHERE m.id = d.message_id)
                OR NOT EXISTS (SELECT 1 FROM subscribers s WHERE s.id = d.subscriber_id) LIMIT 5
            """
        ),
        (
            "Nobody has one message twice.",
            """
            SELECT 'message ' || CAST(message_id AS TEXT) || ' to ' || CAST(subscriber_id AS TEXT) FROM deliveries
            GROUP BY message_id, subscriber_id HAVING COUNT(*) > 1 LIMIT 5
            """
        ),
        (
            "Each attempt has its delivery.",
            """
            SELECT 'attempt ' || CAST(a.delivery_id AS TEXT) FROM attempts a
            WHERE NOT EXISTS (SELECT 1 FROM deliveries d WHERE d.id = a.delivery_id) LIMIT 5
            """
        ),
        (
            "No campaign has seen more of a source than there is.",
            """
            SELECT 'campaign ' || CAST(k.campaign_id AS TEXT) || ', source ' || CAST(k.source_id AS TEXT)
            FROM campaign_cursors k JOIN source_states s ON s.source_id = k.source_id
            WHERE k.position > s.log_head AND k.position > COALESCE((SELECT MAX(c.position) FROM changes c), 0) LIMIT 5
            """
        ),
        (
            "What waits for a campaign is in the log.",
            """
            SELECT 'campaign ' || CAST(w.campaign_id AS TEXT) || ', change ' || CAST(w.position AS TEXT)
            FROM campaign_waiting w WHERE NOT EXISTS (SELECT 1 FROM changes c WHERE c.position = w.position) LIMIT 5
            """
        ),
        (
            "Of one person one delivery is in hand at a time.",
            """
            SELECT 'person ' || CAST(subscriber_id AS TEXT) FROM deliveries WHERE lease_until IS NOT NULL
            GROUP BY subscriber_id HAVING COUNT(*) > 1 LIMIT 5
            """
        ),
        (
            "Who is forgotten has nothing left.",
            """
            SELECT 'person ' || CAST(s.id AS TEXT) FROM subscribers s WHERE s.address LIKE 'erased:%' AND (
                s.first_name IS NOT NULL OR s.last_name IS NOT NULL OR s.fields IS NOT NULL OR s.state = 'active'
                OR EXISTS (SELECT 1 FROM consent_log l WHERE l.subscriber_id = s.id)) LIMIT 5
            """
        ),
    ]

    /// Looks through the whole database, beside whoever writes to it. It reads all of it: with millions of deliveries that
    /// takes minutes.
    ///
    /// - Parameter told: Told of each finding as soon as it is there.
    /// - Returns: Whether everything holds.
    /// - Throws: When the database cannot be read for another reason than its damage.
    package func check(_ told: (DatabaseFinding) -> Void) async throws -> Bool {
        var isWell = true
        func tell(_ finding: DatabaseFinding) {
            isWell = isWell && finding.problems.isEmpty
            told(finding)
        }
        if !isShared { try await checkFile { tell($0) } }
        for (rule, statement) in Self.rules {
            tell(DatabaseFinding(rule: rule, problems: try await found(statement) { $0.text(0) ?? "" }))
        }
        return isWell
    }

    /// Why and when a SQLite database failed, so that it is not written to any more.
    ///
    /// - Parameter url: The address of any database.
    /// - Returns: nil when it did not.
    /// - Throws: ``Problem`` when this is no address.
    package static func failure(of url: String) throws -> String? {
        PostgresAddress.isMeant(by: url) ? nil : try FailureMark(.failed, of: sqlitePath(url)).text
    }

    /// Lets a SQLite database that failed be written to again, for it was looked through since.
    ///
    /// - Parameters:
    ///   - failure: What ``failure(of:)`` said before it was looked through; what came meanwhile stays.
    ///   - url: Its address.
    /// - Returns: Whether it may be written to again by that.
    /// - Throws: ``Problem`` when that cannot be noted.
    package static func forget(_ failure: String, of url: String) throws -> Bool {
        let mark = FailureMark(.failed, of: try sqlitePath(url))
        return mark.text == failure ? try mark.remove() : false
    }

    /// Looks through the file of a SQLite database, whatever schema it has.
    ///
    /// - Parameter told: Told of each finding as soon as it is there.
    /// - Throws: When it cannot be read for another reason than its damage.
    func checkFile(_ told: (DatabaseFinding) -> Void) async throws {
        let state = try await found("PRAGMA integrity_check(5)") { $0.text(0) ?? "" }
        told(DatabaseFinding(rule: "The file is whole.", problems: state == ["ok"] ? [] : state))
        let strays = try await found("PRAGMA foreign_key_check") {
            "\($0.text(0) ?? "") \($0.integer(1) ?? 0) refers to \($0.text(2) ?? "")"
        }
        told(DatabaseFinding(rule: "What rows refer to is there.", problems: Array(strays.prefix(5))))
    }

    /// The rows of a statement; where the damage is such that it cannot be carried out, the database's word for that.
    private func found(_ statement: String, _ text: @escaping @Sendable (any SQLRow) -> String) async throws -> [String]
    {
        do {
            return try await look { connection in
                try connection.takeTime()
                return try connection.query(statement, [], text)
            }
        } catch let error where DiskFault(error) == .failed {
            return ["\(error)"]
        }
    }

    private func look<Value: Sendable>(
        _ body: @escaping @Sendable (any SQLConnection) throws -> Value
    ) async throws -> Value {
        guard let reader = database as? SQLiteReader else { return try await database.read(body) }
        return try await reader.look(body)
    }
}
