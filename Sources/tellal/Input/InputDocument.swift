import CampaignModel
import Foundation
import HTTPTransport
import SystemPackage

/// A document that the command line names: a file, an http(s) address that is fetched now, or - for standard input.
struct InputDocument {
    /// What an HTTP answer said of it; nothing of a file.
    struct Head {
        var url: String?
        var contentType: String?
    }

    /// Closed with its last user.
    private final class Copy {
        var head = Head()
        let file: FileDescriptor

        init(_ file: FileDescriptor) { self.file = file }

        deinit { try? file.close() }
    }

    let argument: String
    private var copy: Copy?

    init(_ argument: String) { self.argument = argument }

    /// What messages call it.
    var name: String { argument == "-" ? "standard input" : argument }

    private var isRemote: Bool {
        let start = argument.prefix(8).lowercased()
        return start.hasPrefix("http://") || start.hasPrefix("https://")
    }

    /// Reads it to its end.
    ///
    /// - Parameters:
    ///   - config: The settings file that says what may be fetched; nil for the usual one.
    ///   - begin: Called once, before the first bytes.
    ///   - take: The bytes as they come; they are gone when it returns.
    /// - Throws: ``Problem`` (`not_found`, `unavailable`), and what the two throw.
    func read(
        config: String?, begin: (Head) async throws -> Void,
        take: (UnsafeBufferPointer<UInt8>) async throws -> Void
    ) async throws {
        if let copy {
            try copy.file.seek(offset: 0, from: .start)
            try await begin(copy.head)
            return try await FileBytes.read(copy.file, called: name, each: take)
        }
        guard isRemote else {
            try await begin(Head())
            return try await FileBytes.read(argument, each: take)
        }
        let settings = try await Settings.load(
            flags: [:], environment: ProcessInfo.processInfo.environment, file: config ?? "tellal.yaml",
            isRequired: config != nil)
        let transport = try Installation.transport(settings)
        var limits = FetchLimits.catalog
        if let maxBytes = settings.fetchMaxBytes { limits.maxBytes = maxBytes }
        do {
            let response = try await transport.open(HTTPRequest(url: argument, timeout: .minutes(30)), limits: limits)
            guard response.status == 200 else {
                throw Problem(
                    .unavailable, "\(argument) answered \(response.status)", hint: "Try the address with a browser.")
            }
            try await begin(Head(url: response.url, contentType: response.headers["Content-Type"]))
            for try await chunk in response.body { try await Self.hand(chunk, to: take) }
        } catch let failure as HTTPFailure {
            throw Problem(.unavailable, failure.message, hint: "Check the address, and try it with a browser.")
        }
        await transport.shutdown()
    }

    /// The same to be read more than once: what comes once only, or may be another the next time, is copied to a temporary
    /// file, which is gone with the process.
    ///
    /// - Throws: ``Problem`` as ``read(config:begin:take:)``, and (`unavailable`) when there is no room for the copy.
    func repeatable(config: String?) async throws -> InputDocument {
        guard isRemote || !FileBytes.isFile(argument) else { return self }
        let most = FetchLimits.catalog.maxBytes
        do {
            let copy = Copy(try FileBytes.temporary())
            var count: Int64 = 0
            try await read(config: config) {
                copy.head = $0
            } take: { bytes in
                count += Int64(bytes.count)
                guard count <= most else {
                    throw Problem(
                        .badData, "\(name) has more than \(most >> 30) GiB", hint: "No document may be larger.")
                }
                try copy.file.writeAll(bytes)
            }
            var document = self
            document.copy = copy
            return document
        } catch let error as Errno {
            throw Problem(
                .unavailable, "\(name) cannot be copied to a temporary file: \(error)",
                hint: "Make room there, or set TMPDIR to another folder.")
        }
    }

    private static func hand(
        _ chunk: [UInt8], to take: (UnsafeBufferPointer<UInt8>) async throws -> Void
    ) async throws {
        let copy = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: chunk.count)
        defer { copy.deallocate() }
        _ = copy.initialize(from: chunk)
        try await take(UnsafeBufferPointer(copy))
    }
}

/// A file's bytes in pieces of at most 64 KiB, read into one buffer.
enum FileBytes {
    private static let pieceBytes = 64 * 1024

    /// Hands on the file's bytes, or those of standard input for the path `-`.
    ///
    /// - Throws: ``Problem`` (`not_found`) when there is no such file, (`unavailable`) when it cannot be read to its end.
    static func read(
        _ path: String, each: (UnsafeBufferPointer<UInt8>) async throws -> Void
    ) async throws {
        let file = try open(path)
        defer { if path != "-" { try? file.close() } }
        try await read(file, called: path, each: each)
    }

    /// Hands on what an open file holds from where it stands.
    ///
    /// - Throws: As of a path.
    static func read(
        _ file: FileDescriptor, called path: String, each: (UnsafeBufferPointer<UInt8>) async throws -> Void
    ) async throws {
        let buffer = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: pieceBytes)
        defer { buffer.deallocate() }
        while true {
            let count: Int
            do {
                count = try file.read(into: UnsafeMutableRawBufferPointer(buffer))
            } catch Errno.isDirectory {
                throw missing(path)
            } catch {
                throw Problem(
                    .unavailable, "\(path) cannot be read: \(error)", hint: "Check the file and the disk it is on.")
            }
            guard count > 0 else { return }
            try await each(UnsafeBufferPointer(rebasing: buffer[..<count]))
        }
    }

    /// Whether it is a file like any other, and no pipe.
    static func isFile(_ path: String) -> Bool {
        var status = stat()
        return path != "-" && stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
    }

    /// An empty file without a name.
    ///
    /// - Throws: `Errno`.
    static func temporary() throws -> FileDescriptor {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("tellal-\(UUID())").path
        let file = try FileDescriptor.open(
            FilePath(path), .readWrite, options: [.create, .exclusiveCreate], permissions: .ownerReadWrite)
        try? FileManager.default.removeItem(atPath: path)
        return file
    }

    private static func open(_ path: String) throws(Problem) -> FileDescriptor {
        if path == "-" { return .standardInput }
        do {
            return try FileDescriptor.open(FilePath(path), .readOnly)
        } catch Errno.permissionDenied {
            throw Problem(.notFound, "\(path) may not be read", hint: "Let this user read it.")
        } catch {
            throw missing(path)
        }
    }

    private static func missing(_ path: String) -> Problem {
        Problem(.notFound, "there is no file \(path)", hint: "Check the path; - reads standard input.")
    }
}
