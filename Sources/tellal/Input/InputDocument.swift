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

    let argument: String

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
