/// A row of a CSV document; valid only until the call that handed it out returns.
struct CSVRow {
    struct Field {
        var start: Int
        var end: Int
    }

    let base: UnsafePointer<UInt8>
    let fields: UnsafeBufferPointer<Field>
    /// Where the row starts; counts from 1.
    let line: Int
    /// Whether something of it is missing because of a limit.
    let isCut: Bool
    /// False for a last row without a line break.
    let isTerminated: Bool

    var count: Int { fields.count }

    /// A field without its quotes; empty where the row has no such column.
    subscript(column: Int) -> UnsafeBufferPointer<UInt8> {
        guard column >= 0, column < fields.count else { return UnsafeBufferPointer(start: nil, count: 0) }
        let field = fields[column]
        return UnsafeBufferPointer(start: base + field.start, count: field.end &- field.start)
    }

    /// A field without white space at its ends.
    func trimmed(_ column: Int) -> UnsafeBufferPointer<UInt8> { self[column].trimmed }
}

extension UnsafeBufferPointer<UInt8> {
    /// At most so many bytes, without a part of a character at the end.
    func cut(to limit: Int) -> Self {
        guard count > limit else { return self }
        var end = Swift.max(0, limit)
        while end > 0, self[end] & 0xC0 == 0x80 { end -= 1 }
        return Self(rebasing: self[0..<end])
    }

    /// Whether the bytes are this text, letters of ASCII in any case. `text` is in lower case.
    func isWord(_ text: StaticString) -> Bool {
        guard count == text.utf8CodeUnitCount else { return false }
        for index in 0..<count {
            let byte = self[index]
            let lower = byte >= 0x41 && byte <= 0x5A ? byte | 0x20 : byte
            if lower != text.utf8Start[index] { return false }
        }
        return true
    }

    func isSame(as other: some Collection<UInt8>) -> Bool { count == other.count && elementsEqual(other) }
}
