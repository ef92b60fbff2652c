import CLibXML2

/// Follows the parser's elements: keeps the limits, collects text, and tells the dialect.
final class XMLElementReader {
    private let limits: ReadLimits
    private let collector: ItemCollector
    private let stated: ReadOptions
    private var names = XMLNameTable()
    /// Names of attributes, prefixes and namespaces: libxml2 keeps every distinct one for as long as it reads.
    private var minorNames = XMLNameTable()
    /// How many namespaces each open element declares, and all of them together: libxml2 searches them in turn.
    private var namespaceCounts: [Int] = []
    private var namespacesInForce = 0
    private var place = XMLPlace()
    private var bases: [(depth: Int, base: String?)] = []
    private var dialect: (any XMLDialect)?

    private var capture = XMLCapture.none
    private var captureDepth = 0
    private var text: [UInt8] = []
    /// How many bytes the text may have.
    private var room = 0
    private var isCut = false
    /// The bytes of the current item's texts so far.
    private var itemBytes = 0

    /// Why reading stopped.
    private(set) var failure: Breakage?
    /// True when the root was closed.
    private(set) var isDone = false
    /// Tells the line for a failure.
    var line: () -> Int = { 0 }

    init(_ options: ReadOptions, _ collector: ItemCollector) {
        limits = options.limits
        stated = options
        self.collector = collector
        text.reserveCapacity(4096)
    }

    var isOver: Bool { failure != nil || isDone }

    func fail(_ message: String) {
        if !isOver { failure = .broken(message: message, line: line()) }
    }

    func start(
        _ local: UnsafePointer<xmlChar>, _ prefix: UnsafePointer<xmlChar>?, _ uri: UnsafePointer<xmlChar>?,
        _ namespaces: XMLNamespaces, _ attributes: XMLAttributes
    ) {
        guard !isOver else { return }
        let name = names.name(local, prefix, uri)
        guard names.count <= limits.names else {
            return fail("it has more than \(limits.names) different element names")
        }
        guard attributes.count <= limits.attributes else {
            return fail("an element has more than \(limits.attributes) attributes")
        }
        guard declare(namespaces), learn(namespaces, attributes) else { return }
        guard place.depth < limits.depth else { return fail("its elements are nested deeper than \(limits.depth)") }
        place.path.append(name)
        if let base = attributes("base", prefix: "xml") {
            bases.append((place.depth, place.base))
            place.base = WebAddress.resolve(base, against: place.base ?? stated.baseURL) ?? place.base
        }
        if place.depth == 1 {
            open(name, String(cString: local), uri.map { String(cString: $0) })
            guard !isOver else { return }
        }
        switch capture {
        case .none:
            guard let dialect else { return }
            let wasInItem = dialect.isInItem
            capture = dialect.start(name, attributes, place)
            if !wasInItem { itemBytes = 0 }
            captureDepth = place.depth
            text.removeAll(keepingCapacity: true)
            room = name.word.isLine ? min(limits.lineBytes, limits.fieldBytes) : limits.fieldBytes
            if wasInItem { room = min(room, max(0, limits.itemBytes - itemBytes)) }
            isCut = false
        case .text: break
        case .html, .xhtml: writeStart(String(cString: local), attributes)
        }
    }

    func end() {
        guard !isOver, let name = place.path.last else { return }
        switch capture {
        case .none: dialect?.end(name, nil, place)
        case _ where place.depth == captureDepth:
            capture = .none
            itemBytes += text.count
            if isCut { warnOfCut() }
            dialect?.end(name, captured(), place)
        case .text: break
        case .html, .xhtml: writeEnd(name)
        }
        if let last = bases.last, last.depth == place.depth {
            place.base = last.base
            bases.removeLast()
        }
        place.path.removeLast()
        namespacesInForce -= namespaceCounts.popLast() ?? 0
        openTags.popDeeper(than: place.depth)
        if collector.isFull { return fail("it has more than \(limits.items) items") }
        if place.path.isEmpty { isDone = true }
    }

    func characters(_ bytes: UnsafeBufferPointer<UInt8>) {
        switch capture {
        case .none: return
        case .text, .html: append(bytes)
        case .xhtml:
            guard let escaped = Self.escaped(bytes) else { return append(bytes) }
            escaped.withUnsafeBufferPointer(append)
        }
    }

