/// Uploaded files and known file ids, bounded in number and bytes: the oldest leave first.
struct FileStore: Sendable {
    struct Content: Sendable {
        var bytes: [UInt8]
        var type: String
    }

    private struct Entry: Sendable {
        var media: ChatMessage.Media
        var content: Content?
    }

    private static let keptEntries = 2000
    private static let keptBytes = 128 << 20

    private var entries: [String: Entry] = [:]
    private var order: [String] = []
    private var oldest = 0
    private var bytes = 0
    private var lastNumber = 0

    mutating func add(url: String, kind: ChatMessage.Media.Kind) -> ChatMessage.Media {
        let id = "url-\(kind.rawValue)-" + String(FNV1a.hash(url), radix: 36)
        if let known = entries[id] { return known.media }
        let name = url.split(separator: "/").last.map { String($0.prefix { $0 != "?" }) }
        let media = ChatMessage.Media(kind: kind, url: url, fileID: id, fileName: name)
        store(Entry(media: media), id: id)
        return media
    }

    mutating func add(upload file: RequestParameters.File, kind: ChatMessage.Media.Kind) -> ChatMessage.Media {
        lastNumber += 1
        let id = "upload-\(lastNumber)"
        let media = ChatMessage.Media(
            kind: kind, url: "/sandbox/files/\(id)", fileID: id, fileName: file.name, size: file.bytes.count
        )
        let content = Content(bytes: file.bytes, type: Self.pictureType(of: file.bytes) ?? "application/octet-stream")
        store(Entry(media: media, content: content), id: id)
        return media
    }

    /// What a file id stands for; the ids of a photo's smaller sizes count too.
    func media(_ id: String) -> ChatMessage.Media? {
        let known = entries[id] ?? (id.hasSuffix("s") || id.hasSuffix("m") ? entries[String(id.dropLast())] : nil)
        return known?.media
    }

    func content(_ id: String) -> Content? { entries[id]?.content }

    private mutating func store(_ entry: Entry, id: String) {
        entries[id] = entry
        order.append(id)
        bytes += entry.content?.bytes.count ?? 0
        while order.count - oldest > 1, order.count - oldest > Self.keptEntries || bytes > Self.keptBytes {
            bytes -= entries.removeValue(forKey: order[oldest])?.content?.bytes.count ?? 0
            oldest += 1
        }
        if oldest > Self.keptEntries {
            order.removeFirst(oldest)
            oldest = 0
        }
    }

    /// The type of a picture by its first bytes; only pictures are ever served as what they are.
    static func pictureType(of bytes: [UInt8]) -> String? {
        if bytes.starts(with: [0x89, 0x50, 0x4E, 0x47]) { return "image/png" }
        if bytes.starts(with: [0xFF, 0xD8, 0xFF]) { return "image/jpeg" }
        if bytes.starts(with: "GIF8".utf8) { return "image/gif" }
        if bytes.starts(with: "RIFF".utf8), bytes.dropFirst(8).starts(with: "WEBP".utf8) { return "image/webp" }
        return nil
    }
}
