import CampaignModel
import Foundation

/// The files of a SQLite database. None of them is opened here while the database is in use: whoever closes such a file lets
/// go of the locks of all connections of the process.
enum SQLiteFiles {
    /// What SQLite keeps beside a database that was not closed.
    private static let logs = ["-wal", "-shm", "-journal"]

    /// Copies a database, with what was not yet brought into its file.
    ///
    /// - Throws: ``Problem`` (`unavailable`).
    static func copy(_ source: String, to copy: String) async throws {
        try await aside {
            remove(copy)
            do {
                for end in ["", "-wal"] where end.isEmpty || FileManager.default.fileExists(atPath: source + end) {
                    try FileManager.default.copyItem(atPath: source + end, toPath: copy + end)
                }
                keepToOwner(copy)
            } catch {
                throw Problem(
                    .unavailable, "\(source) cannot be copied to \(copy): \(error.localizedDescription)",
                    hint: "Check that there is room for it, and that this user may read it.")
            }
        }
    }

    /// Puts a database that was closed in the place of another one.
    ///
    /// - Throws: ``Problem`` (`unavailable`).
    static func replace(_ path: String, by copy: String) async throws {
        try await aside {
            // A log that belongs to another file would be read into this one.
            guard sync(copy) else { throw failure(path) }
            for end in logs { unlink(path + end) }
            guard rename(copy, path) == 0 else { throw failure(path) }
            _ = sync(URL(fileURLWithPath: path).deletingLastPathComponent().path)
        }
    }

    /// Whether all of a database is in its one file.
    static func isAlone(_ path: String) -> Bool { !FileManager.default.fileExists(atPath: path + "-wal") }

    /// Lets nobody but its owner read a database, also one that is open: SQLite makes what is beside it likewise.
    static func keepToOwner(_ path: String) {
        for end in [""] + logs { chmod(path + end, 0o600) }
    }

    static func remove(_ path: String) {
        for end in [""] + logs { unlink(path + end) }
    }

    private static func sync(_ path: String) -> Bool {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        return fsync(descriptor) == 0
    }

    private static func failure(_ path: String) -> Problem {
        Problem(
            .unavailable, "\(path) cannot be replaced: \(String(cString: strerror(errno)))",
            hint: "Check that there is room beside it, and that this user may write there.")
    }

    private static func aside(_ work: @escaping @Sendable () throws -> Void) async throws {
        try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
            DispatchQueue.global().async { continuation.resume(with: Result { try work() }) }
        }
    }
}
