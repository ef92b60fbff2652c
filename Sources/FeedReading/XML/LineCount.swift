/// Counts line breaks, 16 bytes at once.
enum LineCount {
    static func of(_ bytes: UnsafeBufferPointer<UInt8>) -> Int {
        guard let start = bytes.baseAddress else { return 0 }
        let lineFeeds = SIMD16<UInt8>(repeating: 0x0A)
        var count = 0
        var index = 0
        while index + 16 <= bytes.count {
            // 255 blocks cannot make a lane overflow.
            var sums = SIMD16<UInt8>()
            let end = min(bytes.count - 15, index + 16 * 255)
            while index < end {
                let block = UnsafeRawPointer(start + index).loadUnaligned(as: SIMD16<UInt8>.self)
                // A lane that is equal holds −1.
                sums = sums &- unsafeBitCast(block .== lineFeeds, to: SIMD16<UInt8>.self)
                index += 16
            }
            for lane in 0..<16 { count &+= Int(sums[lane]) }
        }
        while index < bytes.count {
            if start[index] == 0x0A { count += 1 }
            index += 1
        }
        return count
    }
}
