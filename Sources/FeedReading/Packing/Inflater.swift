import CZlib

/// One zlib stream, unpacked piece by piece into a buffer that is used again and again.
final class Inflater {
    enum Form: Int32 {
        case gzip = 31
        case zlib = 15
        /// Bare deflate, as zip has it.
        case deflate = -15
    }

    enum Outcome {
        /// So many bytes are in the buffer; there may be more.
        case piece(count: Int)
        case needsInput
        /// The stream's end mark was met, and nothing is in the buffer.
        case end
        case damaged(String)
    }

    static let pieceBytes = 64 * 1024

    // zlib keeps the stream's address, so it must never move.
    private let stream: UnsafeMutablePointer<z_stream>
    private let buffer: UnsafeMutablePointer<UInt8>
    private let isOpen: Bool
    private var isEnded = false

    init(_ form: Form) {
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
        buffer = .allocate(capacity: Self.pieceBytes)
        isOpen = tellal_inflate_init(stream, form.rawValue) == Z_OK
    }

    deinit {
        if isOpen { inflateEnd(stream) }
        stream.deallocate()
        buffer.deallocate()
    }

    /// What ``Outcome/piece(count:)`` counts; valid until the next call.
    func bytes(_ count: Int) -> UnsafeBufferPointer<UInt8> { UnsafeBufferPointer(start: buffer, count: count) }

    /// Takes what it needs of the input, and leaves the rest in it.
    func next(_ input: inout UnsafeBufferPointer<UInt8>) -> Outcome {
        guard isOpen else { return .damaged("there is no memory to unpack it") }
        guard !isEnded else { return .end }
        // zlib counts in 32 bits.
        let count = min(input.count, 1 << 30)
        stream.pointee.next_in = UnsafeMutablePointer(mutating: input.baseAddress)
        stream.pointee.avail_in = UInt32(count)
        stream.pointee.next_out = buffer
        stream.pointee.avail_out = UInt32(Self.pieceBytes)
        let status = inflate(stream, Z_NO_FLUSH)
        input = UnsafeBufferPointer(rebasing: input[(count - Int(stream.pointee.avail_in))...])
        let given = Self.pieceBytes - Int(stream.pointee.avail_out)
        switch status {
        case Z_STREAM_END:
            isEnded = true
            return given > 0 ? .piece(count: given) : .end
        case Z_OK, Z_BUF_ERROR: return given > 0 ? .piece(count: given) : .needsInput
        // What came out before the damage is handed on; the next call meets the damage again.
        case Z_DATA_ERROR where given > 0: return .piece(count: given)
        case Z_NEED_DICT: return .damaged("it needs a dictionary")
        case Z_MEM_ERROR: return .damaged("there is no memory to unpack it")
        default: return .damaged(stream.pointee.msg.map { String(cString: $0) } ?? "it cannot be unpacked")
        }
    }

    /// Gets ready for another stream of the same form.
    func reset() {
        isEnded = false
        if isOpen { inflateReset(stream) }
    }

    /// Whether the beginning of a zlib stream unpacks to what may be the beginning of a document.
    static func mayUnpackToText(_ head: UnsafeBufferPointer<UInt8>) -> Bool {
        let inflater = Inflater(.zlib)
        var input = head
        guard case .piece(let count) = inflater.next(&input), mayBeText(inflater.bytes(count)) else { return false }
        if case .damaged = inflater.next(&input) { return false }
        return true
    }

    private static func mayBeText(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        if Packing(magic: bytes) != nil { return true }
        let marks: [UInt8] = [0xEF, 0xBB, 0xBF, 0xFF, 0xFE, 0]
        let first = bytes.first { !$0.isXMLSpace && !marks.contains($0) }
        let brackets: [UInt8] = [UInt8(ascii: "<"), UInt8(ascii: "{"), UInt8(ascii: "[")]
        if let first, brackets.contains(first) { return true }
        // The names of a table's columns.
        return bytes.prefix(32).allSatisfy { $0.isXMLSpace || ($0 > 0x20 && $0 < 0x7F) }
    }
}
