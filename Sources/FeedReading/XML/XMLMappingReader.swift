import CLibXML2
import CampaignModel

/// Reads any XML by an owner's mapping: an item's elements become a small tree, its fields are what XPath finds there,
/// and the tree is gone before the next item.
final class XMLMappingReader: XMLSink {
    /// Elements, attributes and texts of one item.
    private static let mostNodes = 20_000

    private struct Frame {
        var places: XMLItemPath.Places
        var namespaces: Int
    }

    private let mapping: DocumentMapping
    private let limits: ReadLimits
    private let collector: ItemCollector
    private let path: XMLItemPath?
    private let tree: XMLItemTree
    private let fields: XMLMappedFields
    private var writer: FieldWriter
    private var names: XMLNameLimits
    private var frames: [Frame] = []
    private var root = ""
    /// How many elements are open around the item and with it; 0 outside of items.
    private var itemDepth = 0
    /// The item is left out for its size.
    private var isSkipped = false
    /// The place was there that items belong to.
    private var isFound = false
    private var hasItem = false

    init(_ mapping: DocumentMapping, _ options: ReadOptions, _ collector: ItemCollector) {
        self.mapping = mapping
        self.collector = collector
        limits = options.limits
        tree = XMLItemTree()
        fields = XMLMappedFields(mapping, tree)
        writer = FieldWriter(ItemRecord(options.limits), options.limits, collector)
        names = XMLNameLimits(options.limits)
        var reason: String?
        do throws(XMLItemPath.Malformed) {
            path = try XMLItemPath(mapping.item)
        } catch {
            path = nil
            reason = "the mapping's item path “\(mapping.item.prefix(200))” does not fit XML: \(error.message)"
        }
        super.init()
        collector.setFormat(.custom)
        collector.setConventions(MappedField.conventions)
        // Text right within the item may be anything.
        blankDepth = path?.outerDepth ?? 0
        if let reason = reason ?? fields.problems.first?.message { fail(.unmapped(message: reason, line: 0)) }
    }

    // MARK: Elements

    override func start(
        _ local: UnsafePointer<xmlChar>, _ prefix: UnsafePointer<xmlChar>?, _ uri: UnsafePointer<xmlChar>?,
        _ namespaces: XMLNamespaces, _ attributes: XMLAttributes
    ) {
        guard failure == nil, let path else { return }
        guard frames.count < limits.depth else { return fail("its elements are nested deeper than \(limits.depth)") }
        if let excess = names.open(local, prefix, uri, namespaces, attributes) { return fail(excess) }
        var places: XMLItemPath.Places = 0
        if itemDepth == 0 {
            places = path.step(frames.last?.places ?? XMLItemPath.start, local, prefix)
            if frames.isEmpty { root = (prefix.map { String(cString: $0) + ":" } ?? "") + String(cString: local) }
            if path.isItem(places) {
                itemDepth = frames.count + 1
                isSkipped = false
                hasItem = true
            } else if path.isParent(places) {
                isFound = true
            }
        }
        frames.append(Frame(places: places, namespaces: namespaces.count))
        guard itemDepth > 0, !isSkipped else { return }
        tree.start(local, prefix, attributes)
        checkSize()
    }

    override func characters(_ bytes: UnsafeBufferPointer<UInt8>) {
        guard failure == nil, itemDepth > 0, !isSkipped else { return }
        tree.characters(bytes)
        checkSize()
    }

    override func end() {
        guard failure == nil, let frame = frames.last else { return }
        if itemDepth > 0 {
            if !isSkipped { _ = tree.end() }
            if frames.count == itemDepth { endItem() }
        }
        names.close(namespaces: frame.namespaces)
        frames.removeLast()
        if frames.isEmpty { checkFound() }
    }

    /// The document ended before its last element did; that is told elsewhere.
    override func finishCut() {}

    // MARK: Items

    private func endItem() {
        itemDepth = 0
        defer { tree.clear() }
        guard !isSkipped else { return }
        writer.clear()
        fields.take(into: &writer, collector)
        collector.add(writer.record)
        if collector.isFull { fail("it has more than \(limits.items) items") }
    }

    private func checkSize() {
        guard tree.bytes > limits.itemBytes || tree.nodes > Self.mostNodes else { return }
        isSkipped = true
        let what =
            tree.nodes > Self.mostNodes
            ? "\(Self.mostNodes) elements, attributes and texts" : "\(limits.itemBytes) bytes"
        collector.warn("item_too_big", "line \(line()): an item has more than \(what) and was left out", item: nil)
        tree.clear()
    }

    private func checkFound() {
        guard failure == nil, !hasItem else { return }
        let message = "nothing stands at “\(mapping.item)” (the root element is <\(root.prefix(64))>)"
        guard isFound else { return fail(.unmapped(message: message, line: 0)) }
        // Sold out, or a name that is wrong in the mapping: the document does not tell.
        collector.warn("no_items", message, item: nil)
    }
}