    private func open(_ root: XMLName, _ name: String, _ namespace: String?) {
        switch XMLFormats.dialect(of: root, name: name, namespace: namespace, options: stated, collector: collector) {
        case .dialect(let dialect): self.dialect = dialect
        case .notAFeed(let what): failure = .notAFeed(what)
        }
    }

    // MARK: Limits

    private func declare(_ namespaces: XMLNamespaces) -> Bool {
        namespaceCounts.append(namespaces.count)
        namespacesInForce += namespaces.count
        if namespaces.count > limits.elementNamespaces {
            fail("an element declares more than \(limits.elementNamespaces) namespaces")
        } else if namespacesInForce > limits.namespaces {
            fail("more than \(limits.namespaces) namespaces are in force at one place")
        }
        return !isOver
    }

    private func learn(_ namespaces: XMLNamespaces, _ attributes: XMLAttributes) -> Bool {
        for index in 0..<namespaces.count {
            let uri = namespaces.uri(index)
            if let local = namespaces.prefix(index) ?? uri { _ = minorNames.name(local, nil, uri) }
        }
        for index in 0..<attributes.count {
            let parts = attributes.parts(index)
            if let local = parts.local { _ = minorNames.name(local, parts.prefix, parts.uri) }
        }
        if minorNames.count > limits.names {
            fail("it has more than \(limits.names) different names of attributes and namespaces")
        }
        return !isOver
    }

    private func warnOfCut() {
        // A cut leaves up to three bytes of a character out.
        let isItemFull = itemBytes + 3 >= limits.itemBytes
        collector.warn(
            "text_cut",
            isItemFull
                ? "the texts of an item were longer than \(limits.itemBytes) bytes together and were cut"
                : "a text was longer than \(room) bytes and was cut", item: nil)
    }

    // MARK: Text

    private func append(_ bytes: UnsafeBufferPointer<UInt8>) {
        // Once cut, nothing more is taken: the rest would be text without its middle.
        guard !isCut else { return }
        var end = bytes.count
        if end > room - text.count {
            isCut = true
            end = room - text.count
            // The cut must not split a character.
            while end > 0, bytes[end] & 0xC0 == 0x80 { end -= 1 }
        }
        text.append(contentsOf: UnsafeBufferPointer(rebasing: bytes[0..<end]))
    }

    private func captured() -> String? {
        var start = 0
        var end = text.count
        while start < end, text[start].isXMLSpace { start += 1 }
        while end > start, text[end - 1].isXMLSpace { end -= 1 }
        return start == end ? nil : String(decoding: text[start..<end], as: UTF8.self)
    }

    // MARK: Markup

    private var openTags = OpenTags()

    private func writeStart(_ name: String, _ attributes: XMLAttributes) {
        openTags.push(name, depth: place.depth)
        var tag = "<" + name
        for index in 0..<attributes.count {
            tag += " \(attributes.name(index))=\"\(HTMLText.escape(attributes.value(index)))\""
        }
        tag += ">"
        tag.withUTF8 { append($0) }
    }

    private func writeEnd(_ name: XMLName) {
        guard let tag = openTags.name(at: place.depth), !HTMLText.voidElements.contains(tag) else { return }
        var text = "</\(tag)>"
        text.withUTF8 { append($0) }
    }

    private static func escaped(_ bytes: UnsafeBufferPointer<UInt8>) -> [UInt8]? {
        guard bytes.contains(where: { $0 == 0x26 || $0 == 0x3C || $0 == 0x3E }) else { return nil }
        return Array(HTMLText.escape(String(decoding: bytes, as: UTF8.self)).utf8)
    }
}

/// The names of the tags that are being written, with the depth they were opened at.
private struct OpenTags {
    private var tags: [(name: String, depth: Int)] = []

    mutating func push(_ name: String, depth: Int) { tags.append((name, depth)) }
    func name(at depth: Int) -> String? { tags.last { $0.depth == depth }?.name }

    mutating func popDeeper(than depth: Int) {
        while let last = tags.last, last.depth > depth { tags.removeLast() }
    }
}
