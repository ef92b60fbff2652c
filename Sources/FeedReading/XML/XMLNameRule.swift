/// Which characters beyond ASCII XML 1.0 (fifth edition, 2.3) allows in names.
enum XMLNameRule {
    private static let starts: [ClosedRange<UInt32>] = [
        0xC0...0xD6, 0xD8...0xF6, 0xF8...0x2FF, 0x370...0x37D, 0x37F...0x1FFF, 0x200C...0x200D, 0x2070...0x218F,
        0x2C00...0x2FEF, 0x3001...0xD7FF, 0xF900...0xFDCF, 0xFDF0...0xFFFD, 0x10000...0xEFFFF,
    ]
    private static let others: [ClosedRange<UInt32>] = [0xB7...0xB7, 0x300...0x36F, 0x203F...0x2040]

    /// Whether bytes that are of the class ``ByteClass/name`` are a name.
    static func holds(for bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        guard bytes.contains(where: { $0 >= 0x80 }) else { return true }
        var isFirst = true
        for scalar in String(decoding: bytes, as: UTF8.self).unicodeScalars {
            let value = scalar.value
            let isAllowed =
                value < 0x80 || starts.contains { $0.contains(value) }
                || !isFirst && others.contains { $0.contains(value) }
            // What is no UTF-8 has become U+FFFD, which a name may hold, but not the bytes that it stands for.
            guard isAllowed, scalar != "\u{FFFD}" else { return false }
            isFirst = false
        }
        return true
    }
}
