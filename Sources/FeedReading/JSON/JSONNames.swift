/// The keys of a document as small numbers, so that a key that was met before costs one look into a table.
struct JSONNames: Sendable {
    /// Bytes of a key that count; what is longer is cut, or a few keys could fill the memory.
    static let longest = 256

    /// How far a search goes. Names that by chance fall on one place are few; many were made for it.
    private static let reach = 64

    private var bytes: [UInt8] = []
    /// Where each name ends in ``bytes``; the first entry is 0.
    private var ends: [Int] = [0]
    private var hashes: [UInt32] = []
    /// Numbers of names plus one; 0 is free. The size is a power of two, at most a quarter in use.
    private var slots = [UInt16](repeating: 0, count: 1024)
    private let limit: Int

    /// - Parameter limit: How many names there may be, at most 16,000.
    init(limit: Int) { self.limit = min(limit, 16_000) }

    /// The same names with room for some of a document's own.
    init(_ known: JSONNames, adding limit: Int) {
        self.init(limit: known.count &+ max(0, min(limit, 16_000)))
        bytes = known.bytes
        ends = known.ends
        hashes = known.hashes
        slots = known.slots
    }

    var count: Int { hashes.count }

    /// - Returns: The name's number, from 0; nil when there are too many.
    mutating func number(of name: UnsafeBufferPointer<UInt8>) -> Int? {
        let hash = Self.hash(name)
        var slot = Int(hash) & (slots.count - 1)
        for _ in 0..<Self.reach {
            let entry = Int(slots[slot])
            if entry == 0 { return add(name, hash) }
            if hashes[entry - 1] == hash, isName(entry - 1, name) { return entry - 1 }
            slot = (slot + 1) & (slots.count - 1)
        }
        return nil
    }

    mutating func number(of name: String) -> Int? {
        var name = name
        return name.withUTF8 { number(of: $0) }
    }

    private func isName(_ number: Int, _ name: UnsafeBufferPointer<UInt8>) -> Bool {
        let start = ends[number]
        let count = name.count
        guard ends[number + 1] - start == count else { return false }
        return bytes.withUnsafeBytes { known in
            guard let known = known.baseAddress, let name = UnsafeRawPointer(name.baseAddress) else { return true }
            var index = 0
            while index + 8 <= count {
                guard Self.word(known + start, index) == Self.word(name, index) else { return false }
                index += 8
            }
            while index < count {
                guard
                    (known + start).load(fromByteOffset: index, as: UInt8.self)
                        == name.load(fromByteOffset: index, as: UInt8.self)
                else { return false }
                index += 1
            }
            return true
        }
    }

    private static func word(_ bytes: UnsafeRawPointer, _ index: Int) -> UInt64 {
        bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self)
    }

    private mutating func add(_ name: UnsafeBufferPointer<UInt8>, _ hash: UInt32) -> Int? {
        guard count < limit else { return nil }
        bytes.append(contentsOf: name)
        ends.append(bytes.count)
        hashes.append(hash)
        if hashes.count * 4 > slots.count { grow() } else { place(hashes.count - 1, hash) }
        return hashes.count - 1
    }

    private mutating func place(_ number: Int, _ hash: UInt32) {
        var slot = Int(hash) & (slots.count - 1)
        while slots[slot] != 0 { slot = (slot + 1) & (slots.count - 1) }
        slots[slot] = UInt16(truncatingIfNeeded: number + 1)
    }

    private mutating func grow() {
        slots = [UInt16](repeating: 0, count: slots.count * 2)
        for (number, hash) in hashes.enumerated() { place(number, hash) }
    }

    /// Eight bytes at a time; the last eight overlap with those before them.
    private static func hash(_ name: UnsafeBufferPointer<UInt8>) -> UInt32 {
        guard let bytes = UnsafeRawPointer(name.baseAddress), !name.isEmpty else { return 0 }
        var hash = UInt64(truncatingIfNeeded: name.count)
        func mix(_ word: UInt64) {
            hash = (hash ^ word) &* 0x9E37_79B9_7F4A_7C15
            hash ^= hash >> 29
        }
        var index = 0
        while index + 8 < name.count {
            mix(word(bytes, index))
            index += 8
        }
        if name.count >= 8 {
            mix(word(bytes, name.count - 8))
        } else if name.count >= 4 {
            let first = bytes.loadUnaligned(as: UInt32.self)
            let last = bytes.loadUnaligned(fromByteOffset: name.count - 4, as: UInt32.self)
            mix(UInt64(first) | UInt64(last) << 32)
        } else {
            mix(UInt64(name[0]) | UInt64(name[name.count / 2]) << 8 | UInt64(name[name.count - 1]) << 16)
        }
        // The upper half of a product depends on all bits.
        return UInt32(truncatingIfNeeded: ((hash ^ (hash >> 32)) &* 0x9E37_79B9_7F4A_7C15) >> 32)
    }
}
