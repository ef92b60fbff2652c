/// References to characters, in text and in attributes.
extension XMLCleaner {
    mutating func reference() -> Bool {
        let end = endOfReference(input, from: at + 1)
        // It could go on, or be the first half of a pair of surrogates.
        if !isLast, input.count - end < 2 + XMLReference.longest, end == input.count || isHighSurrogate(to: end) {
            return hold()
        }
        flush(to: at)
        at = write(reference: input, at: at)
        flushed = at
        return true
    }

    func isHighSurrogate(to end: Int) -> Bool {
        guard case .highSurrogate? = XMLReference.meaning(of: UnsafeBufferPointer(rebasing: input[(at + 1)..<end]))
        else { return false }
        return true
    }

    func endOfReference(_ bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
        var end = start
        let limit = min(bytes.count, start + XMLReference.longest)
        while end < limit, XMLReference.mayHold(bytes[end], isFirst: end == start) { end += 1 }
        return end
    }

    /// Writes what the reference at an ampersand means, or the ampersand itself when it is none.
    ///
    /// - Returns: The place behind what was written.
    mutating func write(reference bytes: UnsafeBufferPointer<UInt8>, at start: Int) -> Int {
        let end = endOfReference(bytes, from: start + 1)
        let name = UnsafeBufferPointer(rebasing: bytes[(start + 1)..<end])
        guard end < bytes.count, bytes[end] == UInt8(ascii: ";"), !name.isEmpty else {
            return writeAmpersand(at: start)
        }
        switch XMLReference.meaning(of: name) {
        case .markup(let byte): write(markup: byte)
        case .scalar(let scalar): write(scalar)
        case .nothing: break
        case .highSurrogate(let high): return writePair(high, bytes, at: end + 1)
        case .lowSurrogate: write("\u{FFFD}")
        case nil:
            guard let value = entities.value(of: name) else { return writeAmpersand(at: start) }
            value.withUnsafeBufferPointer { write(value: $0) }
            if entities.isExhausted { refuse("its DOCTYPE's entities make too much text of it") }
        }
        return end + 1
    }

    mutating func writeAmpersand(at start: Int) -> Int {
        write(markup: UInt8(ascii: "&"))
        return start + 1
    }

    /// Half of a character beyond U+FFFF, which some write as two references.
    mutating func writePair(_ high: UInt32, _ bytes: UnsafeBufferPointer<UInt8>, at next: Int) -> Int {
        if next < bytes.count, bytes[next] == UInt8(ascii: "&") {
            let end = endOfReference(bytes, from: next + 1)
            if end < bytes.count, bytes[end] == UInt8(ascii: ";"),
                case .lowSurrogate(let low)? = XMLReference.meaning(
                    of: UnsafeBufferPointer(rebasing: bytes[(next + 1)..<end])),
                let scalar = Unicode.Scalar(0x10000 + ((high & 0x3FF) << 10) + (low & 0x3FF))
            {
                write(scalar)
                return end + 1
            }
        }
        write("\u{FFFD}")
        return next
    }
}
