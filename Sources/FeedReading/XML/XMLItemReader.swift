import CLibXML2
import CampaignModel

/// Follows the parser's elements through a dialect's table and fills records: the hot path of every feed and catalog.
///
/// Each element costs one look-up of its name's address and one step through the table. Text goes straight into the
/// record's buffer; nothing becomes a String here but what rare special cases need.
final class XMLItemReader: XMLSink {
    private struct Frame {
        var node: UInt16
        var namespaces: UInt16
    }

    private let limits: ReadLimits
    private let options: ReadOptions
    private let collector: ItemCollector
    private let frames: UnsafeMutablePointer<Frame>
    private(set) var depth = 0
    private var names = XMLNames()
    /// Names of attributes, prefixes and namespaces: libxml2 keeps every distinct one for as long as it reads.
    private var minorNames = XMLNames()
    /// What the attributes of the current element are called, as ``XMLAttributeName`` numbers them.
    private let attributeNames: UnsafeMutablePointer<UInt16>
    private var namespacesInForce = 0
    private var rootURI: UnsafePointer<xmlChar>?
    private var bases: [(depth: Int, base: String)] = []

    private var format: XMLFormat?
    private var dialect = XMLDialect.rss
    /// Looks through XML of no known kind; beside the table as long as that has made no item of a catalog, whose names
    /// may be anybody's.
    private var survey: XMLSurvey?
    private var isTentative = false
    /// The root is RDF's and says nothing of RSS.
    private var isPlainRDF = false

    private let item = ItemRecord()
    /// 0 outside of items.
    private var itemDepth = 0

    private var capture = XMLDialect.Capture.none
    private var captureDepth = 0
    private var captureStart = 0
    private var captureNode = XMLDialect.dead
    private var captureForm = TextForm.text
    /// How many bytes the text may still have.
    private var room = 0
    private var isCut = false
    private var openTags: [(name: String, depth: Int)] = []
    /// How many children an XHTML construct has; text beside them counts as many.
    private var childCount = 0
    private var isInDiv = false
    private var isBase64 = false

    private var guidIsLink = false
    private var key: String?
    private var branch: (id: String, parent: String?)?
    private var branches = CategoryTree()

    init(_ options: ReadOptions, _ collector: ItemCollector) {
        limits = options.limits
        self.options = options
        self.collector = collector
        frames = .allocate(capacity: max(2, options.limits.depth + 2))
        frames.initialize(to: Frame(node: XMLDialect.dead, namespaces: 0))
        attributeNames = .allocate(capacity: max(1, options.limits.attributes))
    }

    deinit {
        frames.deallocate()
        attributeNames.deallocate()
    }

    private var record: ItemRecord { itemDepth > 0 ? item : collector.header }
    private var base: String? { bases.last?.base }

    // MARK: Elements

    override func start(
        _ local: UnsafePointer<xmlChar>, _ prefix: UnsafePointer<xmlChar>?, _ uri: UnsafePointer<xmlChar>?,
        _ namespaces: XMLNamespaces, _ attributes: XMLAttributes
    ) {
        guard failure == nil else { return }
        guard depth < limits.depth else { return fail("its elements are nested deeper than \(limits.depth)") }
        depth += 1
        if depth == 1 { open(local, prefix, uri, namespaces, attributes) }
        if depth == 2, isTentative { reconsider(local) }
        var name = names.find(local, prefix, uri)
        if name.isNew { name = define(local, prefix, uri) }
        frames[depth] = Frame(node: XMLDialect.dead, namespaces: UInt16(truncatingIfNeeded: namespaces.count))
        if namespaces.count > 0 { learn(namespaces) }
        if attributes.count > 0 { learn(attributes) }
        guard failure == nil else { return }
        if let survey {
            survey.start(local, prefix, attributes)
            guard isTentative else { return }
        }
        if capture != .none {
            let next = depth == captureDepth + 1 ? dialect.step(from: captureNode, by: name.symbol) : XMLDialect.dead
            // A child with a row of its own ends the capture of its parent.
            guard next != XMLDialect.dead else { return within(local, attributes) }
            record.drop(from: captureStart)
            capture = .none
            enter(next, attributes)
            return
        }
        var node = dialect.step(from: frames[depth - 1].node, by: name.symbol)
        if name.opensItem, itemDepth == 0 || node == XMLDialect.dead {
            // An item within an item: the end of the one before is missing.
            if itemDepth > 0 { endItem() }
            node = XMLDialect.item
            itemDepth = depth
            blankDepth = max(blankDepth, depth)
            item.clear()
        }
        // The root's children are the table's first steps, whatever it is called; a channel or an item without anything
        // around it is a first step itself.
        if depth == 1, node == XMLDialect.dead { node = XMLDialect.header }
        if node != XMLDialect.dead { enter(node, attributes) }
    }

