import CLibXML2
import Glibc

/// Turns a document's bytes into UTF-8, chunk by chunk.
///
/// Whom to trust: the byte order mark, then HTTP's charset, then the XML declaration, then the bytes. What is stated is
/// often wrong, and valid UTF-8 with characters beyond ASCII is never an accident; so the first such characters decide
/// whether a label counts. A document in ASCII, or in good UTF-8, passes without a copy.
final class TextDecoder {
    private enum Mode {
        /// Only ASCII has come; the label, if any, counts unless the first bytes beyond ASCII are UTF-8.
        case undecided(label: String?)
        case passing
        case converting(iconv_t)
    }

    /// Where an encoding is looked for that the document states.
    static let statementWindow = 1024
    /// How many bytes from the first one beyond ASCII on decide. Always just as many, or the network's chunks would.
    private static let judgedWindow = 1024

    private var mode: Mode
    private var held = ByteBuffer(capacity: 64)
    private var output = ByteBuffer(capacity: 64)
    /// True once bytes had to be replaced.
    private(set) var sawBadBytes = false

    /// - Parameters:
    ///   - head: The document's first bytes: all, or ``statementWindow`` of them.
    ///   - contentType: HTTP's Content-Type.
    init(head: [UInt8], contentType: String?) {
        if head.starts(with: [0xEF, 0xBB, 0xBF]) {
            mode = .passing
        } else if let name = EncodingName.byNature(of: head), let converter = Self.open(name) {
            mode = .converting(converter)
        } else {
            let label = EncodingName.stated(head, contentType: contentType, exists: Self.exists)
            if let label, !EncodingName.containsASCII(label), let converter = Self.open(label) {
                mode = .converting(converter)
            } else {
                mode = .undecided(label: label)
            }
        }
    }

    deinit {
        if case .converting(let converter) = mode { iconv_close(converter) }
    }

    private static func open(_ name: String) -> iconv_t? {
        let opened = iconv_open("UTF-8", name)
        return tellal_iconv_is_open(opened) != 0 ? opened : nil
    }

    private static func exists(_ name: String) -> Bool {
        guard let converter = open(name) else { return false }
        iconv_close(converter)
        return true
    }

    /// Hands on the bytes as UTF-8, in one piece or two. What is not UTF-8 in a document that is, comes through as it
    /// is: whoever reads it has to replace it.
    func decode<Failure: Error>(
        _ bytes: UnsafeBufferPointer<UInt8>, isLast: Bool, _ take: (UnsafeBufferPointer<UInt8>) throws(Failure) -> Void
    ) throws(Failure) {
        switch mode {
        case .passing: if !bytes.isEmpty { try take(bytes) }
        case .converting(let converter):
            held.append(bytes)
            try convert(with: converter, isLast: isLast, take)
        case .undecided(let label):
            var rest = bytes
            if held.isEmpty {
                let plain = Self.countASCII(bytes)
                if plain > 0 { try take(UnsafeBufferPointer(rebasing: bytes[0..<plain])) }
                guard plain < bytes.count else { return }
                rest = UnsafeBufferPointer(rebasing: bytes[plain...])
            }
            held.append(rest)
            guard held.count >= Self.judgedWindow || isLast else { return }
            decide(label)
            if case .converting(let converter) = mode { return try convert(with: converter, isLast: isLast, take) }
            var passing = ByteBuffer(capacity: 16)
            swap(&passing, &held)
            try take(passing.bytes)
        }
    }

    private static func countASCII(_ bytes: UnsafeBufferPointer<UInt8>) -> Int {
        var index = 0
        while index + 8 <= bytes.count {
            let eight = UnsafeRawPointer(bytes.baseAddress.unsafelyUnwrapped)
                .loadUnaligned(fromByteOffset: index, as: UInt64.self)
            if eight & 0x8080_8080_8080_8080 != 0 { break }
            index += 8
        }
        while index < bytes.count, bytes[index] < 0x80 { index += 1 }
        return index
    }

    private func decide(_ label: String?) {
        let judged = UnsafeBufferPointer(rebasing: held.bytes.prefix(Self.judgedWindow))
        mode = .passing
        let (good, bad) = Self.countSequences(judged)
        // A stray byte in UTF-8 makes no other encoding of it.
        guard bad > good else { return }
        let name = label == "UTF-8" ? nil : label
        if let converter = Self.open(name ?? "CP1252") ?? Self.open("CP1252") { mode = .converting(converter) }
    }

    /// How many characters beyond ASCII are UTF-8, and how many bytes are in none.
    private static func countSequences(_ bytes: UnsafeBufferPointer<UInt8>) -> (good: Int, bad: Int) {
        var good = 0
        var bad = 0
        var index = 0
        while index < bytes.count {
            if bytes[index] < 0x80 {
                index += 1
            } else if case let length = UTF8Sequence.length(in: bytes, at: index), length > 0 {
                good += 1
                index += length
            } else if bytes[index...].starts(with: [0xEF, 0xBF]), index + 2 < bytes.count, bytes[index + 2] >= 0xBE {
                // U+FFFE and U+FFFF have to be replaced, but nobody means anything else by them.
                good += 1
                index += 3
            } else {
                // The window may end within a character.
                if UTF8Sequence.mayContinue(in: bytes, at: index) { break }
                bad += 1
                index += 1
            }
        }
        return (good, bad)
    }

    // MARK: Conversion

    private func convert<Failure: Error>(
        with converter: iconv_t, isLast: Bool, _ take: (UnsafeBufferPointer<UInt8>) throws(Failure) -> Void
    ) throws(Failure) {
        output.clear()
        var position = 0
        while position < held.count {
            let (consumed, error) = step(converter, from: position)
            position += consumed
            guard position < held.count, error != E2BIG else { continue }
            if error == EINVAL, !isLast, held.count - position < 8 { break }
            sawBadBytes = true
            output.append("\u{FFFD}")
            position += 1
        }
        let rest = Array(held.bytes[position...])
        held.clear()
        rest.withUnsafeBufferPointer { held.append($0) }
        if !output.isEmpty { try take(output.bytes) }
    }

    /// Converts as much as fits into 16 KiB; `error` tells why it stopped.
    private func step(_ converter: iconv_t, from position: Int) -> (consumed: Int, error: Int32) {
        let room = 16 * 1024
        return withUnsafeTemporaryAllocation(of: CChar.self, capacity: room) { buffer in
            var error: Int32 = 0
            var from: UnsafeMutablePointer<CChar>? = UnsafeMutableRawPointer(held.start + position)
                .assumingMemoryBound(to: CChar.self)
            var left = held.count - position
            var to = buffer.baseAddress
            var space = room
            if iconv(converter, &from, &left, &to, &space) == -1 { error = errno }
            if let start = buffer.baseAddress {
                output.append(UnsafeRawPointer(start).assumingMemoryBound(to: UInt8.self), count: room - space)
            }
            return (held.count - position - left, error)
        }
    }
}
