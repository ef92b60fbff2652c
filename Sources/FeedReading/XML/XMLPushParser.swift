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
    private let sink: XMLSink

    init(_ sink: XMLSink) {
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

    func push(_ bytes: UnsafeBufferPointer<UInt8>) {
        guard let context else { return }
        var start = 0
        while start < bytes.count, sink.failure == nil {
            let end = min(start + Self.piece, bytes.count)
            UnsafeBufferPointer(rebasing: bytes[start..<end]).withMemoryRebound(to: CChar.self) { piece in
                _ = xmlParseChunk(context, piece.baseAddress, Int32(piece.count), 0)
            }
            start = end
        }
    }

    private static func handler() -> xmlSAXHandler {
        var handler = xmlSAXHandler()
        handler.initialized = UInt32(XML_SAX2_MAGIC)
        handler.startElementNs = { data, local, prefix, uri, namespaceCount, namespaces, count, _, attributes in
            guard let local else { return }
            withSink(data) {
                $0.start(
                    local, prefix, uri, XMLNamespaces(namespaces, count: Int(namespaceCount)),
                    XMLAttributes(attributes, count: Int(count)))
            }
        }
        handler.endElementNs = { data, _, _, _ in withSink(data) { $0.end() } }
        handler.characters = { data, text, count in
            guard let text else { return }
            withSink(data) { $0.take(UnsafeBufferPointer(start: text, count: Int(count))) }
        }
        handler.cdataBlock = handler.characters
        // The same function, or libxml2 would look at each text to tell the two apart.
        handler.ignorableWhitespace = handler.characters
        // The cleaner lets no DOCTYPE through; should one come all the same, its entities are refused here.
        handler.entityDecl = { data, _, _, _, _, _ in
            withSink(data) { $0.fail("the document declares entities, which are refused") }
        }
        handler.serror = { data, error in
            guard let error, error.pointee.level == XML_ERR_FATAL else { return }
            let message = error.pointee.message.map { String(cString: $0) } ?? "not well-formed"
            withSink(data) { $0.fail(message.collapsed) }
        }
        return handler
    }
}

/// The sink that a callback is for. A free function: C calls cannot capture anything. The parser holds the sink, so no
/// reference needs to be counted.
@inline(__always)
private func withSink(_ data: UnsafeMutableRawPointer?, _ body: (XMLSink) -> Void) {
    guard let data else { return }
    Unmanaged<XMLSink>.fromOpaque(data)._withUnsafeGuaranteedRef(body)
}
