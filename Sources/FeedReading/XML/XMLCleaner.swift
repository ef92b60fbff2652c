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
    enum Region { case text, cdata, comment, instruction, declaration, doctype }

    let limits: ReadLimits
    let classes = ByteClass.table
    var region = Region.text

    var input = UnsafeBufferPointer<UInt8>(start: nil, count: 0)
    var isLast = false
    /// The next byte to look at.
    var at = 0
    let detour: TextDetour
    /// The text that is being read takes the detour.
    var isAside = false
    /// Everything before has been copied into `output`, or left out.
    var flushed = 0
    var output = ByteBuffer(capacity: 1024)
    var carry = ByteBuffer(capacity: 256)
    var joined = ByteBuffer(capacity: 256)
    /// Without this byte the carried bytes cannot be judged; 0 for any.
    var awaited: UInt8 = 0
    /// Long carried bytes are judged again once there are so many: not with each byte that joins them.
    var nextLook = 0
    var linesBefore = 1

    /// Before this place of the input no start tag begins: a search for the end of one came so far in vain.
    var noTagBefore = 0
    var open: OpenNames
    var hadRoot = false
    var attributes: AttributeRanges
    /// A value of the tag at hand holds an ampersand: it is written anew, and nothing may be wrong with it.
    var hasReference = false
    var entities = XMLEntities()

    /// True once the root element is closed: what follows is not read.
    var isOver = false
    /// True once a byte had to be replaced because it is not UTF-8.
    var sawBadBytes = false
    /// True once the DOCTYPE declared an entity that is more than simple text.
    var sawRefusedEntity = false
    /// The line of the first tag that had to be mended.
    var mendedLine: Int?
    /// Why the document is not read on.
    var refusal: Breakage?

    /// White space between elements is left out where no more than this many are open: nobody reads it there, and
    /// libxml2 is a tenth faster without.
    var blankDepth = 0
    /// So it is in elements of this name, where so many are open with them; 0 as long as there is no name.
    var blankName = ByteBuffer(capacity: 32)
    var blankNameDepth = 0

    /// - Parameters:
    ///   - limits: Of depth, start tags and attributes; the others are the sink's.
    ///   - detour: Where texts go; a ``TextDetour/mark`` in what is handed on stands for each.
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
            // Another tag shows as well that the first one is none.
            if awaited != 0, !isLast, !chunk.contains(where: { $0 == awaited || $0 == UInt8(ascii: "<") }) {
                return checkCarry()
            }
            guard isLast || carry.count >= nextLook else { return }
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
            nextLook = carry.count < 1024 ? 0 : min(carry.count + carry.count / 8, carryLimit + 1)
        }
        noTagBefore = max(0, noTagBefore - at)
        joined.clear()
        input = UnsafeBufferPointer(start: nil, count: 0)
        at = 0
    }

    /// The line of the next byte, from 1.
    var line: Int { linesBefore + lines(to: at) }

    func lines(to end: Int) -> Int { LineCount.of(UnsafeBufferPointer(rebasing: input.prefix(end))) }

    var carryLimit: Int { region == .doctype ? 2 * limits.startTagBytes : limits.startTagBytes }

    mutating func checkCarry() {
        guard carry.count > carryLimit else { return }
        refuse("\(region == .doctype ? "its DOCTYPE" : "a start tag") is longer than \(carryLimit / 1024) KiB")
    }

    mutating func refuse(_ message: String) {
        if refusal == nil { refusal = .broken(message: message, line: line) }
    }

    // MARK: Output

    mutating func flush(to end: Int) {
        if end > flushed, let start = input.baseAddress { write(start + flushed, count: end - flushed) }
        flushed = max(flushed, end)
    }

    /// From a place on text takes the detour.
    mutating func beginAside(at start: Int) {
        flush(to: start)
        output.append(TextDetour.mark)
        detour.begin()
        isAside = true
    }

    mutating func endAside(at end: Int) {
        flush(to: end)
        detour.end()
        isAside = false
    }

    mutating func write(_ bytes: UnsafePointer<UInt8>, count: Int) {
        if isAside { detour.append(bytes, count: count) } else { output.append(bytes, count: count) }
    }

    mutating func write(_ scalar: Unicode.Scalar) {
        if isAside { detour.append(scalar) } else { output.append(scalar) }
    }

    /// Writes a character that means something to XML.
    mutating func write(markup byte: UInt8) {
        if isAside {
            detour.append(byte)
        } else {
            output.append(StandIn.mark)
            output.append(StandIn.letter(for: byte))
        }
    }

    /// Leaves out the next bytes.
    mutating func drop(_ count: Int) {
        flush(to: at)
        at += count
        flushed = at
    }

    /// A byte of text that would mean something to XML.
    mutating func takeAsText(_ byte: UInt8) {
        if !isAside { beginAside(at: at) }
        drop(1)
        detour.append(byte)
    }

    /// Waits for more bytes; when there are none, the rest of the document is cut text that nobody can use.
    mutating func hold(for byte: UInt8 = 0) -> Bool {
        guard isLast else {
            awaited = byte
            return false
        }
        drop(input.count - at)
        return true
    }

    // MARK: Regions

    mutating func run() {
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
    mutating func outside() -> Bool {
        var index = at
        while index < input.count, input[index] != UInt8(ascii: "<") { index += 1 }
        if index > at { drop(index - at) }
        return index == input.count || markup()
    }

    mutating func skip(through mark: StaticString) -> Bool {
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
}
