/// Finds a byte, eight at a time.
enum ByteScan {
    /// The byte in all eight places of a word.
    static func pattern(_ byte: UInt8) -> UInt64 { UInt64(byte) &* 0x0101_0101_0101_0101 }

    /// The highest bit of each byte that is zero; above the lowest of them there may be false ones.
    @inline(__always)
    private static func zeros(_ word: UInt64) -> UInt64 {
        (word &- 0x0101_0101_0101_0101) & ~word & 0x8080_8080_8080_8080
    }

    /// The first place from `start` on that holds `one`, `two` or `three` (given as patterns); `end` when none does.
    @inline(__always)
    static func first(
        _ base: UnsafePointer<UInt8>, from start: Int, to end: Int, _ one: UInt64, _ two: UInt64, _ three: UInt64
    ) -> Int {
        var index = start
        while index &+ 8 <= end {
            let word = UnsafeRawPointer(base + index).loadUnaligned(as: UInt64.self).littleEndian
            let found = zeros(word ^ one) | zeros(word ^ two) | zeros(word ^ three)
            if found != 0 { return index &+ found.trailingZeroBitCount >> 3 }
            index &+= 8
        }
        let bytes = (UInt8(truncatingIfNeeded: one), UInt8(truncatingIfNeeded: two), UInt8(truncatingIfNeeded: three))
        while index < end {
            let byte = base[index]
            if byte == bytes.0 || byte == bytes.1 || byte == bytes.2 { return index }
            index &+= 1
        }
        return end
    }
}
