import CampaignModel
import Foundation

/// A file beside a SQLite database that says why nothing may be written to it any more. Whatever starts a process that
/// ended anew, it must not go on with what the disk may have lost.
struct FailureMark: Sendable {
    let path: String

    init(database: String) { path = database + ".failed" }

    /// Leaves it, with the time; one that is there stays. A disk that fails may not take it.
    func leave(_ reason: String, at time: Timestamp) {
        let file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard file >= 0 else { return }
        defer { close(file) }
        let text = Array("\(time) \(reason)\n".utf8)
        _ = text.withUnsafeBytes { write(file, $0.baseAddress, $0.count) }
        fsync(file)
    }

    /// - Throws: ``Problem`` (`badData`) when it is there.
    func require(of database: String) throws(Problem) {
        guard FileManager.default.fileExists(atPath: path) else { return }
        let text = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
        let reason = text.split(separator: "\n").first.map(String.init) ?? "it failed"
        throw Problem(
            .badData, "\(database) is not used any more since it failed: \(reason)",
            hint: "Look at the disk; then `tellal database check` lets it be used if all is well, or restore a backup.")
    }

    /// - Returns: Whether it was there.
    /// - Throws: ``Problem`` when it cannot be taken away.
    func remove() throws(Problem) -> Bool {
        guard unlink(path) != 0 else { return true }
        guard errno != ENOENT else { return false }
        throw Problem(
            .unavailable, "cannot remove \(path): \(String(cString: strerror(errno)))",
            hint: "This user must be allowed to write to its folder.")
    }
}
