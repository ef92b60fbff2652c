import Glibc

/// The names of the elements that are open, one behind another in one buffer.
struct OpenNames: ~Copyable {
    private var names = ByteBuffer(capacity: 1024)
    private var starts: UnsafeMutablePointer<Int>
    private let capacity: Int
    private(set) var count = 0

    /// - Parameter depth: How many elements may be open at once.
    init(depth: Int) {
        capacity = max(1, depth)
        starts = .allocate(capacity: capacity)
    }

    deinit { starts.deallocate() }

    var isFull: Bool { count == capacity }

    /// Must not be called when full.
    @inline(__always)
    mutating func push(_ name: UnsafePointer<UInt8>, length: Int) {
        guard count < capacity else { return }
        starts[count] = names.count
        count += 1
        names.append(name, count: length)
    }

    @inline(__always)
    mutating func pop() {
        guard count > 0 else { return }
        count -= 1
        names.cut(to: starts[count])
    }

    /// The bytes of the last name; nothing when none is open.
    var last: UnsafeBufferPointer<UInt8> {
        guard count > 0 else { return UnsafeBufferPointer(start: nil, count: 0) }
        let start = starts[count - 1]
        return UnsafeBufferPointer(start: names.start + start, count: names.count - start)
    }

    /// Whether the last name and `>` stand at a place.
    ///
    /// - Returns: The place behind; 0 when they do not, or not all of it is there.
    @inline(__always)
    func endOfLast(_ bytes: UnsafePointer<UInt8>, from start: Int, to count: Int) -> Int {
        guard self.count > 0 else { return 0 }
        let first = starts[self.count - 1]
        let length = names.count - first
        guard start + length < count, bytes[start + length] == UInt8(ascii: ">") else { return 0 }
        let last = names.start + first
        for offset in 0..<length where bytes[start + offset] != last[offset] { return 0 }
        return start + length + 1
    }

    @inline(__always)
    func isLast(_ name: UnsafePointer<UInt8>, length: Int) -> Bool {
        guard count > 0, case let start = starts[count - 1], names.count - start == length else { return false }
        let last = names.start + start
        for offset in 0..<length where last[offset] != name[offset] { return false }
        return true
    }

    /// How many elements are open within the innermost one of this name; nil when there is none.
    func depth(of name: UnsafePointer<UInt8>, length: Int) -> Int? {
        var index = count - 1
        var end = names.count
        while index >= 0 {
            let start = starts[index]
            if end - start == length, memcmp(names.start + start, name, length) == 0 { return count - 1 - index }
            end = start
            index -= 1
        }
        return nil
    }
}
