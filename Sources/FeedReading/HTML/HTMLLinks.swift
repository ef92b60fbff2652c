import Glibc

/// The links in HTML as absolute addresses, so that a text can be shown away from its document.
enum HTMLLinks {
    /// Resolves the relative links in the tags against the base and leaves every other byte as it is: absolute links of
    /// any scheme, comments, scripts, what is no tag.
    ///
    /// The same text comes back when there is nothing to resolve, and when the base is no http(s) address. Takes linear
    /// time; after as many bytes of addresses as ``LinkRewriter`` has room for the remaining links stay as they are.
    static func absolute(_ html: String, base: String?) -> String {
        guard let base else { return html }
        var html = html
        let changed: String? = html.withUTF8 { bytes in
            guard let start = bytes.baseAddress, memchr(start, 0x3C, bytes.count) != nil,
                let base = AddressText.absolute(base, base: nil)
            else { return nil }
            var rewriter = LinkRewriter(bytes, base: base)
            return rewriter.rewritten()
        }
        return changed ?? html
    }
}

/// Goes through HTML once, by the same rules as ``HTMLScanner`` but through all elements, and copies only when it finds
/// something to change.
private struct LinkRewriter {
    /// Bytes of addresses that are put in at most, the base counted again for each: a long base and many short links
    /// would make much of little. Sixteen times the text's own length, and some more, is ample for all that people write.
    private static func most(_ length: Int) -> Int { min(1 << 20, 4096 + 16 * length) }

    /// Longer ones may be too long for an address.
    private static let longestPath = 4096

    private enum Kind: UInt32 {
        case address, sources
        /// Addresses in one element only, other things elsewhere.
        case ofForm, ofObject
    }

    private static let attributes = ByteWordTable(
        [
            (.address, "href src poster cite longdesc background"), (.sources, "srcset"), (.ofForm, "action"),
            (.ofObject, "data"),
        ].flatMap { (kind: Kind, words: String) in
            words.split(separator: " ").map { (word: String($0), value: kind.rawValue) }
        })
    private static let form = ByteWord("form")
    private static let object = ByteWord("object")

    private let bytes: UnsafeBufferPointer<UInt8>
    private let base: String
    private var position = 0
    private var tagName = 0..<0
    private var output: [UInt8] = []
    /// Up to where the output stands for the bytes.
    private var copied = 0
    private var room: Int
    /// The base up to the slash that ends its host, and up to the last slash of its path; as HTML.
    private lazy var root = Self.escaped(AddressText.resolve("/", against: base) ?? "").dropLastByte
    private lazy var folder = Self.escaped(AddressText.resolve("x", against: base) ?? "").dropLastByte

    // Beyond the last place of a byte a search for it would run to the end in vain.
    private let lastGreater: Int
    private lazy var lastQuote = lastPlace(of: UInt8(ascii: "\""))
    private lazy var lastApostrophe = lastPlace(of: UInt8(ascii: "'"))
    /// Where the next end tag of an element stands whose content is no HTML; `Int.max` when there is none any more.
    private var contentEnds: [HTMLName: Int] = [:]

    init(_ bytes: UnsafeBufferPointer<UInt8>, base: String) {
        self.bytes = bytes
        self.base = base
        room = Self.most(bytes.count)
        lastGreater = bytes.lastIndex(of: UInt8(ascii: ">")) ?? -1
    }

    /// Nil when nothing is to change.
    mutating func rewritten() -> String? {
        while room > 0 {
            position = find(UInt8(ascii: "<"), from: position)
            guard position < lastGreater else { break }
            switch bytes[position + 1] {
            case UInt8(ascii: "!"): skipDeclaration()
            case UInt8(ascii: "/"), UInt8(ascii: "?"): skip(through: UInt8(ascii: ">"), from: position + 2)
            case let follower where follower.isASCIILetter: startTag()
            default: position += 1
            }
        }
        guard copied > 0 else { return nil }
        output.append(contentsOf: bytes[copied...])
        return String(decoding: output, as: UTF8.self)
    }

    // MARK: Tags

    private mutating func startTag() {
        let start = position + 1
        position = start
        while position < bytes.count, !bytes[position].endsName { position += 1 }
        tagName = start..<position
        var isClosed = false
        while position < bytes.count, bytes[position] != UInt8(ascii: ">") {
            if bytes[position] <= 0x20 || bytes[position] == UInt8(ascii: "/") {
                isClosed = bytes[position] == UInt8(ascii: "/")
                position += 1
            } else {
                isClosed = false
                readAttribute()
            }
        }
        position = min(position + 1, bytes.count)
        guard !isClosed, let name = HTMLName(bytes, tagName.lowerBound, tagName.upperBound) else { return }
        switch name {
        case .script, .style, .textarea, .title, .iframe, .noembed, .noframes: skipContent(of: name)
        default: break
        }
    }

