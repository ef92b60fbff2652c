import Dispatch
import Foundation

/// A folder for what a benchmark needs no longer than it runs.
enum BenchFolder {
    /// Makes it, and removes it however the work ends.
    static func with(_ work: (URL) async throws -> Void) async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("tellal-bench-\(UUID())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
        defer { try? FileManager.default.removeItem(at: folder) }
        // Nothing in it is worth an orderly end.
        let signals = StopRequests.listen {
            try? FileManager.default.removeItem(at: folder)
            _exit(128 + SIGINT)
        }
        defer { for signal in signals { signal.cancel() } }
        try await work(folder)
    }
}
