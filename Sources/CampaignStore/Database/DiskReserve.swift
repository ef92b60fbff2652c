import CampaignModel
import Foundation

/// A file beside the database that reserves disk space, for results when the disk is full.
struct DiskReserve: Sendable {
    /// Size in bytes: enough for the results of thousands of messages.
    static let size = 8 << 20

    /// Reserves the space unless it is reserved already; false when the disk has too little.
    let fill: @Sendable () async -> Bool
    /// Releases the space.
    let release: @Sendable () -> Void

    init(fill: @escaping @Sendable () async -> Bool, release: @escaping @Sendable () -> Void) {
        (self.fill, self.release) = (fill, release)
    }

    /// - Parameter path: Path of the file.
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
        // Without space for the file's name there is none at all. Other errors appear at the next write.
        guard file >= 0 else { return errno != ENOSPC && errno != EDQUOT }
        defer { close(file) }
        let code = posix_fallocate(file, 0, off_t(Self.size))
        guard code == ENOSPC || code == EDQUOT else { return true }
        unlink(path)
        return false
    }

    static let none = DiskReserve(fill: { true }, release: {})
}
