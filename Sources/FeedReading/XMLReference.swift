import CLibXML2

/// A reference while its bytes come in: what stands between `&` and `;`.
struct XMLReference {
    enum Meaning {
        /// One of XML's own, to be left to the parser, with `&` and `;`.
        case predefined([UInt8])
        case scalar(Unicode.Scalar)
        /// A control character, which XML forbids.
        case nothing
        case highSurrogate(UInt32)
        case lowSurrogate(UInt32)
    }

    private(set) var bytes: [UInt8] = []

    /// Takes a byte that may belong to a reference; false for the one after it.
    mutating func accept(_ byte: UInt8) -> Bool {
        guard bytes.count < 32 else { return false }
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: break
        case UInt8(ascii: "#") where bytes.isEmpty: break
        default: return false
        }
        bytes.append(byte)
        return true
    }

    /// Nil for an unknown name: then it is text.
    var meaning: Meaning? {
        if bytes.first == UInt8(ascii: "#") { return numeric }
        let name = String(decoding: bytes, as: UTF8.self)
        switch name {
        case "": return nil
        case "amp", "lt", "gt", "quot", "apos": return .predefined(Array("&\(name);".utf8))
        default: return Unicode.Scalar(tellal_html_entity(name)).flatMap { $0.value == 0 ? nil : .scalar($0) }
        }
    }

    private var numeric: Meaning? {
        let isHex = bytes.count > 1 && bytes[1] | 0x20 == UInt8(ascii: "x")
        let digits = String(decoding: bytes.dropFirst(isHex ? 2 : 1), as: UTF8.self)
        guard !digits.isEmpty, digits.utf8.allSatisfy({ $0 < 0x3A || isHex && ($0 | 0x20) < 0x67 }) else { return nil }
        guard let number = UInt32(digits, radix: isHex ? 16 : 10) else { return .scalar("\u{FFFD}") }
        switch number {
        case 0x09, 0x0A, 0x0D, 0x22, 0x26, 0x27, 0x3C, 0x3E: return .predefined(Array("&#\(number);".utf8))
        case 0..<0x20: return .nothing
        case 0x80...0x9F: return .scalar(Self.windows1252(number))
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
