import Glibc

/// Characters that mean something to XML, written in attributes so that they mean nothing: DEL and a letter.
///
/// The cleaner resolves every reference itself, so libxml2 never sees an ampersand, and none of its code for entities
/// ever runs. DEL cannot come from a document: the cleaner drops it as the control character that it is.
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

    /// Puts a text behind a buffer's bytes with the characters that were meant.
    static func append(_ bytes: UnsafeBufferPointer<UInt8>, to output: inout ByteBuffer) {
        var isMarked = false
        for byte in bytes {
            if byte == mark {
                isMarked = true
            } else {
                output.append(isMarked ? character(of: byte) : byte)
                isMarked = false
            }
        }
    }
}
