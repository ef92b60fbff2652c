import CampaignModel
import Foundation

/// A file lock for the one process that writes to a SQLite database. The operating system releases it when the process
/// ends.
///
/// SQLite before 3.51.3 may corrupt a write-ahead log that two connections check-point at the same moment; one writing
/// process with one writing connection cannot.
final class ProcessLock: Sendable {
    private let descriptor: Int32
    private let path: String
    /// Whether there was no such file before.
    private let isNew: Bool

    private init(_ descriptor: Int32, at path: String, isNew: Bool) {
        (self.descriptor, self.path, self.isNew) = (descriptor, path, isNew)
    }

    /// - Returns: nil when another process has the lock.
    /// - Throws: ``Problem`` (`databaseUnavailable`) when the file cannot be locked at all.
    static func take(database path: String) throws(Problem) -> ProcessLock? {
        let lockPath = path + ".lock"
        let isNew = !FileManager.default.fileExists(atPath: lockPath)
        let descriptor = open(lockPath, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw Problem(
                .databaseUnavailable, "cannot make \(lockPath): \(String(cString: strerror(errno)))",
                hint: "Check that the folder exists and that this user may write to it.")
        }
        var status = stat()
        // Who gave it up may have taken the file away before it was locked here.
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0, fstat(descriptor, &status) == 0, status.st_nlink > 0 else {
            close(descriptor)
            return nil
        }
        let text = Array("\(getpid())\n".utf8)
        ftruncate(descriptor, 0)
        _ = text.withUnsafeBytes { pwrite(descriptor, $0.baseAddress, $0.count, 0) }
        return ProcessLock(descriptor, at: lockPath, isNew: isNew)
    }

    /// The problem that names the process which has the lock.
    static func inUse(database path: String) -> Problem {
        let holder = (try? String(contentsOfFile: path + ".lock", encoding: .utf8)) ?? ""
        let name = holder.isEmpty ? "another process" : "process \(holder.prefix(20).filter(\.isNumber))"
        return Problem(
            .databaseUnavailable, "\(path) is in use by \(name)",
            hint: "One process at a time may write to a SQLite database: wait for it, or stop it first.")
    }

    /// Releases the lock for the next process; the caller must not write afterwards.
    func release() { flock(descriptor, LOCK_UN) }

    /// The same where it turns out that there is no database: then no file is left that was not there.
    func abandon() {
        if isNew { unlink(path) }
        release()
    }

    deinit { close(descriptor) }
}
