import CampaignModel

/// The keys of a document's items so far, 64 bits of each: enough that a million items collide once in 40 million
/// documents, and half the memory.
///
/// In parts that grow one at a time, so that growing never takes twice the memory of the whole.
struct KeySet: ~Copyable {
    private struct Part {
        var slots: UnsafeMutablePointer<UInt64>?
        var capacity = 0
        var count = 0
    }

    private static let parts = 16
    private let table: UnsafeMutablePointer<Part>
    /// Where a key goes depends on where the table happens to be in memory: nobody can choose ids that get into each
    /// other's way.
    private let secret: UInt64
    private(set) var count = 0

    init() {
        table = .allocate(capacity: Self.parts)
        table.initialize(repeating: Part(), count: Self.parts)
        secret = (UInt64(UInt(bitPattern: table)) &* 0x9E37_79B9_7F4A_7C15) | 1
    }

    deinit {
        for index in 0..<Self.parts { table[index].slots?.deallocate() }
        table.deallocate()
    }

    /// - Returns: False when the key is there already.
    mutating func insert(_ key: Fingerprint) -> Bool {
        // 0 marks a free slot.
        let value = key.low == 0 ? 1 : key.low
        let part = table + Int(key.high & 0xF)
        // At most seven eighths full.
        if part.pointee.count * 8 >= part.pointee.capacity * 7 { grow(part) }
        guard let slots = part.pointee.slots else { return true }
        let mask = part.pointee.capacity - 1
        var index = place(value) & mask
        while slots[index] != 0 {
            if slots[index] == value { return false }
            index = (index + 1) & mask
        }
        slots[index] = value
        part.pointee.count += 1
        count += 1
        return true
    }

    @inline(__always)
    private func place(_ value: UInt64) -> Int {
        let product = value.multipliedFullWidth(by: secret)
        return Int(truncatingIfNeeded: product.high ^ product.low)
    }

    private func grow(_ part: UnsafeMutablePointer<Part>) {
        let old = part.pointee
        let capacity = max(32, old.capacity * 2)
        let slots = UnsafeMutablePointer<UInt64>.allocate(capacity: capacity)
        slots.initialize(repeating: 0, count: capacity)
        if let oldSlots = old.slots {
            for position in 0..<old.capacity where oldSlots[position] != 0 {
                var index = place(oldSlots[position]) & (capacity - 1)
                while slots[index] != 0 { index = (index + 1) & (capacity - 1) }
                slots[index] = oldSlots[position]
            }
            oldSlots.deallocate()
        }
        part.pointee = Part(slots: slots, capacity: capacity, count: old.count)
    }
}
