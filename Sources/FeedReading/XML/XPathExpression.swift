import CLibXML2

/// XPath 1.0 over the item in an ``XMLItemTree``: libxml2's context with every prefix that expressions use, a bound on the
/// work, and no way to the world outside. Nothing is ever written to the standard error.
final class XPathEvaluator {
    // libxml2 wants this once.
    private static let initialized: Void = tellal_xml_initialize()

    let tree: XMLItemTree
    fileprivate let context: xmlXPathContextPtr?

    init(_ tree: XMLItemTree) {
        _ = Self.initialized
        self.tree = tree
        context = xmlXPathNewContext(tree.document)
        if let context {
            context.pointee.error = { _, _ in }
            tellal_xpath_keep_quiet(context)
        }
        // Keeps results' memory for the next ones.
        xmlXPathContextSetCache(context, 1, -1, 0)
    }

    deinit { xmlXPathFreeContext(context) }

    /// Steps that all expressions together may take in the current item: more than any sensible ones need, and linear
    /// in its size, or a document could make an expression such as `//a[. = //b]` take minutes.
    func startItem() {
        guard let context else { return }
        context.pointee.opCount = 0
        context.pointee.opLimit = UInt(min(1_000_000, 20_000 + 400 * tree.nodes))
        // Places of elements in the document, which make sorting cheap.
        if tree.nodes > 100 { xmlXPathOrderDocElems(tree.document) }
    }

    fileprivate var reason: String {
        guard let error = context?.pointee.lastError else { return "it cannot be understood" }
        let place = error.int1 > 0 ? " (at character \(error.int1 + 1))" : ""
        switch UInt32(truncatingIfNeeded: error.code) {
        case XML_XPATH_UNFINISHED_LITERAL_ERROR.rawValue, XML_XPATH_START_LITERAL_ERROR.rawValue:
            return "a quote is missing" + place
        case XML_XPATH_VARIABLE_REF_ERROR.rawValue, XML_XPATH_UNDEF_VARIABLE_ERROR.rawValue:
            return "there are no variables" + place
        case XML_XPATH_INVALID_PREDICATE_ERROR.rawValue: return "a condition in [ ] is wrong" + place
        case XML_XPATH_UNCLOSED_ERROR.rawValue: return "a bracket is missing" + place
        case XML_XPATH_UNKNOWN_FUNC_ERROR.rawValue: return "XPath 1.0 has no such function"
        case XML_XPATH_INVALID_TYPE.rawValue, XML_XPATH_INVALID_OPERAND.rawValue:
            return "a function or operator gets a value of the wrong kind"
        case XML_XPATH_INVALID_ARITY.rawValue: return "a function gets too many or too few values"
        case 1225: return "it takes too many steps"
        default: return "it is no XPath 1.0 expression" + place
        }
    }
}

/// One compiled expression.
final class XPathExpression {
    struct Malformed: Error { var message: String }

    /// What an expression gives, good until ``release()``.
    enum Value {
        case truth(Bool)
        case number(Double)
        case text(UnsafePointer<xmlChar>)
        case nodes(count: Int)
    }

    private static let longest = 1024
    private static let deepest = 32

    private let evaluator: XPathEvaluator
    private let compiled: xmlXPathCompExprPtr?
    private var result: xmlXPathObjectPtr?
    private var content: UnsafeMutablePointer<xmlChar>?

    /// Compiles an expression and tries it on an empty item: a function that does not exist shows only then.
    convenience init(_ text: String, _ evaluator: XPathEvaluator) throws(Malformed) {
        if let message = Self.excess(text) { throw Malformed(message: message) }
        self.init(compiling: text, evaluator)
        guard compiled != nil else { throw Malformed(message: evaluator.reason) }
        evaluator.tree.clear()
        evaluator.tree.start("item", nil, XMLAttributes(nil, count: 0))
        evaluator.startItem()
        defer { evaluator.tree.clear() }
        guard evaluate() != nil else { throw Malformed(message: evaluator.reason) }
        release()
    }

