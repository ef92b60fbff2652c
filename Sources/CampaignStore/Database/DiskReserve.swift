import CampaignModel
import Foundation

/// A file beside the database that does nothing but take room, so that there is some left for results when the disk is full.
struct DiskReserve: Sendable {
    /// In bytes: enough for the results of thousands of messages.
    static let size = 8 << 20

    /// Takes the room, unless it has it already; false when there is none.
    let fill: @Sendable () async -> Bool
    /// Gives the room away.
    let release: @Sendable () -> Void

    init(fill: @escaping @Sendable () async -> Bool, release: @escaping @Sendable () -> Void) {
        (self.fill, self.release) = (fill, release)
    }

    /// - Parameter path: Of the file.
    init(at path: String) {
        self.init(
            fill: {
                await withCheckedContinuation { answer in
                    DispatchQueue.global().async { answer.resume(returning: Self.take(path)) }
                }
            },
            release: { unlink(path) })
    }

    private static func take(_ path: String) -> Bool {
        let file = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
        // A disk without room for a name has none for anything. What else goes wrong is found when something is written.
        guard file >= 0 else { return errno != ENOSPC && errno != EDQUOT }
        defer { close(file) }
        let code = posix_fallocate(file, 0, off_t(Self.size))
        guard code == ENOSPC || code == EDQUOT else { return true }
        unlink(path)
        return false
    }

    static let none = DiskReserve(fill: { true }, release: {})
}
