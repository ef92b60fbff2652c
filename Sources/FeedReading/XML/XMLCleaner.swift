import Glibc

/// Turns the XML that people publish into the XML that libxml2 accepts, before it gets there.
///
/// libxml2 stops at the first bare ampersand, control character, HTML entity, unquoted attribute or wrong end tag; its
/// recovery drops text in silence. So: references are resolved here, controls and bad UTF-8 dropped or replaced, tags
/// closed in the order they were opened; comments, processing instructions and the DOCTYPE never reach the parser, nor
/// does anything outside of the root element. Texts take a ``TextDetour``; in attributes characters that mean something
/// to XML become a ``StandIn``.
///
/// What cannot be judged before more bytes come, such as half a tag, is kept for the next chunk, so chunk borders make
/// no difference.
struct XMLCleaner: ~Copyable {
    private enum Region { case text, cdata, comment, instruction, declaration, doctype }

    private let limits: ReadLimits
    private let classes = ByteClass.table
    private var region = Region.text

    private var input = UnsafeBufferPointer<UInt8>(start: nil, count: 0)
    private var isLast = false
    /// The next byte to look at.
    private var at = 0
    private let detour: TextDetour
    /// The text that is being read takes the detour.
    private var isAside = false
    /// Everything before has been copied into `output`, or left out.
    private var flushed = 0
    private var output = ByteBuffer(capacity: 1024)
    private var carry = ByteBuffer(capacity: 256)
    private var joined = ByteBuffer(capacity: 256)
    /// Without this byte the carried bytes cannot be judged; 0 for any.
    private var awaited: UInt8 = 0
    private var linesBefore = 1

    private var open: OpenNames
    private var hadRoot = false
    private var attributes: AttributeRanges
    /// A value of the tag at hand holds an ampersand: it is written anew, and nothing may be wrong with it.
    private var hasReference = false
    private var entities = XMLEntities()

    /// True once the root element is closed: what follows is not read.
    private(set) var isOver = false
    /// True once a byte had to be replaced because it is not UTF-8.
    private(set) var sawBadBytes = false
    /// True once the DOCTYPE declared an entity that is more than simple text.
    private(set) var sawRefusedEntity = false
    /// The line of the first tag that had to be mended.
    private(set) var mendedLine: Int?
    /// Why the document is not read on.
    private(set) var refusal: Breakage?

    /// White space between elements is left out where no more than this many are open: nobody reads it there, and
    /// libxml2 is a tenth faster without.
    var blankDepth = 0

    /// - Parameter detour: Where texts go; a ``TextDetour/mark`` in what is handed on stands for each.
    init(limits: ReadLimits, detour: TextDetour) {
        self.limits = limits
        self.detour = detour
        open = OpenNames(depth: limits.depth)
        // Declarations of namespaces are attributes here.
        attributes = AttributeRanges(limit: limits.attributes + limits.elementNamespaces)
    }

    /// Cleans one chunk and hands it on, in one piece. After a refusal, and after the root element, nothing comes out.
    mutating func clean(
        _ chunk: UnsafeBufferPointer<UInt8>, isLast: Bool, _ take: (UnsafeBufferPointer<UInt8>) -> Void
    ) {
        guard refusal == nil, !isOver else { return }
        self.isLast = isLast
        detour.reclaim()
        input = chunk
        if !carry.isEmpty {
            carry.append(chunk)
            if awaited != 0, !isLast, !chunk.contains(awaited) { return checkCarry() }
            swap(&carry, &joined)
            carry.clear()
            input = joined.bytes
        }
        awaited = 0
        at = 0
        flushed = 0
        output.clear()
        run()
        if isAside { endAside(at: at) }
        if flushed == 0, output.isEmpty {
            if at > 0 { take(UnsafeBufferPointer(rebasing: input[0..<at])) }
        } else {
            flush(to: at)
            if !output.isEmpty { take(output.bytes) }
        }
        linesBefore += lines(to: at)
        if at < input.count, refusal == nil, !isOver {
            carry.append(UnsafeBufferPointer(rebasing: input[at...]))
            checkCarry()
        }
        joined.clear()
        input = UnsafeBufferPointer(start: nil, count: 0)
        at = 0
    }

