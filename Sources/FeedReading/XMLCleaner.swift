/// Turns the XML that people publish into the XML that libxml2 accepts, byte by byte, before it gets there.
///
/// libxml2 stops at the first bare ampersand, control character, HTML entity or `--` in a comment; its recovery drops
/// text in silence. So: such ampersands and `<` are escaped, HTML entities and references written out, controls and bad
/// UTF-8 dropped or replaced; comments, processing instructions and the DOCTYPE never reach the parser (line breaks do,
/// so that line numbers stay true). An entity declaration is refused: libxml2 2.9.14 expands them without a bound in
/// SAX mode.
struct XMLCleaner {
    enum State {
        case text, open, tag, quoted, bang, comment, cdata, instruction, doctype, doctypeQuoted, doctypeComment
    }

    let limits: ReadLimits
    var state = State.text
    /// True once a byte had to be replaced because it is not UTF-8.
    private(set) var sawBadBytes = false
    private(set) var refusal: String?

    private var carry: [UInt8] = []
    private var quote: UInt8 = 0
    private var tagBytes = 0
    private var doctypeBytes = 0
    private var brackets = 0
    /// The last few bytes of markup whose meaning is still open: `<!`, `<![CDATA[`, `--`, `<!ENTITY`.
    private var recent: [UInt8] = []
    private var reference: XMLReference?
    private var highSurrogate: UInt32 = 0

    init(limits: ReadLimits) { self.limits = limits }

    /// Cleans one chunk. After a refusal nothing more comes out.
    mutating func clean(_ chunk: UnsafeBufferPointer<UInt8>, into output: inout [UInt8]) {
        if carry.isEmpty {
            process(chunk, &output)
        } else {
            let joined = carry + Array(chunk)
            carry = []
            joined.withUnsafeBufferPointer { process($0, &output) }
        }
    }

    private mutating func process(_ input: UnsafeBufferPointer<UInt8>, _ output: inout [UInt8]) {
        var index = 0
        while index < input.count, refusal == nil {
            if reference != nil {
                continueReference(input, &index, &output)
                continue
            }
            if highSurrogate != 0, input[index] != UInt8(ascii: "&") { flushSurrogate(&output) }
            if state == .open, input[index] >= 0x80 {
                output.append(UInt8(ascii: "<"))
                tagBytes = 1
                state = .tag
                continue
            }
            let start = index
            switch state {
            case .text, .tag, .quoted, .cdata:
                let stop = run(input, from: index)
                output.append(contentsOf: UnsafeBufferPointer(rebasing: input[start..<stop]))
                if state != .text, state != .cdata { countTag(stop - start) }
                if stop > start, state == .cdata { brackets = 0 }
                index = stop
                if index < input.count { special(input, &index, &output) }
            default:
                markup(input[index], &output)
                index += 1
            }
        }
    }

    /// The end of the bytes that may pass as they are in this state.
    private func run(_ input: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
        var index = start
        let mask: UInt8 =
            switch state {
            case .text: ByteClass.text
            case .tag: ByteClass.tag
            case .quoted: ByteClass.quoted
            default: ByteClass.cdata
            }
        return ByteClass.table.withUnsafeBufferPointer { table in
            while index < input.count {
                let byte = input[index]
                if table[Int(byte)] & mask != 0 {
                    index += 1
                } else if byte >= 0x80, case let length = UTF8Sequence.length(in: input, at: index), length > 0 {
                    index += length
                } else {
                    break
                }
            }
            return index
        }
    }

    /// One byte that does not simply pass in text, a tag, an attribute's value or CDATA.
    private mutating func special(
        _ input: UnsafeBufferPointer<UInt8>, _ index: inout Int, _ output: inout [UInt8]
    ) {
        let byte = input[index]
        if byte >= 0x80 {
            if UTF8Sequence.mayContinue(in: input, at: index) {
                carry = Array(input[index...])
                index = input.count
                return
            }
            sawBadBytes = true
            output.append(contentsOf: UTF8Sequence.replacement)
            if state == .tag || state == .quoted { countTag(UTF8Sequence.replacement.count) }
            // Brackets before it end no CDATA: the parser sees a character between.
            brackets = 0
            index += 1
            return
        }
        index += 1
        if byte < 0x20 { return }
        switch (state, byte) {
        case (.text, UInt8(ascii: "<")): state = .open
        case (.text, UInt8(ascii: ">")): output.append(contentsOf: "&gt;".utf8)
        case (.text, UInt8(ascii: "&")), (.quoted, UInt8(ascii: "&")): reference = XMLReference()
        case (.tag, UInt8(ascii: ">")):
            output.append(byte)
            state = .text
        case (.tag, _):
            output.append(byte)
            quote = byte
            state = .quoted
        case (.quoted, UInt8(ascii: "<")): output.append(contentsOf: "&lt;".utf8)
        case (.quoted, _):
            output.append(byte)
            if byte == quote { state = .tag }
        case (.cdata, UInt8(ascii: "]")):
            output.append(byte)
            brackets = min(brackets + 1, 2)
        case (.cdata, _):
            output.append(byte)
            if brackets == 2 { state = .text }
            brackets = 0
        default: output.append(byte)
        }
        if state == .tag || state == .quoted { countTag(1) }
    }