    private func enter(_ node: UInt16, _ attributes: XMLAttributes) {
        frames[depth].node = node
        let rule = dialect.nodes + Int(node)
        if attributes.count > 0, !rule.pointee.attributes.isEmpty { take(rule.pointee.attributes, attributes) }
        if rule.pointee.special != .none { special(rule.pointee.special, rank: rule.pointee.rank, attributes) }
        guard rule.pointee.capture != .none else { return }
        begin(rule, node, attributes)
    }

    override func end() {
        guard failure == nil, depth > 0 else { return }
        survey?.end()
        if survey == nil || isTentative {
            if capture != .none {
                if depth == captureDepth {
                    finish()
                } else if capture == .html || capture == .xhtml {
                    writeEnd()
                }
            }
            if depth == itemDepth { endItem() }
        }
        if !bases.isEmpty, bases[bases.count - 1].depth == depth { bases.removeLast() }
        namespacesInForce -= Int(frames[depth].namespaces)
        depth -= 1
        if collector.isFull { fail("it has more than \(limits.items) items") }
        if depth == 0 { finishRoot() } else if let survey, survey.isDone { fail(survey.verdict()) }
    }

    private func finishRoot() {
        if let survey, !isTentative || survey.proposal() != nil {
            fail(survey.verdict())
        } else if isPlainRDF, !collector.hasItems, collector.header.isEmpty {
            fail(.notAFeed("an RDF document without a feed in it"))
        }
    }

    override func characters(_ bytes: UnsafeBufferPointer<UInt8>) {
        guard failure == nil else { return }
        if let survey {
            survey.characters(bytes)
            guard isTentative else { return }
        }
        guard capture != .none else { return }
        if capture == .xhtml { escaped(bytes) } else { append(bytes) }
    }

    override func finishCut() {
        if let survey, !isTentative { fail(survey.verdict()) }
    }

    // MARK: The root

    private func open(
        _ local: UnsafePointer<xmlChar>, _ prefix: UnsafePointer<xmlChar>?, _ uri: UnsafePointer<xmlChar>?,
        _ namespaces: XMLNamespaces, _ attributes: XMLAttributes
    ) {
        rootURI = uri
        let name = XMLName(
            namespace: XMLNamespace(uri: uri.map { String(cString: $0) }, prefix: prefix.map { String(cString: $0) }),
            local: String(cString: local).asciiLowercased)
        switch XMLFormat.of(name, uri.map { String(cString: $0) }, namespaces, attributes) {
        case .format(let format, let dialect):
            follow(format, dialect)
            frames[0].node = XMLDialect.header
            isTentative = format.family == .catalog
            isPlainRDF = name.local == "rdf" && !XMLFormat.declaresRSS(namespaces)
            if isTentative { survey = XMLSurvey(root: String(cString: local), limits: limits) }
            if let language = attributes("lang") { collector.header.add(.language, language, rank: 3) }
        case .notAFeed(let what): fail(.notAFeed(what))
        case .unknown: survey = XMLSurvey(root: String(cString: local), limits: limits)
        }
    }

    private func follow(_ format: XMLFormat, _ dialect: XMLDialect) {
        self.format = format
        self.dialect = dialect
        collector.setConventions(dialect.conventions)
        format.open(collector)
    }

    /// Two catalogs share the name of their root.
    private func reconsider(_ local: UnsafePointer<xmlChar>) {
        guard format?.format == .kelkoo, xmlStrcasecmp(local, "offer") == 0 else { return }
        follow(XMLFormat(family: .catalog, format: .trovaprezzi), .trovaprezzi)
    }

