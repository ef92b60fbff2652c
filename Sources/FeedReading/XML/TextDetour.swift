/// Texts on their way around libxml2, first in, first out.
///
/// What the cleaner has looked at byte by byte needs no second look: it puts a text here and a mark in its place, and
/// the parser's sink gets the text when libxml2 comes to the mark. So libxml2 reads the markup alone, which halves its
/// work, and never sees a character of its own kind, an ampersand or a section in text.
final class TextDetour {
    /// DEL: legal in XML, but a control character that the cleaner lets through nowhere else.
    static let mark: UInt8 = 0x7F
    /// A text without anything special in it is as well left where it is when it is shorter than this.
    static let worthwhile = 24
    private static let headerSize = MemoryLayout<Int>.size

    // Each text behind its length.
    private var buffer = ByteBuffer(capacity: 1024)
    private var next = 0
    private var opened = 0

    /// Begins a text.
    func begin() {
        opened = buffer.count
        for _ in 0..<Self.headerSize { buffer.append(UInt8(0)) }
    }

    @inline(__always)
    func append(_ bytes: UnsafePointer<UInt8>, count: Int) { buffer.append(bytes, count: count) }

    func append(_ byte: UInt8) { buffer.append(byte) }

    func append(_ scalar: Unicode.Scalar) { buffer.append(scalar) }

    /// Ends the text that was begun.
    func end() {
        UnsafeMutableRawPointer(buffer.start + opened).storeBytes(
            of: buffer.count - opened - Self.headerSize, as: Int.self)
    }

    /// The text for the next mark; good until the cleaner goes on.
    func take() -> UnsafeBufferPointer<UInt8> {
        guard next + Self.headerSize <= buffer.count else { return UnsafeBufferPointer(start: nil, count: 0) }
        let count = UnsafeRawPointer(buffer.start + next).loadUnaligned(as: Int.self)
        let start = next + Self.headerSize
        next = start + count
        return UnsafeBufferPointer(start: buffer.start + start, count: count)
    }

    /// Frees the room of texts that were taken. libxml2 may hold back the last marks until more comes.
    func reclaim() {
        buffer.removeFirst(next)
        next = 0
    }
}
