/// A string that is being read, in as many pieces as it comes in: escapes resolved, errors replaced, length limited.
///
/// What JSON forbids and the wild has is let through: control characters become blanks, unknown escapes the character
/// itself, halves of surrogate pairs and bytes that are no UTF-8 become U+FFFD.
struct JSONText {
    private enum Escape: UInt8 { case none, started, digits }

    private let limit: Int
    private var buffer: [UInt8] = []
    private(set) var isCut = false
    /// Whether any string so far had bytes that are no UTF-8.
    private(set) var sawBadBytes = false
    /// Line feeds in all strings so far.
    private(set) var lines = 0
    private var escape = Escape.none
    private var digits = 0
    private var value: UInt32 = 0
    /// The first half of a surrogate pair whose second may come.
    private var surrogate: UInt32 = 0
    /// The beginning of a character whose rest is in the next piece.
    private var carry: [UInt8] = []

    /// - Parameter limit: Bytes of a string; what is longer is cut.
    init(limit: Int) {
        self.limit = max(0, limit)
        buffer.reserveCapacity(4096)
    }

    /// The buffer, for a while; ``giveBack(_:)`` keeps its memory in use.
    mutating func takeBuffer() -> [UInt8] {
        let whole = buffer
        buffer = []
        return whole
    }

    mutating func giveBack(_ buffer: [UInt8]) { self.buffer = buffer }

    mutating func begin() {
        buffer.removeAll(keepingCapacity: true)
        carry.removeAll(keepingCapacity: true)
        isCut = false
        escape = .none
        surrogate = 0
    }

    /// Where the bytes stop to be what they look like: a quote, a backslash, a control character, an error.
    static func plainEnd(_ bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
        guard let base = UnsafeRawPointer(bytes.baseAddress) else { return start }
        var index = start
        while true {
            // Eight at a time: a byte's high bit is set in the sum where the byte is one of those that stop.
            while index + 8 <= bytes.count {
                let word = UInt64(littleEndian: base.loadUnaligned(fromByteOffset: index, as: UInt64.self))
                let quote = word ^ 0x2222_2222_2222_2222
                let slash = word ^ 0x5C5C_5C5C_5C5C_5C5C
                let ones: UInt64 = 0x0101_0101_0101_0101
                let stops =
                    ((quote &- ones) & ~quote) | ((slash &- ones) & ~slash) | (word &- (ones &* 0x20)) | word
                let found = stops & 0x8080_8080_8080_8080
                guard found == 0 else {
                    index += found.trailingZeroBitCount / 8
                    break
                }
                index += 8
            }
            while index < bytes.count, isPlain(bytes[index]) { index += 1 }
            guard index < bytes.count, bytes[index] >= 0x80 else { return index }
            repeat {
                let length = UTF8Sequence.length(in: bytes, at: index)
                guard length > 0 else { return index }
                index += length
            } while index < bytes.count && bytes[index] >= 0x80
        }
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        byte >= 0x20 && byte < 0x80 && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\")
    }

    /// Cuts text without splitting a character.
    static func cut(_ bytes: UnsafeBufferPointer<UInt8>, to room: Int) -> UnsafeBufferPointer<UInt8> {
        guard bytes.count > room else { return bytes }
        var end = max(0, room)
        while end > 0, bytes[end] & 0xC0 == 0x80 { end -= 1 }
        return UnsafeBufferPointer(rebasing: bytes[..<end])
    }

    /// Reads on until the closing quote; the index is behind it afterwards, or at the end.
    ///
    /// - Returns: True when the string is complete.
    mutating func scan(_ bytes: UnsafeBufferPointer<UInt8>, _ index: inout Int) -> Bool {
        while index < bytes.count {
            if escape != .none {
                if takeEscaped(bytes[index]) { index += 1 }
            } else if !carry.isEmpty {
                if takeContinuation(bytes[index]) { index += 1 }
            } else {
                let end = Self.plainEnd(bytes, from: index)
                if end > index {
                    endSurrogate()
                    append(UnsafeBufferPointer(rebasing: bytes[index..<end]))
                    index = end
                } else if takeSpecial(bytes, &index) {
                    return true
                }
            }
        }
        return false
    }

    /// Takes what is not plain outside of an escape.
    ///
    /// - Returns: True for the closing quote.
    private mutating func takeSpecial(_ bytes: UnsafeBufferPointer<UInt8>, _ index: inout Int) -> Bool {
        let byte = bytes[index]
        index += 1
        if byte == UInt8(ascii: "\\") {
            escape = .started
            return false
        }
        endSurrogate()
        if byte == UInt8(ascii: "\"") { return true }
        if byte < 0x20 {
            takeControl(byte)
        } else if UTF8Sequence.mayContinue(in: bytes, at: index - 1) {
            carry.append(contentsOf: bytes[(index - 1)...])
            index = bytes.count
        } else {
            takeBad()
        }
        return false
    }

