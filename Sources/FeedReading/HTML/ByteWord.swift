/// Up to sixteen bytes of a word as two numbers, so that comparing words takes no String.
struct ByteWord: Equatable {
    var first: UInt64 = 0
    var second: UInt64 = 0

    /// Nil for no byte and for more than sixteen. ASCII capitals become small letters where `lowercased` says so.
    @inline(__always)
    init?(_ bytes: UnsafeBufferPointer<UInt8>, _ start: Int, _ end: Int, lowercased: Bool) {
        guard start < end, end - start <= 16, start >= 0, end <= bytes.count else { return nil }
        var shift: UInt64 = 0
        for index in start..<end {
            var byte = UInt64(bytes[index])
            if lowercased, byte >= 0x41, byte <= 0x5A { byte |= 0x20 }
            if shift < 64 { first |= byte << shift } else { second |= byte << (shift &- 64) }
            shift &+= 8
        }
    }

    init?(_ text: String) {
        var text = text
        guard let word = text.withUTF8({ ByteWord($0, 0, $0.count, lowercased: false) }) else { return nil }
        self = word
    }
}

/// A fixed set of words with a number each: what a `switch` over words would be.
struct ByteWordTable {
    private struct Slot {
        var word = ByteWord.none
        var value: UInt32 = 0
    }

    // Open addressing, at most half full.
    private var slots: [Slot]
    private let mask: Int

    /// Of equal words the first counts; words longer than sixteen bytes are left out.
    init(_ entries: [(word: String, value: UInt32)]) {
        var size = 16
        while size < entries.count * 2 { size *= 2 }
        slots = Array(repeating: Slot(), count: size)
        mask = size - 1
        for entry in entries {
            guard let word = ByteWord(entry.word), self[word] == nil else { continue }
            var index = Self.hash(word) & mask
            while slots[index].word != .none { index = (index + 1) & mask }
            slots[index] = Slot(word: word, value: entry.value)
        }
    }

    @inline(__always)
    subscript(_ word: ByteWord) -> UInt32? {
        var index = Self.hash(word) & mask
        while slots[index].word != .none {
            if slots[index].word == word { return slots[index].value }
            index = (index + 1) & mask
        }
        return nil
    }

    @inline(__always)
    private static func hash(_ word: ByteWord) -> Int {
        let mixed = (word.first ^ (word.second &* 0xC2B2_AE3D_27D4_EB4F)) &* 0x9E37_79B9_7F4A_7C15
        return Int(truncatingIfNeeded: mixed >> 40)
    }
}

extension ByteWord {
    fileprivate init() {}

    fileprivate static let none = ByteWord()
}
