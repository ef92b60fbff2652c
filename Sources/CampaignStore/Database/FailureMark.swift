import CampaignModel
import Foundation

/// A file beside a SQLite database that says why it must not be used. A process that is restarted after a disk failure
/// must not continue with data that the disk may have lost.
struct FailureMark: Sendable {
    enum Kind: String, Sendable {
        /// The disk failed: nothing is written before the database was checked.
        case failed
        /// A restore did not finish, so the log of another database may lie beside it: only another restore repairs
        /// that.
        case halfRestored = "half-restored"
    }

    private let kind: Kind
    private let database: String

    init(_ kind: Kind, of database: String) { (self.kind, self.database) = (kind, database) }

    var path: String { "\(database).\(kind.rawValue)" }

    /// Time and reason of the mark; nil without one.
    var text: String? {
        guard FileManager.default.fileExists(atPath: path) else { return nil }
        return (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
    }

    /// Writes the mark with the time, unless there is one.
    ///
    /// - Returns: Whether the mark exists now: a failing disk may refuse it.
    @discardableResult
    func leave(_ reason: String, at time: Timestamp) -> Bool {
        let file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard file >= 0 else { return errno == EEXIST }
        defer { close(file) }
        let text = Array("\(time) \(reason)\n".utf8)
        _ = text.withUnsafeBytes { write(file, $0.baseAddress, $0.count) }
        fsync(file)
        return true
    }

    /// - Throws: ``Problem`` (`badData`) when the mark exists.
    func requireNone() throws(Problem) {
        guard let text else { return }
        let reason = text.split(separator: "\n").first.map(String.init) ?? "it does not say why"
        throw switch kind {
        case .failed:
            Problem(
                .badData, "\(database) is not used any more since it failed: \(reason)",
                hint: "Look at the disk; then `tellal database check` frees it if all is well, or restore a backup.")
        case .halfRestored:
            Problem(
                .badData, "\(database) was restored by half only, and is not used: \(reason)",
                hint: "`tellal database restore` this backup once more, or another.")
        }
    }

    /// - Returns: Whether the mark existed.
    /// - Throws: ``Problem`` when it cannot be removed.
    @discardableResult
    func remove() throws(Problem) -> Bool {
        guard unlink(path) != 0 else { return true }
        guard errno != ENOENT else { return false }
        throw Problem(
            .unavailable, "cannot remove \(path): \(String(cString: strerror(errno)))",
            hint: "This user must be allowed to write to its folder.")
    }
}
