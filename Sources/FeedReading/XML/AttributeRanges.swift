import Glibc

/// Where the attributes of one tag stand in the bytes.
struct AttributeRanges: ~Copyable {
    private struct Entry {
        var name: Range<Int>
        var value: Range<Int>
    }

    private let entries: UnsafeMutablePointer<Entry>
    private let capacity: Int
    /// One more than the limit when there are too many.
    private(set) var count = 0

    init(limit: Int) {
        capacity = max(1, limit)
        entries = .allocate(capacity: capacity)
    }

    deinit { entries.deallocate() }

    mutating func clear() { count = 0 }

    /// - Returns: False when the name has come before: then the first one counts.
    @discardableResult
    mutating func add(name: Range<Int>, value: Range<Int>, in bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        guard let start = bytes.baseAddress else { return false }
        for index in 0..<min(count, capacity) {
            let other = entries[index].name
            if other.count == name.count,
                memcmp(start + other.lowerBound, start + name.lowerBound, name.count) == 0
            {
                return false
            }
        }
        if count < capacity { (entries + count).initialize(to: Entry(name: name, value: value)) }
        count = min(count + 1, capacity + 1)
        return true
    }

    subscript(index: Int) -> (name: Range<Int>, value: Range<Int>) {
        guard index >= 0, index < min(count, capacity) else { return (0..<0, 0..<0) }
        return (entries[index].name, entries[index].value)
    }
}
