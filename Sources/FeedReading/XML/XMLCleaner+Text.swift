/// Text, CDATA sections and plain tags.
extension XMLCleaner {
    /// Text and the tags in it. Nearly all of a document passes through this loop, so plain tags are told here without
    /// another call: a name and `>`, and the end of the innermost element.
    mutating func text() -> Bool {
        guard let bytes = input.baseAddress else { return true }
        let count = input.count
        let classes = classes
        var index = at
        var start = at
        while true {
            index = PlainRun.text(bytes, from: index, to: count)
            while index < count, classes[Int(bytes[index])] & ByteClass.text != 0 { index += 1 }
            guard index < count else { break }
            if bytes[index] == UInt8(ascii: "<") {
                if isAside {
                    endAside(at: index)
                } else if index - start >= TextDetour.worthwhile {
                    beginAside(at: start)
                    endAside(at: index)
                }
                let end = plainTag(bytes, at: index, to: count)
                if end > 0 {
                    index = end
                    if isBlankHere || open.count == 0 {
                        at = index
                        afterTag()
                        if isOver { return true }
                        index = at
                    }
                    start = index
                    continue
                }
            } else {
                if !isAside { beginAside(at: start) }
                if bytes[index] == UInt8(ascii: "&"), let (byte, length) = commonReference(bytes + index, count - index)
                {
                    flush(to: index)
                    detour.append(byte)
                    index += length
                    flushed = index
                    continue
                }
                if bytes[index] >= 0x80, case let end = endOfSequences(from: index), end > index {
                    index = end
                    continue
                }
            }
            at = index
            guard other(bytes[index]) else { return false }
            if region != .text || open.count == 0 || refusal != nil || isOver { return true }
            index = at
            start = at
        }
        at = index
        if !isAside, index - start >= TextDetour.worthwhile { beginAside(at: start) }
        return true
    }

    /// Whether white space means nothing at this place.
    @inline(__always)
    var isBlankHere: Bool {
        open.count <= blankDepth
            || open.count == blankNameDepth && open.isLast(blankName.start, length: blankName.count)
    }

    /// Opens an element without attributes, or closes the innermost one.
    ///
    /// - Returns: The place behind its tag; 0 when it is no such tag, or not all of it is there.
    @inline(__always)
    mutating func plainTag(_ bytes: UnsafePointer<UInt8>, at open: Int, to count: Int) -> Int {
        guard open + 1 < count else { return 0 }
        guard bytes[open + 1] == UInt8(ascii: "/") else { return plainStart(bytes, from: open + 1, to: count) }
        let end = self.open.endOfLast(bytes, from: open + 2, to: count)
        if end > 0 { self.open.pop() }
        return end
    }

    /// Opens an element without attributes.
    ///
    /// - Returns: The place behind its tag; 0 when it is no such tag, or not all of it is there.
    @inline(__always)
    mutating func plainStart(_ bytes: UnsafePointer<UInt8>, from start: Int, to count: Int) -> Int {
        guard classes[Int(bytes[start])] & ByteClass.nameStart != 0, !open.isFull else { return 0 }
        var end = start + 1
        while end < count, classes[Int(bytes[end])] & ByteClass.name != 0 { end += 1 }
        guard end < count, bytes[end] == UInt8(ascii: ">"), end - start < limits.startTagBytes else { return 0 }
        open.push(bytes + start, length: end - start)
        return end + 1
    }

    /// The references that stand for most of all, in HTML that was escaped.
    @inline(__always)
    private func commonReference(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> (byte: UInt8, length: Int)? {
        guard count >= 6 else { return nil }
        switch (bytes[1], bytes[2], bytes[3]) {
        case (0x6C, 0x74, 0x3B): return (UInt8(ascii: "<"), 4)
        case (0x67, 0x74, 0x3B): return (UInt8(ascii: ">"), 4)
        case (0x61, 0x6D, 0x70) where bytes[4] == 0x3B: return (UInt8(ascii: "&"), 5)
        case (0x71, 0x75, 0x6F) where bytes[4] == 0x74 && bytes[5] == 0x3B: return (UInt8(ascii: "\""), 6)
        default: return nil
        }
    }

    /// What stops a run of text.
    mutating func other(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "<"): return markup()
        case UInt8(ascii: "&"): return reference()
        case UInt8(ascii: ">"): at += 1
        case 0x0D: return lineEnd()
        case 0x80...: return beyondASCII()
        default: drop(1)
        }
        return true
    }

    /// A carriage return, with a line feed behind it or alone: both mean a line feed.
    mutating func lineEnd() -> Bool {
        guard at + 1 < input.count else { return hold() }
        drop(1)
        if input[at] != 0x0A { write("\n") }
        return true
    }

    mutating func cdata() -> Bool {
        var index = at
        let count = input.count
        guard let bytes = input.baseAddress else { return true }
        if !isAside { beginAside(at: at) }
        while index < count {
            index = PlainRun.cdata(bytes, from: index, to: count)
            guard index < count else { break }
            if classes[Int(input[index])] & ByteClass.cdata != 0 {
                index += 1
            } else {
                let end = input[index] >= 0x80 ? endOfSequences(from: index) : index
                if end == index { break }
                index = end
            }
        }
        at = index
        guard index < count else { return true }
        switch input[index] {
        case UInt8(ascii: "]"):
            guard count - index >= 3 else { return hold() }
            if input[index + 1] == UInt8(ascii: "]"), input[index + 2] == UInt8(ascii: ">") {
                region = .text
                drop(3)
            } else {
                at += 1
            }
            return true
        case 0x0D: return lineEnd()
        case 0x80...: return beyondASCII()
        default:
            drop(1)
            return true
        }
    }

    /// The place behind a run of characters beyond ASCII.
    @inline(__always)
    func endOfSequences(from start: Int) -> Int {
        var index = start
        while index < input.count, input[index] >= 0x80 {
            let length = UTF8Sequence.length(in: input, at: index)
            guard length > 0 else { break }
            index += length
        }
        return index
    }

    /// A byte beyond ASCII that starts no character: it is replaced, unless the rest of one may still come.
    mutating func beyondASCII() -> Bool {
        if !isLast, UTF8Sequence.mayContinue(in: input, at: at) { return hold() }
        sawBadBytes = true
        drop(1)
        write("\u{FFFD}")
        return true
    }
}