    private mutating func takeControl(_ byte: UInt8) {
        if byte == 0x0A { lines += 1 }
        append(scalar: 0x20)
    }

    private mutating func takeBad() {
        sawBadBytes = true
        append(scalar: 0xFFFD)
    }

    /// - Returns: False when the byte is none of the character that was begun.
    private mutating func takeContinuation(_ byte: UInt8) -> Bool {
        carry.append(byte)
        let (isWhole, mayContinue) = carry.withUnsafeBufferPointer {
            (UTF8Sequence.length(in: $0, at: 0) > 0, UTF8Sequence.mayContinue(in: $0, at: 0))
        }
        if mayContinue { return true }
        if isWhole {
            let whole = carry
            whole.withUnsafeBufferPointer { append($0) }
        } else {
            for _ in 1..<carry.count { takeBad() }
        }
        carry.removeAll(keepingCapacity: true)
        return isWhole
    }

    // MARK: Escapes

    /// - Returns: False when the byte does not belong to the escape.
    private mutating func takeEscaped(_ byte: UInt8) -> Bool {
        if escape == .digits { return takeDigit(byte) }
        if byte == UInt8(ascii: "u") {
            escape = .digits
            digits = 0
            value = 0
            return true
        }
        escape = .none
        endSurrogate()
        switch byte {
        case UInt8(ascii: "n"): append(scalar: 0x0A)
        case UInt8(ascii: "r"): append(scalar: 0x0D)
        case UInt8(ascii: "t"): append(scalar: 0x09)
        case UInt8(ascii: "b"), UInt8(ascii: "f"): append(scalar: 0x20)
        case 0x80...: return false
        case ..<0x20: takeControl(byte)
        default: append(scalar: UInt32(byte))
        }
        return true
    }

    private mutating func takeDigit(_ byte: UInt8) -> Bool {
        guard let digit = Self.hexValue(byte) else {
            escape = .none
            endSurrogate()
            append(scalar: 0xFFFD)
            return false
        }
        value = value << 4 | digit
        digits += 1
        if digits == 4 {
            escape = .none
            takeUnit(value)
        }
        return true
    }

    /// Takes a number of UTF-16.
    private mutating func takeUnit(_ unit: UInt32) {
        switch unit {
        case 0xD800...0xDBFF:
            endSurrogate()
            surrogate = unit
        case 0xDC00...0xDFFF:
            let first = surrogate
            surrogate = 0
            append(scalar: first == 0 ? 0xFFFD : 0x10000 + (first - 0xD800) << 10 + (unit - 0xDC00))
        default:
            endSurrogate()
            let isBlank = unit < 0x20 && unit != 0x09 && unit != 0x0A && unit != 0x0D
            append(scalar: isBlank ? 0x20 : unit)
        }
    }

    private mutating func endSurrogate() {
        guard surrogate != 0 else { return }
        surrogate = 0
        append(scalar: 0xFFFD)
    }

    private static func hexValue(_ byte: UInt8) -> UInt32? {
        switch byte {
        case 0x30...0x39: UInt32(byte - 0x30)
        case 0x41...0x46: UInt32(byte - 0x37)
        case 0x61...0x66: UInt32(byte - 0x57)
        default: nil
        }
    }

    // MARK: The buffer

    private mutating func append(_ bytes: UnsafeBufferPointer<UInt8>) {
        // Once cut, nothing more is taken: the rest would be text without its middle.
        guard !isCut else { return }
        let kept = Self.cut(bytes, to: limit - buffer.count)
        isCut = kept.count < bytes.count
        buffer.append(contentsOf: kept)
    }

    private mutating func append(scalar: UInt32) {
        guard !isCut else { return }
        let length = scalar < 0x80 ? 1 : scalar < 0x800 ? 2 : scalar < 0x10000 ? 3 : 4
        guard buffer.count + length <= limit else {
            isCut = true
            return
        }
        func tail(_ shift: UInt32) -> UInt8 { 0x80 | UInt8(truncatingIfNeeded: (scalar >> shift) & 0x3F) }
        switch length {
        case 1: buffer.append(UInt8(truncatingIfNeeded: scalar))
        case 2:
            buffer.append(0xC0 | UInt8(truncatingIfNeeded: scalar >> 6))
            buffer.append(tail(0))
        case 3:
            buffer.append(0xE0 | UInt8(truncatingIfNeeded: scalar >> 12))
            buffer.append(tail(6))
            buffer.append(tail(0))
        default:
            buffer.append(0xF0 | UInt8(truncatingIfNeeded: scalar >> 18))
            buffer.append(tail(12))
            buffer.append(tail(6))
            buffer.append(tail(0))
        }
    }
}
