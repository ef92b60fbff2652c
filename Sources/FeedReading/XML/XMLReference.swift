/// What stands between `&` and `;`.
enum XMLReference {
    enum Meaning {
        /// A character that means something to XML: one of `& < > " '`.
        case markup(UInt8)
        case scalar(Unicode.Scalar)
        /// A control character, which XML forbids.
        case nothing
        case highSurrogate(UInt32)
        case lowSurrogate(UInt32)
    }

    /// The longest name or number that is looked at.
    static let longest = 32

    static func mayHold(_ byte: UInt8, isFirst: Bool) -> Bool {
        byte.isASCIILetter || byte.isASCIIDigit || (isFirst && byte == UInt8(ascii: "#"))
    }

    /// - Parameter bytes: At most ``longest`` of them.
    /// - Returns: Nil for an unknown name: then it is text.
    static func meaning(of bytes: UnsafeBufferPointer<UInt8>) -> Meaning? {
        guard let first = bytes.first else { return nil }
        if first == UInt8(ascii: "#") { return numeric(bytes) }
        switch packed(bytes) {
        case 0x616D70: return .markup(UInt8(ascii: "&"))
        case 0x6C74: return .markup(UInt8(ascii: "<"))
        case 0x6774: return .markup(UInt8(ascii: ">"))
        case 0x71756F74: return .markup(UInt8(ascii: "\""))
        case 0x61706F73: return .markup(UInt8(ascii: "'"))
        case 0x6E627370: return .scalar("\u{A0}")
        default: break
        }
        return HTMLReference.scalar(named: String(decoding: bytes, as: UTF8.self)).map { .scalar($0) }
    }

    /// Up to eight bytes as one number; 0 for more.
    private static func packed(_ bytes: UnsafeBufferPointer<UInt8>) -> UInt64 {
        guard bytes.count <= 8 else { return 0 }
        return bytes.reduce(0) { $0 << 8 | UInt64($1) }
    }

    private static func numeric(_ bytes: UnsafeBufferPointer<UInt8>) -> Meaning? {
        let isHex = bytes.count > 1 && bytes[1] | 0x20 == UInt8(ascii: "x")
        let start = isHex ? 2 : 1
        guard bytes.count > start else { return nil }
        var number: UInt32 = 0
        for byte in bytes[start...] {
            let digit: UInt32
            switch byte {
            case 0x30...0x39: digit = UInt32(byte - 0x30)
            case 0x41...0x46 where isHex, 0x61...0x66 where isHex: digit = UInt32((byte | 0x20) - 0x57)
            default: return nil
            }
            // Stays out of range once it is.
            number = min(number, 0x110000) * (isHex ? 16 : 10) + digit
        }
        switch number {
        case 0x22, 0x26, 0x27, 0x3C, 0x3E: return .markup(UInt8(number))
        case 0x09, 0x0A, 0x0D: return .scalar(Unicode.Scalar(UInt8(number)))
        case 0..<0x20, 0x7F: return .nothing
        case 0x80...0x9F: return .scalar(windows1252(number))
        case 0xD800..<0xDC00: return .highSurrogate(number)
        case 0xDC00..<0xE000: return .lowSurrogate(number)
        case 0xFFFE, 0xFFFF: return .scalar("\u{FFFD}")
        default: return .scalar(Unicode.Scalar(number) ?? "\u{FFFD}")
        }
    }

    /// References to C1 controls are always meant as windows-1252, as browsers know.
    static func windows1252(_ number: UInt32) -> Unicode.Scalar {
        let table: [UInt32] = [
            0x20AC, 0x81, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0x8D,
            0x017D, 0x8F, 0x90, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A,
            0x0153, 0x9D, 0x017E, 0x0178,
        ]
        guard (0x80...0x9F).contains(number) else { return Unicode.Scalar(number) ?? "\u{FFFD}" }
        return Unicode.Scalar(table[Int(number - 0x80)]) ?? "\u{FFFD}"
    }
}
