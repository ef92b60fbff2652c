import Foundation

/// Text normalised for word search: letters and digits as UTF-8 without case, accents and width, and one separator
/// between words.
///
/// Folding is the same for all languages: `i` and `ı` are equal, and `ß` is `ss`. In scripts without spaces each
/// character is a word.
struct FoldedText: Sendable, Hashable {
    /// The separator, a byte that never occurs in UTF-8, so that no word matches inside another.
    static let separator: UInt8 = 0xFF

    /// The folded bytes, with separators around each word.
    let bytes: [UInt8]

    init(_ text: String) {
        var bytes: [UInt8] = [Self.separator]
        Self.fold(text) { byte in
            if byte != Self.separator || bytes.last != Self.separator { bytes.append(byte) }
            return true
        }
        if bytes.last != Self.separator { bytes.append(Self.separator) }
        self.bytes = bytes
    }

    /// Whether the text has no letter or digit.
    var isEmpty: Bool { bytes.count == 1 }

    /// A folded form to compare whole names, in which punctuation counts: `C` is not `C++`.
    static func name(_ text: String) -> String {
        text.trimmed.folding(options: [.caseInsensitive, .diacriticInsensitive, .widthInsensitive], locale: nil)
            .replacing("ı", with: "i")
    }

    /// Passes each folded byte to `take`, until that returns false. Separators may repeat; the beginning and the end
    /// have none unless the text has punctuation there.
    @inline(__always)
    static func fold(_ text: String, _ take: (UInt8) -> Bool) {
        var text = text
        text.withUTF8 { bytes in
            let table = table
            var place = 0
            while place < bytes.count {
                let first = bytes[place]
                var folded: Folded
                if first < 0x80 {
                    folded = table[Int(first)]
                    place += 1
                } else {
                    let (scalar, length) = decode(bytes, place)
                    folded = scalar < table.count ? table[scalar] : Folded(beyondTable: scalar)
                    place += length
                }
                if folded.isWhole, !take(separator) { return }
                while let byte = folded.removeFirst() { if !take(byte) { return } }
                if folded.isWhole, !take(separator) { return }
            }
        }
    }

    private static func decode(_ bytes: UnsafeBufferPointer<UInt8>, _ place: Int) -> (scalar: Int, length: Int) {
        // A string's UTF-8 is always complete.
        let first = Int(bytes[place])
        func rest(_ offset: Int) -> Int { Int(bytes[place + offset]) & 0x3F }
        if first < 0xE0 { return ((first & 0x1F) << 6 | rest(1), 2) }
        if first < 0xF0 { return ((first & 0x0F) << 12 | rest(1) << 6 | rest(2), 3) }
        return ((first & 0x07) << 18 | rest(1) << 12 | rest(2) << 6 | rest(3), 4)
    }

    /// Folded forms of the alphabetic scripts, by scalar; later scalars are folded on demand.
    private static let table: [Folded] = (0..<0x3000).map { number in
        Unicode.Scalar(number).map { Folded($0) } ?? .separator
    }

    /// The folded form of one character, at most six bytes.
    private struct Folded {
        private var bytes: UInt64
        private var count: UInt8
        /// Whether the character is a word by itself.
        let isWhole: Bool

        static let separator = Folded([FoldedText.separator])

        private init(_ bytes: some Collection<UInt8>, isWhole: Bool = false) {
            let kept = bytes.prefix(6)
            self.bytes = kept.reversed().reduce(0) { $0 << 8 | UInt64($1) }
            count = UInt8(kept.count)
            self.isWhole = isWhole
        }

        @inline(__always)
        mutating func removeFirst() -> UInt8? {
            guard count > 0 else { return nil }
            let first = UInt8(truncatingIfNeeded: bytes)
            bytes >>= 8
            count -= 1
            return first
        }

        init(_ scalar: Unicode.Scalar) {
            switch scalar {
            // Dotless i, and capital I with a dot.
            case "ı", "İ": self.init("i".utf8)
            case "ß", "ẞ": self.init("ss".utf8)
            case "ς": self.init("σ".utf8)
            // Letters with a stroke, which Unicode does not take apart.
            case "ł", "Ł": self.init("l".utf8)
            case "ø", "Ø": self.init("o".utf8)
            case "đ", "Đ": self.init("d".utf8)
            case "ħ", "Ħ": self.init("h".utf8)
            case "æ", "Æ": self.init("ae".utf8)
            case "œ", "Œ": self.init("oe".utf8)
            default: self.init(plain: scalar)
            }
        }

        private init(plain scalar: Unicode.Scalar) {
            let properties = scalar.properties
            let isLetter = properties.isAlphabetic || properties.numericType != nil
            let isMark = [.nonspacingMark, .enclosingMark, .format].contains(properties.generalCategory)
            if isMark, !isLetter || Self.isPoint(scalar.value) {
                // Combining accents, soft hyphens, and vowel points that are seldom written.
                self.init([])
            } else if !isLetter {
                self = .separator
            } else {
                let text = String(scalar).folding(
                    options: [.caseInsensitive, .diacriticInsensitive, .widthInsensitive], locale: nil)
                self.init(text.utf8, isWhole: Self.isWordByItself(scalar.value))
            }
        }

        /// Whether the scalar is a Hebrew or Arabic point. In other scripts a mark may be a vowel that is always
        /// written.
        private static func isPoint(_ number: UInt32) -> Bool {
            (0x0591...0x05C7).contains(number) || (0x0610...0x061A).contains(number)
                || (0x064B...0x065F).contains(number) || number == 0x0670 || (0x06D6...0x06ED).contains(number)
        }

        init(beyondTable number: Int) {
            guard let scalar = Unicode.Scalar(UInt32(number)) else {
                self = .separator
                return
            }
            if Self.isWordByItself(scalar.value) {
                self.init(UTF8.encode(scalar).map { Array($0) } ?? [], isWhole: true)
            } else {
                self.init(scalar)
            }
        }

        private static func isWordByItself(_ number: UInt32) -> Bool {
            switch number {
            // Thai and Lao; Hiragana and Katakana; the Han blocks.
            case 0x0E00...0x0EFF, 0x3040...0x30FF, 0x3400...0x4DBF, 0x4E00...0x9FFF, 0xF900...0xFAFF,
                0x20000...0x3FFFF:
                true
            default: false
            }
        }
    }
}
