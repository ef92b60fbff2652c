import CampaignModel
import Foundation
import HTTPTransport
import MessageChannels

/// Reads the bytes of a medium, from the owner's file or from its address.
struct MediaContent: Sendable {
    let fetcher: HTTPTransport
    let platform: Platform

    private static let readTimeout = Duration.seconds(60)

    /// - Throws: ``MediaFailure`` when the medium cannot be read, or is larger than the platform accepts.
    func read(_ media: Media) async throws(MediaFailure) -> FileContent {
        switch media.source {
        case .file(let file): try read(file, limit: PlatformLimits.largestUpload(media.kind, on: platform))
        case .address(let address):
            try await fetch(address, limit: PlatformLimits.largestUpload(media.kind, on: platform))
        }
    }

    private func read(_ file: MediaFile, limit: Int64) throws(MediaFailure) -> FileContent {
        guard let handle = FileHandle(forReadingAtPath: file.path) else {
            throw MediaFailure("file_unreadable", "The file \(file.path) cannot be read.")
        }
        defer { try? handle.close() }
        let data: Data
        do {
            data = try handle.read(upToCount: Int(limit) + 1) ?? Data()
        } catch {
            throw MediaFailure("file_unreadable", "The file \(file.path) cannot be read.")
        }
        guard !data.isEmpty else {
            throw MediaFailure("file_empty", "The file \(file.path) is empty.", mayPass: true)
        }
        guard data.count <= limit else { throw tooLarge(file.path, limit) }
        return FileContent(name: file.name, bytes: Array(data))
    }

    private func fetch(_ address: String, limit: Int64) async throws(MediaFailure) -> FileContent {
        let request = HTTPRequest(
            url: address, headers: [HTTPHeader("Accept", "image/*, video/*, audio/*, */*;q=0.5")],
            timeout: Self.readTimeout)
        var bytes: [UInt8] = []
        let response: HTTPResponse
        do {
            response = try await fetcher.open(request, limits: FetchLimits(maxBytes: limit))
            guard response.status == 200 else {
                throw MediaFailure(
                    "media_http_\(response.status)", "Its address answered \(response.status).",
                    mayPass: response.status == 429 || response.status >= 500)
            }
            // HTML instead of a medium: a login or error page.
            let type = (response.headers["Content-Type"] ?? "").lowercased()
            guard !type.hasPrefix("text/html"), !type.hasPrefix("application/xhtml") else {
                throw MediaFailure("media_is_a_page", "Its address leads to a web page.")
            }
            for try await chunk in response.body { bytes += chunk }
        } catch let failure as MediaFailure {
            throw failure
        } catch let failure as HTTPFailure {
            throw MediaFailure(
                "media_unavailable", "It could not be fetched: \(failure.message)",
                mayPass: [.timedOut, .cut, .cancelled].contains(failure.kind))
        } catch {
            throw MediaFailure("media_unavailable", "It could not be fetched.", mayPass: true)
        }
        guard !bytes.isEmpty else { throw MediaFailure("media_empty", "Its address gave nothing.") }
        return FileContent(name: Self.name(response), bytes: bytes)
    }

    /// A file name: the last part of the address, with an extension for its type.
    private static func name(_ response: HTTPResponse) -> String {
        let path = response.url.prefix { $0 != "?" && $0 != "#" }
        let last = path.split(separator: "/").last.map(String.init) ?? "file"
        let ending = FileContent.ending(of: response.headers["Content-Type"] ?? "")
        return ending.isEmpty || last.lowercased().hasSuffix(ending) ? last : last + ending
    }

    private func tooLarge(_ what: String, _ limit: Int64) -> MediaFailure {
        MediaFailure(
            "media_too_large", "\(what) is larger than the \(limit / 1_000_000) MB that \(platform) takes of it.")
    }
}

/// The reason why the bytes of a medium cannot be read.
struct MediaFailure: Error {
    let reason: DeliveryReason
    /// Whether a later try may succeed: the site is down, or the file is being copied.
    let mayPass: Bool

    init(_ code: String, _ message: String, mayPass: Bool = false) {
        reason = DeliveryReason(code: code, message: message)
        self.mayPass = mayPass
    }
}
