import CampaignModel

extension ItemRecord {
    /// Stands for all that the document states of the item, except dates: as long as it stays the same, nothing about
    /// the item has changed, and nobody needs its text.
    ///
    /// Unlike ``Item/significance`` it knows the document's own spelling only, so it may change where the item
    /// does not.
    ///
    /// - Parameter context: What the document says of all its items, such as where links count from.
    /// - Returns: The same for the same statement, in any process.
    func statedFingerprint(in context: Fingerprint) -> Fingerprint {
        var hash = StatedHash()
        hash.mix(context.high, context.low)
        for entry in entries where !entry.field.isDate {
            hash.mix(
                UInt64(entry.field.rawValue) | UInt64(entry.form.rawValue) << 8 | UInt64(entry.rank) << 16
                    | UInt64(UInt16(bitPattern: entry.base)) << 24,
                UInt64(truncatingIfNeeded: entry.end - entry.start))
            hash.mix(UnsafeRawBufferPointer(bytes(of: entry)))
        }
        for base in bases { hash.mix(base) }
        hash.mix(emptyFields, 0)
        return hash.fingerprint
    }
}

/// 128 bits over many short texts, made by folded multiplication. It finds accidents, not attacks.
private struct StatedHash {
    private var one: UInt64 = 0x9E37_79B9_7F4A_7C15
    private var two: UInt64 = 0xC2B2_AE3D_27D4_EB4F

    @inline(__always)
    mutating func mix(_ a: UInt64, _ b: UInt64) {
        one = Self.folded(one ^ a, b ^ 0xA076_1D64_78BD_642F)
        two = Self.folded(two ^ b, a ^ 0xE703_7ED1_A0B4_28DB)
    }

    @inline(__always)
    mutating func mix(_ bytes: UnsafeRawBufferPointer) {
        var index = 0
        while index + 16 <= bytes.count {
            mix(
                UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self)),
                UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: index + 8, as: UInt64.self)))
            index += 16
        }
        guard index < bytes.count else { return }
        var tail: (UInt64, UInt64) = (0, 0)
        withUnsafeMutableBytes(of: &tail) { $0.copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[index...])) }
        mix(UInt64(littleEndian: tail.0), UInt64(littleEndian: tail.1))
    }

    mutating func mix(_ text: String) {
        var text = text
        text.withUTF8 { bytes in
            mix(0, UInt64(truncatingIfNeeded: bytes.count))
            mix(UnsafeRawBufferPointer(bytes))
        }
    }

    var fingerprint: Fingerprint {
        Fingerprint(
            high: Self.folded(one ^ two, 0x8EBC_6AF0_9C88_C6E3), low: Self.folded(two, one ^ 0x5899_65CC_7537_4CC3))
    }

    @inline(__always)
    private static func folded(_ a: UInt64, _ b: UInt64) -> UInt64 {
        let product = a.multipliedFullWidth(by: b)
        return product.high ^ product.low
    }
}