    /// The line of the next byte, from 1.
    var line: Int { linesBefore + lines(to: at) }

    private func lines(to end: Int) -> Int { LineCount.of(UnsafeBufferPointer(rebasing: input.prefix(end))) }

    private mutating func checkCarry() {
        let limit = region == .doctype ? 2 * limits.startTagBytes : limits.startTagBytes
        guard carry.count > limit else { return }
        refuse(
            region == .doctype
                ? "its DOCTYPE is longer than \(limit / 1024) KiB" : "a start tag is longer than \(limit / 1024) KiB")
    }

    private mutating func refuse(_ message: String) {
        if refusal == nil { refusal = .broken(message: message, line: line) }
    }

    // MARK: Output

    private mutating func flush(to end: Int) {
        if end > flushed, let start = input.baseAddress { write(start + flushed, count: end - flushed) }
        flushed = max(flushed, end)
    }

    /// From a place on text takes the detour.
    private mutating func beginAside(at start: Int) {
        flush(to: start)
        output.append(TextDetour.mark)
        detour.begin()
        isAside = true
    }

    private mutating func endAside(at end: Int) {
        flush(to: end)
        detour.end()
        isAside = false
    }

    private mutating func write(_ bytes: UnsafePointer<UInt8>, count: Int) {
        if isAside { detour.append(bytes, count: count) } else { output.append(bytes, count: count) }
    }

    private mutating func write(_ scalar: Unicode.Scalar) {
        if isAside { detour.append(scalar) } else { output.append(scalar) }
    }

    /// Writes a character that means something to XML.
    private mutating func write(markup byte: UInt8) {
        if isAside {
            detour.append(byte)
        } else {
            output.append(StandIn.mark)
            output.append(StandIn.letter(for: byte))
        }
    }

    /// Leaves out the next bytes.
    private mutating func drop(_ count: Int) {
        flush(to: at)
        at += count
        flushed = at
    }

    /// A byte of text that would mean something to XML.
    private mutating func takeAsText(_ byte: UInt8) {
        if !isAside { beginAside(at: at) }
        drop(1)
        detour.append(byte)
    }

    /// Waits for more bytes; when there are none, the rest of the document is cut text that nobody can use.
    private mutating func hold(for byte: UInt8 = 0) -> Bool {
        guard isLast else {
            awaited = byte
            return false
        }
        drop(input.count - at)
        return true
    }

    // MARK: Regions

    private mutating func run() {
        while at < input.count, refusal == nil, !isOver {
            let goesOn =
                switch region {
                case .text: open.count == 0 ? outside() : text()
                case .cdata: cdata()
                case .comment: skip(through: "-->")
                case .instruction: skip(through: "?>")
                case .declaration: skip(through: ">")
                case .doctype: doctype()
                }
            guard goesOn else { return }
        }
    }

    /// Before the root element only markup counts.
    private mutating func outside() -> Bool {
        var index = at
        while index < input.count, input[index] != UInt8(ascii: "<") { index += 1 }
        if index > at { drop(index - at) }
        return index == input.count || markup()
    }

    /// Text and the tags in it. Nearly all of a document passes through this loop, so plain tags are told here without
    /// another call: a name and `>`, and the end of the innermost element.
    private mutating func text() -> Bool {
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
                    if open.count <= blankDepth || open.count == 0 {
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

    /// Opens an element without attributes, or closes the innermost one.
    ///
    /// - Returns: The place behind its tag; 0 when it is no such tag, or not all of it is there.
    @inline(__always)
    private mutating func plainTag(_ bytes: UnsafePointer<UInt8>, at open: Int, to count: Int) -> Int {
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
    private mutating func plainStart(_ bytes: UnsafePointer<UInt8>, from start: Int, to count: Int) -> Int {
        guard classes[Int(bytes[start])] & ByteClass.nameStart != 0, !open.isFull else { return 0 }
        var end = start + 1
        while end < count, classes[Int(bytes[end])] & ByteClass.name != 0 { end += 1 }
        guard end < count, bytes[end] == UInt8(ascii: ">"), end - start < limits.startTagBytes else { return 0 }
        open.push(bytes + start, length: end - start)
        return end + 1
    }

    /// What stops a run of text.
    private mutating func other(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "<"): return markup()
        case UInt8(ascii: "&"): return reference()
        case UInt8(ascii: ">"): at += 1
        case 0x80...: return beyondASCII()
        default: drop(1)
        }
        return true
    }

    private mutating func cdata() -> Bool {
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
        case 0x80...: return beyondASCII()
        default:
            drop(1)
            return true
        }
    }