    private init(compiling text: String, _ evaluator: XPathEvaluator) {
        self.evaluator = evaluator
        for prefix in Self.prefixes(in: text) { xmlXPathRegisterNs(evaluator.context, prefix, prefix) }
        if let context = evaluator.context {
            xmlResetError(&context.pointee.lastError)
            // Compiling counts too.
            context.pointee.opCount = 0
        }
        compiled = xmlXPathCtxtCompile(evaluator.context, text)
    }

    deinit {
        release()
        xmlXPathFreeCompExpr(compiled)
    }

    /// Frees the value. It must be gone before the item is: libxml2 looks at the nodes of a set that it frees.
    func release() {
        if let content { tellal_xml_free(content) }
        content = nil
        xmlXPathFreeObject(result)
        result = nil
    }

    // MARK: Values

    /// The expression's value for the item in the tree; nil when it has none, and ``reason`` tells why.
    func evaluate() -> Value? {
        release()
        guard let context = evaluator.context, let root = evaluator.tree.root else { return nil }
        context.pointee.node = root
        result = xmlXPathCompiledEval(compiled, context)
        guard let object = result?.pointee else { return nil }
        switch object.type {
        case XPATH_BOOLEAN: return .truth(object.boolval != 0)
        case XPATH_NUMBER: return .number(object.floatval)
        case XPATH_STRING: return object.stringval.map { .text(UnsafePointer($0)) }
        case XPATH_NODESET:
            guard let set = object.nodesetval else { return .nodes(count: 0) }
            if set.pointee.nodeNr > 1 { xmlXPathNodeSetSort(set) }
            return .nodes(count: Int(set.pointee.nodeNr))
        default: return nil
        }
    }

    /// Why there was no value.
    var reason: String { evaluator.reason }

    /// The text of a node of the value; valid until the next is asked for.
    func text(_ index: Int) -> UnsafePointer<xmlChar>? {
        guard let set = result?.pointee.nodesetval, index >= 0, index < Int(set.pointee.nodeNr),
            let node = set.pointee.nodeTab?[index]
        else { return nil }
        // Nearly always one text, which need not be copied.
        switch node.pointee.type {
        case XML_TEXT_NODE: return UnsafePointer(node.pointee.content)
        case XML_ELEMENT_NODE, XML_ATTRIBUTE_NODE:
            guard let child = node.pointee.children else { return nil }
            if child.pointee.type == XML_TEXT_NODE, child.pointee.next == nil {
                return UnsafePointer(child.pointee.content)
            }
        default: break
        }
        if let content { tellal_xml_free(content) }
        content = xmlNodeGetContent(node)
        return UnsafePointer(content)
    }

    // MARK: Source

    /// Why an expression is not even looked at.
    private static func excess(_ text: String) -> String? {
        if text.utf8.count > longest { return "it is longer than \(longest) bytes" }
        if text.trimmedOrNil == nil { return "it is empty" }
        // libxml2 would end at a NUL.
        if text.utf8.contains(0) { return "it is no XPath 1.0 expression" }
        var depth = 0
        for byte in text.utf8 {
            if byte == UInt8(ascii: "(") || byte == UInt8(ascii: "[") { depth += 1 }
            if byte == UInt8(ascii: ")") || byte == UInt8(ascii: "]") { depth -= 1 }
            if depth > deepest { return "its brackets are nested deeper than \(deepest)" }
        }
        return nil
    }

    /// The prefixes of names, outside of quoted texts. An axis has two colons and is none.
    private static func prefixes(in text: String) -> Set<String> {
        var prefixes: Set<String> = []
        var name: [UInt8] = []
        var quote: UInt8?
        let bytes = Array(text.utf8)
        for (index, byte) in bytes.enumerated() {
            if let open = quote {
                if byte == open { quote = nil }
            } else if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") {
                quote = byte
                name = []
            } else if byte == UInt8(ascii: ":") {
                let isAxis = index + 1 < bytes.count && bytes[index + 1] == byte
                if !name.isEmpty, !isAxis { prefixes.insert(String(decoding: name, as: UTF8.self)) }
                name = []
            } else if byte >= 0x80 || byte.isASCIILetter || byte.isASCIIDigit || byte == UInt8(ascii: "_")
                || byte == UInt8(ascii: "-") || byte == UInt8(ascii: ".")
            {
                name.append(byte)
            } else {
                name = []
            }
        }
        return prefixes
    }
}