    private mutating func countTag(_ count: Int) {
        tagBytes += count
        if tagBytes > limits.startTagBytes {
            refusal = "a start tag is longer than \(limits.startTagBytes / 1024) KiB"
        }
    }

    // MARK: Markup that is not an element

    private mutating func markup(_ byte: UInt8, _ output: inout [UInt8]) {
        if byte == 0x0A, state != .open { output.append(byte) }
        switch state {
        case .open: afterOpen(byte, &output)
        case .bang: afterBang(byte, &output)
        case .comment: if endsComment(byte) { state = .text }
        case .doctypeComment: if endsComment(byte) { state = .doctype }
        case .instruction:
            if byte == UInt8(ascii: ">"), recent.last == UInt8(ascii: "?") { state = .text }
            recent = [byte]
        case .doctypeQuoted: if byte == quote { state = .doctype }
        default: inDoctype(byte)
        }
        if state == .doctype || state == .doctypeQuoted || state == .doctypeComment {
            doctypeBytes += 1
            if doctypeBytes > 2 * limits.startTagBytes { refusal = "its DOCTYPE is longer than 64 KiB" }
        }
    }

    private mutating func afterOpen(_ byte: UInt8, _ output: inout [UInt8]) {
        recent = []
        switch byte {
        case UInt8(ascii: "!"): state = .bang
        case UInt8(ascii: "?"): state = .instruction
        case UInt8(ascii: "/"), UInt8(ascii: "_"), UInt8(ascii: ":"), 0x41...0x5A, 0x61...0x7A:
            output.append(UInt8(ascii: "<"))
            output.append(byte)
            tagBytes = 2
            state = .tag
        default:
            // No element begins like this: it is a less-than sign.
            output.append(contentsOf: "&lt;".utf8)
            if byte == UInt8(ascii: "<") { return }
            state = .text
            if byte == UInt8(ascii: "&") {
                reference = XMLReference()
            } else if byte >= 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D {
                output.append(byte)
            }
        }
    }

    private mutating func afterBang(_ byte: UInt8, _ output: inout [UInt8]) {
        recent.append(byte)
        if recent.elementsEqual("--".utf8) {
            recent = []
            state = .comment
        } else if recent.elementsEqual("[CDATA[".utf8) {
            output.append(contentsOf: "<![CDATA[".utf8)
            brackets = 0
            state = .cdata
        } else if !"--".utf8.starts(with: recent), !"[CDATA[".utf8.starts(with: recent) {
            state = byte == UInt8(ascii: ">") ? .text : .doctype
            brackets = 0
            recent = []
        }
    }

    private mutating func endsComment(_ byte: UInt8) -> Bool {
        defer { recent = Array(recent.suffix(1)) + [byte] }
        return byte == UInt8(ascii: ">") && recent.elementsEqual("--".utf8)
    }

    private mutating func inDoctype(_ byte: UInt8) {
        recent = Array(recent.suffix(7)) + [byte]
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "'"):
            quote = byte
            state = .doctypeQuoted
        case UInt8(ascii: "["): brackets += 1
        case UInt8(ascii: "]"): brackets = max(0, brackets - 1)
        case UInt8(ascii: ">") where brackets == 0: state = .text
        default: break
        }
        if recent.suffix(4).elementsEqual("<!--".utf8) {
            recent = []
            state = .doctypeComment
        } else if recent.elementsEqual("<!ENTITY".utf8) {
            refusal = "its DOCTYPE declares entities, which are refused because they can blow up without bound"
        }
    }

    // MARK: References

    private mutating func continueReference(
        _ input: UnsafeBufferPointer<UInt8>, _ index: inout Int, _ output: inout [UInt8]
    ) {
        guard var current = reference else { return }
        let byte = input[index]
        if current.accept(byte) {
            index += 1
            if state == .quoted { countTag(1) }
            reference = current
            return
        }
        reference = nil
        guard byte == UInt8(ascii: ";"), let meaning = current.meaning else {
            flushSurrogate(&output)
            output.append(contentsOf: "&amp;".utf8)
            output.append(contentsOf: current.bytes)
            return
        }
        index += 1
        write(meaning, &output)
    }

    private mutating func write(_ meaning: XMLReference.Meaning, _ output: inout [UInt8]) {
        switch meaning {
        case .predefined(let name):
            flushSurrogate(&output)
            output.append(contentsOf: name)
        case .scalar(let scalar):
            flushSurrogate(&output)
            output.append(contentsOf: Array(String(Character(scalar)).utf8))
        case .nothing: break
        case .highSurrogate(let value):
            flushSurrogate(&output)
            highSurrogate = value
        case .lowSurrogate(let value):
            let joined = 0x10000 + ((highSurrogate & 0x3FF) << 10) + (value & 0x3FF)
            if highSurrogate != 0, let scalar = Unicode.Scalar(joined) {
                output.append(contentsOf: Array(String(Character(scalar)).utf8))
            } else {
                output.append(contentsOf: UTF8Sequence.replacement)
            }
            highSurrogate = 0
        }
    }

    private mutating func flushSurrogate(_ output: inout [UInt8]) {
        if highSurrogate != 0 { output.append(contentsOf: UTF8Sequence.replacement) }
        highSurrogate = 0
    }
}
