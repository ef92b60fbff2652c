package import CampaignModel
import Foundation

/// How far a copy has come.
package struct CopyProgress: Sendable {
    /// The one that is being copied.
    package let table: String
    /// So many of it are, so far.
    package let rows: Int
}

/// What was copied.
package struct CopyReport: Sendable, Codable {
    package var tables: Int
    package var rows: Int
}

/// The whole of an installation, for who looks after it.
extension Store {
    /// Rows at once.
    private static let copied = 1000

    /// What the address of a database may be shown as: without a password.
    package static func shown(_ url: String) -> String {
        guard PostgresAddress.isMeant(by: url) else { return url }
        return "postgres://" + ((try? PostgresAddress(url).shown) ?? "")
    }

    /// The schema steps that the database has.
    package func schema() async throws -> [String] {
        try await database.read {
            try $0.query("SELECT name FROM schema_migrations ORDER BY name", []) { $0.text(0) ?? "" }
        }
    }

    private static let workersAlive = """
        SELECT (SELECT COUNT(*) FROM worker_leases WHERE until > $1)
            + (SELECT COUNT(*) FROM source_states WHERE poll_until > $1)
            + (SELECT COUNT(*) FROM deliveries WHERE lease_until > $1)
        """

    /// Copies all that this store knows into another one, of either kind, which must know nothing yet. Nobody else may write
    /// to either meanwhile.
    ///
    /// - Parameters:
    ///   - target: With the newest schema.
    ///   - now: The time.
    ///   - progress: Told after each lot.
    /// - Returns: What was copied; the other store has been looked through and has as many rows.
    /// - Throws: ``Problem`` when the target is not empty, when workers write to this one, and when the database fails; what
    ///   was copied until then stays, so the next copy needs another target.
    package func copy(
        to target: Store, now: Timestamp, progress: @Sendable (CopyProgress) -> Void
    ) async throws -> CopyReport {
        let isBusy = try await database.read { connection in
            try connection.dialect.isShared
                && connection.integer(Self.workersAlive, [.time(connection.leaseTime(now))]) ?? 0 > 0
        }
        guard !isBusy else {
            throw Problem(
                .tryLater, "workers are writing to the database that is to be copied",
                hint: "Stop every `tellal serve` on it and try again a minute later.")
        }
        for table in StoreTable.all where try await target.database.read({ try table.count(on: $0) }) > 0 {
            throw Problem(
                .usage, "the target is not empty: there are rows in its table \(table.name)",
                hint: "Copy into a new database, so that nothing of another installation is mixed in.")
        }
        var report = CopyReport(tables: 0, rows: 0)
        for table in StoreTable.all {
            report.rows += try await copy(table, to: target, progress)
            report.tables += 1
        }
        return report
    }

    private func copy(
        _ table: StoreTable, to target: Store, _ progress: @Sendable (CopyProgress) -> Void
    ) async throws -> Int {
        // What only one of them has is of the workers: nobody holds anything while nobody writes.
        let columns = try await database.read { try table.columns(on: $0) }
        var last: [SQLValue]?
        var all = 0
        while true {
            let after = last
            let rows = try await database.read {
                try table.rows(columns, after: after, atMost: Self.copied, on: $0)
            }
            guard let end = rows.last else { break }
            try await target.database.write(.relaxed, .readCommitted) { try table.insert(rows, columns, on: $0) }
            last = table.key(of: end, columns)
            all += rows.count
            progress(CopyProgress(table: table.name, rows: all))
        }
        try await target.database.write(.full, .readCommitted) { try table.setSequence(on: $0) }
        let (here, there) = try await (
            database.read { try table.count(on: $0) }, target.database.read { try table.count(on: $0) }
        )
        guard here == all, there == all else {
            throw Problem(
                .databaseUnavailable,
                "of table \(table.name) \(here) rows were to be copied, and \(there) are there now",
                hint: "Somebody wrote meanwhile: stop them, and copy into a new database.")
        }
        return all
    }

    /// Writes a copy of the database into a file, while others may go on writing to it.
    ///
    /// - Parameters:
    ///   - url: Of the database.
    ///   - path: Of the file, which must not be there yet.
    /// - Throws: ``Problem``; then no file is left.
    package static func backUp(_ url: String, to path: String) async throws {
        if PostgresAddress.isMeant(by: url) {
            throw Problem(
                .usage, "a PostgreSQL database is backed up by PostgreSQL's own tools",
                hint: "pg_dump --format=custom --file=FILE ADDRESS; pg_restore brings it back.")
        }
        guard path != "-", !path.hasPrefix("sqlite:"), !PostgresAddress.isMeant(by: path) else {
            throw Problem(
                .usage, "\(shown(path)) is no name of a file",
                hint: "Write the path of the file that is to be made, such as backups/tellal.db.")
        }
        guard !FileManager.default.fileExists(atPath: path) else {
            throw Problem(.usage, "\(path) is there already", hint: "Choose a name that is not in use.")
        }
        let store = try await openForReading(url)
        defer { try? store.close() }
        guard let reader = store.database as? SQLiteReader else { return }
        try await reader.backUp(to: path)
    }
}
