import CampaignModel
import Foundation

/// What a restore has put in place.
package struct Restoration: Sendable {
    /// The newest step of its schema; the next start brings it up to date.
    package let schema: String
    /// Whether it opens only with the key of the time when it was made.
    package let isSealed: Bool
}

extension Store {
    /// Puts a backup in the place of a SQLite database that nobody uses, or where none is yet. What was there is gone.
    ///
    /// The backup is looked through before anything is touched. It may have an older schema.
    ///
    /// - Parameters:
    ///   - url: Of the database.
    ///   - backup: The path of the backup, which stays as it is.
    ///   - keys: Where the keys stand that must open it, if there are any yet.
    /// - Returns: What is there now.
    /// - Throws: ``Problem`` when another process has the database, when the backup is damaged, no tellal database or one of
    ///   a newer tellal, when the keys are not its own, and when there is no room beside the database.
    package static func restore(_ url: String, from backup: String, keys: KeyFile? = nil) async throws -> Restoration {
        if PostgresAddress.isMeant(by: url) {
            throw Problem(
                .usage, "a PostgreSQL database is restored by PostgreSQL's own tools",
                hint: "Stop every tellal; then pg_restore --clean --if-exists --dbname=ADDRESS FILE.")
        }
        let path = try sqlitePath(url)
        guard FileManager.default.fileExists(atPath: backup) else {
            throw Problem(.notFound, "there is no file \(backup)", hint: "`tellal database backup FILE` makes one.")
        }
        // SQLite keeps its log beside what a link leads to.
        let (source, place) = (withoutLinks(backup), withoutLinks(path))
        guard source != place else {
            throw Problem(.usage, "\(backup) is the database itself", hint: "Name the file that has the backup.")
        }
        guard SQLiteFiles.isFile(source) else {
            throw Problem(.badData, "\(backup) is no file", hint: "Name one that `tellal database backup` has made.")
        }
        guard let lock = try ProcessLock.take(database: path) else { throw ProcessLock.inUse(database: path) }
        defer { lock.release() }
        let copy = place + ".restoring"
        defer { SQLiteFiles.remove(copy) }
        try await SQLiteFiles.copy(source, to: copy)
        let restoration = try await examined(copy, of: backup, keys)
        SQLiteFiles.give([copy, path + ".lock"], toOwnerOf: place)
        // Whatever interrupts this, nobody takes what is left for the database.
        let mark = FailureMark(.halfRestored, of: path)
        let wasThere = mark.text != nil
        guard mark.leave("\(backup) was not wholly put in its place", at: SystemTime().now()) else {
            throw Problem(
                .unavailable, "cannot make \(mark.path)", hint: "Nothing was changed. Check that there is room for it.")
        }
        do { try await SQLiteFiles.replace(place, by: copy) } catch {
            if !wasThere { try mark.remove() }
            throw error
        }
        try await SQLiteFiles.removeLog(of: place)
        try mark.remove()
        try FailureMark(.failed, of: path).remove()
        return restoration
    }

    private static func withoutLinks(_ path: String) -> String {
        URL(fileURLWithPath: path).resolvingSymlinksInPath().path
    }

    /// Brings all of a copy into its file, and looks through it.
    private static func examined(_ copy: String, of backup: String, _ keys: KeyFile?) async throws -> Restoration {
        let database: SQLiteDatabase
        do { database = try SQLiteDatabase(path: copy) } catch {
            throw damaged(backup, (error as? Problem)?.message ?? "\(error)")
        }
        defer { try? database.close() }
        let store = Store(database: database, lock: nil)
        var problems: [String] = []
        try await store.checkFile { problems += $0.problems }
        if let problem = problems.first { throw damaged(backup, problem) }
        try await Migration.verify(database)
        // Before there were keys there was no table to ask.
        let isSealed = (try? await store.isSealed()) ?? false
        if isSealed, let keys, keys.exists {
            do { _ = try await store.unlocked(with: keys.read()) } catch let problem as Problem {
                throw Problem(
                    problem.code, "\(backup) does not open with the keys in \(keys.path): \(problem.message)",
                    hint: "Nothing was changed. Add the key of its time to that file, or take the file away meanwhile.")
            }
        }
        let schema = try await store.schema().last
        try database.close()
        guard SQLiteFiles.isAlone(copy) else {
            throw Problem(.unavailable, "there is no room for \(copy)", hint: "Nothing was changed. Make room there.")
        }
        return Restoration(schema: schema ?? "none", isSealed: isSealed)
    }

    private static func damaged(_ backup: String, _ reason: String) -> Problem {
        Problem(
            .badData, "\(backup) is damaged, or no database: \(reason)",
            hint: "Nothing was changed. Take another backup.")
    }
}
