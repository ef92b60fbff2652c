import CLibXML2

/// The namespaces that mean something to us. `plain` is none, and those that RSS itself was put into.
enum XMLNamespace: UInt8 {
    case plain, atom, content, dc, dcterms, media, itunes, google, xhtml, other

    init(uri: String?, prefix: String?) {
        guard let uri else {
            self = Self.byPrefix(prefix)
            return
        }
        switch uri.asciiLowercased {
        case "", "http://backend.userland.com/rss2", "http://purl.org/rss/2.0/", "http://purl.org/rss/1.0/",
            "http://my.netscape.com/rdf/simple/0.9/", "http://blogs.law.harvard.edu/tech/rss",
            "http://backend.userland.com/rss", "http://backend.userland.com/rss091",
            "http://backend.userland.com/rss092":
            self = .plain
        case "http://www.w3.org/2005/atom", "https://www.w3.org/2005/atom": self = .atom
        case "http://purl.org/rss/1.0/modules/content/": self = .content
        case "http://purl.org/dc/elements/1.1/", "http://purl.org/dc/elements/1.0/": self = .dc
        case "http://purl.org/dc/terms/": self = .dcterms
        case "http://search.yahoo.com/mrss/", "http://search.yahoo.com/mrss", "http://video.search.yahoo.com/mrss/",
            "http://video.search.yahoo.com/mrss", "http://tools.search.yahoo.com/mrss/":
            self = .media
        case "http://www.itunes.com/dtds/podcast-1.0.dtd", "http://example.com/dtds/podcast-1.0.dtd": self = .itunes
        case "http://base.google.com/ns/1.0", "http://base.google.com/cns/1.0": self = .google
        case "http://www.w3.org/1999/xhtml": self = .xhtml
        default: self = .other
        }
    }

    /// An undeclared prefix means what everybody means by it.
    private static func byPrefix(_ prefix: String?) -> Self {
        switch prefix {
        case nil: .plain
        case "atom", "atom10", "a10": .atom
        case "content": .content
        case "dc": .dc
        case "dcterms": .dcterms
        case "media": .media
        case "itunes": .itunes
        case "g", "c": .google
        case "xhtml", "body": .xhtml
        default: .other
        }
    }
}

/// An element's name as the mappings switch over it.
struct XMLName: Hashable {
    var namespace: XMLNamespace
    var word: XMLWord
}

/// Resolves libxml2's interned names to ``XMLName``, each distinct name once: after that a lookup compares pointers and
/// makes no string.
struct XMLNameTable {
    private struct Slot {
        var local: UnsafePointer<xmlChar>?
        var prefix: UnsafePointer<xmlChar>?
        var uri: UnsafePointer<xmlChar>?
        var name: XMLName
    }

    // Open addressing; at most half full.
    private var slots: [Slot] = Array(repeating: Self.empty, count: 256)
    private(set) var count = 0

    private static var empty: Slot {
        Slot(local: nil, prefix: nil, uri: nil, name: XMLName(namespace: .other, word: .unknown))
    }

    mutating func name(
        _ local: UnsafePointer<xmlChar>, _ prefix: UnsafePointer<xmlChar>?, _ uri: UnsafePointer<xmlChar>?
    ) -> XMLName {
        var index = Self.hash(local, uri) & (slots.count - 1)
        while let stored = slots[index].local {
            if stored == local, slots[index].uri == uri, slots[index].prefix == prefix { return slots[index].name }
            index = (index + 1) & (slots.count - 1)
        }
        let namespace = XMLNamespace(
            uri: uri.map { String(cString: $0) }, prefix: prefix.map { String(cString: $0) })
        let name = XMLName(namespace: namespace, word: XMLWord(named: String(cString: local)))
        slots[index] = Slot(local: local, prefix: prefix, uri: uri, name: name)
        count += 1
        if count * 2 > slots.count { grow() }
        return name
    }

    private mutating func grow() {
        let old = slots
        slots = Array(repeating: Self.empty, count: old.count * 2)
        for slot in old {
            guard let local = slot.local else { continue }
            var index = Self.hash(local, slot.uri) & (slots.count - 1)
            while slots[index].local != nil { index = (index + 1) & (slots.count - 1) }
            slots[index] = slot
        }
    }

    private static func hash(_ local: UnsafePointer<xmlChar>, _ uri: UnsafePointer<xmlChar>?) -> Int {
        let one = UInt(bitPattern: local)
        let other = UInt(bitPattern: uri)
        return Int(truncatingIfNeeded: ((one ^ (other << 7)) &* 0x9E37_79B9_7F4A_7C15) >> 40)
    }
}
