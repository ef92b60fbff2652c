/// Text in a form in which the spellings of one word are equal: lower case, without marks on Latin and Greek letters
/// (`MÄRZ` and `marz`, `Ιούλ` and `ιουλ`). Latin, Greek and Cyrillic have their tables here; other letters stay.
enum FoldedLetters {
    /// What of a text makes its key.
    enum Keeping {
        case letters
        /// Letters and the signs of currencies.
        case letterAndCurrency
    }

    /// The longest text, in bytes, that has a key.
    static let limit = 96

    /// The folded letters of a text, all else left out; empty when there are none or the text is too long.
    static func key(_ bytes: UnsafeBufferPointer<UInt8>, keeping: Keeping = .letters) -> String {
        guard bytes.count <= limit else { return "" }
        // A folded scalar is never longer than the stated one, but an invalid byte, at 3 bytes, is; those are left out.
        return withUnsafeTemporaryAllocation(of: UInt8.self, capacity: limit) { output in
            var count = 0
            var position = 0
            while position < bytes.count {
                let byte = bytes[position]
                if byte < 0x80 {
                    position += 1
                    if byte.isASCIILetter {
                        output[count] = byte | 0x20
                        count += 1
                    } else if byte == UInt8(ascii: "$"), keeping == .letterAndCurrency {
                        output[count] = byte
                        count += 1
                    }
                } else {
                    let (scalar, length) = scalar(in: bytes, at: position)
                    position += length
                    guard isLetter(scalar) || keeping == .letterAndCurrency && isCurrencySign(scalar) else { continue }
                    append(folded(scalar), to: output, &count)
                }
            }
            return String(decoding: UnsafeBufferPointer(rebasing: output[..<count]), as: UTF8.self)
        }
    }

    /// The letters of an ASCII text of up to 12 letters in one number, five bits each; nil for digits, other characters
    /// and more letters. Blanks and punctuation are left out. For words that nearly every item has.
    static func packed(_ bytes: UnsafeBufferPointer<UInt8>) -> UInt64? {
        guard bytes.count <= 24 else { return nil }
        var word: UInt64 = 0
        for byte in bytes {
            if byte.isASCIILetter {
                guard word >> 55 == 0 else { return nil }
                word = word << 5 | UInt64(byte & 0x1F)
            } else if byte >= 0x80 || byte.isASCIIDigit {
                return nil
            }
        }
        return word
    }

    /// The same of a word that is known beforehand.
    static func packed(_ word: StaticString) -> UInt64 {
        packed(UnsafeBufferPointer(start: word.utf8Start, count: word.utf8CodeUnitCount)) ?? 0
    }

    private static func append(_ scalar: UInt32, to output: UnsafeMutableBufferPointer<UInt8>, _ count: inout Int) {
        guard let scalar = Unicode.Scalar(scalar), let units = Unicode.UTF8.encode(scalar) else { return }
        for unit in units where count < output.count {
            output[count] = unit
            count += 1
        }
    }

    // MARK: Scalars

    /// The scalar that starts here and its length in bytes; U+FFFD and 1 for what is no UTF-8.
    static func scalar(in bytes: UnsafeBufferPointer<UInt8>, at index: Int) -> (value: UInt32, length: Int) {
        let lead = bytes[index]
        if lead < 0x80 { return (UInt32(lead), 1) }
        let length = UTF8Sequence.length(in: bytes, at: index)
        switch length {
        case 2: return (UInt32(lead & 0x1F) << 6 | tail(bytes, index + 1), 2)
        case 3: return (UInt32(lead & 0x0F) << 12 | tail(bytes, index + 1) << 6 | tail(bytes, index + 2), 3)
        case 4:
            let high = UInt32(lead & 0x07) << 18 | tail(bytes, index + 1) << 12
            return (high | tail(bytes, index + 2) << 6 | tail(bytes, index + 3), 4)
        default: return (0xFFFD, 1)
        }
    }

    private static func tail(_ bytes: UnsafeBufferPointer<UInt8>, _ index: Int) -> UInt32 {
        UInt32(bytes[index] & 0x3F)
    }

    /// Every blank of Unicode, also the ones without width.
    static func isBlank(_ scalar: UInt32) -> Bool {
        switch scalar {
        case 0x09...0x0D, 0x20, 0x85, 0xA0, 0x1680, 0x2000...0x200B, 0x202F, 0x205F, 0x2060, 0x3000, 0xFEFF: true
        default: false
        }
    }

    /// Whether a scalar belongs to a word: what is neither blank nor digit, punctuation or symbol.
    static func isLetter(_ scalar: UInt32) -> Bool {
        switch scalar {
        case 0..<0x80: UInt8(truncatingIfNeeded: scalar).isASCIILetter
        case 0xAA, 0xB5, 0xBA: true
        case 0x80...0xBF, 0xD7, 0xF7, 0x0300...0x036F, 0x1680, 0x2000...0x2BFF, 0x3000...0x303F: false
        case 0xFE00...0xFE0F, 0xFEFF, 0xFF00...0xFF20, 0xFFE0...0xFFFF: false
        default: true
        }
    }

    private static func isCurrencySign(_ scalar: UInt32) -> Bool {
        switch scalar {
        case 0xA2...0xA5, 0x058F, 0x0E3F, 0x20A0...0x20CF, 0xFFE5: true
        default: false
        }
    }

    private static func folded(_ scalar: UInt32) -> UInt32 {
        switch scalar {
        case 0xC0...0x017F: UInt32(latin[Int(scalar - 0xC0)])
        // Romanian letters with a comma below.
        case 0x0218, 0x0219: 0x73
        case 0x021A, 0x021B: 0x74
        case 0x0386, 0x03AC: 0x03B1
        case 0x0388, 0x03AD: 0x03B5
        case 0x0389, 0x03AE: 0x03B7
        case 0x038A, 0x0390, 0x03AA, 0x03AF, 0x03CA: 0x03B9
        case 0x038C, 0x03CC: 0x03BF
        case 0x038E, 0x03AB, 0x03B0, 0x03CB, 0x03CD: 0x03C5
        case 0x038F, 0x03CE: 0x03C9
        case 0x03C2: 0x03C3
        case 0x0391...0x03A9: scalar + 0x20
        case 0x0401, 0x0451: 0x0435
        case 0x0400...0x040F: scalar + 0x50
        case 0x0410...0x042F: scalar + 0x20
        case 0x0490: 0x0491
        default: scalar
        }
    }

    /// The base letters of U+00C0 to U+017F.
    private static let latin = Array(
        ("aaaaaaaceeeeiiii" + "dnooooo ouuuuyts" + "aaaaaaaceeeeiiii" + "dnooooo ouuuuyty" + "aaaaaaccccccccdd"
            + "ddeeeeeeeeeegggg" + "gggghhhhiiiiiiii" + "iiiijjkkklllllll" + "lllnnnnnnnnnoooo" + "oooorrrrrrssssss"
            + "ssttttttuuuuuuuu" + "uuuuwwyyyzzzzzzs").utf8)
}
