/// A document's description of itself, apart from its items.
package struct FeedDescription: Sendable, Hashable, Codable {
    package var format: DocumentFormat
    package var title: String?
    package var link: String?
    package var description: String?
    package var language: String?
    package var updated: Timestamp?
    package var image: String?
    /// The WebSub hub that announces changes.
    package var hub: String?
    /// The next page of the document.
    package var next: String?
    /// The document's own address as it states it; the topic for its hub.
    package var selfLink: String?
    /// How often to poll the document, as it states; nil when it states nothing.
    package var rhythm: FeedRhythm?

    package init(
        format: DocumentFormat, title: String? = nil, link: String? = nil, description: String? = nil,
        language: String? = nil, updated: Timestamp? = nil, image: String? = nil, hub: String? = nil,
        next: String? = nil, selfLink: String? = nil, rhythm: FeedRhythm? = nil
    ) {
        self.format = format
        self.title = title
        self.link = link
        self.description = description
        self.language = language
        self.updated = updated
        self.image = image
        self.hub = hub
        self.next = next
        self.selfLink = selfLink
        self.rhythm = rhythm
    }

    private enum CodingKeys: String, CodingKey {
        case format, title, link, description, language, updated, image, hub, next, rhythm
        case selfLink = "self"
    }
}

/// The known document formats; the raw value is the name in settings and output.
package enum DocumentFormat: String, Sendable, Hashable, Codable, CaseIterable {
    // Content feeds
    case rss090, rss091, rss092, rss093, rss094, rss10, rss11, rss20
    case atom03, atom10, cdf
    case json1, json11
    case rssJSON = "rss_json"
    // Catalogs
    case googleRSS = "google_rss"
    case googleAtom = "google_atom"
    case yml, heureka, zbozi, ceneo, trovaprezzi, kelkoo, idealo, wxr
    case shopifyAtom = "shopify_atom"
    case shopifyJSON = "shopify_json"
    case shopifyCSV = "shopify_csv"
    /// CSV or TSV with the column names of Google and Meta.
    case metaCSV = "meta_csv"
    case wooCSV = "woo_csv"
    case prestashopCSV = "prestashop_csv"
    case magentoCSV = "magento_csv"
    /// Any other CSV with known columns.
    case csv
    /// A document that is read by the owner's mapping.
    case custom

    /// Whether the format is for feeds of articles, which are short, and not for catalogs.
    package var isFeed: Bool {
        switch self {
        case .rss090, .rss091, .rss092, .rss093, .rss094, .rss10, .rss11, .rss20, .atom03, .atom10, .cdf, .json1,
            .json11:
            true
        default: false
        }
    }

    /// Formats that an owner may name in feeds/; `custom` follows from a mapping.
    package static let named = allCases.filter { $0 != .custom }
}

/// A mapping from a document of no known format to items and their fields.
///
/// For XML `item` is a path and each field an XPath 1.0 expression relative to the item; for JSON both are dotted paths;
/// for CSV `item` is not needed and fields are names of columns.
package struct DocumentMapping: Sendable, Hashable, Codable {
    /// Path of the items; empty for CSV, and for JSON whose items are the elements of the outermost array.
    package var item: String
    /// Expression or path for each field, by the names in ``DocumentMapping/fieldNames``.
    package var fields: [String: String]

    package init(item: String, fields: [String: String]) {
        self.item = item
        self.fields = fields
    }

    /// The fields of an item that a mapping can fill.
    package static let fieldNames = [
        "id", "title", "link", "summary", "content", "author", "category", "published", "updated", "image",
        "enclosure", "price", "sale_price", "old_price", "currency", "availability", "stock", "condition", "brand",
        "gtin", "mpn", "sku", "group_id", "product_category",
    ]
}

/// A defect of a document that the reader could work around.
package struct ReadWarning: Sendable, Hashable, Codable {
    /// The item's id or title; nil when the warning is about the whole document.
    package var item: String?
    /// A stable code: `bad_date`, `bad_price`, `duplicate_id` …
    package var code: String
    package var message: String

    package init(item: String? = nil, code: String, message: String) {
        self.item = item
        self.code = code
        self.message = message
    }
}

/// How a document ended.
package struct DocumentEnd: Sendable, Hashable, Codable {
    package var items: Int
    /// False when the document was truncated, or repaired in a way that may have lost items: missing items must not
    /// count as removed then.
    package var complete: Bool
    /// The first warnings; their number is limited, so that a broken catalog of a million items does not make a million
    /// warnings.
    package var warnings: [ReadWarning]
    /// For a table: whether its last row lacks a line break, and may thus be truncated; nil for other documents. The
    /// neutral form does not contain it.
    package var isOpen: Bool?

    private enum CodingKeys: String, CodingKey {
        case items, complete, warnings
    }

    package init(items: Int, complete: Bool, warnings: [ReadWarning], isOpen: Bool? = nil) {
        self.isOpen = isOpen
        self.items = items
        self.complete = complete
        self.warnings = warnings
    }
}
