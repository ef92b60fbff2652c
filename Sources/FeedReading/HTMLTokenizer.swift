import CLibXML2

/// The attributes of an HTML tag; the first of a name counts.
struct HTMLAttributes: Equatable {
    var pairs: [(name: String, value: String)] = []

    subscript(_ name: String) -> String? { pairs.first { $0.name == name }?.value }

    static func == (one: Self, other: Self) -> Bool { one.pairs.elementsEqual(other.pairs) { $0 == $1 } }
}

enum HTMLToken: Equatable {
    /// Characters, references already resolved.
    case text(String)
    /// Names are in lower case.
    case start(String, HTMLAttributes)
    case end(String)
}

/// Cuts HTML into tags and text as browsers do, in one pass over the bytes that never goes back: no input takes more
/// than linear time. Comments, and script and style with their content, are left out.
struct HTMLTokenizer {
    private let bytes: [UInt8]
    private var position = 0

    private static let silent: Set<String> = ["script", "style", "template", "noembed", "noframes"]
    private static let mostAttributes = 64

    init(_ html: String) { self.init(Array(html.utf8)) }

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    mutating func next() -> HTMLToken? {
        while position < bytes.count {
            if bytes[position] != UInt8(ascii: "<") { return .text(text()) }
            let follower = position + 1 < bytes.count ? bytes[position + 1] : 0
            if follower == UInt8(ascii: "!") || follower == UInt8(ascii: "?") {
                skipDeclaration()
            } else if follower.isASCIILetter {
                position += 1
                let (name, attributes) = tag()
                guard Self.silent.contains(name) else { return .start(name, attributes) }
                skipContent(of: name)
            } else if follower == UInt8(ascii: "/") {
                position += 2
                guard position < bytes.count, bytes[position].isASCIILetter else {
                    skip(through: UInt8(ascii: ">"))
                    continue
                }
                return .end(tag().name)
            } else {
                return .text(text())
            }
        }
        return nil
    }

    /// The text up to the next tag; a lone `<` belongs to it.
    private mutating func text() -> String {
        let start = position
        position += 1
        while position < bytes.count {
            if bytes[position] == UInt8(ascii: "<"), position + 1 < bytes.count {
                let follower = bytes[position + 1]
                if follower.isASCIILetter || follower == 0x21 || follower == 0x2F || follower == 0x3F { break }
            }
            position += 1
        }
        return Self.decode(bytes[start..<position])
    }

    private mutating func skipDeclaration() {
        if bytes[position...].starts(with: "<!--".utf8) {
            position += 4
            skip(through: "-->")
        } else if bytes[position...].starts(with: "<![CDATA[".utf8) {
            position += 9
        } else {
            skip(through: UInt8(ascii: ">"))
        }
    }

    private mutating func skip(through byte: UInt8) {
        while position < bytes.count, bytes[position] != byte { position += 1 }
        position = min(position + 1, bytes.count)
    }

    private mutating func skip(through mark: String) {
        let mark = Array(mark.utf8)
        while position < bytes.count {
            if bytes[position] == mark.first, bytes[position...].starts(with: mark) {
                position += mark.count
                return
            }
            position += 1
        }
    }

    private mutating func skipContent(of name: String) {
        let mark = Array("</\(name)".utf8)
        while position < bytes.count {
            if bytes[position] == UInt8(ascii: "<"), bytes.count - position >= mark.count,
                zip(bytes[position...], mark).allSatisfy({ $0 == $1 || ($0.isASCIILetter && $0 | 0x20 == $1) })
            {
                skip(through: UInt8(ascii: ">"))
                return
            }
            position += 1
        }
    }

    /// Reads from the tag's name to after its `>`.
    private mutating func tag() -> (name: String, attributes: HTMLAttributes) {
        let name = word { $0.isXMLSpace || $0 == 0x3E || $0 == 0x2F }
        var attributes = HTMLAttributes()
        while position < bytes.count, bytes[position] != UInt8(ascii: ">") {
            if bytes[position].isXMLSpace || bytes[position] == UInt8(ascii: "/") {
                position += 1
                continue
            }
            let key = word { $0.isXMLSpace || $0 == 0x3E || $0 == 0x2F || $0 == 0x3D }
            skipSpace()
            var value = ""
            if position < bytes.count, bytes[position] == UInt8(ascii: "=") {
                position += 1
                skipSpace()
                value = attributeValue()
            }
            if attributes.pairs.count < Self.mostAttributes, !key.isEmpty { attributes.pairs.append((key, value)) }
        }
        position = min(position + 1, bytes.count)
        return (name, attributes)
    }

    private mutating func word(until isEnd: (UInt8) -> Bool) -> String {
        let start = position
        while position < bytes.count, !isEnd(bytes[position]) { position += 1 }
        return String(decoding: bytes[start..<position], as: UTF8.self).asciiLowercased
    }

    private mutating func skipSpace() {
        while position < bytes.count, bytes[position].isXMLSpace { position += 1 }
    }

    private mutating func attributeValue() -> String {
        guard position < bytes.count else { return "" }
        let quote = bytes[position]
        guard quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'") else {
            let start = position
            while position < bytes.count, !bytes[position].isXMLSpace, bytes[position] != UInt8(ascii: ">") {
                position += 1
            }
            return Self.decode(bytes[start..<position])
        }
        position += 1
        let start = position
        while position < bytes.count, bytes[position] != quote { position += 1 }
        defer { position = min(position + 1, bytes.count) }
        return Self.decode(bytes[start..<position])
    }

    // MARK: References

    /// Text with its references resolved; what is no known reference stays as it is.
    static func decode(_ bytes: ArraySlice<UInt8>) -> String {
        bytes.withUnsafeBufferPointer { TitleText.resolved($0) }
    }
}
