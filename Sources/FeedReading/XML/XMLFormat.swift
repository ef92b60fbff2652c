import CLibXML2
import CampaignModel

/// Which format an XML document is written in, by its root: the place where a further one is added.
struct XMLFormat {
    enum Family { case rss, atom, catalog }

    enum Verdict {
        case format(XMLFormat, XMLDialect)
        case notAFeed(String)
        /// XML of no known kind.
        case unknown
    }

    let family: Family
    let format: DocumentFormat

    static func of(
        _ root: XMLName, _ namespace: String?, _ namespaces: XMLNamespaces, _ attributes: XMLAttributes
    ) -> Verdict {
        switch root.local {
        case "rss": .format(XMLFormat(family: .rss, format: version(attributes)), .rss)
        case "channel":
            // RSS 1.1 has the channel as its root, and so has CDF.
            .format(XMLFormat(family: .rss, format: channel(namespace, attributes)), .rss)
        case "rdf": .format(XMLFormat(family: .rss, format: isRSS090(namespaces) ? .rss090 : .rss10), .rss)
        case "feed", "entry":
            .format(XMLFormat(family: .atom, format: isAtom03(namespace, attributes) ? .atom03 : .atom10), .atom)
        case "yml_catalog": .format(XMLFormat(family: .catalog, format: .yml), .yml)
        case "shop":
            .format(
                XMLFormat(
                    family: .catalog,
                    format: namespace?.asciiLowercased.containsText("zbozi.cz") == true ? .zbozi : .heureka), .heureka)
        case "offers": .format(XMLFormat(family: .catalog, format: .ceneo), .ceneo)
        // Or Trovaprezzi's, which the first child tells.
        case "products": .format(XMLFormat(family: .catalog, format: .kelkoo), .kelkoo)
        default: other(root)
        }
    }

    private static func other(_ root: XMLName) -> Verdict {
        switch root.local {
        case "html", "body", "head": .notAFeed("a web page")
        case "opml":
            .notAFeed("an OPML list of subscriptions; `tellal sources import` makes sources of it")
        case "urlset", "sitemapindex": .notAFeed("a sitemap for search engines")
        case "kml": .notAFeed("a map (KML)")
        case "service": .notAFeed("an Atom service document")
        case "opensearchdescription": .notAFeed("the description of a search engine")
        case "svg": .notAFeed("an SVG picture")
        default: .unknown
        }
    }

    private static func channel(_ namespace: String?, _ attributes: XMLAttributes) -> DocumentFormat {
        if namespace == "http://purl.org/net/rss1.1#" { return .rss11 }
        // CDF says where the channel is in an attribute, RSS never does.
        return attributes("href") == nil ? .rss20 : .cdf
    }

    private static func version(_ attributes: XMLAttributes) -> DocumentFormat {
        switch attributes("version")?.collapsed {
        case "0.90", "0.9": .rss090
        case "0.91": .rss091
        case "0.92": .rss092
        case "0.93": .rss093
        case "0.94": .rss094
        default: .rss20
        }
    }

    private static func isRSS090(_ namespaces: XMLNamespaces) -> Bool {
        namespaces.declare("http://my.netscape.com/rdf/simple/0.9")
            || namespaces.declare("http://channel.netscape.com/rdf/simple/0.9")
    }

    static func declaresRSS(_ namespaces: XMLNamespaces) -> Bool {
        namespaces.declare("http://purl.org/rss/1.0/") || isRSS090(namespaces)
    }

    private static func isAtom03(_ namespace: String?, _ attributes: XMLAttributes) -> Bool {
        namespace?.asciiLowercased == "http://purl.org/atom/ns#" || attributes("version")?.collapsed == "0.3"
    }

    /// Tells the receiver what the root says.
    func open(_ receiver: any ItemReceiver) { receiver.setFormat(format) }

    /// Whether the first item looks like the catalog's own.
    func fits(_ record: ItemRecord) -> Bool {
        switch format {
        case .kelkoo, .trovaprezzi: record.has(.link) && (record.has(.price) || record.has(.title))
        default: record.has(.id) || record.has(.title) || record.has(.link)
        }
    }

    /// Hands on an item that is complete; the first may tell more of the format than the root did.
    func close(_ record: ItemRecord, _ receiver: any ItemReceiver, isFirst: Bool) {
        switch family {
        case .catalog: if isFirst, let currency = Self.currency(format, record) { setCurrency(currency, receiver) }
        case .atom:
            if isFirst, record.isProduct { receiver.setFormat(Self.isShopify(record) ? .shopifyAtom : .googleAtom) }
        case .rss:
            // WordPress states a parent of everything, which is 0 for most.
            if record.text(.kind) != "product_variation" || record.text(.group) == "0" {
                record.remove(.group, fromRank: 5)
            }
            if record.has(.kind) {
                guard Self.isWanted(record) else { return }
                if isFirst { receiver.setFormat(.wxr) }
            } else if isFirst, record.isProduct {
                receiver.setFormat(.googleRSS)
            }
            // A bare id means nothing in an article.
            if !record.isProduct { record.remove(.id, fromRank: 4) }
        }
        receiver.add(record)
    }

    private func setCurrency(_ currency: String, _ receiver: any ItemReceiver) {
        var conventions = XMLDialect.heureka.conventions
        conventions.currency = currency
        receiver.setConventions(conventions)
    }

    /// Heureka's prices are those of its country.
    private static func currency(_ format: DocumentFormat, _ record: ItemRecord) -> String? {
        guard format == .heureka || format == .zbozi else { return nil }
        let isSlovak =
            record.text(.productCategory)?.hasPrefix("Heureka.sk") == true
            || record.text(.link).flatMap(AddressText.host)?.hasSuffix(".sk") == true
        return isSlovak ? "EUR" : "CZK"
    }

    /// Shopify states the currency apart from the price, which Google never does.
    private static func isShopify(_ record: ItemRecord) -> Bool {
        record.has(.currency) || !record.has(.availability) && record.has(.sku)
    }

    /// WordPress exports pages, pictures and menus beside what a reader wants.
    private static func isWanted(_ record: ItemRecord) -> Bool {
        switch record.text(.kind) {
        case "post", "product", "product_variation", nil: true
        default: false
        }
    }
}
