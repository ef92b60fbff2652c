package import CampaignModel
import Foundation

/// Databases that benchmarks fill and empty as they like.
extension Store {
    /// The workspace of all that a benchmark makes: no owner has one of this name, so theirs is told apart.
    package static let benchmarkWorkspace = "tellal bench"

    private static let selectForeign = """
        SELECT c.name FROM (
            SELECT workspace_id, name FROM channels UNION ALL SELECT workspace_id, name FROM sources
            UNION ALL SELECT workspace_id, name FROM campaigns) c
        JOIN workspaces w ON w.id = c.workspace_id WHERE w.name <> $1 LIMIT 1
        """

    /// Opens a database that a benchmark has made, or makes one.
    ///
    /// - Parameters:
    ///   - url: The address.
    ///   - empties: Whether it is to be as new. A PostgreSQL database stays as it is: it is a new one for each time.
    ///   - now: The time.
    /// - Returns: The store.
    /// - Throws: As ``open(_:now:keys:onOutage:news:)``; and ``Problem`` (`usage`) when anything in it is an owner's: then all is
    ///   as it was.
    package static func openForBenchmark(_ url: String, empties: Bool, now: Timestamp) async throws -> Store {
        if PostgresAddress.isMeant(by: url) {
            let store = try await openPostgres(url, now: now)
            do { try await store.requireBenchmarks(url) } catch {
                try? store.close()
                throw error
            }
            return store
        }
        let store = try await openLocked(
            url, now: now,
            prepare: { path in
                guard !SQLiteFiles.isEmpty(path) else { return }
                let reader = try await openForReading(url)
                do { try await reader.requireBenchmarks(url) } catch {
                    try? reader.close()
                    throw error
                }
                try reader.close()
                if empties { SQLiteFiles.remove(path) }
            })
        guard let store else { throw try inUse(url) }
        return store
    }

    private func requireBenchmarks(_ url: String) async throws {
        let name = try await database.read {
            try $0.query(Self.selectForeign, [.text(Self.benchmarkWorkspace)]) { $0.text(0) ?? "" }.first
        }
        guard let name else { return }
        throw Problem(
            .usage, "\(Self.shown(url)) holds \(name), which no benchmark has made",
            hint: "Name a database of its own, such as sqlite:bench.db: a benchmark fills and empties it.")
    }
}