    /// The place behind a run of characters beyond ASCII.
    @inline(__always)
    private func endOfSequences(from start: Int) -> Int {
        var index = start
        while index < input.count, input[index] >= 0x80 {
            let length = UTF8Sequence.length(in: input, at: index)
            guard length > 0 else { break }
            index += length
        }
        return index
    }

    /// A byte beyond ASCII that starts no character: it is replaced, unless the rest of one may still come.
    private mutating func beyondASCII() -> Bool {
        if !isLast, UTF8Sequence.mayContinue(in: input, at: at) { return hold() }
        sawBadBytes = true
        drop(1)
        write("\u{FFFD}")
        return true
    }

    private mutating func skip(through mark: StaticString) -> Bool {
        let length = mark.utf8CodeUnitCount
        let last = mark.utf8Start[length - 1]
        var index = at + length - 1
        search: while index < input.count {
            if input[index] == last {
                for offset in 0..<length - 1 where input[index - length + 1 + offset] != mark.utf8Start[offset] {
                    index += 1
                    continue search
                }
                drop(index + 1 - at)
                region = .text
                return true
            }
            index += 1
        }
        drop(max(0, input.count - at - (length - 1)))
        return hold()
    }

    // MARK: Markup

    private mutating func markup() -> Bool {
        guard at + 1 < input.count else { return hold() }
        let next = input[at + 1]
        if classes[Int(next)] & ByteClass.nameStart != 0 { return startTag() }
        switch next {
        case UInt8(ascii: "/"): return endTag()
        case UInt8(ascii: "!"): return declaration()
        case UInt8(ascii: "?"):
            guard isLast || input.count - at >= 6 else { return hold() }
            // Some end the XML declaration like a tag.
            region = starts(with: "<?xml ") ? .declaration : .instruction
            drop(2)
            return true
        default:
            // No element begins like this: it is a less-than sign.
            takeAsText(UInt8(ascii: "<"))
            return true
        }
    }

    private mutating func declaration() -> Bool {
        guard isLast || input.count - at >= 9 else { return hold() }
        if starts(with: "<!--") {
            drop(4)
            region = .comment
        } else if starts(with: "<![CDATA[") {
            drop(9)
            region = open.count == 0 ? .text : .cdata
        } else {
            region = .doctype
        }
        return true
    }

    private func starts(with text: StaticString) -> Bool {
        guard input.count - at >= text.utf8CodeUnitCount else { return false }
        for offset in 0..<text.utf8CodeUnitCount where input[at + offset] != text.utf8Start[offset] { return false }
        return true
    }

    private mutating func doctype() -> Bool {
        guard let end = entities.endOfDeclaration(input, from: at) else { return hold(for: UInt8(ascii: ">")) }
        // Behind the root's start tag it is nothing but something that looks like markup.
        if !hadRoot, !entities.learn(UnsafeBufferPointer(rebasing: input[at..<end])) { sawRefusedEntity = true }
        drop(end - at)
        region = .text
        return true
    }

    // MARK: Tags

