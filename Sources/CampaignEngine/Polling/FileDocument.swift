import CampaignModel
import Foundation

enum FileDocument {
    /// - Throws: ``Problem`` (`notFound`) when the file cannot be opened.
    static func open(_ source: Source) throws(Problem) -> FoundDocument {
        var path = source.location
        if path.hasPrefix("file://") { path = URL(string: path)?.path ?? path }
        guard let chunks = FileChunks(path: path) else {
            throw Problem(
                .notFound, "source \(source.fullName): there is no file \(path)",
                hint: "Paths in feeds/ are relative to the file that names them (\(source.provenance)).")
        }
        return FoundDocument(url: URL(fileURLWithPath: path).absoluteString, chunks: .file(chunks))
    }
}

/// A file's bytes in chunks of 256 KiB, read on a thread of their own, so that a slow disk blocks no other task.
struct FileChunks: AsyncSequence, Sendable {
    private static let readers = DispatchQueue(label: "tellal.files", attributes: .concurrent)
    // FileHandle may be used from several threads; only one iterator reads from it, one chunk after another.
    private let handle: FileHandle

    init?(path: String) {
        guard let handle = FileHandle(forReadingAtPath: path) else { return nil }
        var isDirectory: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory), !isDirectory.boolValue else {
            return nil
        }
        self.handle = handle
    }

    struct Iterator: AsyncIteratorProtocol {
        fileprivate let handle: FileHandle

        mutating func next() async throws -> [UInt8]? {
            let handle = handle
            return try await withCheckedThrowingContinuation { continuation in
                FileChunks.readers.async {
                    continuation.resume(
                        with: Result { try handle.read(upToCount: 256 * 1024).flatMap { $0.isEmpty ? nil : Array($0) } }
                            .mapError { FileReadFailure(message: $0.localizedDescription) })
                }
            }
        }
    }

    func makeAsyncIterator() -> Iterator { Iterator(handle: handle) }
}

/// A failure of the disk, or of the network behind it, while a file was read.
struct FileReadFailure: Error {
    var message: String
}
