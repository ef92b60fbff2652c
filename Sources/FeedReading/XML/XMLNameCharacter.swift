/// The characters beyond ASCII that XML allows in names of elements and attributes.
enum XMLNameCharacter {
    /// Whether the valid UTF-8 sequence of a length that stands there may; `isFirst` where the name begins with it.
    static func isAllowed(
        in bytes: UnsafeBufferPointer<UInt8>, at index: Int, _ length: Int, isFirst: Bool
    ) -> Bool {
        var value = UInt32(bytes[index]) & (0x7F >> UInt32(length))
        for byte in bytes[(index + 1)..<(index + length)] { value = value << 6 | UInt32(byte & 0x3F) }
        return switch value {
        case 0xC0...0xD6, 0xD8...0xF6, 0xF8...0x2FF, 0x370...0x37D, 0x37F...0x1FFF, 0x200C...0x200D, 0x2070...0x218F,
            0x2C00...0x2FEF, 0x3001...0xD7FF, 0xF900...0xFDCF, 0xFDF0...0xFFFD, 0x10000...0xEFFFF:
            true
        case 0xB7, 0x300...0x36F, 0x203F...0x2040: !isFirst
        default: false
        }
    }
}
