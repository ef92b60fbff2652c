/// Bytes that grow at the end, in memory that is kept and used again. No copy on write, no bounds checks: every use of
/// it stays within `count`.
struct ByteBuffer: ~Copyable {
    private(set) var start: UnsafeMutablePointer<UInt8>
    private(set) var count = 0
    private var capacity: Int

    init(capacity: Int) {
        self.capacity = max(16, capacity)
        start = .allocate(capacity: self.capacity)
    }

    deinit { start.deallocate() }

    var isEmpty: Bool { count == 0 }
    var bytes: UnsafeBufferPointer<UInt8> { UnsafeBufferPointer(start: start, count: count) }

    mutating func clear() { count = 0 }

    /// Takes back everything from `length` on.
    mutating func cut(to length: Int) { count = min(count, max(0, length)) }

    mutating func removeFirst(_ length: Int) {
        guard length > 0 else { return }
        let rest = max(0, count - length)
        if rest > 0 { start.update(from: start + length, count: rest) }
        count = rest
    }

    @inline(__always)
    mutating func append(_ byte: UInt8) {
        if count == capacity { grow(to: count + 1) }
        start[count] = byte
        count += 1
    }

    @inline(__always)
    mutating func append(_ bytes: UnsafePointer<UInt8>, count length: Int) {
        guard length > 0 else { return }
        if count + length > capacity { grow(to: count + length) }
        (start + count).update(from: bytes, count: length)
        count += length
    }

    mutating func append(_ bytes: UnsafeBufferPointer<UInt8>) {
        if let from = bytes.baseAddress { append(from, count: bytes.count) }
    }

    mutating func append(_ text: StaticString) { append(text.utf8Start, count: text.utf8CodeUnitCount) }

    mutating func append(_ text: String) {
        var text = text
        text.withUTF8 { append($0) }
    }

    mutating func append(_ scalar: Unicode.Scalar) {
        for byte in UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter { append(byte) }
    }

    private mutating func grow(to needed: Int) {
        let larger = max(capacity * 2, needed)
        let moved = UnsafeMutablePointer<UInt8>.allocate(capacity: larger)
        moved.update(from: start, count: count)
        start.deallocate()
        start = moved
        capacity = larger
    }
}
