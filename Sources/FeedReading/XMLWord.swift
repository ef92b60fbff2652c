/// The element names that some mapping knows, of all dialects; the raw value is the local name in lower case.
enum XMLWord: String {
    case unknown = ""
    // Structure
    case rss, channel, item, feed, entry, image, source, group, html, opml, urlset, sitemapindex
    case rdf
    // Content feeds
    case guid, id, title, link, description, summary, content, encoded, subtitle, tagline, language, body, div
    case pubDate = "pubdate"
    case date, published, updated, modified, created, issued
    case lastBuildDate = "lastbuilddate"
    case author, creator, name, email, category, subject, enclosure, url, thumbnail, logo, icon, keywords
    // Google Merchant
    case imageLink = "image_link"
    case additionalImageLink = "additional_image_link"
    case price
    case salePrice = "sale_price"
    case salePriceEffectiveDate = "sale_price_effective_date"
    case availability, condition, brand, gtin, upc, ean, isbn, mpn
    case itemGroupID = "item_group_id"
    case productType = "product_type"
    case googleProductCategory = "google_product_category"

    /// Whether the element holds a few words: a title, a name, a category.
    var isLine: Bool {
        switch self {
        case .title, .author, .creator, .name, .category, .subject: true
        default: false
        }
    }

    init(named local: String) { self = XMLWord(rawValue: local.asciiLowercased) ?? .unknown }
}
