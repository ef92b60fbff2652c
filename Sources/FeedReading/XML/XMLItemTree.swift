import CLibXML2

/// libxml2's tree of one item at a time, built of what the parser finds.
///
/// A name with a prefix is in a namespace of the prefix's own name, one without a prefix in none, whatever the document
/// declares: that is how owners read a document, and how they write their expressions.
final class XMLItemTree {
    /// The document that the item is alone in; it and the names in it are kept from item to item.
    let document: xmlDocPtr?
    /// The item's element while there is one.
    private(set) var root: xmlNodePtr?
    private(set) var nodes = 0
    /// Bytes of names, values and texts.
    private(set) var bytes = 0

    private var current: xmlNodePtr?
    private var namespaces: [UnsafePointer<xmlChar>: xmlNsPtr] = [:]
    private var text = ByteBuffer(capacity: 4096)
    private var value = ByteBuffer(capacity: 1024)

    init() {
        document = xmlNewDoc(nil)
        // Names are kept once.
        document?.pointee.dict = xmlDictCreate()
    }

    deinit {
        clear()
        for namespace in namespaces.values { xmlFreeNs(namespace) }
        xmlFreeDoc(document)
    }

    /// Frees the item.
    func clear() {
        if let root {
            xmlUnlinkNode(root)
            xmlFreeNode(root)
        }
        root = nil
        current = nil
        nodes = 0
        bytes = 0
        text.clear()
    }

    /// Opens an element; the first is the item.
    func start(_ local: UnsafePointer<xmlChar>, _ prefix: UnsafePointer<xmlChar>?, _ attributes: XMLAttributes) {
        flush()
        guard let node = xmlNewDocNode(document, namespace(prefix), local, nil) else { return }
        if let current {
            xmlAddChild(current, node)
        } else {
            root = node
            xmlDocSetRootElement(document, node)
        }
        current = node
        nodes += 1
        count(local)
        for index in 0..<attributes.count { add(attributes, index, to: node) }
    }

    private func add(_ attributes: XMLAttributes, _ index: Int, to node: xmlNodePtr) {
        let name = attributes.name(index)
        guard let local = name.local else { return }
        value.clear()
        StandIn.append(attributes.bytes(index), to: &value)
        count(local)
        bytes += value.count
        nodes += 2
        value.append(0)
        xmlNewNsProp(node, namespace(name.prefix), local, value.start)
    }

    func characters(_ bytes: UnsafeBufferPointer<UInt8>) {
        self.bytes += bytes.count
        text.append(bytes)
    }

    /// - Returns: True when it was the item that ended.
    func end() -> Bool {
        flush()
        guard let ended = current else { return true }
        current = ended == root ? nil : ended.pointee.parent
        return current == nil
    }

    /// Texts that follow each other are one: put together here, because libxml2 would copy all of it for each.
    private func flush() {
        guard !text.isEmpty, let current else { return text.clear() }
        if let node = xmlNewDocTextLen(document, text.start, Int32(clamping: text.count)) {
            xmlAddChild(current, node)
            nodes += 1
        }
        text.clear()
    }

    private func count(_ name: UnsafePointer<xmlChar>) { bytes += Int(xmlStrlen(name)) + 4 }

    private func namespace(_ prefix: UnsafePointer<xmlChar>?) -> xmlNsPtr? {
        guard let prefix else { return nil }
        if let known = namespaces[prefix] { return known }
        if xmlStrEqual(prefix, "xml") != 0 {
            // libxml2's own; it belongs to the document.
            return xmlSearchNsByHref(document, root, "http://www.w3.org/XML/1998/namespace")
        }
        let made = xmlNewNs(nil, prefix, prefix)
        namespaces[prefix] = made
        return made
    }
}