    private func define(
        _ local: UnsafePointer<xmlChar>, _ prefix: UnsafePointer<xmlChar>?, _ uri: UnsafePointer<xmlChar>?
    ) -> XMLNames.Entry {
        var name = XMLName(
            namespace: XMLNamespace(uri: uri.map { String(cString: $0) }, prefix: prefix.map { String(cString: $0) }),
            local: String(cString: local).asciiLowercased)
        // Whatever namespace the root is in, or none, is the format's own.
        if uri == rootURI || name.namespace == .atom && format?.family == .atom { name.namespace = .plain }
        let symbol = dialect.symbol(name)
        let opensItem = dialect.opensItem(symbol)
        names.define(symbol, opensItem: opensItem, local: local, prefix: prefix, uri: uri)
        if names.count > limits.names { fail("it has more than \(limits.names) different element names") }
        return XMLNames.Entry(symbol: symbol, opensItem: opensItem, isNew: false)
    }

    // MARK: Limits

    private func learn(_ namespaces: XMLNamespaces) {
        namespacesInForce += namespaces.count
        if namespaces.count > limits.elementNamespaces {
            return fail("an element declares more than \(limits.elementNamespaces) namespaces")
        }
        if namespacesInForce > limits.namespaces {
            return fail("more than \(limits.namespaces) namespaces are in force at one place")
        }
        for index in 0..<namespaces.count {
            let uri = namespaces.uri(index)
            if let local = namespaces.prefix(index) ?? uri { learn(local, nil, uri) }
        }
    }

    private func learn(_ attributes: XMLAttributes) {
        if attributes.count > limits.attributes {
            return fail("an element has more than \(limits.attributes) attributes")
        }
        for index in 0..<attributes.count {
            let name = attributes.name(index)
            attributeNames[index] = 0
            guard let local = name.local else { continue }
            let symbol = learn(local, name.prefix, name.uri)
            attributeNames[index] = symbol
            if symbol == Self.base, let prefix = name.prefix, xmlStrEqual(prefix, "xml") != 0 {
                let outer = base ?? options.baseURL
                if let inner = WebAddress.resolve(attributes.text(index), against: outer) {
                    bases.append((depth, inner))
                }
            }
        }
    }

    private static let base = XMLAttributeName.base.symbol

    /// - Returns: What an attribute of the name is called; 0 for what is unknown or no attribute.
    @discardableResult
    private func learn(
        _ local: UnsafePointer<xmlChar>, _ prefix: UnsafePointer<xmlChar>?, _ uri: UnsafePointer<xmlChar>?
    ) -> UInt16 {
        let known = minorNames.find(local, prefix, uri)
        guard known.isNew else { return known.symbol }
        let symbol = XMLAttributeName.symbol(of: String(cString: local))
        minorNames.define(symbol, opensItem: false, local: local, prefix: prefix, uri: uri)
        if minorNames.count > limits.names {
            fail("it has more than \(limits.names) different names of attributes and namespaces")
        }
        return symbol
    }

    // MARK: Attributes

    /// The value of an attribute of the current element, stand-ins in it; nothing when it has none of the name.
    private func value(_ name: XMLAttributeName, _ attributes: XMLAttributes) -> UnsafeBufferPointer<UInt8> {
        value(name.symbol, attributes)
    }

    private func value(_ symbol: UInt16, _ attributes: XMLAttributes) -> UnsafeBufferPointer<UInt8> {
        for index in 0..<min(attributes.count, limits.attributes) where attributeNames[index] == symbol {
            return attributes.bytes(index)
        }
        return UnsafeBufferPointer(start: nil, count: 0)
    }

    private func text(_ name: XMLAttributeName, _ attributes: XMLAttributes) -> String? {
        StandIn.text(value(name, attributes)).trimmedOrNil
    }

    private func add(_ field: ItemField, _ value: UnsafeBufferPointer<UInt8>, rank: UInt8) {
        let record = record
        let start = record.count
        if StandIn.bytesBefore(value) == value.count {
            record.append(value)
        } else {
            record.append(StandIn.text(value))
        }
        record.close(field, from: start, form: .text, rank: rank, base: base)
    }

    private func take(_ rules: [XMLDialect.AttributeRule], _ attributes: XMLAttributes) {
        for rule in rules {
            let value = value(rule.name, attributes)
            if !value.isEmpty { add(rule.field, value, rank: rule.rank) }
        }
    }

