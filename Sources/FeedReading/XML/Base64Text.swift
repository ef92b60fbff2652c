/// Base64, as Atom 0.3 may have its texts.
enum Base64Text {
    /// What is no Base64 is left out. Nothing when what is decoded is no text.
    static func decoded(_ text: String) -> [UInt8] {
        var output: [UInt8] = []
        output.reserveCapacity(text.utf8.count / 4 * 3 + 3)
        var bits: UInt32 = 0
        var count = 0
        for byte in text.utf8 {
            guard let value = value(of: byte) else { continue }
            bits = bits << 6 | value
            count += 1
            if count == 4 {
                output.append(contentsOf: [UInt8(bits >> 16 & 0xFF), UInt8(bits >> 8 & 0xFF), UInt8(bits & 0xFF)])
                bits = 0
                count = 0
            }
        }
        if count == 2 { output.append(UInt8(bits >> 4 & 0xFF)) }
        if count == 3 { output.append(contentsOf: [UInt8(bits >> 10 & 0xFF), UInt8(bits >> 2 & 0xFF)]) }
        let text = String(decoding: output, as: UTF8.self)
        let isText = text.utf8.allSatisfy { $0 >= 0x20 || $0.isXMLSpace } && !text.unicodeScalars.contains("\u{FFFD}")
        return isText ? Array(text.utf8) : []
    }

    /// Whether a text may be Base64: nothing but its letters and white space, in fours.
    static func mayBe(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        var count = 0
        for byte in bytes where !byte.isXMLSpace {
            guard value(of: byte) != nil || byte == UInt8(ascii: "=") else { return false }
            count += 1
        }
        return count > 0 && count % 4 == 0
    }

    private static func value(of byte: UInt8) -> UInt32? {
        switch byte {
        case 0x41...0x5A: UInt32(byte - 0x41)
        case 0x61...0x7A: UInt32(byte - 0x61) + 26
        case 0x30...0x39: UInt32(byte - 0x30) + 52
        case UInt8(ascii: "+"), UInt8(ascii: "-"): 62
        case UInt8(ascii: "/"), UInt8(ascii: "_"): 63
        default: nil
        }
    }
}
