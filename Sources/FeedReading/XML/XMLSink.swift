import CLibXML2
import Glibc

/// Takes what the parser finds. A class to be derived from: the parser calls it for each element and text, and a call
/// through a protocol would cost more than most of them do.
class XMLSink {
    /// Why reading stopped.
    private(set) final var failure: Breakage?
    /// Where the texts are that libxml2 has only a mark of.
    final let detour = TextDetour()
    /// Tells the line for a failure.
    final var line: () -> Int = { 0 }
    /// White space means nothing where no more than so many elements are open.
    final var blankDepth = 0
    /// The name of elements that directly hold nothing but other elements, where so many are open with them; empty as
    /// long as none is known. Further within, the same name may be a part of a text.
    final var blankName: [UInt8] = []
    final var blankNameDepth = 0

    final func fail(_ message: String) { fail(.broken(message: message, line: line())) }

    final func fail(_ breakage: Breakage) {
        if failure == nil { failure = breakage }
    }

    func start(
        _ local: UnsafePointer<xmlChar>, _ prefix: UnsafePointer<xmlChar>?, _ uri: UnsafePointer<xmlChar>?,
        _ namespaces: XMLNamespaces, _ attributes: XMLAttributes
    ) {}

    func end() {}

    /// Text, in pieces of any size.
    func characters(_ bytes: UnsafeBufferPointer<UInt8>) {}

    /// Takes text from the parser, with the marks of a detour in it.
    final func take(_ bytes: UnsafeBufferPointer<UInt8>) {
        var rest = bytes
        while let start = rest.baseAddress, !rest.isEmpty {
            guard let found = memchr(start, Int32(TextDetour.mark), rest.count) else { return characters(rest) }
            let plain = UnsafeRawPointer(found) - UnsafeRawPointer(start)
            if plain > 0 { characters(UnsafeBufferPointer(start: start, count: plain)) }
            characters(detour.take())
            rest = UnsafeBufferPointer(rebasing: rest[(plain + 1)...])
        }
    }

    /// The document ended before its last element did.
    func finishCut() {}
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

    /// Whether a namespace is declared whose address starts so.
    func declare(_ start: StaticString) -> Bool {
        for index in 0..<count {
            guard let uri = uri(index) else { continue }
            if xmlStrncmp(uri, start.utf8Start, Int32(start.utf8CodeUnitCount)) == 0 { return true }
        }
        return false
    }
}

/// The attributes of one element, in libxml2's own memory: valid only within the callback.
struct XMLAttributes {
    private let values: UnsafeMutablePointer<UnsafePointer<xmlChar>?>?
    let count: Int

    init(_ values: UnsafeMutablePointer<UnsafePointer<xmlChar>?>?, count: Int) {
        self.values = values
        self.count = values == nil ? 0 : count
    }

    /// The interned local name, prefix and namespace.
    @inline(__always)
    func name(_ index: Int) -> (
        local: UnsafePointer<xmlChar>?, prefix: UnsafePointer<xmlChar>?, uri: UnsafePointer<xmlChar>?
    ) {
        (field(index, 0), field(index, 1), field(index, 2))
    }

    /// The value as it came: with stand-ins in it.
    @inline(__always)
    func bytes(_ index: Int) -> UnsafeBufferPointer<UInt8> {
        guard let start = field(index, 3), let end = field(index, 4) else {
            return UnsafeBufferPointer(start: nil, count: 0)
        }
        return UnsafeBufferPointer(start: start, count: end - start)
    }

    func text(_ index: Int) -> String { StandIn.text(bytes(index)) }

    /// The value of an attribute by its local name in lower case, whatever its namespace; the first counts. For roots
    /// and other rare elements: it compares names.
    func callAsFunction(_ name: StaticString) -> String? {
        for index in 0..<count {
            if let local = field(index, 0), xmlStrcasecmp(local, name.utf8Start) == 0 { return text(index) }
        }
        return nil
    }

    @inline(__always)
    private func field(_ index: Int, _ part: Int) -> UnsafePointer<xmlChar>? { values?[index * 5 + part] }
}
