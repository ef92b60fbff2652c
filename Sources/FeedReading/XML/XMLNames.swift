import CLibXML2

/// Knows libxml2's interned names again, each by its address: no string is made or compared after the first time.
struct XMLNames: ~Copyable {
    struct Entry {
        var symbol: UInt16
        var opensItem: Bool
        /// The name has not come before.
        var isNew: Bool
    }

    private struct Slot {
        var local: UnsafePointer<xmlChar>?
        var prefix: UnsafePointer<xmlChar>?
        var uri: UnsafePointer<xmlChar>?
        var symbol: UInt16 = 0
        var opensItem = false
    }

    // Open addressing; at most half full.
    private var slots: UnsafeMutablePointer<Slot>
    private var capacity = 64
    private(set) var count = 0

    init() {
        slots = .allocate(capacity: capacity)
        slots.initialize(repeating: Slot(), count: capacity)
    }

    deinit { slots.deallocate() }

    /// The name's entry; with `isNew` it is one to be told with ``define(_:opensItem:local:prefix:uri:)``.
    @inline(__always)
    func find(
        _ local: UnsafePointer<xmlChar>, _ prefix: UnsafePointer<xmlChar>?, _ uri: UnsafePointer<xmlChar>?
    ) -> Entry {
        let slot = slots + index(of: local, prefix, uri)
        return Entry(symbol: slot.pointee.symbol, opensItem: slot.pointee.opensItem, isNew: slot.pointee.local == nil)
    }

    mutating func define(
        _ symbol: UInt16, opensItem: Bool, local: UnsafePointer<xmlChar>, prefix: UnsafePointer<xmlChar>?,
        uri: UnsafePointer<xmlChar>?
    ) {
        slots[index(of: local, prefix, uri)] =
            Slot(local: local, prefix: prefix, uri: uri, symbol: symbol, opensItem: opensItem)
        count += 1
        if count * 2 > capacity { grow() }
    }

    /// Where the name is, or would be.
    @inline(__always)
    private func index(
        of local: UnsafePointer<xmlChar>, _ prefix: UnsafePointer<xmlChar>?, _ uri: UnsafePointer<xmlChar>?
    ) -> Int {
        let mixed = (UInt(bitPattern: local) ^ (UInt(bitPattern: uri) << 7)) &* 0x9E37_79B9_7F4A_7C15
        var index = Int(truncatingIfNeeded: mixed >> 40) & (capacity - 1)
        while let stored = slots[index].local {
            if stored == local, slots[index].uri == uri, slots[index].prefix == prefix { break }
            index = (index + 1) & (capacity - 1)
        }
        return index
    }

    private mutating func grow() {
        let old = slots
        let oldCapacity = capacity
        capacity *= 2
        slots = .allocate(capacity: capacity)
        slots.initialize(repeating: Slot(), count: capacity)
        for slot in UnsafeBufferPointer(start: old, count: oldCapacity) {
            if let local = slot.local { slots[index(of: local, slot.prefix, slot.uri)] = slot }
        }
        old.deallocate()
    }
}
