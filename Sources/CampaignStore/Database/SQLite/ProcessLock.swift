import CampaignModel
import Foundation

/// A file lock that says which process writes to a SQLite database. It ends with the process, however that ends.
///
/// SQLite before 3.51.3 may corrupt a write-ahead log that two connections check-point at the same moment; one writing
/// process with one writing connection cannot.
final class ProcessLock: Sendable {
    private let descriptor: Int32

    private init(_ descriptor: Int32) { self.descriptor = descriptor }

    /// - Returns: nil when another process has it.
    /// - Throws: ``Problem`` (`databaseUnavailable`) when there can be no lock.
    static func take(database path: String) throws(Problem) -> ProcessLock? {
        let lockPath = path + ".lock"
        let descriptor = open(lockPath, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw Problem(
                .databaseUnavailable, "cannot make \(lockPath): \(String(cString: strerror(errno)))",
                hint: "Check that the folder exists and that this user may write to it.")
        }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            close(descriptor)
            return nil
        }
        let text = Array("\(getpid())\n".utf8)
        ftruncate(descriptor, 0)
        _ = text.withUnsafeBytes { pwrite(descriptor, $0.baseAddress, $0.count, 0) }
        return ProcessLock(descriptor)
    }

    /// Names the process that has it.
    static func inUse(database path: String) -> Problem {
        let holder = (try? String(contentsOfFile: path + ".lock", encoding: .utf8)) ?? ""
        let name = holder.isEmpty ? "another process" : "process \(holder.prefix(20).filter(\.isNumber))"
        return Problem(
            .databaseUnavailable, "\(path) is in use by \(name)",
            hint: "One process at a time may write to a SQLite database: wait for it, or stop it first.")
    }

    /// Lets the next process in; whoever has this lock may write no more.
    func release() { flock(descriptor, LOCK_UN) }

    deinit { close(descriptor) }
}