    private func special(_ special: XMLDialect.Special, rank: UInt8, _ attributes: XMLAttributes) {
        switch special {
        case .guid: guidIsLink = !value(.isPermaLink, attributes).trimmed.isWord("false")
        case .link: takeLink(attributes, rank: rank)
        case .media: takeMedia(attributes, rank: rank)
        case .category:
            let term = value(.term, attributes)
            add(.category, term.trimmed.isEmpty ? value(.label, attributes) : term, rank: rank)
        case .key, .value:
            if let name = text(.name, attributes) { key = name }
        case .branch:
            if itemDepth == 0, let id = text(.id, attributes) {
                branch = (id, text(.parentID, attributes) ?? text(.otherParentID, attributes))
            }
        case .none, .list: break
        }
    }

    private func takeLink(_ attributes: XMLAttributes, rank: UInt8) {
        let address = value(.href, attributes)
        let type = value(.type, attributes)
        switch XMLLink(relation: value(.rel, attributes), type: type) {
        case .page(let isPage): add(.link, address, rank: isPage ? rank : rank + 1)
        case .enclosure where itemDepth > 0:
            add(.enclosure, address, rank: 0)
            if !type.isEmpty { add(.enclosureType, type, rank: 0) }
            if case let length = value(.length, attributes), !length.isEmpty { add(.enclosureLength, length, rank: 0) }
        case .image: add(.image, address, rank: rank)
        case .hub where itemDepth == 0: add(.hub, address, rank: 0)
        case .next where itemDepth == 0: add(.next, address, rank: 0)
        default: break
        }
    }

    private func takeMedia(_ attributes: XMLAttributes, rank: UInt8) {
        let address = value(.url, attributes)
        let medium = value(.medium, attributes)
        let type = value(.type, attributes)
        if medium.isWord("image") || type.startsWithWord("image/") {
            add(.image, address, rank: rank)
        } else if medium.isWord("audio") || medium.isWord("video") || !type.isEmpty {
            // Behind what the item states as its own enclosures.
            add(.enclosure, address, rank: 1)
            if !type.isEmpty { add(.enclosureType, type, rank: 1) }
            if case let size = value(.fileSize, attributes), !size.isEmpty { add(.enclosureLength, size, rank: 1) }
        }
    }

    // MARK: Text

    private func begin(_ rule: UnsafePointer<XMLDialect.Node>, _ node: UInt16, _ attributes: XMLAttributes) {
        capture = rule.pointee.capture
        captureForm = capture == .either ? .either : capture == .text ? .text : .html
        if capture == .construct {
            // What lies elsewhere is no text.
            guard value(.src, attributes).isEmpty else {
                capture = .none
                return
            }
            let kind = AtomConstruct(type: value(.type, attributes), mode: value(.mode, attributes))
            capture = kind.capture
            captureForm = kind.form
            isBase64 = kind.isBase64
            childCount = 0
        }
        captureDepth = depth
        captureNode = node
        captureStart = record.count
        let isLine = rule.pointee.field?.isLine ?? false
        room = isLine ? min(limits.lineBytes, limits.fieldBytes) : limits.fieldBytes
        if itemDepth > 0 { room = min(room, max(0, limits.itemBytes - record.count)) }
        isCut = false
    }

    @inline(__always)
    private func append(_ bytes: UnsafeBufferPointer<UInt8>) {
        // Once cut, nothing more is taken: the rest would be text without its middle.
        guard !isCut else { return }
        if bytes.count <= room {
            room -= bytes.count
            record.append(bytes)
        } else {
            cut(bytes)
        }
    }

    private func cut(_ bytes: UnsafeBufferPointer<UInt8>) {
        isCut = true
        var end = room
        // The cut must not split a character.
        while end > 0, bytes[end] & 0xC0 == 0x80 { end -= 1 }
        record.append(UnsafeBufferPointer(rebasing: bytes[0..<end]))
        let isItemFull = itemDepth > 0 && record.count + 3 >= limits.itemBytes
        collector.warn(
            "text_cut",
            isItemFull
                ? "the texts of an item were longer than \(limits.itemBytes) bytes together and were cut"
                : "a text was longer than \(record.count - captureStart) bytes and was cut", item: nil)
    }