    private mutating func readAttribute() {
        let start = position
        position += 1
        while position < bytes.count, !bytes[position].endsName, bytes[position] != UInt8(ascii: "=") { position += 1 }
        let end = position
        skipSpace()
        guard position < bytes.count, bytes[position] == UInt8(ascii: "=") else { return }
        position += 1
        skipSpace()
        let value = attributeValue()
        guard !value.isEmpty, let word = ByteWord(bytes, start, end, lowercased: true),
            let kind = Self.attributes[word].flatMap(Kind.init)
        else { return }
        switch kind {
        case .address: resolve(value)
        case .sources: resolveSources(value)
        case .ofForm: if isTag(Self.form) { resolve(value) }
        case .ofObject: if isTag(Self.object) { resolve(value) }
        }
    }

    private func isTag(_ name: ByteWord?) -> Bool {
        ByteWord(bytes, tagName.lowerBound, tagName.upperBound, lowercased: true) == name
    }

    private mutating func attributeValue() -> Range<Int> {
        guard position < bytes.count else { return position..<position }
        let quote = bytes[position]
        let isQuote = quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'")
        if isQuote { position += 1 }
        let start = position
        if isQuote, start <= (quote == UInt8(ascii: "\"") ? lastQuote : lastApostrophe) {
            position = find(quote, from: start)
            defer { position = min(position + 1, bytes.count) }
            return start..<position
        }
        // A quote that is never closed ends with the tag.
        while position < bytes.count, bytes[position] != UInt8(ascii: ">"), isQuote || bytes[position] > 0x20 {
            position += 1
        }
        return start..<position
    }

    // MARK: Links

    private mutating func resolve(_ value: Range<Int>) {
        guard room > 0 else { return }
        let text = UnsafeBufferPointer(rebasing: bytes[value]).trimmed
        guard !text.isEmpty, !hasScheme(text) else { return }
        if let start = start(for: text) {
            replace(value, by: start, and: text)
        } else if let address = address(text) {
            replace(value, by: Self.escaped(address), and: nil)
        }
    }

    /// Each candidate of `a.jpg 480w, b.jpg 800w`, its size left alone; apart as ``SourceSet`` takes them apart.
    private mutating func resolveSources(_ value: Range<Int>) {
        var index = value.lowerBound
        while index < value.upperBound {
            while index < value.upperBound, bytes[index] <= 0x20 || bytes[index] == UInt8(ascii: ",") { index += 1 }
            let start = index
            while index < value.upperBound, bytes[index] > 0x20 { index += 1 }
            var end = index
            while end > start, bytes[end - 1] == UInt8(ascii: ",") { end -= 1 }
            resolve(start..<end)
            if end == index { while index < value.upperBound, bytes[index] != UInt8(ascii: ",") { index += 1 } }
        }
    }

