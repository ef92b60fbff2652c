import CCurl
import CampaignModel

/// An http or https URL, taken apart by libcurl's own parser: what is judged is what is connected to.
struct RequestURL: Sendable, Hashable {
    /// The normalised URL, without fragment.
    let url: String
    let scheme: String
    /// In lower case, an IPv6 address without brackets.
    let host: String
    let port: Int

    /// - Throws: `badURL`, without quoting the URL: it may hold a token.
    init(_ url: String) throws(HTTPFailure) {
        if let plain = Self(plain: url) { self = plain } else { try self.init(url, base: nil) }
    }

    /// An address that libcurl's parser would leave as it is, as nearly all are; nil for any other.
    init?(plain url: String) {
        var text = url
        guard let parts = text.withUTF8(PlainAddress.init) else { return nil }
        self.url = url
        scheme = parts.isSafe ? "https" : "http"
        host = parts.host
        port = parts.port
    }

    /// Where a `Location` header of this address's answer leads.
    func following(_ location: String) throws(HTTPFailure) -> RequestURL {
        try RequestURL(location, base: url)
    }

    /// `host:port` for people; safe to log.
    var label: String {
        if host.utf8.count <= 253, host.utf8.allSatisfy({ (0x21...0x7E).contains($0) && $0 != UInt8(ascii: ":") }) {
            return "\(host):\(port)"
        }
        let name = host.unicodeScalars.map { (0x21...0x7E).contains($0.value) ? Character($0) : "?" }
        let shown = String(name.prefix(253))
        return shown.contains(":") ? "[\(shown)]:\(port)" : "\(shown):\(port)"
    }

    /// Whether credentials given for one may be given to the other.
    func isSameOrigin(as other: RequestURL) -> Bool {
        scheme == other.scheme && host == other.host && port == other.port
    }

    init(_ text: String, base: String?) throws(HTTPFailure) {
        // libcurl looks for numbers in a host before it takes off its escapes: only read again is `0%2E1` the 0.0.0.1 to
        // which it connects.
        let written = try RequestURL(parsing: text, base: base)
        try self.init(parsing: written.url, base: nil)
    }

    private init(parsing text: String, base: String?) throws(HTTPFailure) {
        let bad = HTTPFailure(
            .badURL, requestLeft: false,
            message: base == nil
                ? "The address is not a complete http:// or https:// URL; check its spelling."
                : "The answer redirects to something that is not an http:// or https:// URL."
        )
        guard text.utf8.count <= 16 * 1024, !text.utf8.contains(where: { $0 < 0x20 || $0 == 0x7F }),
            let parser = curl_url()
        else { throw bad }
        defer { curl_url_cleanup(parser) }
        // Spaces and letters outside ASCII occur in real feeds' links.
        let encode = UInt32(CURLU_URLENCODE)
        if let base, curl_url_set(parser, CURLUPART_URL, base, encode) != CURLUE_OK { throw bad }
        guard curl_url_set(parser, CURLUPART_URL, text, encode) == CURLUE_OK else { throw bad }
        curl_url_set(parser, CURLUPART_FRAGMENT, nil, 0)
        guard let scheme = Self.part(parser, CURLUPART_SCHEME)?.lowercased(), scheme == "http" || scheme == "https",
            let host = Self.part(parser, CURLUPART_HOST)?.lowercased(), !host.isEmpty,
            let port = Self.part(parser, CURLUPART_PORT, UInt32(CURLU_DEFAULT_PORT)).flatMap({ Int($0) }), port > 0,
            let url = Self.part(parser, CURLUPART_URL)
        else { throw bad }
        self.url = url
        self.scheme = scheme
        self.host = host.hasPrefix("[") ? String(host.dropFirst().dropLast()) : host
        self.port = port
    }

    private static func part(_ parser: OpaquePointer, _ part: CURLUPart, _ flags: UInt32 = 0) -> String? {
        var text: UnsafeMutablePointer<CChar>?
        guard curl_url_get(parser, part, &text, flags) == CURLUE_OK, let text else { return nil }
        defer { curl_free(text) }
        return String(cString: text)
    }
}

/// The parts of an address in which nothing is to be normalised.
private struct PlainAddress {
    let isSafe: Bool
    let host: String
    let port: Int

    init?(_ bytes: UnsafeBufferPointer<UInt8>) {
        guard let scheme = ["https://", "http://"].first(where: { bytes.starts(with: $0.utf8) }), bytes.count <= 2048
        else { return nil }
        isSafe = scheme.utf8.count == 8
        let rest = bytes[scheme.utf8.count...]
        guard let slash = rest.firstIndex(of: UInt8(ascii: "/")) else { return nil }
        let place = rest[..<slash]
        let colon = place.firstIndex(of: UInt8(ascii: ":")) ?? slash
        guard Self.isPlainHost(place[..<colon]), Self.isPlainPath(rest[slash...]) else { return nil }
        host = String(decoding: place[..<colon], as: UTF8.self)
        guard colon < slash else {
            port = isSafe ? 443 : 80
            return
        }
        let digits = String(decoding: place[(colon + 1)...], as: UTF8.self)
        guard let number = Int(digits), String(number) == digits, (1...65_535).contains(number), number != 80,
            number != 443
        else { return nil }
        port = number
    }

    /// A name in small letters, or four numbers: whatever else begins with a digit may be another spelling of an address.
    private static func isPlainHost(_ bytes: Slice<UnsafeBufferPointer<UInt8>>) -> Bool {
        guard let first = bytes.first, bytes.last != UInt8(ascii: "."), bytes.count <= 253 else { return false }
        if (0x61...0x7A).contains(first) {
            return bytes.allSatisfy {
                (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == UInt8(ascii: "-")
                    || $0 == UInt8(ascii: ".")
            }
        }
        return IPAddress(String(decoding: bytes, as: UTF8.self))?.isIPv4 ?? false
    }

    /// Nothing to escape, no dot segment, no fragment, no empty query at the end.
    private static func isPlainPath(_ bytes: Slice<UnsafeBufferPointer<UInt8>>) -> Bool {
        var previous: UInt8 = 0
        for byte in bytes {
            switch byte {
            case UInt8(ascii: ".") where previous == UInt8(ascii: "/"): return false
            case 0x61...0x7A, 0x41...0x5A, 0x30...0x39, UInt8(ascii: "/"), UInt8(ascii: "."), UInt8(ascii: "-"),
                UInt8(ascii: "_"), UInt8(ascii: "~"), UInt8(ascii: "?"), UInt8(ascii: "="), UInt8(ascii: "&"),
                UInt8(ascii: "+"), UInt8(ascii: ","), UInt8(ascii: ";"), UInt8(ascii: ":"), UInt8(ascii: "@"):
                previous = byte
            default: return false
            }
        }
        return previous != UInt8(ascii: "?")
    }
}
