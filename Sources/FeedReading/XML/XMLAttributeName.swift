/// The attributes that a table or a special rule reads; the raw value is the local name in lower case.
enum XMLAttributeName: String, CaseIterable {
    case unknown = ""
    // Content feeds
    case about, base, href, isPermaLink = "ispermalink", label, lang, length, lastmod, mode, rel, resource, src, term
    case text, type
    // Media RSS
    case fileSize = "filesize"
    case medium, url
    // Catalogs
    case avail, available, currency, date
    case groupID = "group_id"
    case id
    case inStock = "instock"
    case name
    case parentID = "parentid"
    case otherParentID = "parent_id"
    case price, stock, version

    /// A small number that stands for it in the parser's tables.
    var symbol: UInt16 { Self.symbols[rawValue] ?? 0 }

    /// Of an attribute's local name in any case; 0 for one that nobody reads.
    static func symbol(of local: String) -> UInt16 { symbols[local.asciiLowercased] ?? 0 }

    private static let symbols = Dictionary(
        uniqueKeysWithValues: allCases.enumerated().map { ($0.element.rawValue, UInt16($0.offset)) })
}
