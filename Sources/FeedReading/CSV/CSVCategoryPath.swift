/// Which of several category paths in one field counts.
enum CSVCategoryPath {
    /// The first one, in the longest form in which it goes on: of `A > B, C > D` it is `A > B`, and of
    /// `A, A > B, A > B > C` the last.
    ///
    /// - Parameters:
    ///   - text: Paths with commas between.
    ///   - level: What stands between the levels of a path.
    /// - Returns: A part of the text.
    static func first(_ text: UnsafeBufferPointer<UInt8>, level: UInt8) -> UnsafeBufferPointer<UInt8> {
        var best = UnsafeBufferPointer<UInt8>(start: nil, count: 0)
        var start = 0
        while start < text.count {
            let end = text[start...].firstIndex(of: UInt8(ascii: ",")) ?? text.count
            let path = UnsafeBufferPointer(rebasing: text[start..<end]).trimmed
            start = end + 1
            if best.isEmpty {
                best = path
            } else if continues(path, best, level) {
                best = path
            } else if !path.isEmpty {
                break
            }
        }
        return best
    }

    private static func continues(
        _ path: UnsafeBufferPointer<UInt8>, _ shorter: UnsafeBufferPointer<UInt8>, _ level: UInt8
    ) -> Bool {
        guard path.count > shorter.count, path.starts(with: shorter) else { return false }
        return path[shorter.count...].first { $0 != 0x20 } == level
    }
}
