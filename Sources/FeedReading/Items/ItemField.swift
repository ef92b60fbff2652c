/// What a mapping can say about an item. Every format, whatever its syntax, is a table from its own names to these.
enum ItemField: UInt8, CaseIterable {
    // Content
    case id, title, link, summary, content, author, category, published, updated, image
    /// Where there is no title: what stands before and behind the brand in its place.
    case titlePrefix, titleSuffix
    /// A file's address; the two that follow belong to the file before them.
    case enclosure, enclosureType, enclosureLength
    // Products. `price` is the regular one; where a format states the price of now and the one before, `oldPrice` is
    // the latter, and the two are turned over.
    case price, salePrice, oldPrice, currency
    /// `from/until`, or its two halves.
    case saleWindow, saleFrom, saleUntil
    case availability
    /// A number of pieces.
    case stock
    case condition, brand, gtin, mpn, sku, group
    /// A category path of a catalog: unlike `category` one text, the best ranked counts.
    case productCategory
    /// What sort of entry it is, where a format mixes several.
    case kind
    // Of the document as a whole
    case language, hub, next, selfLink
    /// What it says of its own rhythm, see ``RhythmText``.
    case timeToLive, skipHour, skipDay, updatePeriod, updateFrequency

    /// Dates never count as a change: many publishers touch them without one.
    var isDate: Bool { self == .published || self == .updated }

    /// Whether the field makes a product of its item.
    var isProduct: Bool { rawValue >= Self.price.rawValue && rawValue <= Self.productCategory.rawValue }

    /// Whether the field holds a few words: a title, a name, a category.
    var isLine: Bool {
        switch self {
        case .title, .author, .category, .brand, .productCategory: true
        default: false
        }
    }
}

/// How the bytes of a field are to be understood.
enum TextForm: UInt8 {
    /// Characters, nothing else.
    case text
    /// HTML source.
    case html
    /// RSS never said which of the two: HTML when there are tags in it, else text in which known references are
    /// resolved once more, because many publishers escape twice.
    case either
}
