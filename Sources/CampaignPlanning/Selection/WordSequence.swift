import Foundation

/// A text as a sequence of folded words, to find a word or phrase as a whole: `ad` is not in `read`.
///
/// Case and accents do not count. In scripts that put no space between words every character is a word.
struct WordSequence {
    // 0xFF never occurs in UTF-8, so a word can neither end nor begin inside another.
    private static let separator: UInt8 = 0xFF
    private let bytes: [UInt8]

    init(_ text: String) {
        var bytes: [UInt8] = [Self.separator]
        for scalar in Self.fold(text).unicodeScalars {
            let isWhole = Self.isWordByItself(scalar)
            guard isWhole || scalar.properties.isAlphabetic || scalar.properties.numericType != nil else {
                if bytes.last != Self.separator { bytes.append(Self.separator) }
                continue
            }
            if isWhole, bytes.last != Self.separator { bytes.append(Self.separator) }
            bytes.append(contentsOf: UTF8.encode(scalar).map(Array.init) ?? [])
            if isWhole { bytes.append(Self.separator) }
        }
        if bytes.last != Self.separator { bytes.append(Self.separator) }
        self.bytes = bytes
    }

    /// Without any letter or digit, so that it would be found nowhere.
    var isEmpty: Bool { bytes.count == 1 }

    static func fold(_ text: String) -> String {
        text.folding(options: [.caseInsensitive, .diacriticInsensitive, .widthInsensitive], locale: nil)
    }

    private static func isWordByItself(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        // Thai and Lao; Hiragana and Katakana; the Han blocks.
        case 0x0E00...0x0EFF, 0x3040...0x30FF, 0x3400...0x4DBF, 0x4E00...0x9FFF, 0xF900...0xFAFF, 0x20000...0x3FFFF:
            true
        default: false
        }
    }

    /// Whether the phrase occurs, in time linear in both lengths (Knuth, Morris and Pratt). An empty
    /// phrase occurs nowhere.
    func contains(_ phrase: WordSequence) -> Bool {
        let wanted = phrase.bytes
        guard !phrase.isEmpty else { return false }
        var fallback = [0]
        var length = 0
        for index in 1..<wanted.count {
            while length > 0, wanted[index] != wanted[length] { length = fallback[length - 1] }
            if wanted[index] == wanted[length] { length += 1 }
            fallback.append(length)
        }
        var matched = 0
        for byte in bytes {
            while matched > 0, byte != wanted[matched] { matched = fallback[matched - 1] }
            if byte == wanted[matched] { matched += 1 }
            if matched == wanted.count { return true }
        }
        return false
    }
}
