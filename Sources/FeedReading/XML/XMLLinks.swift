/// Atom's links, which say by `rel` what they lead to.
enum XMLLinks {
    static func take(
        _ attributes: XMLAttributes, into record: ItemRecord, rank: UInt8, base: String?, isItem: Bool
    ) {
        guard let href = attributes("href") else { return }
        let relation = attributes("rel")?.asciiLowercased.collapsed ?? "alternate"
        switch relation.hasPrefix("http://www.iana.org/assignments/relation/")
            ? String(relation.dropFirst("http://www.iana.org/assignments/relation/".count)) : relation
        {
        case "alternate", "":
            let type = attributes("type")?.asciiLowercased
            let isPage = type == nil || type == "text/html" || type == "application/xhtml+xml"
            record.add(.link, href, rank: isPage ? rank : rank + 1, base: base)
        case "enclosure" where isItem:
            record.add(.enclosure, href, base: base)
            if let type = attributes("type") { record.add(.enclosureType, type) }
            if let length = attributes("length") { record.add(.enclosureLength, length) }
        case "image": record.add(.image, href, rank: rank, base: base)
        case "hub" where !isItem: record.add(.hub, href, base: base)
        case "next" where !isItem: record.add(.next, href, base: base)
        default: break
        }
    }
}

/// What an Atom text construct says of itself: `type`, and in Atom 0.3 `mode`.
struct AtomConstruct {
    var capture: XMLDialect.Capture
    var form: TextForm
    var isBase64 = false

    /// Nil for content that lies elsewhere.
    init?(_ attributes: XMLAttributes) {
        let type = attributes("type")?.asciiLowercased.trimmedOrNil
        let mode = attributes("mode")?.asciiLowercased.trimmedOrNil
        guard attributes("src") == nil else { return nil }
        switch type {
        case nil, "text", "text/plain": (capture, form) = (mode == nil ? .text : .html, .text)
        case "html", "text/html": (capture, form) = (mode == "xml" ? .xhtml : .html, .html)
        case "xhtml", "application/xhtml+xml": (capture, form) = (mode == "escaped" ? .html : .xhtml, .html)
        case let type? where type.hasSuffix("+xml") || type.hasSuffix("/xml"): (capture, form) = (.xhtml, .html)
        case let type? where type.hasPrefix("text/"): (capture, form) = (.text, .text)
        default:
            (capture, form) = (.text, .either)
            isBase64 = true
        }
        switch mode {
        case "base64": isBase64 = true
        case "xml" where form == .text: capture = .text
        case "escaped" where form == .text: capture = .text
        default: break
        }
    }
}
