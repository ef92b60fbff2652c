import CCurl
import CampaignModel

/// An http or https URL, taken apart by libcurl's own parser: what is judged is what is connected to.
struct WebAddress: Sendable, Hashable {
    /// The normalised URL, without fragment.
    let url: String
    let scheme: String
    /// In lower case, an IPv6 address without brackets.
    let host: String
    let port: Int

    /// - Throws: `badURL`, without quoting the URL: it may hold a token.
    init(_ url: String) throws(HTTPFailure) {
        try self.init(url, base: nil)
    }

    /// Where a `Location` header of this address's answer leads.
    func following(_ location: String) throws(HTTPFailure) -> WebAddress {
        try WebAddress(location, base: url)
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
    func isSameOrigin(as other: WebAddress) -> Bool {
        scheme == other.scheme && host == other.host && port == other.port
    }

    private init(_ text: String, base: String?) throws(HTTPFailure) {
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
