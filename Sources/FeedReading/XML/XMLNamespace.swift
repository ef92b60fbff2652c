/// The namespaces that mean something to us.
enum XMLNamespace: UInt8 {
    /// None, or the one that the document's root is in.
    case plain
    case atom, content, dc, dcterms, media, itunes, googleplay, feedburner, syndication, google, shopify, wordpress
    case rdf, xhtml, xml, other

    init(uri: String?, prefix: String?) {
        guard let uri else {
            self = prefix.map { Self.byPrefix[$0.asciiLowercased] ?? .other } ?? .plain
            return
        }
        var address = uri.asciiLowercased
        // Whoever moved a site to https often replaced these as well.
        if address.hasPrefix("https://") { address = "http://" + address.dropFirst("https://".count) }
        self = Self.byAddress[address] ?? (address.hasPrefix("http://wordpress.org/export/") ? .wordpress : .other)
    }

    /// The prefix of a table's row. An undeclared prefix in a document means the same: what everybody means by it.
    static let byPrefix: [String: XMLNamespace] = [
        "atom": .atom, "atom10": .atom, "a10": .atom, "content": .content, "dc": .dc, "dcterms": .dcterms,
        "feedburner": .feedburner, "media": .media, "itunes": .itunes, "googleplay": .googleplay, "g": .google,
        "c": .google, "s": .shopify,
        "sy": .syndication, "wp": .wordpress, "rdf": .rdf, "xhtml": .xhtml, "body": .xhtml, "xml": .xml,
    ]

    private static let byAddress: [String: XMLNamespace] = [
        "": .plain,
        // RSS was put into namespaces of many names.
        "http://backend.userland.com/rss": .plain, "http://backend.userland.com/rss091": .plain,
        "http://backend.userland.com/rss092": .plain, "http://backend.userland.com/rss2": .plain,
        "http://blogs.law.harvard.edu/tech/rss": .plain, "http://purl.org/rss/1.0/": .plain,
        "http://purl.org/rss/2.0/": .plain, "http://my.netscape.com/rdf/simple/0.9/": .plain,
        "http://channel.netscape.com/rdf/simple/0.9/": .plain, "http://purl.org/net/rss1.1#": .plain,
        "http://my.netscape.com/publish/formats/rss-0.9.dtd": .plain,
        "http://www.w3.org/2005/atom": .atom, "http://purl.org/atom/ns#": .atom,
        "http://purl.org/rss/1.0/modules/content/": .content, "http://purl.org/dc/elements/1.1/": .dc,
        "http://purl.org/dc/elements/1.0/": .dc, "http://purl.org/dc/terms/": .dcterms,
        "http://search.yahoo.com/mrss/": .media, "http://search.yahoo.com/mrss": .media,
        "http://video.search.yahoo.com/mrss/": .media, "http://video.search.yahoo.com/mrss": .media,
        "http://tools.search.yahoo.com/mrss/": .media, "http://www.rssboard.org/media-rss": .media,
        "http://www.itunes.com/dtds/podcast-1.0.dtd": .itunes, "http://example.com/dtds/podcast-1.0.dtd": .itunes,
        "http://www.google.com/schemas/play-podcasts/1.0": .googleplay,
        "http://rssnamespace.org/feedburner/ext/1.0": .feedburner,
        "http://purl.org/rss/1.0/modules/syndication/": .syndication,
        "http://base.google.com/ns/1.0": .google, "http://base.google.com/cns/1.0": .google,
        "http://jadedpixel.com/-/spec/shopify": .shopify,
        "http://www.w3.org/1999/02/22-rdf-syntax-ns#": .rdf, "http://www.w3.org/1999/xhtml": .xhtml,
        "http://www.w3.org/xml/1998/namespace": .xml,
    ]
}

/// An element's name as tables know it: its local part in lower case.
struct XMLName: Hashable {
    var namespace: XMLNamespace
    var local: String
}
