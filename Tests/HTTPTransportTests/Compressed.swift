import Foundation

/// Compressed bodies for tests.
enum Compressed {
    /// "hello compressed world, hello compressed world" as gzip.
    static let text = [UInt8](
        Data(base64Encoded: "H4sIAAAAAAACA8tIzcnJV0jOzy0oSi0uTk1RKM8vyknRUcjAKg4A3Cndyi4AAAA=") ?? Data()
    )

    /// About so many zero bytes as gzip (without its trailer), a thousandth as long: a bomb.
    ///
    /// One deflate block with codes of its own: one bit for "258 more", one bit for "of the byte before".
    static func zeros(_ count: Int) -> [UInt8] {
        var writer = BitWriter()
        writer.put(1, bits: 1)  // the last block
        writer.put(2, bits: 2)  // with codes of its own
        writer.put(29, bits: 5)  // 286 literal and length codes
        writer.put(0, bits: 5)  // 1 distance code
        writer.put(14, bits: 4)  // 18 code length codes: of 18, 1 bit; of 2 and 1, 2 bits
        for length in [0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0, 2] { writer.put(length, bits: 3) }
        let skip = (code: 0, bits: 1)
        let one = (code: 0b10, bits: 2)
        let two = (code: 0b11, bits: 2)
        writer.putCode(two.code, bits: two.bits)  // literal 0
        for zeros in [138, 117] {
            writer.putCode(skip.code, bits: skip.bits)
            writer.put(zeros - 11, bits: 7)
        }
        writer.putCode(two.code, bits: two.bits)  // end of block
        writer.putCode(skip.code, bits: skip.bits)
        writer.put(28 - 11, bits: 7)
        writer.putCode(one.code, bits: one.bits)  // length 258
        writer.putCode(one.code, bits: one.bits)  // distance 1
        writer.putCode(0b10, bits: 2)
        for _ in 0..<(count / 258) { writer.put(0, bits: 2) }
        writer.putCode(0b11, bits: 2)
        return [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3] + writer.bytes()
    }
}

private struct BitWriter {
    private var done: [UInt8] = []
    private var current: UInt8 = 0
    private var used: UInt8 = 0

    /// Numbers go lowest bit first.
    mutating func put(_ value: Int, bits: Int) {
        for bit in 0..<bits { append(UInt8(value >> bit & 1)) }
    }

    /// Codes go highest bit first.
    mutating func putCode(_ code: Int, bits: Int) {
        for bit in (0..<bits).reversed() { append(UInt8(code >> bit & 1)) }
    }

    func bytes() -> [UInt8] { used > 0 ? done + [current] : done }

    private mutating func append(_ bit: UInt8) {
        current |= bit << used
        used += 1
        guard used == 8 else { return }
        done.append(current)
        current = 0
        used = 0
    }
}
