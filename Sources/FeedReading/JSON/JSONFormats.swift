import CampaignModel

/// The formats that are known, as one plan: their paths do not get into each other's way, so that reading begins before
/// the format is known.
enum JSONFormats {
    static let plan: JSONPlan = {
        var builder = JSONPlanBuilder()
        feed(&builder)
        rss(&builder)
        // A product of a shop's API may be the document itself, or an element of an array that is.
        product(&builder, at: JSONPlan.root)
        for list in ["products", "product", "product_listings"] {
            if let node = builder.node(list) { product(&builder, at: node) }
        }
        return JSONPlan(builder)
    }()

    // MARK: JSON Feed 1.0 and 1.1

    private static func feed(_ plan: inout JSONPlanBuilder) {
        plan.take(plan.node("version"), JSONTake(use: .version))
        plan.header(plan.node("title"), .title)
        plan.header(plan.node("home_page_url"), .link)
        plan.header(plan.node("description"), .summary)
        plan.header(plan.node("icon"), .image)
        plan.header(plan.node("favicon"), .image, rank: 1)
        plan.header(plan.node("language"), .language)
        plan.header(plan.node("hubs", "url"), .hub)
        plan.header(plan.node("next_url"), .next)
        plan.header(plan.node("feed_url"), .selfLink)
        for author in ["author", "authors"] {
            plan.header(plan.node(author), .author)
            plan.header(plan.node(author, "name"), .author)
        }
        guard let item = plan.node("items") else { return }
        plan.change(item) { $0.item = .feed }
        plan.take(plan.node("id", from: item), .id)
        plan.take(plan.node("url", from: item), .link)
        plan.take(plan.node("external_url", from: item), .link, rank: 1)
        plan.take(plan.node("title", from: item), .title)
        plan.take(plan.node("content_html", from: item), .content, .html)
        plan.take(plan.node("content_text", from: item), .content, rank: 1)
        plan.take(plan.node("summary", from: item), .summary)
        for (rank, image) in ["image", "banner_image"].enumerated() {
            plan.take(plan.node(image, from: item), .image, rank: UInt8(rank))
            plan.take(plan.node(image, "url", from: item), .image, rank: UInt8(rank))
        }
        plan.take(plan.node("date_published", from: item), .published)
        plan.take(plan.node("date_modified", from: item), .updated)
        for author in ["author", "authors"] {
            plan.take(plan.node(author, from: item), .author)
            plan.take(plan.node(author, "name", from: item), .author)
        }
        plan.take(plan.node("tags", from: item), .category)
        enclosure(&plan, plan.node("attachments", from: item), type: "mime_type", length: "size_in_bytes")
        let own = [
            "external_url", "content_html", "content_text", "banner_image", "date_published", "date_modified",
        ]
        for key in own { plan.change(plan.node(key, from: item)) { $0.evidence = .feedKey } }
        plan.change(plan.node("id", from: item)) { $0.evidence = .id }
        plan.change(plan.node("url", from: item)) { $0.evidence = .url }
    }

    private static func enclosure(_ plan: inout JSONPlanBuilder, _ node: Int?, type: String, length: String) {
        guard let node else { return }
        plan.change(node) { $0.group = .enclosure }
        plan.hold(plan.node("url", from: node), .url)
        plan.hold(plan.node(type, from: node), .type)
        plan.hold(plan.node(length, from: node), .length)
    }

    // MARK: RSS-in-JSON

    /// RSS 2.0 with attributes as keys; an element that has both attributes and text keeps the latter as `#value`.
    private static func rss(_ plan: inout JSONPlanBuilder) {
        guard let channel = plan.node("rss", "channel"), let item = plan.node("item", from: channel) else { return }
        plan.change(channel) { $0.decides = .rss }
        plan.header(plan.node("title", from: channel), .title, .either)
        plan.header(plan.node("link", from: channel), .link)
        plan.header(plan.node("description", from: channel), .summary, .either)
        plan.header(plan.node("language", from: channel), .language)
        plan.header(plan.node("lastBuildDate", from: channel), .updated)
        plan.header(plan.node("pubDate", from: channel), .updated, rank: 1)
        plan.header(plan.node("image", "url", from: channel), .image)
        plan.header(plan.node("ttl", from: channel), .timeToLive)
        plan.header(plan.node("skipHours", "hour", from: channel), .skipHour)
        plan.header(plan.node("skipDays", "day", from: channel), .skipDay)
        plan.change(item) { $0.item = .rss }
        func text(_ key: String, _ field: ItemField, _ form: TextForm = .text, rank: UInt8 = 0) {
            plan.take(plan.node(key, from: item), field, form, rank: rank)
            plan.take(plan.node(key, "#value", from: item), field, form, rank: rank)
        }
        // The ranks are those of RSS in XML.
        text("title", .title, .either)
        text("link", .link, rank: 1)
        text("description", .summary, .either)
        text("content:encoded", .content, .html)
        text("pubDate", .published)
        text("dc:date", .published, rank: 1)
        for author in ["author", "dc:creator", "itunes:author"] { text(author, .author, .either) }
        text("category", .category, .either)
        plan.take(plan.node("itunes:image", "href", from: item), .image, rank: 2)
        plan.take(plan.node("media:thumbnail", "url", from: item), .image, rank: 3)
        plan.take(plan.node("image", "url", from: item), .image, rank: 6)
        plan.hold(plan.node("guid", from: item), .guid)
        plan.hold(plan.node("guid", "#value", from: item), .guid)
        plan.hold(plan.node("guid", "isPermaLink", from: item), .isPermaLink)
        enclosure(&plan, plan.node("enclosure", from: item), type: "type", length: "length")
    }

    // MARK: Shopify

    /// A product of products.json or of the Admin API.
    private static func product(_ plan: inout JSONPlanBuilder, at product: Int) {
        plan.change(product) { $0.item = .shopify }
        plan.take(plan.node("id", from: product), .id)
        plan.take(plan.node("product_id", from: product), .id, rank: 1)
        plan.take(plan.node("title", from: product), .title)
        plan.take(plan.node("handle", from: product), JSONTake(use: .handle, field: .link))
        plan.take(plan.node("body_html", from: product), .summary, .html)
        plan.take(plan.node("vendor", from: product), .brand)
        plan.take(plan.node("product_type", from: product), .productCategory)
        plan.take(plan.node("tags", from: product), JSONTake(use: .tags, field: .category))
        plan.take(plan.node("images", "src", from: product), .image)
        plan.take(plan.node("image", "src", from: product), .image, rank: 1)
        plan.take(plan.node("published_at", from: product), .published)
        plan.take(plan.node("updated_at", from: product), .updated)
        plan.hold(plan.node("available", from: product), .productAvailable)
        guard let variant = plan.node("variants", from: product) else { return }
        plan.change(variant) {
            $0.group = .variant
            $0.evidence = .variants
        }
        plan.hold(plan.node("price", from: variant), .price)
        plan.hold(plan.node("compare_at_price", from: variant), .priceBefore)
        plan.hold(plan.node("sku", from: variant), .sku)
        plan.hold(plan.node("barcode", from: variant), .barcode)
        plan.hold(plan.node("available", from: variant), .available)
        plan.hold(plan.node("inventory_quantity", from: variant), .quantity)
        plan.hold(plan.node("inventory_policy", from: variant), .policy)
    }
}
