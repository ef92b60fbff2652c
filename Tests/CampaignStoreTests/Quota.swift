import CSQLiteSettings
import Foundation
import GRDBSQLite
import Synchronization
import TestSupport

/// Lets SQLite write no more to one file, as the system does when its user has no room left.
final class Quota: Sendable {
    /// What may not be written to; by its number, for SQLite hands over no name.
    private static let files = Mutex<Set<ino_t>>([])
    /// SQLite writes by these from its first use here on.
    private static let isPlaced: Bool = {
        let write: @convention(c) (Int32, UnsafeRawPointer?, Int, off_t) -> Int = { file, bytes, count, place in
            var status = stat()
            guard fstat(file, &status) == 0, Quota.files.withLock({ $0.contains(status.st_ino) }) else {
                return pwrite(file, bytes, count, place)
            }
            errno = EDQUOT
            return -1
        }
        guard let system = sqlite3_vfs_find(nil), let place = system.pointee.xSetSystemCall else { return false }
        let call = unsafeBitCast(write, to: sqlite3_syscall_ptr.self)
        return place(system, "pwrite", call) == SQLITE_OK && place(system, "pwrite64", call) == SQLITE_OK
    }()

    private let file: ino_t

    init(on path: String) throws {
        var status = stat()
        guard Self.isPlaced, stat(path, &status) == 0 else { throw CocoaError(.fileNoSuchFile) }
        file = status.st_ino
        _ = Self.files.withLock { [file] in $0.insert(file) }
    }

    func lift() { _ = Self.files.withLock { $0.remove(file) } }

    deinit { lift() }
}
