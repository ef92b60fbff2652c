/// One article or product in our own terms. Encoded, it is the neutral form that `tellal parse --json` prints.
package struct Item: Sendable, Hashable, Codable {
    /// The item's identity within its source, which does not depend on its text.
    package var key: ItemKey
    /// The id as the document states it, trimmed.
    package var id: String?
    /// The title as plain text, white space collapsed.
    package var title: String?
    /// Absolute.
    package var link: String?
    /// HTML as the document means it, after one unescaping.
    package var summary: String?
    /// HTML as the document means it, after one unescaping.
    package var content: String?
    package var authors: [String]
    package var categories: [String]
    package var published: Timestamp?
    package var updated: Timestamp?
    /// Absolute addresses, best first.
    package var images: [String]
    package var enclosures: [Enclosure]
    package var product: Product?

    package init(
        key: ItemKey, id: String? = nil, title: String? = nil, link: String? = nil, summary: String? = nil,
        content: String? = nil, authors: [String] = [], categories: [String] = [], published: Timestamp? = nil,
        updated: Timestamp? = nil, images: [String] = [], enclosures: [Enclosure] = [], product: Product? = nil
    ) {
        self.key = key
        self.id = id
        self.title = title
        self.link = link
        self.summary = summary
        self.content = content
        self.authors = authors
        self.categories = categories
        self.published = published
        self.updated = updated
        self.images = images
        self.enclosures = enclosures
        self.product = product
    }

    /// The latest time at which the item can have appeared: its publication, or for articles the update where only that
    /// is stated. For products an update says nothing about that.
    package var birth: Timestamp? { published ?? (product == nil ? updated : nil) }

    /// Whether the item has no content that could be sent.
    package var isBlank: Bool {
        title == nil && link == nil && summary == nil && content == nil && images.isEmpty && enclosures.isEmpty
    }

    private enum CodingKeys: String, CodingKey {
        case key, id, title, link, summary, content, authors, categories, published, updated, images, enclosures
        case product
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        key = try container.decode(ItemKey.self, forKey: .key)
        id = try container.decodeIfPresent(String.self, forKey: .id)
        title = try container.decodeIfPresent(String.self, forKey: .title)
        link = try container.decodeIfPresent(String.self, forKey: .link)
        summary = try container.decodeIfPresent(String.self, forKey: .summary)
        content = try container.decodeIfPresent(String.self, forKey: .content)
        authors = try container.decodeIfPresent([String].self, forKey: .authors) ?? []
        categories = try container.decodeIfPresent([String].self, forKey: .categories) ?? []
        published = try container.decodeIfPresent(Timestamp.self, forKey: .published)
        updated = try container.decodeIfPresent(Timestamp.self, forKey: .updated)
        images = try container.decodeIfPresent([String].self, forKey: .images) ?? []
        enclosures = try container.decodeIfPresent([Enclosure].self, forKey: .enclosures) ?? []
        product = try container.decodeIfPresent(Product.self, forKey: .product)
    }

    /// Encodes only what the document states.
    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(key, forKey: .key)
        try container.encodeIfPresent(id, forKey: .id)
        try container.encodeIfPresent(title, forKey: .title)
        try container.encodeIfPresent(link, forKey: .link)
        try container.encodeIfPresent(summary, forKey: .summary)
        try container.encodeIfPresent(content, forKey: .content)
        if !authors.isEmpty { try container.encode(authors, forKey: .authors) }
        if !categories.isEmpty { try container.encode(categories, forKey: .categories) }
        try container.encodeIfPresent(published, forKey: .published)
        try container.encodeIfPresent(updated, forKey: .updated)
        if !images.isEmpty { try container.encode(images, forKey: .images) }
        if !enclosures.isEmpty { try container.encode(enclosures, forKey: .enclosures) }
        try container.encodeIfPresent(product, forKey: .product)
    }
}

/// A file that comes with an item: a podcast episode, a picture, a video.
package struct Enclosure: Sendable, Hashable, Codable {
    /// Absolute.
    package var url: String
    /// Its media type (`audio/mpeg`), as the document states it.
    package var type: String?
    /// Size in bytes.
    package var length: Int64?

    package init(url: String, type: String? = nil, length: Int64? = nil) {
        self.url = url
        self.type = type
        self.length = length
    }
}

/// The fields of an item that is a product.
package struct Product: Sendable, Hashable, Codable {
    /// The regular price.
    package var price: Money?
    /// The lower price, if any; in force within ``saleWindow`` when that is stated, else now.
    package var salePrice: Money?
    package var saleWindow: SaleWindow?
    package var availability: Availability?
    /// Condition: `new`, `used`, `refurbished`, or another word of the document, in lower case.
    package var condition: String?
    package var brand: String?
    package var gtin: String?
    package var mpn: String?
    package var sku: String?
    /// Id of the group of variants of one product.
    package var groupID: String?
    /// The category path as the document states it.
    package var category: String?

    package init(
        price: Money? = nil, salePrice: Money? = nil, saleWindow: SaleWindow? = nil,
        availability: Availability? = nil, condition: String? = nil, brand: String? = nil, gtin: String? = nil,
        mpn: String? = nil, sku: String? = nil, groupID: String? = nil, category: String? = nil
    ) {
        self.price = price
        self.salePrice = salePrice
        self.saleWindow = saleWindow
        self.availability = availability
        self.condition = condition
        self.brand = brand
        self.gtin = gtin
        self.mpn = mpn
        self.sku = sku
        self.groupID = groupID
        self.category = category
    }

    /// The price that a customer pays now.
    package var effectivePrice: Money? { salePrice ?? price }

    private enum CodingKeys: String, CodingKey {
        case price
        case salePrice = "sale_price"
        case saleWindow = "sale_price_effective_date"
        case availability, condition, brand, gtin, mpn, sku
        case groupID = "group_id"
        case category
    }
}

/// Whether a product can be bought now.
package enum Availability: String, Sendable, Hashable, Codable, CaseIterable {
    case inStock = "in_stock"
    case outOfStock = "out_of_stock"
    case preorder
    case backorder
    /// Stated in words that are not known.
    case unknown
}