    private mutating func startTag() -> Bool {
        let nameStart = at + 1
        let nameEnd = run(of: ByteClass.name, from: nameStart)
        guard nameEnd < input.count else { return hold(for: UInt8(ascii: ">")) }
        attributes.clear()
        hasReference = false
        var index = nameEnd
        var isPlain = true
        var isEmpty = false
        scan: while true {
            let before = index
            index = run(of: ByteClass.space, from: index)
            guard index < input.count else { return hold(for: UInt8(ascii: ">")) }
            switch input[index] {
            case UInt8(ascii: ">"): break scan
            case UInt8(ascii: "/"):
                guard index + 1 < input.count else { return hold(for: UInt8(ascii: ">")) }
                isEmpty = input[index + 1] == UInt8(ascii: ">")
                if !isEmpty { isPlain = false }
                index += 1
            case let byte where classes[Int(byte)] & ByteClass.nameStart != 0 && index > before:
                guard let end = attribute(from: index, &isPlain) else { return hold(for: UInt8(ascii: ">")) }
                index = end
            case UInt8(ascii: "<"):
                // The tag was never closed, or is none: what stands before is text.
                takeAsText(UInt8(ascii: "<"))
                return true
            default:
                guard index > nameEnd else {
                    takeAsText(UInt8(ascii: "<"))
                    return true
                }
                isPlain = false
                index += 1
            }
        }
        guard index - at < limits.startTagBytes else {
            refuse("a start tag is longer than \(limits.startTagBytes / 1024) KiB")
            return true
        }
        guard attributes.count <= limits.attributes + limits.elementNamespaces else {
            refuse("an element has more than \(limits.attributes) attributes")
            return true
        }
        guard !open.isFull, let start = input.baseAddress else {
            refuse("its elements are nested deeper than \(limits.depth)")
            return true
        }
        if !isPlain || hasReference {
            if !isPlain { noteMended() }
            write(tagNamed: nameStart..<nameEnd, isEmpty: isEmpty, through: index)
        }
        at = index + 1
        hadRoot = true
        if !isEmpty { open.push(start + nameStart, length: nameEnd - nameStart) }
        afterTag()
        return true
    }

    private func run(of mask: UInt8, from start: Int) -> Int {
        var index = start
        while index < input.count, classes[Int(input[index])] & mask != 0 { index += 1 }
        return index
    }

