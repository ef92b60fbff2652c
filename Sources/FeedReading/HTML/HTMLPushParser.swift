import CLibXML2

/// Hears what ``HTMLPushParser`` finds. Every start has its end, in the right order; bytes are valid UTF-8 and live as
/// long as the call.
protocol HTMLReceiver: AnyObject {
    /// What it wants to hear of; asked for once.
    static var interest: HTMLInterest { get }

    func start(_ name: HTMLName, _ attributes: HTMLAttributes)
    func end(_ name: HTMLName)
    func text(_ bytes: UnsafeBufferPointer<UInt8>)
}

/// The attributes of a tag as libxml2 hands them over; they live as long as the call that brings them.
struct HTMLAttributes {
    fileprivate let pairs: UnsafeMutablePointer<UnsafePointer<xmlChar>?>?

    /// The value, references resolved; empty for an attribute without one.
    subscript(_ attribute: HTMLAttribute) -> String? {
        guard var pair = pairs else { return nil }
        while let name = pair[0] {
            if strcmp(attribute.spelling, name) { return pair[1].map { String(cString: $0) } ?? "" }
            pair += 2
        }
        return nil
    }

    private func strcmp(_ spelling: StaticString, _ name: UnsafePointer<xmlChar>) -> Bool {
        for index in 0..<spelling.utf8CodeUnitCount where name[index] != spelling.utf8Start[index] { return false }
        return name[spelling.utf8CodeUnitCount] == 0
    }
}

/// Reads HTML with libxml2's SAX HTML parser, without a tree of libxml2's.
///
/// libxml2 decides what is open where: which tags end others, and which end tags count. It gets tags in one form only,
/// as ``HTMLScanner`` finds them, because three things make it slow or lose text on bytes of its own choice: it compares
/// each attribute with all before it, each end tag with all that is open, and each name of an entity with all names.
/// So attributes come once and few, depth is limited, and references are resolved before. Time and memory are linear.
final class HTMLPushParser {
    /// Tags that would lie deeper are left out; their text stays.
    static let deepest = 128

    /// The comparisons that end tags may cost: more than any page needs. After that an end tag counts only when it
    /// ends the innermost element.
    static let endSteps = 1 << 20

    // libxml2 wants this once, before the first parser; a global's initializer runs exactly once.
    private static let initialized: Void = tellal_xml_initialize()

    private let receiver: any HTMLReceiver
    private let context: htmlParserCtxtPtr?
    private let piece: Int

    /// What is open for libxml2, and for each name how often it is, tags under way included.
    private var open: [HTMLName] = []
    private var counts: [Int] = Array(repeating: 0, count: HTMLName.allCases.count)
    private var startsUnderWay = 0
    /// Tags that were left out for their depth and whose end tags are to come.
    private var leftOut = 0
    private var steps = 0
    /// Bytes looked at and handed over, and comparisons: tests hold it against the length.
    private(set) var work = 0

    private init(_ receiver: any HTMLReceiver, piece: Int) {
        _ = Self.initialized
        self.receiver = receiver
        self.piece = piece
        var handler = Self.handler()
        context = htmlCreatePushParserCtxt(&handler, nil, nil, 0, nil, XML_CHAR_ENCODING_UTF8)
        guard let context else { return }
        // Swift cannot tell that the context outlives its callbacks: it is freed in deinit, after the last push.
        context.pointee.userData = Unmanaged.passUnretained(self).toOpaque()
        let options = [
            HTML_PARSE_RECOVER, HTML_PARSE_NOERROR, HTML_PARSE_NOWARNING, HTML_PARSE_NONET, HTML_PARSE_NOIMPLIED,
            HTML_PARSE_NODEFDTD, HTML_PARSE_IGNORE_ENC,
        ]
        htmlCtxtUseOptions(context, Int32(options.reduce(0) { $0 | $1.rawValue }))
    }

    deinit { if let context { htmlFreeParserCtxt(context) } }

    /// Reads all of it. Bytes that are no UTF-8 become U+FFFD, control characters vanish.
    ///
    /// - Parameters:
    ///   - bytes: The HTML.
    ///   - receiver: Hears what is found before this returns.
    ///   - piece: How much libxml2 gets at a time, in bytes; what comes out does not depend on it.
    /// - Returns: The work done, in bytes and comparisons.
    @discardableResult
    static func parse<Receiver: HTMLReceiver>(
        _ bytes: UnsafeBufferPointer<UInt8>, into receiver: Receiver, piece: Int = 16 * 1024
    ) -> Int {
        let parser = HTMLPushParser(receiver, piece: max(1, piece))
        parser.read(bytes, Receiver.interest)
        return parser.work
    }

    @discardableResult
    static func parse<Receiver: HTMLReceiver>(_ html: String, into receiver: Receiver, piece: Int = 16 * 1024) -> Int {
        var html = html
        return html.withUTF8 { parse($0, into: receiver, piece: piece) }
    }

