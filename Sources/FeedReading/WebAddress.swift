/// Addresses as documents write them: trimmed, made absolute by RFC 3986, only http and https unless said otherwise.
enum WebAddress {
    /// The longest address that is kept; browsers and platforms take far less.
    private static let longest = 8192

    /// An absolute http(s) address, or nil when there is none in it.
    static func absolute(_ reference: String, base: String?) -> String? {
        guard let resolved = resolve(reference, against: base), isHTTP(resolved) else { return nil }
        return resolved
    }

    static func isHTTP(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        isHTTP(String(decoding: bytes.prefix(16), as: UTF8.self))
    }

    static func isHTTP(_ text: String) -> Bool {
        let start = text.prefix(8).asciiLowercasedText
        return (start.hasPrefix("http://") && text.utf8.count > 7)
            || (start.hasPrefix("https://") && text.utf8.count > 8)
    }

    /// The reference against the base, of any scheme; the reference itself when there is no base; nil when it is
    /// empty or absurdly long.
    static func resolve(_ reference: String, against base: String?) -> String? {
        guard let text = clean(reference) else { return nil }
        if scheme(of: text[...]) != nil { return text }
        guard let base = base.flatMap(clean), let parts = Parts(base) else { return text }
        if text.hasPrefix("//") { return parts.scheme + ":" + text }
        let root = parts.scheme + "://" + parts.authority
        if text.hasPrefix("#") { return root + parts.path + parts.query + text }
        if text.hasPrefix("?") { return root + parts.path + text }
        let (path, rest) = split(text)
        if text.hasPrefix("/") { return root + removeDots(path) + rest }
        let folder = parts.path.prefix(through: parts.path.lastIndex(of: "/") ?? parts.path.startIndex)
        return root + removeDots(String(folder) + path) + rest
    }

    /// The host in lower case, without port and user.
    static func host(_ address: String) -> String? {
        guard let parts = Parts(address) else { return nil }
        let host = parts.authority.split(separator: "@").last ?? ""
        return String(host.prefix { $0 != ":" }).asciiLowercased
    }

    /// The scheme in lower case, when there is one.
    static func scheme(of text: Substring) -> String? {
        guard let colon = text.utf8.firstIndex(of: UInt8(ascii: ":")) else { return nil }
        let name = text.utf8[..<colon]
        guard let first = name.first, first.isASCIILetter,
            name.allSatisfy({ $0.isASCIILetter || $0.isASCIIDigit || $0 == 0x2B || $0 == 0x2D || $0 == 0x2E })
        else { return nil }
        return String(Substring(name)).asciiLowercased
    }

    /// Trimmed, without line breaks and tabs; blanks and what never may stand in an address percent-encoded.
    private static func clean(_ text: String) -> String? {
        guard let trimmed = text.trimmedOrNil, trimmed.utf8.count <= longest else { return nil }
        guard trimmed.utf8.contains(where: mustNotStand) else { return trimmed }
        var output: [UInt8] = []
        output.reserveCapacity(trimmed.utf8.count)
        for byte in trimmed.utf8 {
            switch byte {
            case 0x00..<0x20, 0x7F: break
            case 0x20, UInt8(ascii: "\""), UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "`"):
                let hex = String(byte, radix: 16, uppercase: true)
                output.append(contentsOf: ("%" + hex).utf8)
            default: output.append(byte)
            }
        }
        return output.isEmpty ? nil : String(decoding: output, as: UTF8.self)
    }

    private static func mustNotStand(_ byte: UInt8) -> Bool {
        byte <= 0x20 || byte == 0x7F || byte == 0x22 || byte == 0x3C || byte == 0x3E || byte == 0x60
    }

    private struct Parts {
        var scheme: String
        var authority: String
        var path: String
        var query: String

        init?(_ base: String) {
            guard let scheme = WebAddress.scheme(of: base[...]) else { return nil }
            let rest = base.dropFirst(scheme.count)
            guard rest.hasPrefix("://") else { return nil }
            let afterSlashes = rest.dropFirst(3)
            let end = afterSlashes.firstIndex { $0 == "/" || $0 == "?" || $0 == "#" } ?? afterSlashes.endIndex
            self.scheme = scheme
            authority = String(afterSlashes[..<end])
            let tail = afterSlashes[end...].prefix { $0 != "#" }
            let (path, query) = WebAddress.split(String(tail))
            self.path = path.isEmpty ? "/" : path
            self.query = query
        }
    }

    /// The path, and the rest from `?` or `#` on.
    private static func split(_ text: String) -> (path: String, rest: String) {
        let end = text.firstIndex { $0 == "?" || $0 == "#" } ?? text.endIndex
        return (String(text[..<end]), String(text[end...]))
    }

    private static func removeDots(_ path: String) -> String {
        guard path.containsText("/.") else { return path }
        var output: [Substring] = []
        let segments = path.split(separator: "/", omittingEmptySubsequences: false)
        for (index, segment) in segments.enumerated() {
            let isLast = index == segments.count - 1
            switch segment {
            case ".": if isLast { output.append("") }
            case "..":
                if output.count > 1 { output.removeLast() }
                if isLast { output.append("") }
            default: output.append(segment)
            }
        }
        return output.joined(separator: "/")
    }
}

extension Substring {
    fileprivate var asciiLowercasedText: String { String(self).asciiLowercased }
}
