/// Which bytes pass unchanged in which part of an XML document.
enum ByteClass {
    static let text: UInt8 = 1
    /// An attribute's value; both quotes stop.
    static let value: UInt8 = 2
    static let cdata: UInt8 = 4
    static let name: UInt8 = 8
    static let nameStart: UInt8 = 16
    static let space: UInt8 = 32
    /// May stand in an address as it is.
    static let address: UInt8 = 64

    /// 256 entries, in memory that is never freed or written again: the hot loops index it without a check.
    nonisolated(unsafe) static let table: UnsafePointer<UInt8> = {
        let table = UnsafeMutablePointer<UInt8>.allocate(capacity: 256)
        for byte in 0..<256 { table[byte] = classes(UInt8(byte)) }
        return UnsafePointer(table)
    }()

    private static func classes(_ byte: UInt8) -> UInt8 {
        // Which of these may stand in a name, ``XMLNameCharacter`` tells.
        if byte >= 0x80 { return address }
        // A line may end in three ways, which are one in text; libxml2 sees to attributes.
        if byte == 0x0D { return value | space }
        if byte.isXMLSpace { return text | value | cdata | space }
        // DEL is a control character, too, and serves as the mark of a stand-in.
        if byte < 0x20 || byte == 0x7F { return 0 }
        var all = text | value | cdata | address
        if byte.isASCIILetter || byte == UInt8(ascii: "_") || byte == UInt8(ascii: ":") { all |= name | nameStart }
        if byte.isASCIIDigit || byte == UInt8(ascii: "-") || byte == UInt8(ascii: ".") { all |= name }
        switch Unicode.Scalar(byte) {
        case "<": return cdata
        case "&": return cdata | address
        case ">": return cdata | value
        case "\"": return all & ~(value | address)
        case "'": return all & ~value
        case "`": return all & ~address
        case "]": return all & ~cdata
        default: return all
        }
    }
}

/// Passes over bytes that nothing is to be done about, eight at a time.
enum PlainRun {
    private static let ones: UInt64 = 0x0101_0101_0101_0101
    private static let highs: UInt64 = 0x8080_8080_8080_8080

    /// The place of the first byte from `start` on that may mean something in text: controls and line breaks, `<`, `>`,
    /// `&`, DEL, and all beyond ASCII. `end`, or up to seven bytes before it, when there is none.
    @inline(__always)
    static func text(_ bytes: UnsafePointer<UInt8>, from start: Int, to end: Int) -> Int {
        var index = start
        while index &+ 8 <= end {
            let word = UnsafeRawPointer(bytes + index).loadUnaligned(as: UInt64.self).littleEndian
            // `<` and `>` differ in one bit.
            let angle = (word | (ones &* 0x02)) ^ (ones &* 0x3E)
            let ampersand = word ^ (ones &* 0x26)
            let found = (zeros(angle) | zeros(ampersand) | odd(word)) & highs
            if found != 0 { return index &+ (found.trailingZeroBitCount &>> 3) }
            index &+= 8
        }
        return index
    }

    /// The same in a CDATA section, where only `]` means something.
    @inline(__always)
    static func cdata(_ bytes: UnsafePointer<UInt8>, from start: Int, to end: Int) -> Int {
        var index = start
        while index &+ 8 <= end {
            let word = UnsafeRawPointer(bytes + index).loadUnaligned(as: UInt64.self).littleEndian
            let found = (zeros(word ^ (ones &* 0x5D)) | odd(word)) & highs
            if found != 0 { return index &+ (found.trailingZeroBitCount &>> 3) }
            index &+= 8
        }
        return index
    }

    // In both, a highest bit tells of its byte. Above the lowest that is set there may be false ones, from a borrow.

    @inline(__always)
    private static func zeros(_ word: UInt64) -> UInt64 { (word &- ones) & ~word }

    /// Controls, DEL, and what is beyond ASCII.
    @inline(__always)
    private static func odd(_ word: UInt64) -> UInt64 {
        ((word &- (ones &* 0x20)) & ~word) | word | (word &+ ones)
    }
}

/// UTF-8 beyond ASCII, as XML 1.0 allows it.
enum UTF8Sequence {
    /// The length of the valid sequence that starts here; 0 when there is none, or not all of it.
    @inline(__always)
    static func length(in bytes: UnsafeBufferPointer<UInt8>, at index: Int) -> Int {
        let there = bytes.count - index
        let lead = bytes[index]
        if lead < 0xC2 || there < 2 { return 0 }
        let second = bytes[index + 1]
        if second & 0xC0 != 0x80 { return 0 }
        if lead < 0xE0 { return 2 }
        if there < 3 || bytes[index + 2] & 0xC0 != 0x80 { return 0 }
        if lead < 0xF0 {
            if lead == 0xE0 && second < 0xA0 || lead == 0xED && second > 0x9F { return 0 }
            // U+FFFE and U+FFFF are no characters of XML.
            return lead == 0xEF && second == 0xBF && bytes[index + 2] >= 0xBE ? 0 : 3
        }
        if there < 4 || lead > 0xF4 || bytes[index + 3] & 0xC0 != 0x80 { return 0 }
        return lead == 0xF0 && second < 0x90 || lead == 0xF4 && second > 0x8F ? 0 : 4
    }

    /// True when the bytes end within a sequence that may still become valid.
    static func mayContinue(in bytes: UnsafeBufferPointer<UInt8>, at index: Int) -> Bool {
        let lead = bytes[index]
        let expected = lead < 0xC2 || lead > 0xF4 ? 0 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4
        let there = bytes.count - index
        guard expected > there else { return false }
        guard there > 1 else { return true }
        let second = bytes[index + 1]
        let allowed: ClosedRange<UInt8> =
            switch lead {
            case 0xE0: 0xA0...0xBF
            case 0xED: 0x80...0x9F
            case 0xF0: 0x90...0xBF
            case 0xF4: 0x80...0x8F
            default: 0x80...0xBF
            }
        guard allowed.contains(second) else { return false }
        return there < 3 || bytes[index + 2] & 0xC0 == 0x80
    }
}
