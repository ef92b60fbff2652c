/// When two readings of a document speak of the same item, and when they say the same of it.
extension Item {
    /// Stands for what a subscriber would notice of the item: its title, the words of its texts, where its link,
    /// pictures and files lead, its maker and condition.
    ///
    /// Dates stay out: many publishers touch them without a change. So do price and stock, which have change kinds of
    /// their own; markup, which generators rewrite; and of addresses the scheme, host and query, which mirrors,
    /// campaigns and caches change.
    package var significance: UInt64 {
        var text = SignificantText()
        text.add(title)
        text.add(link.map { LinkLikeness($0).path })
        text.add(markup: summary)
        text.add(markup: content)
        for image in images { text.add(LinkLikeness(image).path) }
        for enclosure in enclosures { text.add(LinkLikeness(enclosure.url).path) }
        text.add(product?.condition)
        text.add(product?.brand)
        return text.hash
    }

    /// What else the item may be known by.
    package var aliases: ItemAliases {
        guard let link else {
            guard let title else { return ItemAliases() }
            var text = SignificantText()
            text.add(title)
            text.add(markup: content ?? summary)
            return ItemAliases(title: text.hash)
        }
        let likeness = LinkLikeness(link)
        var place = SignificantText()
        place.add(likeness.host)
        place.add(likeness.path)
        place.add(likeness.query)
        guard let title else { return ItemAliases(link: place.hash) }
        var name = SignificantText()
        name.add(title)
        name.add(likeness.path)
        return ItemAliases(link: place.hash, title: name.hash)
    }
}

/// The parts of an address that say where it leads, without those that change while it leads to the same.
struct LinkLikeness {
    /// In lower case, without `www.`; empty for none.
    private(set) var host = ""
    /// Without a slash at the end.
    private(set) var path = ""
    /// Without the parameters that tell where a visitor came from.
    private(set) var query = ""

    init(_ address: String) {
        var rest = address[...].utf8
        if let hash = rest.firstIndex(of: UInt8(ascii: "#")) { rest = rest[..<hash] }
        let mark = rest.firstIndex(of: UInt8(ascii: "?")) ?? rest.endIndex
        let parameters = rest[mark...].dropFirst()
        rest = rest[..<mark]
        if let colon = rest.firstIndex(of: UInt8(ascii: ":")), rest[colon...].starts(with: "://".utf8) {
            rest = rest[colon...].dropFirst(3)
            let end = rest.firstIndex(of: UInt8(ascii: "/")) ?? rest.endIndex
            host = Substring(rest[..<end]).lowercased()
            if host.hasPrefix("www.") { host.removeFirst(4) }
            for port in [":80", ":443"] where host.hasSuffix(port) { host.removeLast(port.count) }
            rest = rest[end...]
        }
        while rest.last == UInt8(ascii: "/") { rest = rest.dropLast() }
        path = String(Substring(rest))
        guard !parameters.isEmpty else { return }
        query = Substring(parameters).split(separator: "&").filter { !Self.isTracking($0) }.joined(separator: "&")
    }

    private static func isTracking(_ parameter: Substring) -> Bool {
        let name = parameter.prefix { $0 != "=" }.lowercased()
        return trackingNames.contains(name) || trackingPrefixes.contains { name.hasPrefix($0) }
    }

    /// Set by senders of links, not by the pages they lead to.
    private static let trackingNames: Set<String> = [
        "fbclid", "gclid", "gclsrc", "dclid", "gbraid", "wbraid", "msclkid", "yclid", "ysclid", "twclid", "ttclid",
        "igshid", "igsh", "mc_cid", "mc_eid", "_ga", "_gl", "_openstat", "_hsenc", "_hsmi", "__hssc", "__hstc",
        "__hsfp", "mkt_tok", "vero_id", "vero_conv", "oly_anon_id", "oly_enc_id", "rb_clickid", "s_cid",
        "ml_subscriber",
        "ml_subscriber_hash", "wickedid", "srsltid", "sscid", "ref_src", "ref_url", "guccounter", "guce_referrer",
        "guce_referrer_sig", "cmpid", "_branch_match_id", "_bta_c", "_bta_tid",
    ]
    private static let trackingPrefixes = ["utm_", "utm-", "pk_", "mtm_", "matomo_", "hsa_", "at_", "wt_", "trk_"]
}

/// Hashes texts piece by piece: FNV-1a over their bytes, mixed at the end. It finds accidents, not attacks.
private struct SignificantText {
    private var state: UInt64 = 0xCBF2_9CE4_8422_2325

    private mutating func mix(_ byte: UInt8) { state = (state ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }

    mutating func add(_ text: String?) {
        for byte in (text ?? "").utf8 { mix(byte) }
        // Never part of UTF-8: where one text ends and the next begins counts.
        mix(0xFF)
    }

    /// The words alone: tags are left out, and any white space is one blank.
    mutating func add(markup text: String?) {
        var inTag = false
        var isBlank = true
        for byte in (text ?? "").utf8 {
            if inTag {
                inTag = byte != UInt8(ascii: ">")
            } else if byte == UInt8(ascii: "<") || byte <= 0x20 {
                inTag = byte == UInt8(ascii: "<")
                if !isBlank { mix(0x20) }
                isBlank = true
            } else {
                mix(byte)
                isBlank = false
            }
        }
        if !isBlank { mix(0x20) }
        mix(0xFF)
    }

    /// Never 0.
    var hash: UInt64 {
        var value = state
        value = (value ^ (value >> 33)) &* 0xFF51_AFD7_ED55_8CCD
        value = (value ^ (value >> 33)) &* 0xC4CE_B9FE_1A85_EC53
        value ^= value >> 33
        return value == 0 ? 1 : value
    }
}
