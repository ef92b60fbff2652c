/// A 128-bit hash: MurmurHash3 x64 128 with seed 0.
///
/// Different bytes have practically never the same hash by accident, but an attacker can make such bytes: do not use it
/// for secrets.
package struct Fingerprint: Sendable, Hashable, CustomStringConvertible {
    package let high: UInt64
    package let low: UInt64

    package init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// Hashes a list of texts; the borders between texts count.
    package init(of parts: [String]) {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(parts.reduce(0) { $0 + $1.utf8.count + 4 })
        for part in parts {
            bytes.append(contentsOf: part.utf8)
            // 0xFF never occurs in UTF-8, so it separates the parts.
            bytes.append(0xFF)
        }
        self = bytes.withUnsafeBytes { Self(hashing: $0) }
    }

    package init(hashing bytes: UnsafeRawBufferPointer) {
        let c1: UInt64 = 0x87c3_7b91_1142_53d5
        let c2: UInt64 = 0x4cf5_ad43_2745_937f
        var h1: UInt64 = 0
        var h2: UInt64 = 0
        let blocks = bytes.count / 16
        for block in 0..<blocks {
            var k1 = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: block * 16, as: UInt64.self))
            var k2 = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: block * 16 + 8, as: UInt64.self))
            k1 = (k1 &* c1).rotated(31) &* c2
            h1 = ((h1 ^ k1).rotated(27) &+ h2) &* 5 &+ 0x52dc_e729
            k2 = (k2 &* c2).rotated(33) &* c1
            h2 = ((h2 ^ k2).rotated(31) &+ h1) &* 5 &+ 0x3849_5ab5
        }
        var k1: UInt64 = 0
        var k2: UInt64 = 0
        for (index, byte) in bytes[(blocks * 16)...].enumerated() {
            if index < 8 {
                k1 |= UInt64(byte) << UInt64(index * 8)
            } else {
                k2 |= UInt64(byte) << UInt64((index - 8) * 8)
            }
        }
        h2 ^= (k2 &* c2).rotated(33) &* c1
        h1 ^= (k1 &* c1).rotated(31) &* c2
        h1 ^= UInt64(bytes.count)
        h2 ^= UInt64(bytes.count)
        h1 &+= h2
        h2 &+= h1
        h1 = Self.mix(h1)
        h2 = Self.mix(h2)
        h1 &+= h2
        h2 &+= h1
        high = h1
        low = h2
    }

    private static func mix(_ value: UInt64) -> UInt64 {
        var k = value
        k = (k ^ (k >> 33)) &* 0xff51_afd7_ed55_8ccd
        k = (k ^ (k >> 33)) &* 0xc4ce_b9fe_1a85_ec53
        return k ^ (k >> 33)
    }

    /// The hash as 32 hexadecimal digits.
    package var description: String {
        String(unsafeUninitializedCapacity: 32) { digits in
            for place in 0..<32 {
                let nibble = UInt8(truncatingIfNeeded: (place < 16 ? high : low) >> UInt64(60 - place % 16 * 4)) & 15
                digits[place] = nibble + (nibble < 10 ? UInt8(ascii: "0") : UInt8(ascii: "a") - 10)
            }
            return 32
        }
    }

    /// Parses what ``description`` writes.
    package init?(_ text: String) {
        guard text.utf8.count == 32, let high = UInt64(text.prefix(16), radix: 16),
            let low = UInt64(text.suffix(16), radix: 16)
        else { return nil }
        self.init(high: high, low: low)
    }
}

extension Fingerprint: Codable {
    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let value = Fingerprint(text) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "not a fingerprint: \(text)")
        }
        self = value
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}

extension UInt64 {
    fileprivate func rotated(_ count: UInt64) -> UInt64 { (self << count) | (self >> (64 - count)) }
}

/// An item's identity within its source.
package typealias ItemKey = Fingerprint