    private func read(_ bytes: UnsafeBufferPointer<UInt8>, _ interest: HTMLInterest) {
        var output = HTMLWriter(capacity: min(bytes.count + bytes.count / 8 + 64, piece + 1024))
        // Without an element around it libxml2 stops after the first that ends. No tag in the text can end this one.
        output.put("<body>")
        var scanner = HTMLScanner(bytes, interest)
        while let token = scanner.next() {
            switch token {
            case .text(let range):
                if interest.wantsText { output.put(bytes, range, inAttribute: false) }
            case .start(let name, let isClosed): start(name, isClosed: isClosed, scanner, &output)
            case .end(let name): end(name, &output)
            }
            if output.bytes.count >= piece { flush(&output) }
        }
        output.put("</body>")
        flush(&output)
        if let context { _ = htmlParseChunk(context, nil, 0, 1) }
        work += scanner.work + steps
    }

    // MARK: Handing over

    private func start(_ name: HTMLName, isClosed: Bool, _ scanner: borrowing HTMLScanner, _ output: inout HTMLWriter) {
        if !name.isVoid {
            if open.count + startsUnderWay >= Self.deepest { flush(&output) }
            if open.count >= Self.deepest {
                if !isClosed { leftOut += 1 }
                if name.isBlock { output.put("<br/>") }
                return
            }
            startsUnderWay += 1
            counts[Int(name.rawValue)] += 1
        }
        output.put("<")
        output.put(name.spelling)
        if name == .orderedList { output.put(" type=\"1\"") }
        for attribute in scanner.attributes {
            output.put(" ")
            output.put(attribute.name.spelling)
            output.put("=\"")
            output.put(scanner.bytes, attribute.value, inAttribute: true)
            output.put("\"")
        }
        output.put(isClosed || name.isVoid ? "/>" : ">")
    }

    private func end(_ name: HTMLName, _ output: inout HTMLWriter) {
        guard !name.isVoid else { return }
        guard leftOut == 0 else {
            leftOut -= 1
            // Keeps apart what the tag would have kept apart.
            if name.isBlock { output.put("<br/>") }
            return
        }
        // Both kinds of lists are one element to libxml2.
        let count = name.isList ? count(.list) + count(.orderedList) : count(name)
        guard count > 0 else { return }
        if steps >= Self.endSteps {
            flush(&output)
            guard let innermost = open.last, innermost == name || innermost.isList && name.isList else { return }
        } else {
            steps += open.count + startsUnderWay
        }
        output.put("</")
        output.put(name.spelling)
        output.put(">")
    }

    private func count(_ name: HTMLName) -> Int { counts[Int(name.rawValue)] }

    /// After this libxml2 has seen every tag that was written.
    private func flush(_ output: inout HTMLWriter) {
        guard let context else { return }
        work += output.bytes.count
        output.bytes.withUnsafeBytes { buffer in
            let bytes = buffer.bindMemory(to: CChar.self)
            var start = 0
            while start < bytes.count {
                let end = min(bytes.count, start + piece)
                _ = htmlParseChunk(context, bytes.baseAddress.map { $0 + start }, Int32(end - start), 0)
                start = end
            }
        }
        output.bytes.removeAll(keepingCapacity: true)
        startsUnderWay = 0
    }

    // MARK: Callbacks

    private func didStart(_ name: UnsafePointer<xmlChar>, _ attributes: UnsafeMutablePointer<UnsafePointer<xmlChar>?>?)
    {
        guard var known = Self.name(name) else { return }
        // The only attribute that a list gets says that it is ordered.
        if known == .list, attributes != nil { known = .orderedList }
        if !known.isVoid { open.append(known) }
        receiver.start(known, HTMLAttributes(pairs: attributes))
    }

    private func didEnd(_ name: UnsafePointer<xmlChar>) {
        guard let known = Self.name(name) else { return }
        guard !known.isVoid, let last = open.popLast() else { return }
        counts[Int(last.rawValue)] -= 1
        receiver.end(last)
    }

    private static func name(_ name: UnsafePointer<xmlChar>) -> HTMLName? {
        var length = 0
        while name[length] != 0, length <= 16 { length += 1 }
        return HTMLName(UnsafeBufferPointer(start: name, count: length), 0, length)
    }

    private static func handler() -> htmlSAXHandler {
        var handler = htmlSAXHandler()
        handler.startElement = { data, name, attributes in
            guard let name, let data else { return }
            Unmanaged<HTMLPushParser>.fromOpaque(data).takeUnretainedValue().didStart(name, attributes)
        }
        handler.endElement = { data, name in
            guard let name, let data else { return }
            Unmanaged<HTMLPushParser>.fromOpaque(data).takeUnretainedValue().didEnd(name)
        }
        handler.characters = { data, text, count in
            guard let text, let data, count > 0 else { return }
            Unmanaged<HTMLPushParser>.fromOpaque(data).takeUnretainedValue().receiver
                .text(UnsafeBufferPointer(start: text, count: Int(count)))
        }
        handler.ignorableWhitespace = handler.characters
        return handler
    }
}
