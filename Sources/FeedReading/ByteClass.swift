/// Which ASCII bytes pass unchanged in which part of an XML document.
enum ByteClass {
    static let text: UInt8 = 1
    static let tag: UInt8 = 2
    static let quoted: UInt8 = 4
    static let cdata: UInt8 = 8

    static let table: [UInt8] = (0..<256).map { byte in
        if byte >= 0x80 || (byte < 0x20 && byte != 0x09 && byte != 0x0A && byte != 0x0D) { return 0 }
        return switch Unicode.Scalar(UInt8(byte)) {
        case "<": tag | cdata
        case ">": quoted
        case "&": tag | cdata
        case "\"", "'": text | cdata
        case "]": text | tag | quoted
        default: text | tag | quoted | cdata
        }
    }
}

/// UTF-8 beyond ASCII, as XML 1.0 allows it.
enum UTF8Sequence {
    /// U+FFFD.
    static let replacement: [UInt8] = [0xEF, 0xBF, 0xBD]

    /// The length of the valid sequence that starts here; 0 when there is none, or not all of it.
    static func length(in bytes: UnsafeBufferPointer<UInt8>, at index: Int) -> Int {
        let count = expected(bytes[index])
        guard count > 1, bytes.count - index >= count else { return 0 }
        return isValid(bytes, at: index, count: count) ? count : 0
    }

    /// True when the bytes end within a sequence that may still become valid.
    static func mayContinue(in bytes: UnsafeBufferPointer<UInt8>, at index: Int) -> Bool {
        let count = expected(bytes[index])
        let there = bytes.count - index
        return count > there && isValid(bytes, at: index, count: there)
    }

    private static func expected(_ lead: UInt8) -> Int {
        switch lead {
        case 0xC2...0xDF: 2
        case 0xE0...0xEF: 3
        case 0xF0...0xF4: 4
        default: 0
        }
    }

    private static func isValid(_ bytes: UnsafeBufferPointer<UInt8>, at index: Int, count: Int) -> Bool {
        guard count > 1 else { return true }
        let lead = bytes[index]
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
        if count > 2, bytes[index + 2] & 0xC0 != 0x80 { return false }
        if count > 3, bytes[index + 3] & 0xC0 != 0x80 { return false }
        // U+FFFE and U+FFFF are no characters of XML.
        return !(lead == 0xEF && second == 0xBF && count > 2 && bytes[index + 2] >= 0xBE)
    }
}