    /// Text within XHTML: what is no markup must not become any.
    private func escaped(_ bytes: UnsafeBufferPointer<UInt8>) {
        if depth == captureDepth, !bytes.allSatisfy(\.isXMLSpace) { childCount += 2 }
        var start = 0
        for (index, byte) in bytes.enumerated() {
            let reference: StaticString
            switch byte {
            case UInt8(ascii: "&"): reference = "&amp;"
            case UInt8(ascii: "<"): reference = "&lt;"
            case UInt8(ascii: ">"): reference = "&gt;"
            default: continue
            }
            append(UnsafeBufferPointer(rebasing: bytes[start..<index]))
            write(reference)
            start = index + 1
        }
        append(UnsafeBufferPointer(rebasing: bytes[start...]))
    }

    private func write(_ text: StaticString) {
        append(UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    private func finish() {
        let node = dialect.nodes + Int(captureNode)
        let (rank, special) = (node.pointee.rank, node.pointee.special)
        let isWrapped = capture == .xhtml && childCount == 1 && isInDiv
        capture = .none
        let record = record
        guard let field = node.pointee.field else { return record.drop(from: captureStart) }
        if isBase64 { decodeBase64() }
        switch special {
        case .key, .value, .branch: return finishSpecial(special, field, rank)
        case .list where record.bytes(from: captureStart).contains(UInt8(ascii: ",")): return finishList(field, rank)
        default: break
        }
        guard record.close(field, from: captureStart, form: captureForm, rank: rank, base: base) else { return }
        // RFC 4287 wants one div around XHTML that is no part of it.
        if isWrapped, let entry = record.entries.last,
            let end = record.bytes(of: entry).firstIndex(of: UInt8(ascii: ">"))
        {
            record.trimLast(end + 1, "</div>".utf8.count)
        }
        // Some say isPermaLink and mean nothing by it, so only an address counts.
        if special == .guid, guidIsLink, let entry = record.entries.last,
            WebAddress.isHTTP(record.bytes(of: entry))
        {
            record.repeatLast(as: .link, rank: 2)
        }
    }

    private func decodeBase64() {
        isBase64 = false
        guard Base64Text.mayBe(record.bytes(from: captureStart)) else { return }
        let text = String(decoding: record.bytes(from: captureStart), as: UTF8.self)
        let decoded = Base64Text.decoded(text)
        record.drop(from: captureStart)
        decoded.withUnsafeBufferPointer { record.append($0) }
    }

    /// The text that was captured, taken back out of the record.
    private func takeText() -> String {
        let text = String(decoding: record.bytes(from: captureStart), as: UTF8.self).collapsed
        record.drop(from: captureStart)
        return text
    }

    private func finishList(_ field: ItemField, _ rank: UInt8) {
        for address in AddressList.split(takeText()) {
            record.add(field, address, rank: rank, base: base)
        }
    }

    private func finishSpecial(_ special: XMLDialect.Special, _ field: ItemField, _ rank: UInt8) {
        let text = takeText()
        switch special {
        case .key: key = text
        case .value:
            guard let name = key, let pair = dialect.pairs[name.lowercased()] else { break }
            record.add(pair.field, text, rank: pair.rank)
            key = nil
        case .branch where itemDepth > 0:
            if let path = branches.path(of: text) { record.add(field, path, rank: rank) }
        case .branch:
            if let branch { branches.add(branch.id, parent: branch.parent, name: text) }
            branch = nil
        default: break
        }
    }

    private func endItem() {
        itemDepth = 0
        key = nil
        if isTentative {
            isTentative = false
            // Names that anybody may use, and not what they stand for here: it is some other XML.
            guard format?.fits(item) == true else { return }
            survey = nil
        }
        format?.close(item, collector, isFirst: !collector.hasItems)
    }

    // MARK: Markup within text

    private func within(_ local: UnsafePointer<xmlChar>, _ attributes: XMLAttributes) {
        guard capture == .html || capture == .xhtml else { return }
        let name = String(cString: local)
        if depth == captureDepth + 1 {
            childCount += 1
            isInDiv = name == "div"
        }
        openTags.append((name, depth))
        var tag = "<" + name
        for index in 0..<attributes.count {
            guard let name = attributes.name(index).local.map({ String(cString: $0) }) else { continue }
            tag += " \(name)=\"\(HTMLText.escape(attributes.text(index)))\""
        }
        tag += ">"
        tag.withUTF8 { append($0) }
    }

    private func writeEnd() {
        guard let tag = openTags.last, tag.depth == depth else { return }
        openTags.removeLast()
        guard !HTMLText.voidElements.contains(tag.name) else { return }
        var text = "</\(tag.name)>"
        text.withUTF8 { append($0) }
    }
}
