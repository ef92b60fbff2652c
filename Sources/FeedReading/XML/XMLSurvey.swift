import CLibXML2
import CampaignModel

/// Looks through XML of no known kind for the element that is most likely its item, to propose a mapping to the owner.
final class XMLSurvey {
    /// How many elements are looked at.
    private static let most = 20_000
    /// Bytes of a path; what lies deeper, or is called by longer names, is in no mapping.
    private static let longest = 256
    /// Texts of one kind of element, and of all kinds together.
    private static let mostFields = 256
    private static let mostOfAll = 20_000

    private struct Kind {
        var count = 0
        /// The paths of texts within, with how often they were met, relative to the element.
        var fields: [String: Int] = [:]
    }

    private let root: String
    private let limits: ReadLimits
    private var path: [String] = []
    private var hasText: [Bool] = []
    private var kinds: [String: Kind] = [:]
    private var order: [String] = []
    private var elements = 0
    private var fields = 0
    /// Bytes of the path, and how many elements are open that are left out of it for their length.
    private var length = 0
    private var leftOut = 0

    init(root: String, limits: ReadLimits) {
        self.root = root
        self.limits = limits
    }

    var isDone: Bool { elements >= Self.most }

    func start(_ local: UnsafePointer<xmlChar>, _ prefix: UnsafePointer<xmlChar>?, _ attributes: XMLAttributes) {
        elements += 1
        let added = 1 + Int(xmlStrlen(local)) + (prefix.map { Int(xmlStrlen($0)) + 1 } ?? 0)
        guard leftOut == 0, length + added <= Self.longest else {
            leftOut += 1
            return
        }
        length += added
        let name = prefix.map { String(cString: $0) + ":" } ?? ""
        path.append(name + String(cString: local))
        hasText.append(false)
        guard !isDone else { return }
        let key = "/" + path.joined(separator: "/")
        if kinds[key] == nil {
            guard kinds.count < limits.names else { return }
            order.append(key)
        }
        kinds[key, default: Kind()].count += 1
        for index in 0..<min(attributes.count, 16) {
            guard let attribute = attributes.name(index).local, xmlStrlen(attribute) <= Self.longest else { continue }
            note("@" + String(cString: attribute))
        }
    }

    func characters(_ bytes: UnsafeBufferPointer<UInt8>) {
        guard leftOut == 0, !hasText.isEmpty, !hasText[hasText.count - 1], !bytes.allSatisfy(\.isXMLSpace) else {
            return
        }
        hasText[hasText.count - 1] = true
    }

    func end() {
        guard leftOut == 0 else {
            leftOut -= 1
            return
        }
        if hasText.popLast() == true, !isDone { note(nil) }
        if let name = path.popLast() { length -= 1 + name.utf8.count }
    }

    /// A text or an attribute at the current place counts for the two elements around it.
    private func note(_ attribute: String?) {
        var relative = attribute.map { [$0] } ?? []
        for depth in stride(from: path.count, to: max(0, path.count - 3), by: -1) {
            let key = "/" + path[0..<depth].joined(separator: "/")
            if !relative.isEmpty { note(relative.joined(separator: "/"), of: key) }
            relative.insert(path[depth - 1], at: 0)
        }
    }

    private func note(_ field: String, of key: String) {
        guard let count = kinds[key]?.fields.count else { return }
        if kinds[key]?.fields[field] == nil {
            guard count < Self.mostFields, fields < Self.mostOfAll else { return }
            fields += 1
        }
        kinds[key]?.fields[field, default: 0] += 1
    }

    /// What to tell the owner.
    func verdict() -> Breakage {
        .unknownXML(root: String(root.prefix(64)), proposal: proposal())
    }

    /// The element that holds most: often repeated, with several texts within.
    func proposal() -> DocumentMapping? {
        let best = order.max { weight($0) < weight($1) }
        guard let best, let kind = kinds[best], kind.count > 1, kind.fields.count > 1 else { return nil }
        let fields = Self.fields(of: Array(kind.fields.keys))
        return fields.isEmpty ? nil : DocumentMapping(item: best, fields: fields)
    }

    /// What the paths most likely hold, the shortest path first: by the words below, and for what these leave open by
    /// the names of columns that are known in many languages.
    private static func fields(of paths: [String]) -> [String: String] {
        let named = paths.sorted { ($0.utf8.count, $0) < ($1.utf8.count, $1) }.map { (path: $0, name: name(of: $0)) }
        var fields: [String: String] = [:]
        for (field, words) in words {
            fields[field] = words.lazy.compactMap { word in named.first { $0.name == word }?.path }.first
        }
        var taken = Set(fields.values)
        let columns = named.compactMap { path, name in CSVColumns.meaning(of: name).map { (path: path, meaning: $0) } }
        for (path, meaning) in columns.sorted(by: { $0.meaning.rank < $1.meaning.rank }) {
            // A mapping reads pieces and words alike as availability.
            let field = meaning.kind == .stock ? .availability : meaning.field
            guard let field = MappedField.name(field), fields[field] == nil, taken.insert(path).inserted else {
                continue
            }
            fields[field] = path
        }
        return fields
    }

    private func weight(_ key: String) -> Int {
        guard let kind = kinds[key], kind.count > 1 else { return 0 }
        return kind.count * min(kind.fields.count, 12)
    }

    /// The last step's name, without what varies in its spelling.
    private static func name(of path: String) -> String {
        let last = path.split(separator: "/").last ?? ""
        return CSVName.key(String(last.drop { $0 == "@" }.split(separator: ":").last ?? ""))
    }

    /// What shops and publishers call their fields, the likeliest first.
    private static let words: [(field: String, words: [String])] = [
        ("id", ["id", "sku", "code", "guid", "number", "itemid", "productid", "articlenumber"]),
        ("title", ["title", "name", "productname", "headline", "label"]),
        ("link", ["link", "url", "producturl", "href", "loc", "deeplink"]),
        ("summary", ["description", "summary", "desc", "text", "teaser", "abstract"]),
        ("image", ["image", "imageurl", "imagelink", "picture", "img", "photo", "imgurl"]),
        ("price", ["price", "pricevat", "amount", "sellingprice"]),
        ("currency", ["currency", "currencyid", "currencycode"]),
        ("availability", ["availability", "stock", "available", "instock", "quantity", "qty"]),
        ("brand", ["brand", "manufacturer", "vendor", "producer"]),
        ("gtin", ["gtin", "ean", "ean13", "barcode", "upc", "isbn"]),
        ("mpn", ["mpn", "partnumber", "vendorcode"]),
        ("product_category", ["category", "categorytext", "categories", "categorypath", "producttype"]),
        ("published", ["published", "pubdate", "date", "created", "datepublished"]),
    ]
}
