import CLibXML2

/// libxml2's SAX2 push parser without a tree.
///
/// It is only ever given cleaned UTF-8. No option but NONET is set: HUGE would lift the limits that keep it safe, NOENT
/// would expand entities.
final class XMLPushParser {
    // libxml2 wants this once, before the first parser; a global's initializer runs exactly once.
    private static let initialized: Void = tellal_xml_initialize()

    /// libxml2 refuses what lies too far ahead of it, so a big chunk is handed over in pieces.
    private static let piece = 32 * 1024

    // Swift cannot tell that the context outlives its callbacks: it is freed in deinit, and the sink is held here.
    private let context: xmlParserCtxtPtr?
    private let sink: XMLElementReader

    init(_ sink: XMLElementReader) {
        _ = Self.initialized
        self.sink = sink
        var handler = Self.handler()
        context = xmlCreatePushParserCtxt(&handler, Unmanaged.passUnretained(sink).toOpaque(), nil, 0, nil)
        if let context { xmlCtxtUseOptions(context, Int32(XML_PARSE_NONET.rawValue)) }
    }

    deinit {
        guard let context else { return }
        if let document = context.pointee.myDoc { xmlFreeDoc(document) }
        context.pointee.myDoc = nil
        xmlFreeParserCtxt(context)
    }

    /// The line that is being read, from 1.
    var line: Int {
        guard let input = context?.pointee.input else { return 0 }
        return Int(input.pointee.line)
    }

    func push(_ bytes: UnsafeBufferPointer<UInt8>) {
        guard let context else { return }
        var start = 0
        while start < bytes.count, !sink.isOver {
            let end = min(start + Self.piece, bytes.count)
            UnsafeBufferPointer(rebasing: bytes[start..<end]).withMemoryRebound(to: CChar.self) { piece in
                _ = xmlParseChunk(context, piece.baseAddress, Int32(piece.count), 0)
            }
            start = end
        }
    }

    func finish() {
        guard let context, !sink.isOver else { return }
        _ = xmlParseChunk(context, nil, 0, 1)
    }

    private static func handler() -> xmlSAXHandler {
        var handler = xmlSAXHandler()
        handler.initialized = UInt32(XML_SAX2_MAGIC)
        handler.startElementNs = { data, local, prefix, uri, namespaceCount, namespaces, count, _, attributes in
            guard let reader = elements(data), let local else { return }
            reader.start(
                local, prefix, uri, XMLNamespaces(namespaces, count: Int(namespaceCount)),
                XMLAttributes(attributes, count: Int(count)))
        }
        handler.endElementNs = { data, _, _, _ in elements(data)?.end() }
        handler.characters = { data, text, count in
            guard let text else { return }
            elements(data)?.characters(UnsafeBufferPointer(start: text, count: Int(count)))
        }
        handler.cdataBlock = handler.characters
        handler.ignorableWhitespace = handler.characters
        // The cleaner lets no DOCTYPE through; should one come all the same, its entities are refused here.
        handler.entityDecl = { data, _, _, _, _, _ in
            elements(data)?.fail("the document declares entities, which are refused")
        }
        handler.serror = { data, error in
            guard let error, error.pointee.level == XML_ERR_FATAL, let reader = elements(data) else { return }
            let message = error.pointee.message.map { String(cString: $0) } ?? "not well-formed"
            reader.fail(message.collapsed)
        }
        return handler
    }
}

/// The reader that a callback is for. A free function: C calls cannot capture anything.
private func elements(_ data: UnsafeMutableRawPointer?) -> XMLElementReader? {
    data.map { Unmanaged<XMLElementReader>.fromOpaque($0).takeUnretainedValue() }
}

/// The namespaces that one element declares, in libxml2's own memory: valid only within the callback.
struct XMLNamespaces {
    private let values: UnsafeMutablePointer<UnsafePointer<xmlChar>?>?
    let count: Int

    init(_ values: UnsafeMutablePointer<UnsafePointer<xmlChar>?>?, count: Int) {
        self.values = values
        self.count = values == nil ? 0 : count
    }

    /// Nil for the namespace of names without a prefix.
    func prefix(_ index: Int) -> UnsafePointer<xmlChar>? { values?[index * 2] }
    func uri(_ index: Int) -> UnsafePointer<xmlChar>? { values?[index * 2 + 1] }
}

/// The attributes of one element, in libxml2's own memory: valid only within the callback.
struct XMLAttributes {
    private let values: UnsafeMutablePointer<UnsafePointer<xmlChar>?>?
    let count: Int

    init(_ values: UnsafeMutablePointer<UnsafePointer<xmlChar>?>?, count: Int) {
        self.values = values
        self.count = values == nil ? 0 : count
    }

    /// The value of an attribute by its local name, whatever its namespace unless `prefix` is stated.
    func callAsFunction(_ name: StaticString, prefix: StaticString? = nil) -> String? {
        for index in 0..<count where Self.equal(field(index, 0), name) {
            if let prefix, !Self.equal(field(index, 1), prefix) { continue }
            return value(index)
        }
        return nil
    }

    /// The interned local name, prefix and namespace.
    func parts(_ index: Int) -> (
        local: UnsafePointer<xmlChar>?, prefix: UnsafePointer<xmlChar>?, uri: UnsafePointer<xmlChar>?
    ) {
        (field(index, 0), field(index, 1), field(index, 2))
    }

    func name(_ index: Int) -> String { field(index, 0).map { String(cString: $0) } ?? "" }

    func value(_ index: Int) -> String {
        guard let start = field(index, 3), let end = field(index, 4) else { return "" }
        let text = String(decoding: UnsafeBufferPointer(start: start, count: end - start), as: UTF8.self)
        // Without NOENT libxml2 leaves an ampersand in a value as this reference; the cleaner leaves no other.
        guard text.utf8.contains(UInt8(ascii: "&")) else { return text }
        return text.replacingText("&#38;", with: "&")
    }

    private func field(_ index: Int, _ part: Int) -> UnsafePointer<xmlChar>? { values?[index * 5 + part] }

    private static func equal(_ text: UnsafePointer<xmlChar>?, _ name: StaticString) -> Bool {
        guard let text else { return false }
        return xmlStrEqual(text, name.utf8Start) != 0
    }
}
