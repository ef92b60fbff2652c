/// A part of an address that determines its target.
enum LinkPart {
    /// The host in lower case, without `www.` and default ports.
    case host
    /// The path without slashes at the end.
    case path
    /// The query without tracking parameters.
    case query
}

/// The positions of an address's parts.
struct LinkParts {
    private(set) var host: Range<Int>
    private(set) var path: Range<Int>
    private(set) var query: Range<Int>

    init(_ bytes: UnsafeBufferPointer<UInt8>) {
        let end = bytes.firstIndex(of: UInt8(ascii: "#")) ?? bytes.count
        let mark = bytes[..<end].firstIndex(of: UInt8(ascii: "?")) ?? end
        query = min(mark + 1, end)..<end
        host = 0..<0
        var start = 0
        if let colon = bytes[..<mark].firstIndex(of: UInt8(ascii: ":")), Self.has("://", at: colon, in: bytes) {
            var first = colon + 3
            start = bytes[first..<max(first, mark)].firstIndex(of: UInt8(ascii: "/")) ?? mark
            var last = start
            if Self.has("www.", at: first, in: bytes), last - first > 4 { first += 4 }
            for port in [":80", ":443"] as [StaticString] where last - first > port.utf8CodeUnitCount {
                if Self.has(port, at: last - port.utf8CodeUnitCount, in: bytes) { last -= port.utf8CodeUnitCount }
            }
            host = first..<max(first, last)
        }
        var last = mark
        while last > start, bytes[last - 1] == UInt8(ascii: "/") { last -= 1 }
        path = start..<max(start, last)
    }

    /// Whether the bytes from `start` on are that word, ignoring case.
    private static func has(_ word: StaticString, at start: Int, in bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        guard start >= 0, start + word.utf8CodeUnitCount <= bytes.count else { return false }
        for offset in 0..<word.utf8CodeUnitCount {
            let byte = bytes[start + offset]
            if (byte >= 0x41 && byte <= 0x5A ? byte | 0x20 : byte) != word.utf8Start[offset] { return false }
        }
        return true
    }

    /// Whether a query parameter is set by senders of links for tracking, and not needed by the page.
    static func isTracking(_ parameter: Slice<UnsafeBufferPointer<UInt8>>) -> Bool {
        let name = String(decoding: parameter.prefix { $0 != UInt8(ascii: "=") }, as: UTF8.self).lowercased()
        return trackingNames.contains(name) || trackingPrefixes.contains { name.hasPrefix($0) }
    }

    private static let trackingNames: Set<String> = [
        "fbclid", "gclid", "gclsrc", "dclid", "gbraid", "wbraid", "msclkid", "yclid", "ysclid", "twclid", "ttclid",
        "igshid", "igsh", "mc_cid", "mc_eid", "_ga", "_gl", "_openstat", "_hsenc", "_hsmi", "__hssc", "__hstc",
        "__hsfp", "mkt_tok", "vero_id", "vero_conv", "oly_anon_id", "oly_enc_id", "rb_clickid", "s_cid",
        "ml_subscriber", "ml_subscriber_hash", "wickedid", "srsltid", "sscid", "ref_src", "ref_url", "guccounter",
        "guce_referrer", "guce_referrer_sig", "cmpid", "_branch_match_id", "_bta_c", "_bta_tid",
    ]
    private static let trackingPrefixes = ["utm_", "utm-", "pk_", "mtm_", "matomo_", "hsa_", "at_", "wt_", "trk_"]
}
