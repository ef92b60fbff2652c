import CampaignModel

/// Which dialect an XML document is written in, by its root: the place where a further XML format is added.
enum XMLFormats {
    enum Verdict {
        case dialect(any XMLDialect)
        case notAFeed(String)
    }

    static func dialect(of root: XMLName, name: String, options: ReadOptions, collector: ItemCollector) -> Verdict {
        switch root.word {
        case .rss, .channel: .dialect(RSSDialect(options, collector))
        case .feed, .entry: .dialect(AtomDialect(options, collector))
        case .html, .body: .notAFeed("a web page")
        case .opml: .notAFeed("an OPML list of subscriptions")
        case .urlset, .sitemapindex: .notAFeed("a sitemap for search engines")
        case .rdf: .notAFeed("an RDF document (RSS 0.90 or 1.0), which is not read yet")
        default: .notAFeed("XML of an unknown kind (its root element is <\(name.prefix(64))>)")
        }
    }
}