    /// What only has to be put before a path to make it absolute; nil where that is not enough.
    private mutating func start(for text: UnsafeBufferPointer<UInt8>) -> [UInt8]? {
        var last = UInt8(ascii: "/")
        for (index, byte) in text.enumerated() {
            switch byte {
            case 0...0x20, 0x7F, UInt8(ascii: "\""), UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "`"): return nil
            case UInt8(ascii: ".") where last == UInt8(ascii: "/"): return nil
            // Written so it is what it would become again.
            case UInt8(ascii: "&") where !text[index...].starts(with: "&amp;".utf8): return nil
            default: last = byte
            }
        }
        guard text.count <= Self.longestPath else { return nil }
        switch text[0] {
        case UInt8(ascii: "#"), UInt8(ascii: "?"): return nil
        case UInt8(ascii: "/"): return text.count > 1 && text[1] == UInt8(ascii: "/") ? nil : root
        default: return folder
        }
    }

    /// The absolute address that a relative one stands for; nil when it is none.
    private func address(_ text: UnsafeBufferPointer<UInt8>) -> String? {
        var decoded: [UInt8] = []
        HTMLReference.decode(text, into: &decoded, inAttribute: true)
        // References and line breaks may hide a scheme, as in `java&#10;script:`.
        guard let reference = AddressText.resolve(String(decoding: decoded, as: UTF8.self), against: nil),
            AddressText.scheme(of: reference[...]) == nil
        else { return nil }
        return AddressText.resolve(reference, against: base)
    }

    private func hasScheme(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
        guard text[0].isASCIILetter else { return false }
        for byte in text {
            if byte == UInt8(ascii: ":") { return true }
            guard byte.isASCIILetter || byte.isASCIIDigit || byte == 0x2B || byte == 0x2D || byte == 0x2E else { break }
        }
        return false
    }

    private mutating func replace(_ value: Range<Int>, by start: [UInt8], and rest: UnsafeBufferPointer<UInt8>?) {
        if copied == 0 { output.reserveCapacity(bytes.count + bytes.count / 4 + 256) }
        output.append(contentsOf: bytes[copied..<value.lowerBound])
        output.append(contentsOf: start)
        if let rest { output.append(contentsOf: rest) }
        copied = value.upperBound
        room -= base.utf8.count + start.count
    }

    private static func escaped(_ address: String) -> [UInt8] {
        var output: [UInt8] = []
        output.reserveCapacity(address.utf8.count + 16)
        for byte in address.utf8 {
            switch byte {
            case UInt8(ascii: "&"): output.append(contentsOf: "&amp;".utf8)
            case UInt8(ascii: "\""): output.append(contentsOf: "&quot;".utf8)
            case UInt8(ascii: "'"): output.append(contentsOf: "&#39;".utf8)
            default: output.append(byte)
            }
        }
        return output
    }

    // MARK: What is passed over

    private mutating func skipDeclaration() {
        if starts(with: "<!--") {
            // `<!-->` is a whole comment.
            skip(through: "-->", from: position + 2)
        } else if starts(with: "<![CDATA[") {
            // Feeds that wrap twice mean what is within as HTML, and it is read so.
            position += "<![CDATA[".utf8.count
        } else {
            skip(through: UInt8(ascii: ">"), from: position + 2)
        }
    }

    /// Goes to the end tag. Without one, the content is what follows only where browsers see it so.
    private mutating func skipContent(of name: HTMLName) {
        if contentEnds[name] ?? -1 < position { contentEnds[name] = findEnd(of: name) }
        let end = contentEnds[name] ?? .max
        if end < bytes.count {
            position = end
        } else if name.swallowsRest {
            position = bytes.count
        }
    }

    private func findEnd(of name: HTMLName) -> Int {
        var index = position
        while true {
            index = find(UInt8(ascii: "<"), from: index)
            guard index + 2 < bytes.count else { return .max }
            let start = index + 2
            if bytes[index + 1] == UInt8(ascii: "/") {
                // No name of them is longer.
                var end = start
                while end < bytes.count, end - start < 16, !bytes[end].endsName { end += 1 }
                if HTMLName(bytes, start, end) == name { return index }
            }
            index += 1
        }
    }

    // MARK: Searching

    private mutating func skipSpace() {
        while position < bytes.count, bytes[position] <= 0x20 { position += 1 }
    }

    private mutating func skip(through byte: UInt8, from start: Int) {
        position = min(bytes.count, find(byte, from: start) + 1)
    }

    private mutating func skip(through mark: StaticString, from start: Int) {
        position = start
        while position < bytes.count {
            position = find(mark.utf8Start.pointee, from: position)
            if starts(with: mark) {
                position += mark.utf8CodeUnitCount
                return
            }
            position += 1
        }
        position = min(position, bytes.count)
    }

    /// The place of a byte, the length of all when it is not there.
    private func find(_ byte: UInt8, from start: Int) -> Int {
        guard start < bytes.count, start >= 0, let base = bytes.baseAddress else { return bytes.count }
        let found = memchr(base + start, Int32(byte), bytes.count - start)
        return found.map { UnsafeRawPointer($0) - UnsafeRawPointer(base) } ?? bytes.count
    }

    private func starts(with mark: StaticString) -> Bool {
        guard position + mark.utf8CodeUnitCount <= bytes.count, let base = bytes.baseAddress else { return false }
        return memcmp(base + position, mark.utf8Start, mark.utf8CodeUnitCount) == 0
    }

    /// -1 when it is nowhere.
    private func lastPlace(of byte: UInt8) -> Int { bytes.lastIndex(of: byte) ?? -1 }
}

extension UInt8 {
    @inline(__always)
    fileprivate var endsName: Bool { self <= 0x20 || self == 0x3E || self == 0x2F }
}

extension [UInt8] {
    fileprivate var dropLastByte: [UInt8] { Array(dropLast()) }
}
