/// Counts line breaks, eight bytes at once.
enum LineCount {
    static func of(_ bytes: UnsafeBufferPointer<UInt8>) -> Int {
        guard let start = bytes.baseAddress else { return 0 }
        let low: UInt64 = 0x7F7F_7F7F_7F7F_7F7F
        var count = 0
        var index = 0
        while index + 8 <= bytes.count {
            // A byte that is a line feed becomes zero, and only a zero byte keeps its highest bit clear below.
            let differences = UnsafeRawPointer(start + index).loadUnaligned(as: UInt64.self) ^ 0x0A0A_0A0A_0A0A_0A0A
            let others = ((differences & low) &+ low) | differences
            count &+= (~(others | low)).nonzeroBitCount
            index += 8
        }
        while index < bytes.count {
            if start[index] == 0x0A { count += 1 }
            index += 1
        }
        return count
    }
}
