import Glibc

/// What a reader of HTML wants to hear of.
struct HTMLInterest {
    /// Other elements vanish, and only their text stays.
    var names: HTMLNames
    /// Attributes are read of these elements only.
    var attributed: HTMLNames = []
    /// Of all attributes these.
    var attributes: Set<HTMLAttribute> = []
    var wantsText = true

    fileprivate var mask: UInt32 { attributes.reduce(0) { $0 | 1 << UInt32($1.rawValue) } }
}

/// Finds the tags in HTML as people write it, for ``HTMLPushParser``: what is a tag and what is only a `<`, where a tag
/// ends, and what is passed over whole (comments, scripts, videos).
///
/// One pass that never goes back: no search is made twice, whatever the bytes.
struct HTMLScanner {
    enum Token: Equatable {
        /// Characters with their references; a `<` among them is a character.
        case text(Range<Int>)
        /// Characters without a tag in them.
        case start(HTMLName, isClosed: Bool)
        case end(HTMLName)
    }

    struct Attribute: Equatable {
        var name: HTMLAttribute
        var value: Range<Int>
    }

    /// Longer values belong to no address; they are left out.
    private static let longestValue = 16 * 1024

    let bytes: UnsafeBufferPointer<UInt8>
    private let interest: HTMLInterest
    private let wanted: UInt32
    private var position = 0
    /// The attributes of the last start tag, each name once.
    private(set) var attributes: [Attribute] = []
    /// How many bytes have been looked at; tests hold it against the length.
    private(set) var work = 0

    // The last place of a byte that searches need: beyond it they would run to the end in vain.
    private lazy var lastGreater = lastPlace(of: UInt8(ascii: ">"))
    private lazy var lastQuote = lastPlace(of: UInt8(ascii: "\""))
    private lazy var lastApostrophe = lastPlace(of: UInt8(ascii: "'"))
    /// Where the next end tag of a silent element stands, by its name; `Int.max` when there is none any more.
    private var silentEnds: [Int] = []
    private var sectionEnd = -1
    private var hasNoSectionEnd = false

    init(_ bytes: UnsafeBufferPointer<UInt8>, _ interest: HTMLInterest) {
        self.bytes = bytes
        self.interest = interest
        wanted = interest.mask
    }

    mutating func next() -> Token? {
        while position < bytes.count {
            if position == sectionEnd {
                position += 3
                continue
            }
            guard bytes[position] == UInt8(ascii: "<") else { return text() }
            let follower = position + 1 < bytes.count ? bytes[position + 1] : 0
            if follower.isASCIILetter {
                switch startTag() {
                case .token(let token): return token
                case .nothing: continue
                case .noTag: return text()
                }
            }
            switch follower {
            case UInt8(ascii: "/"): if let token = endTag() { return token }
            case UInt8(ascii: "!"): skipDeclaration()
            case UInt8(ascii: "?") where position <= lastGreater: skip(through: UInt8(ascii: ">"), from: position + 2)
            default: return text()
            }
        }
        return nil
    }

    // MARK: Text

    /// The text up to what may be a tag. The first byte belongs to it in any case.
    private mutating func text() -> Token {
        let start = position
        let limit = sectionEnd > position ? min(sectionEnd, bytes.count) : bytes.count
        position += 1
        while position < limit {
            position = find(UInt8(ascii: "<"), from: position, to: limit)
            guard position < limit else { break }
            let follower = position + 1 < bytes.count ? bytes[position + 1] : 0
            if follower.isASCIILetter || follower == 0x21 || follower == 0x2F || follower == 0x3F { break }
            position += 1
        }
        return .text(start..<position)
    }

    // MARK: Tags

    private enum Found {
        case token(Token)
        /// A tag that nobody wants, with what is passed over behind it.
        case nothing
        case noTag
    }

