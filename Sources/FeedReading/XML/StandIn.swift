import Glibc

/// Characters that mean something to XML, written so that they mean nothing: DEL and a letter.
///
/// The cleaner resolves every reference itself, so libxml2 never sees an ampersand: none of its code for entities ever
/// runs, and a text arrives in one piece instead of one for each reference. DEL cannot come from a document: the cleaner
/// drops it as the control character that it is.
enum StandIn {
    static let mark: UInt8 = 0x7F

    /// The letter for one of `& < > " '`.
    @inline(__always)
    static func letter(for byte: UInt8) -> UInt8 { byte | 0x40 }

    /// The character of a letter.
    @inline(__always)
    static func character(of letter: UInt8) -> UInt8 { letter & ~0x40 }

    /// How many bytes come before the first stand-in.
    @inline(__always)
    static func bytesBefore(_ bytes: UnsafeBufferPointer<UInt8>) -> Int {
        guard let start = bytes.baseAddress, let found = memchr(start, Int32(mark), bytes.count) else {
            return bytes.count
        }
        return UnsafeRawPointer(found) - UnsafeRawPointer(start)
    }

    /// A whole text with the characters that were meant.
    static func text(_ bytes: UnsafeBufferPointer<UInt8>) -> String {
        guard bytesBefore(bytes) < bytes.count else { return String(decoding: bytes, as: UTF8.self) }
        var output = ByteBuffer(capacity: bytes.count)
        append(bytes, to: &output)
        return String(decoding: output.bytes, as: UTF8.self)
    }

    /// Puts a text, or a piece of one, behind a buffer's bytes with the characters that were meant.
    ///
    /// - Parameters:
    ///   - bytes: The text.
    ///   - isMarked: What was returned for the piece before.
    ///   - output: The buffer.
    /// - Returns: Whether the piece ends within a stand-in.
    @discardableResult
    static func append(
        _ bytes: UnsafeBufferPointer<UInt8>, isMarked: Bool = false, to output: inout ByteBuffer
    ) -> Bool {
        var isMarked = isMarked
        var start = 0
        while start < bytes.count {
            if isMarked {
                output.append(character(of: bytes[start]))
                isMarked = false
                start += 1
            }
            let rest = UnsafeBufferPointer(rebasing: bytes[start...])
            let plain = bytesBefore(rest)
            output.append(UnsafeBufferPointer(rebasing: rest[0..<plain]))
            isMarked = plain < rest.count
            start += plain + 1
        }
        return isMarked
    }
}
