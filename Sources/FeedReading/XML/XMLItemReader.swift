import CLibXML2
import CampaignModel

/// Follows the parser's elements through a dialect's table and fills records: the hot path of every feed and catalog.
///
/// Each element costs one look-up of its name's address and one step through the table. Text goes straight into the
/// record's buffer; nothing becomes a String here but what rare special cases need.
final class XMLItemReader: XMLSink {
    struct Frame {
        var node: UInt16
        var namespaces: UInt16
    }

    let limits: ReadLimits
    let options: ReadOptions
    let collector: ItemCollector
    let frames: UnsafeMutablePointer<Frame>
    var depth = 0
    var names = XMLNames()
    /// Names of attributes, prefixes and namespaces: libxml2 keeps every distinct one for as long as it reads.
    var minorNames = XMLNames()
    /// What the attributes of the current element are called, as ``XMLAttributeName`` numbers them.
    let attributeNames: UnsafeMutablePointer<UInt16>
    var namespacesInForce = 0
    var rootURI: UnsafePointer<xmlChar>?
    private var rootPrefix: UnsafePointer<xmlChar>?
    private var knownNamespaces: [(uri: UnsafePointer<xmlChar>, namespace: XMLNamespace)] = []
    var bases: [(depth: Int, base: String)] = []

    var format: XMLFormat?
    var dialect = XMLDialect.rss
    /// Looks through XML of no known kind; beside the table as long as that has made no item of a catalog, whose names
    /// may be anybody's.
    var survey: XMLSurvey?
    var isTentative = false
    /// The root is RDF's and says nothing of RSS.
    var isPlainRDF = false

    let item: ItemRecord
    /// 0 outside of items.
    var itemDepth = 0

    var capture = XMLDialect.Capture.none
    var captureDepth = 0
    var captureStart = 0
    var captureNode = XMLDialect.dead
    var captureForm = TextForm.text
    /// How many bytes the text may still have.
    var room = 0
    var isCut = false
    var openTags: [(name: String, depth: Int)] = []
    /// How many children an XHTML construct has; text beside them counts as many.
    var childCount = 0
    var isInDiv = false
    /// Bytes of addresses that markup may still be made longer by.
    var linkRoom = XMLItemReader.mostLinkRoom
    static let mostLinkRoom = 64 * 1024
    var isBase64 = false

    var guidIsLink = false
    var key: String?
    var branch: (id: String, parent: String?)?
    var branches = CategoryTree()

    init(_ options: ReadOptions, _ collector: ItemCollector) {
        limits = options.limits
        item = ItemRecord(options.limits)
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

    var record: ItemRecord { itemDepth > 0 ? item : collector.header }
    var base: String? { bases.last?.base }

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
            if next != XMLDialect.dead {
                // A child with a row of its own ends the capture of its parent.
                record.drop(from: captureStart)
                capture = .none
                return enter(next, attributes)
            }
            // Atom's XHTML may hold anything; elsewhere an item within a text means that the text was never ended.
            guard name.opensItem, capture != .xhtml else { return within(local, attributes) }
            finish()
            return openItem(local, prefix, attributes)
        }
        var node = dialect.step(from: frames[depth - 1].node, by: name.symbol)
        if name.opensItem, itemDepth == 0 || node == XMLDialect.dead, !isNested {
            return openItem(local, prefix, attributes)
        }
        // The root's children are the table's first steps, whatever it is called; a channel or an item without anything
        // around it is a first step itself.
        if depth == 1, node == XMLDialect.dead { node = XMLDialect.header }
        if node != XMLDialect.dead { enter(node, attributes) }
    }

    /// Catalogs name other products within a product, by the same name but further within than a missing end would put
    /// them.
    private var isNested: Bool { format?.family == .catalog && itemDepth > 0 && depth > itemDepth + 1 }

    private func openItem(
        _ local: UnsafePointer<xmlChar>, _ prefix: UnsafePointer<xmlChar>?, _ attributes: XMLAttributes
    ) {
        if itemDepth > 0 {
            // The end of the item before is missing; what follows in its elements belongs to nothing.
            for place in itemDepth..<depth { frames[place].node = XMLDialect.dead }
            endItem()
        }
        if blankName.isEmpty {
            blankName =
                Array((prefix.map { String(cString: $0) + ":" } ?? "").utf8) + Array(String(cString: local).utf8)
            blankNameDepth = depth
        }
        itemDepth = depth
        item.clear()
        enter(XMLDialect.item, attributes)
    }

    func enter(_ node: UInt16, _ attributes: XMLAttributes) {
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

    func finishRoot() {
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

    func open(
        _ local: UnsafePointer<xmlChar>, _ prefix: UnsafePointer<xmlChar>?, _ uri: UnsafePointer<xmlChar>?,
        _ namespaces: XMLNamespaces, _ attributes: XMLAttributes
    ) {
        rootURI = uri
        rootPrefix = prefix
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

    func follow(_ format: XMLFormat, _ dialect: XMLDialect) {
        self.format = format
        self.dialect = dialect
        collector.setConventions(dialect.conventions)
        format.open(collector)
    }

    /// Two catalogs share the name of their root.
    func reconsider(_ local: UnsafePointer<xmlChar>) {
        guard format?.format == .kelkoo, xmlStrcasecmp(local, "offer") == 0 else { return }
        follow(XMLFormat(family: .catalog, format: .trovaprezzi), .trovaprezzi)
        // Names that came so far have the other table's numbers.
        names = XMLNames()
    }

    /// A document has few namespaces and many names in them.
    private func namespace(_ uri: UnsafePointer<xmlChar>?, _ prefix: UnsafePointer<xmlChar>?) -> XMLNamespace {
        guard let uri else { return XMLNamespace(uri: nil, prefix: prefix.map { String(cString: $0) }) }
        if let known = knownNamespaces.first(where: { $0.uri == uri }) { return known.namespace }
        let namespace = XMLNamespace(uri: String(cString: uri), prefix: nil)
        if knownNamespaces.count < 16 { knownNamespaces.append((uri, namespace)) }
        return namespace
    }

    func define(
        _ local: UnsafePointer<xmlChar>, _ prefix: UnsafePointer<xmlChar>?, _ uri: UnsafePointer<xmlChar>?
    ) -> XMLNames.Entry {
        var name = XMLName(namespace: namespace(uri, prefix), local: String(cString: local).asciiLowercased)
        // Whatever namespace the root is in, or none, is the format's own. A prefix that is not declared is not none.
        let isOwn = uri == rootURI && (uri != nil || prefix == nil || prefix == rootPrefix)
        if isOwn || name.namespace == .atom && format?.family == .atom { name.namespace = .plain }
        let symbol = dialect.symbol(name)
        let opensItem = dialect.opensItem(symbol)
        names.define(symbol, opensItem: opensItem, local: local, prefix: prefix, uri: uri)
        if names.count > limits.names { fail("it has more than \(limits.names) different element names") }
        return XMLNames.Entry(symbol: symbol, opensItem: opensItem, isNew: false)
    }
}