    private mutating func startTag() -> Found {
        let start = position
        let nameEnd = self.nameEnd(from: start + 1)
        let name = HTMLName(bytes, start + 1, nameEnd)
        guard start < lastGreater else { return unclosedTag(name, nameEnd) }
        position = nameEnd
        attributes.removeAll(keepingCapacity: true)
        let isWanted = name.map { interest.names.has($0) } ?? false
        let reads = isWanted && (name.map { interest.attributed.has($0) } ?? false)
        var isClosed = false
        var seen: UInt32 = 0
        while position < bytes.count, bytes[position] != UInt8(ascii: ">") {
            if bytes[position].isHTMLSpace || bytes[position] == UInt8(ascii: "/") {
                isClosed = bytes[position] == UInt8(ascii: "/")
                position += 1
                continue
            }
            isClosed = false
            readAttribute(reads, &seen)
        }
        work += position - start
        guard position < bytes.count else { return .nothing }
        position += 1
        guard let name else { return .nothing }
        if isWanted { return .token(.start(name, isClosed: isClosed)) }
        if name.isSilent, !isClosed { skipContent(of: name) }
        return .nothing
    }

    /// A tag that the text's end cuts off: nothing, unless it looks like a formula, `a<b`.
    private mutating func unclosedTag(_ name: HTMLName?, _ nameEnd: Int) -> Found {
        guard name != nil else { return .noTag }
        if nameEnd - position == 2 {
            var index = nameEnd
            while index < bytes.count, bytes[index].isHTMLSpace, index - nameEnd < 32 { index += 1 }
            let word = index
            while index < bytes.count, bytes[index].isASCIILetter || bytes[index] == 0x2D, index - word < 32 {
                index += 1
            }
            guard index > word, index < bytes.count, bytes[index] == UInt8(ascii: "=") else { return .noTag }
        }
        position = bytes.count
        return .nothing
    }

    private mutating func readAttribute(_ isWanted: Bool, _ seen: inout UInt32) {
        let start = position
        position += 1
        while position < bytes.count, !bytes[position].endsAttributeName { position += 1 }
        let end = position
        while position < bytes.count, bytes[position].isHTMLSpace { position += 1 }
        guard position < bytes.count, bytes[position] == UInt8(ascii: "=") else { return }
        position += 1
        while position < bytes.count, bytes[position].isHTMLSpace { position += 1 }
        let value = attributeValue()
        guard isWanted, value.count <= Self.longestValue, let name = HTMLAttribute(bytes, start, end) else { return }
        let bit: UInt32 = 1 << UInt32(name.rawValue)
        guard wanted & bit != 0, seen & bit == 0 else { return }
        seen |= bit
        attributes.append(Attribute(name: name, value: value))
    }

    private mutating func attributeValue() -> Range<Int> {
        guard position < bytes.count else { return position..<position }
        let quote = bytes[position]
        let isQuote = quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'")
        if isQuote { position += 1 }
        let start = position
        if isQuote, start <= (quote == UInt8(ascii: "\"") ? lastQuote : lastApostrophe) {
            position = find(quote, from: position, to: bytes.count)
            defer { position = min(position + 1, bytes.count) }
            return start..<position
        }
        // A quote that is never closed ends with the tag.
        while position < bytes.count, bytes[position] != UInt8(ascii: ">"), isQuote || !bytes[position].isHTMLSpace {
            position += 1
        }
        return start..<position
    }

    private mutating func endTag() -> Token? {
        let start = position + 2
        guard start < bytes.count, bytes[start].isASCIILetter else {
            // Browsers make a comment of it.
            guard position < lastGreater else { return text() }
            skip(through: UInt8(ascii: ">"), from: start)
            return nil
        }
        let nameEnd = self.nameEnd(from: start)
        let name = HTMLName(bytes, start, nameEnd)
        position = nameEnd
        if start < lastGreater { skip(through: UInt8(ascii: ">"), from: nameEnd) }
        guard let name, interest.names.has(name) else { return nil }
        if name == .lineBreak { attributes.removeAll(keepingCapacity: true) }
        return name == .lineBreak ? .start(name, isClosed: true) : .end(name)
    }

