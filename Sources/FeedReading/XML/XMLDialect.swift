/// One family of XML formats as a table: which elements are items, and which path within them, or within the
/// document, is which field. Compiled once into arrays that the reader steps through, an element a step.
final class XMLDialect: Sendable {
    /// What is kept of an element's content.
    enum Capture: UInt8 {
        case none
        /// All characters within, children included.
        case text
        /// The same; HTML when there are tags in it, see ``TextForm/either``.
        case either
        /// Text as it is, child elements as tags: HTML that somebody forgot to escape.
        case html
        /// Child elements as HTML with their text escaped.
        case xhtml
        /// As Atom's `type` and `mode` attributes say.
        case construct
    }

    /// What a row needs beyond its columns; see ``XMLItemReader``.
    enum Special: UInt8 {
        case none
        /// RSS: an address as well, unless `isPermaLink` is false.
        case guid
        /// Atom: what `rel` says.
        case link
        /// Media RSS: a picture only if it says so.
        case media
        /// Atom: `term`, else `label`.
        case category
        /// Several addresses in one text, apart by commas.
        case list
        /// The name of the value that comes with it; the two make a field when the dialect knows the name.
        case key
        /// The value for the name.
        case value
        /// YML: a node of the category tree.
        case branch
    }

    struct Node: Sendable {
        var field: ItemField?
        var capture = Capture.none
        var rank: UInt8 = 0
        var special = Special.none
        /// The attributes that are fields, in the table's order.
        var attributes: [AttributeRule] = []
    }

    struct AttributeRule: Sendable {
        /// ``XMLAttributeName/symbol``.
        var name: UInt16
        var field: ItemField
        var rank: UInt8
    }

    /// What a name in a pair of key and value means.
    struct Pair: Sendable {
        var field: ItemField
        var rank: UInt8
    }

    /// No table knows the element.
    static let dead: UInt16 = 0
    /// Outside of items, at the root.
    static let header: UInt16 = 1
    /// An item itself.
    static let item: UInt16 = 2

    let conventions: ItemConventions
    private let symbols: [XMLName: UInt16]
    private let opening: Set<UInt16>
    // Unsafe only in name: written once, before anybody has the dialect, and never freed, so the hot path reads it without
    // counting references.
    nonisolated(unsafe) private let steps: UnsafePointer<UInt16>
    // Unsafe only in name: the same.
    nonisolated(unsafe) let nodes: UnsafePointer<Node>
    private let width: Int
    let pairs: [String: Pair]
    /// Rows that could not be understood; empty in a sound table.
    let mistakes: [String]

    /// - Parameters:
    ///   - items: The names that open an item, wherever they stand.
    ///   - header: Rows of paths from the root's children on.
    ///   - fields: Rows of paths from the item's children on; `@name` is an attribute of the item itself.
    ///   - pairs: Rows of a name and its field.
    ///   - conventions: What the items mean by their words.
    init(items: [String], header: String, fields: String, pairs: String = "", conventions: ItemConventions = .init()) {
        var builder = TableBuilder()
        opening = Set(items.map { builder.symbol($0) })
        builder.add(header, from: Int(Self.header))
        builder.add(fields, from: Int(Self.item))
        builder.addPairs(pairs)
        symbols = builder.symbols
        width = builder.symbols.count + 1
        nodes = Self.kept(builder.nodes)
        steps = Self.kept(builder.steps())
        self.pairs = builder.pairs
        mistakes = builder.mistakes
        self.conventions = conventions
    }

    private static func kept<Element>(_ elements: [Element]) -> UnsafePointer<Element> {
        let start = UnsafeMutablePointer<Element>.allocate(capacity: elements.count)
        for (index, element) in elements.enumerated() { (start + index).initialize(to: element) }
        return UnsafePointer(start)
    }

    /// A small number that stands for the name; 0 for a name of no row.
    func symbol(_ name: XMLName) -> UInt16 { symbols[name] ?? 0 }

    func opensItem(_ symbol: UInt16) -> Bool { opening.contains(symbol) }

    @inline(__always)
    func step(from node: UInt16, by symbol: UInt16) -> UInt16 { steps[Int(node) * width + Int(symbol)] }
}

