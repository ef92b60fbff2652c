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

    /// Puts a database that was closed in the place of another one, whose log stays: read into this one it would ruin it.
    ///
    /// - Throws: ``Problem`` (`unavailable`); then all is as it was.
    static func replace(_ path: String, by copy: String) async throws {
        try await aside {
            guard sync(copy), rename(copy, path) == 0 else {
                throw failure(
                    "\(path) cannot be replaced",
                    "Nothing was changed. There must be room beside it, and it must be no mount of its own.")
            }
            _ = sync(folder(of: path))
        }
    }

    /// Takes away the log that another database has left.
    ///
    /// - Throws: ``Problem`` (`unavailable`).
    static func removeLog(of path: String) async throws {
        try await aside {
            for end in logs where unlink(path + end) != 0 && errno != ENOENT {
                throw failure("\(path + end) cannot be removed", "Remove it, and restore once more.")
            }
            _ = sync(folder(of: path))
        }
    }

    /// Gives files to whom a database belongs, or its folder where there is none yet: who restores it may be root.
    static func give(_ files: [String], toOwnerOf path: String) {
        var owner = stat()
        guard stat(path, &owner) == 0 || stat(folder(of: path), &owner) == 0 else { return }
        // Not what a link leads to: whoever may write to the folder could have put one there.
        for file in files { _ = lchown(file, owner.st_uid, owner.st_gid) }
    }

    static func isFile(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
    }

    /// Whether nothing is in it yet, or it is not there.
    static func isEmpty(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) != 0 ? errno == ENOENT : isFile(path) && status.st_size == 0
    }

    /// Whether all of a database is in its one file.
    static func isAlone(_ path: String) -> Bool { !FileManager.default.fileExists(atPath: path + "-wal") }

    /// Lets nobody but its owner read a database, also one that is open: SQLite makes what is beside it likewise.
    static func keepToOwner(_ path: String) {
        for end in [""] + logs { chmod(path + end, 0o600) }
    }

    static func remove(_ path: String) {
        for end in [""] + logs { try? FileManager.default.removeItem(atPath: path + end) }
    }

    private static func folder(of path: String) -> String {
        URL(fileURLWithPath: path).deletingLastPathComponent().path
    }

    private static func sync(_ path: String) -> Bool {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        return fsync(descriptor) == 0
    }

    private static func failure(_ what: String, _ hint: String) -> Problem {
        Problem(.unavailable, "\(what): \(String(cString: strerror(errno)))", hint: hint)
    }

    private static func aside(_ work: @escaping @Sendable () throws -> Void) async throws {
        try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
            DispatchQueue.global().async { continuation.resume(with: Result { try work() }) }
        }
    }
}
