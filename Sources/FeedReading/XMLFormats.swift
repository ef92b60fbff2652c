import CampaignModel

/// Which dialect an XML document is written in, by its root: the place where a further XML format is added.
enum XMLFormats {
    enum Verdict {
        case dialect(any XMLDialect)
        case notAFeed(String)
    }

    static func dialect(
        of root: XMLName, name: String, namespace: String?, options: ReadOptions, collector: ItemCollector
    ) -> Verdict {
        switch (root.word, root.namespace) {
        case (.rss, .plain), (.channel, .plain): .dialect(RSSDialect(options, collector))
        case (.feed, .atom), (.entry, .atom), (.feed, .plain), (.entry, .plain):
            .dialect(AtomDialect(options, collector))
        case (.rss, _), (.channel, _), (.feed, _), (.entry, _):
            // Its items would be in that namespace too, and none would be found.
            .notAFeed("a feed in an XML namespace that is not read yet: \(printable(namespace ?? name))")
        default: other(root, name: name)
        }
    }

    private static func printable(_ text: String) -> String { String(text.prefix(100)).printable }

    private static func other(_ root: XMLName, name: String) -> Verdict {
        switch root.word {
        case .html, .body: .notAFeed("a web page")
        case .opml: .notAFeed("an OPML list of subscriptions")
        case .urlset, .sitemapindex: .notAFeed("a sitemap for search engines")
        case .rdf: .notAFeed("an RDF document (RSS 0.90 or 1.0), which is not read yet")
        default: .notAFeed("XML of an unknown kind (its root element is <\(name.prefix(64))>)")
        }
    }
}
