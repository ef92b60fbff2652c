/// Reads `multipart/form-data` bodies (RFC 7578) that are in memory already.
enum MultipartReader {
    struct Part: Sendable, Hashable {
        var name: String
        /// Present when the part is a file.
        var filename: String?
        var type: String?
        var content: [UInt8]
    }

    private static let maximumParts = 100

    /// The boundary that a Content-Type header names.
    static func boundary(of contentType: String) -> String? {
        guard let value = parameter("boundary", of: contentType), (1...200).contains(value.utf8.count) else {
            return nil
        }
        return value
    }

    /// - Returns: `nil` when the body does not end with its closing boundary, or a part has no name.
    static func read(_ body: [UInt8], boundary: String) -> [Part]? {
        let delimiter = Array("--\(boundary)".utf8)
        guard var start = find(delimiter, in: body, from: 0) else { return nil }
        start += delimiter.count
        var parts: [Part] = []
        while true {
            if body[start...].starts(with: "--".utf8) { return parts }
            guard body[start...].starts(with: "\r\n".utf8), parts.count < maximumParts,
                let end = find(Array("\r\n".utf8) + delimiter, in: body, from: start),
                let part = part(body[min(start + 2, end)..<end])
            else { return nil }
            parts.append(part)
            start = end + 2 + delimiter.count
        }
    }

    private static func part(_ bytes: ArraySlice<UInt8>) -> Part? {
        let whole = Array(bytes)
        guard let headerEnd = find(Array("\r\n\r\n".utf8), in: whole, from: 0) else { return nil }
        var disposition: String?
        var type: String?
        for line in String(decoding: whole[..<headerEnd], as: UTF8.self).split(separator: "\r\n") {
            let sides = line.split(separator: ":", maxSplits: 1)
            guard sides.count == 2 else { continue }
            let value = String(sides[1].drop { $0 == " " })
            switch sides[0].lowercased() {
            case "content-disposition": disposition = value
            case "content-type": type = value
            default: continue
            }
        }
        guard let disposition, let name = parameter("name", of: disposition) else { return nil }
        return Part(
            name: name, filename: parameter("filename", of: disposition), type: type,
            content: Array(whole[(headerEnd + 4)...])
        )
    }

    private static func parameter(_ name: String, of header: String) -> String? {
        for piece in header.split(separator: ";").dropFirst() {
            let sides = piece.split(separator: "=", maxSplits: 1)
            guard sides.count == 2, sides[0].drop(while: { $0 == " " }).lowercased() == name else { continue }
            let value = sides[1]
            guard value.hasPrefix("\""), value.hasSuffix("\""), value.count >= 2 else { return String(value) }
            return String(value.dropFirst().dropLast())
        }
        return nil
    }

    /// The first place of a short pattern at or after a position.
    private static func find(_ pattern: [UInt8], in bytes: [UInt8], from start: Int) -> Int? {
        guard let first = pattern.first, bytes.count >= pattern.count else { return nil }
        var position = start
        while position <= bytes.count - pattern.count {
            guard let next = bytes[position...].firstIndex(of: first), next <= bytes.count - pattern.count else {
                return nil
            }
            if bytes[next..<(next + pattern.count)].elementsEqual(pattern) { return next }
            position = next + 1
        }
        return nil
    }
}
