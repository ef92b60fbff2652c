/// Counts line breaks, eight bytes at once.
enum LineCount {
    static func of(_ bytes: UnsafeBufferPointer<UInt8>) -> Int {
        guard let start = bytes.baseAddress else { return 0 }
        let low: UInt64 = 0x7F7F_7F7F_7F7F_7F7F
        let ones: UInt64 = 0x0101_0101_0101_0101
        var count = 0
        var index = 0
        while index + 8 <= bytes.count {
            // Each byte of the sum counts for its place; 31 words cannot make the sum of all eight overflow.
            var sum: UInt64 = 0
            let end = min(bytes.count - 7, index + 31 * 8)
            while index < end {
                // A byte that is a line feed becomes zero, and only a zero byte keeps its highest bit clear below.
                let difference = UnsafeRawPointer(start + index).loadUnaligned(as: UInt64.self) ^ (ones &* 0x0A)
                let others = ((difference & low) &+ low) | difference | low
                sum &+= ~others &>> 7
                index += 8
            }
            count &+= Int(truncatingIfNeeded: (sum &* ones) &>> 56)
        }
        while index < bytes.count {
            if start[index] == 0x0A { count += 1 }
            index += 1
        }
        return count
    }
}