/// Reads the rows of tables: `path[|path…] field [form] [rank] [special]`, blank-separated.
private struct TableBuilder {
    private(set) var symbols: [XMLName: UInt16] = [:]
    private(set) var nodes: [XMLDialect.Node] = [.init(), .init(), .init()]
    private(set) var pairs: [String: XMLDialect.Pair] = [:]
    private(set) var mistakes: [String] = []
    private var edges: [(from: Int, symbol: UInt16, to: Int)] = []

    private static let fields = Dictionary(uniqueKeysWithValues: ItemField.allCases.map { ("\($0)", $0) })
    private static let captures: [String: XMLDialect.Capture] = [
        "none": .none, "text": .text, "either": .either, "html": .html, "xhtml": .xhtml, "construct": .construct,
    ]
    private static let specials: [String: XMLDialect.Special] = [
        "guid": .guid, "links": .link, "media": .media, "terms": .category, "list": .list, "key": .key,
        "value": .value, "branch": .branch,
    ]

    mutating func symbol(_ text: String) -> UInt16 {
        let parts = text.split(separator: ":", maxSplits: 1).map(String.init)
        var name = XMLName(namespace: .plain, local: parts.last ?? "")
        if parts.count == 2 {
            if let namespace = XMLNamespace.byPrefix[parts[0]] {
                name.namespace = namespace
            } else {
                mistakes.append("unknown prefix in \(text)")
            }
        }
        if let known = symbols[name] { return known }
        let symbol = UInt16(symbols.count + 1)
        symbols[name] = symbol
        return symbol
    }

    mutating func add(_ rows: String, from root: Int) {
        for row in rows.split(separator: "\n") {
            let columns = row.split(separator: " ").map(String.init)
            guard columns.count >= 2 else { continue }
            for path in columns[0].split(separator: "|") { add(String(path), columns, from: root) }
        }
    }

    private mutating func add(_ path: String, _ columns: [String], from root: Int) {
        var node = root
        var attribute: String?
        for step in path.split(separator: "/") {
            let halves = step.split(separator: "@", omittingEmptySubsequences: false)
            if let name = halves.first, !name.isEmpty { node = child(of: node, symbol(String(name))) }
            if halves.count == 2 { attribute = String(halves[1]) }
        }
        var rule = XMLDialect.Node()
        rule.capture = .text
        for column in columns.dropFirst() {
            if let field = Self.fields[column] {
                rule.field = field
            } else if let capture = Self.captures[column] {
                rule.capture = capture
            } else if let rank = UInt8(column) {
                rule.rank = rank
            } else if let special = Self.specials[column] {
                rule.special = special
            } else {
                mistakes.append("\(path): \(column)?")
            }
        }
        if let attribute {
            nodes[node].attributes.append(
                .init(name: name(of: attribute), field: rule.field ?? .id, rank: rule.rank))
        } else {
            rule.attributes = nodes[node].attributes
            nodes[node] = rule
        }
    }

    private mutating func name(of attribute: String) -> UInt16 {
        let symbol = XMLAttributeName.symbol(of: attribute)
        if symbol == 0 { mistakes.append("unknown attribute \(attribute)") }
        return symbol
    }

    mutating func addPairs(_ rows: String) {
        for row in rows.split(separator: "\n") {
            let columns = row.split(separator: "=").map { String($0).collapsed }
            guard columns.count >= 2, let field = Self.fields[columns[1]] else {
                if !row.allSatisfy(\.isWhitespace) { mistakes.append(String(row)) }
                continue
            }
            let rank = columns.count > 2 ? UInt8(columns[2]) ?? 0 : 0
            pairs[columns[0]] = .init(field: field, rank: rank)
        }
    }

    private mutating func child(of node: Int, _ symbol: UInt16) -> Int {
        if let edge = edges.first(where: { $0.from == node && $0.symbol == symbol }) { return edge.to }
        nodes.append(.init())
        edges.append((node, symbol, nodes.count - 1))
        return nodes.count - 1
    }

    func steps() -> [UInt16] {
        let width = symbols.count + 1
        var steps = [UInt16](repeating: XMLDialect.dead, count: nodes.count * width)
        for edge in edges { steps[edge.from * width + Int(edge.symbol)] = UInt16(edge.to) }
        return steps
    }
}
