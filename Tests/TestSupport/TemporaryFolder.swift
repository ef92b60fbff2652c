package import Foundation

/// A folder of its own for one test.
///
/// It goes when the tests are over, not with its last reference: a database in it may still be reading.
package struct TemporaryFolder: Sendable {
    private static let all = LockedValue<[URL]>([])
    private static let removal: Void = { _ = atexit { TemporaryFolder.removeAll() } }()

    package let url: URL

    package init() throws {
        _ = Self.removal
        url = FileManager.default.temporaryDirectory.appending(path: "tellal-test-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        let made = url
        Self.all.withLock { $0.append(made) }
    }

    private static func removeAll() {
        for folder in all.withLock({ $0 }) { try? FileManager.default.removeItem(at: folder) }
    }

    package func path(_ name: String) -> String { url.appending(path: name).path }

    package func write(_ text: String, to name: String) throws {
        try Data(text.utf8).write(to: url.appending(path: name))
    }
}
