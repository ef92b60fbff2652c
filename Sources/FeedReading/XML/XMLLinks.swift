/// Atom's links, which say by `rel` what they lead to.
enum XMLLink {
    /// The page itself; false for one that is no web page.
    case page(Bool)
    case enclosure, image, hub, next, itself, other

    private static let registry: StaticString = "http://www.iana.org/assignments/relation/"

    init(relation: UnsafeBufferPointer<UInt8>, type: UnsafeBufferPointer<UInt8>) {
        var relation = relation.trimmed
        let start = Self.registry.utf8CodeUnitCount
        if relation.count > start, UnsafeBufferPointer(rebasing: relation[0..<start]).isWord(Self.registry) {
            relation = UnsafeBufferPointer(rebasing: relation[start...])
        }
        if relation.isEmpty || relation.isWord("alternate") {
            self = .page(type.isEmpty || type.isWord("text/html") || type.isWord("application/xhtml+xml"))
        } else if relation.isWord("enclosure") {
            self = .enclosure
        } else if relation.isWord("image") {
            self = .image
        } else if relation.isWord("hub") {
            self = .hub
        } else if relation.isWord("next") {
            self = .next
        } else if relation.isWord("self") {
            self = .itself
        } else {
            self = .other
        }
    }
}

/// What an Atom text construct says of itself: `type`, and in Atom 0.3 `mode`.
struct AtomConstruct {
    var capture: XMLDialect.Capture
    var form: TextForm
    var isBase64 = false

    init(type: UnsafeBufferPointer<UInt8>, mode: UnsafeBufferPointer<UInt8>) {
        let type = type.trimmed
        let mode = mode.trimmed
        if type.isEmpty || type.isWord("text") || type.isWord("text/plain") {
            (capture, form) = (.text, .text)
        } else if type.isWord("html") || type.isWord("text/html") {
            (capture, form) = (mode.isWord("xml") ? .xhtml : .html, .html)
        } else if type.isWord("xhtml") || type.isWord("application/xhtml+xml") {
            (capture, form) = (mode.isWord("escaped") ? .html : .xhtml, .html)
        } else if type.endsWithWord("+xml") || type.endsWithWord("/xml") {
            (capture, form) = (.xhtml, .html)
        } else if type.startsWithWord("text/") {
            (capture, form) = (.text, .text)
        } else {
            (capture, form) = (.text, .either)
            isBase64 = true
        }
        if mode.isWord("base64") { isBase64 = true }
    }
}

extension UnsafeBufferPointer<UInt8> {
    func startsWithWord(_ text: StaticString) -> Bool {
        count >= text.utf8CodeUnitCount && Self(rebasing: prefix(text.utf8CodeUnitCount)).isWord(text)
    }

    func endsWithWord(_ text: StaticString) -> Bool {
        count >= text.utf8CodeUnitCount && Self(rebasing: suffix(text.utf8CodeUnitCount)).isWord(text)
    }
}