    /// A name that is longer than any known one is not read to its end.
    private mutating func nameEnd(from start: Int) -> Int {
        var end = start
        while end < bytes.count, end - start < 32, !bytes[end].endsTagName { end += 1 }
        work += end - start
        return end
    }

    // MARK: What is passed over

    private mutating func skipDeclaration() {
        let start = position
        if starts(with: "<!--", at: start) {
            // `<!-->` is a whole comment.
            if starts(with: ">", at: start + 4) {
                position = start + 5
            } else if starts(with: "->", at: start + 4) {
                position = start + 6
            } else {
                position = min(bytes.count, find("-->", from: start + 4) + 3)
            }
        } else if starts(with: "<![CDATA[", at: start) {
            position = start + 9
            guard sectionEnd < position, !hasNoSectionEnd else { return }
            sectionEnd = find("]]>", from: position)
            if sectionEnd == bytes.count {
                hasNoSectionEnd = true
                sectionEnd = -1
            }
        } else if start < lastGreater {
            skip(through: UInt8(ascii: ">"), from: start + 2)
        } else {
            position = bytes.count
        }
    }

    /// Goes after the end tag. Without one the content is what follows only where browsers see it so.
    private mutating func skipContent(of name: HTMLName) {
        if silentEnds.isEmpty { silentEnds = Array(repeating: -1, count: HTMLName.allCases.count) }
        let slot = Int(name.rawValue)
        if silentEnds[slot] < position { silentEnds[slot] = findEnd(of: name, from: position) }
        let end = silentEnds[slot]
        if end < bytes.count {
            position = end
            skip(through: UInt8(ascii: ">"), from: end)
        } else if name.swallowsRest {
            position = bytes.count
        }
    }

    /// Where the `</name` is; `Int.max` when there is none.
    private mutating func findEnd(of name: HTMLName, from start: Int) -> Int {
        var index = start
        while true {
            index = find(UInt8(ascii: "<"), from: index, to: bytes.count)
            guard index + 2 < bytes.count else { return .max }
            if bytes[index + 1] == UInt8(ascii: "/"), HTMLName(bytes, index + 2, nameEnd(from: index + 2)) == name {
                return index
            }
            index += 1
        }
    }

    // MARK: Searching

    private mutating func skip(through byte: UInt8, from start: Int) {
        position = min(bytes.count, find(byte, from: start, to: bytes.count) + 1)
    }

    /// The place of a byte, the limit when it is not there.
    private mutating func find(_ byte: UInt8, from start: Int, to limit: Int) -> Int {
        guard start < limit, start >= 0, limit <= bytes.count, let base = bytes.baseAddress else { return limit }
        let found = memchr(base + start, Int32(byte), limit - start)
        let place = found.map { UnsafeRawPointer($0) - UnsafeRawPointer(base) } ?? limit
        work += place - start + 1
        return place
    }

    /// The place of a short mark, the length of all when it is not there.
    private mutating func find(_ mark: StaticString, from start: Int) -> Int {
        var index = start
        while index < bytes.count {
            index = find(mark.utf8Start.pointee, from: index, to: bytes.count)
            if starts(with: mark, at: index) { return index }
            index += 1
        }
        return bytes.count
    }

    private func starts(with mark: StaticString, at place: Int) -> Bool {
        guard place + mark.utf8CodeUnitCount <= bytes.count else { return false }
        for offset in 0..<mark.utf8CodeUnitCount where bytes[place + offset] != mark.utf8Start[offset] { return false }
        return true
    }

    /// -1 when it is nowhere.
    private func lastPlace(of byte: UInt8) -> Int {
        var index = bytes.count - 1
        while index >= 0, bytes[index] != byte { index -= 1 }
        return index
    }
}

extension UInt8 {
    @inline(__always)
    fileprivate var isHTMLSpace: Bool { self <= 0x20 }

    @inline(__always)
    fileprivate var endsTagName: Bool { self <= 0x20 || self == 0x3E || self == 0x2F }

    @inline(__always)
    fileprivate var endsAttributeName: Bool { self <= 0x20 || self == 0x3E || self == 0x2F || self == 0x3D }
}