    /// Reads one attribute and remembers where it stands.
    ///
    /// - Returns: The place behind it; nil when more bytes are needed.
    private mutating func attribute(from start: Int, _ isPlain: inout Bool) -> Int? {
        let nameEnd = run(of: ByteClass.name, from: start)
        var index = run(of: ByteClass.space, from: nameEnd)
        guard index < input.count else { return nil }
        guard input[index] == UInt8(ascii: "=") else {
            isPlain = false
            attributes.add(name: start..<nameEnd, value: nameEnd..<nameEnd, in: input)
            return nameEnd
        }
        index = run(of: ByteClass.space, from: index + 1)
        guard index < input.count else { return nil }
        let quote = input[index]
        guard quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'") else {
            isPlain = false
            let valueStart = index
            while index < input.count, classes[Int(input[index])] & ByteClass.space == 0,
                input[index] != UInt8(ascii: ">")
            { index += 1 }
            guard index < input.count else { return nil }
            attributes.add(name: start..<nameEnd, value: valueStart..<index, in: input)
            return index
        }
        index += 1
        let valueStart = index
        while true {
            index = run(of: ByteClass.value, from: index)
            guard index < input.count else { return nil }
            let byte = input[index]
            if byte == quote { break }
            if byte >= 0x80, case let length = UTF8Sequence.length(in: input, at: index), length > 0 {
                index += length
            } else {
                switch byte {
                case UInt8(ascii: "\""), UInt8(ascii: "'"): break
                case UInt8(ascii: "&"): hasReference = true
                default: isPlain = false
                }
                index += 1
            }
        }
        if !attributes.add(name: start..<nameEnd, value: valueStart..<index, in: input) { isPlain = false }
        return index + 1
    }

    /// Writes a tag anew, from its name and its attributes.
    private mutating func write(tagNamed name: Range<Int>, isEmpty: Bool, through end: Int) {
        flush(to: at)
        guard let start = input.baseAddress else { return }
        output.append(UInt8(ascii: "<"))
        output.append(start + name.lowerBound, count: name.count)
        for index in 0..<attributes.count {
            let (name, value) = attributes[index]
            output.append(UInt8(ascii: " "))
            output.append(start + name.lowerBound, count: name.count)
            output.append("=\"")
            write(value: UnsafeBufferPointer(rebasing: input[value]))
            output.append(UInt8(ascii: "\""))
        }
        output.append(isEmpty ? "/>" : ">")
        flushed = end + 1
    }

    private mutating func write(value: UnsafeBufferPointer<UInt8>) {
        var index = 0
        while index < value.count {
            let byte = value[index]
            if byte == UInt8(ascii: "&") {
                index = write(reference: value, at: index)
            } else if byte == UInt8(ascii: "<") || byte == UInt8(ascii: "\"") {
                write(markup: byte)
                index += 1
            } else if byte >= 0x80 {
                let length = UTF8Sequence.length(in: value, at: index)
                if length > 0, let start = value.baseAddress {
                    write(start + index, count: length)
                } else {
                    sawBadBytes = true
                    write("\u{FFFD}")
                }
                index += max(1, length)
            } else {
                if classes[Int(byte)] != 0, let start = value.baseAddress { write(start + index, count: 1) }
                index += 1
            }
        }
    }

    private mutating func endTag() -> Bool {
        let nameStart = at + 2
        guard nameStart < input.count else { return hold() }
        guard classes[Int(input[nameStart])] & ByteClass.nameStart != 0 else {
            takeAsText(UInt8(ascii: "<"))
            return true
        }
        let nameEnd = run(of: ByteClass.name, from: nameStart)
        var end = run(of: ByteClass.space, from: nameEnd)
        guard end < input.count else { return hold(for: UInt8(ascii: ">")) }
        let isPlain = input[end] == UInt8(ascii: ">")
        while input[end] != UInt8(ascii: ">"), input[end] != UInt8(ascii: "<") {
            end += 1
            guard end < input.count else { return hold(for: UInt8(ascii: ">")) }
        }
        if input[end] == UInt8(ascii: ">") { end += 1 }
        guard let start = input.baseAddress else { return true }
        if isPlain, open.isLast(start + nameStart, length: nameEnd - nameStart) {
            at = end
            open.pop()
        } else {
            noteMended()
            let inner = open.depth(of: start + nameStart, length: nameEnd - nameStart)
            drop(end - at)
            // A name that was never opened closes nothing; one further out closes all within.
            if let inner { for _ in 0...inner { close() } }
        }
        afterTag()
        return true
    }

    private mutating func close() {
        output.append("</")
        output.append(open.last)
        output.append(UInt8(ascii: ">"))
        open.pop()
    }

    private mutating func noteMended() {
        if mendedLine == nil { mendedLine = line }
    }

    private mutating func afterTag() {
        if open.count == 0, hadRoot {
            isOver = true
        } else if open.count <= blankDepth {
            let next = run(of: ByteClass.space, from: at)
            if next > at, next < input.count, input[next] == UInt8(ascii: "<") { drop(next - at) }
        }
    }

    // MARK: References

    private mutating func reference() -> Bool {
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

    private func isHighSurrogate(to end: Int) -> Bool {
        guard case .highSurrogate? = XMLReference.meaning(of: UnsafeBufferPointer(rebasing: input[(at + 1)..<end]))
        else { return false }
        return true
    }

    private func endOfReference(_ bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
        var end = start
        let limit = min(bytes.count, start + XMLReference.longest)
        while end < limit, XMLReference.mayHold(bytes[end], isFirst: end == start) { end += 1 }
        return end
    }

    /// Writes what the reference at an ampersand means, or the ampersand itself when it is none.
    ///
    /// - Returns: The place behind what was written.
    private mutating func write(reference bytes: UnsafeBufferPointer<UInt8>, at start: Int) -> Int {
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

    private mutating func writeAmpersand(at start: Int) -> Int {
        write(markup: UInt8(ascii: "&"))
        return start + 1
    }

    /// Half of a character beyond U+FFFF, which some write as two references.
    private mutating func writePair(_ high: UInt32, _ bytes: UnsafeBufferPointer<UInt8>, at next: Int) -> Int {
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
