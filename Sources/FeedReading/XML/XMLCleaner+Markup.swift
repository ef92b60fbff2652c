/// Tags, and what else begins with `<`.
extension XMLCleaner {
    mutating func markup() -> Bool {
        guard at + 1 < input.count else { return hold() }
        let next = input[at + 1]
        if classes[Int(next)] & ByteClass.nameStart != 0 || next >= 0x80 { return startTag() }
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

    mutating func declaration() -> Bool {
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

    func starts(with text: StaticString) -> Bool {
        guard input.count - at >= text.utf8CodeUnitCount else { return false }
        for offset in 0..<text.utf8CodeUnitCount where input[at + offset] != text.utf8Start[offset] { return false }
        return true
    }

    mutating func doctype() -> Bool {
        guard let end = entities.endOfDeclaration(input, from: at) else { return hold(for: UInt8(ascii: ">")) }
        // Behind the root's start tag it is nothing but something that looks like markup.
        if !hadRoot, !entities.learn(UnsafeBufferPointer(rebasing: input[at..<end])) { sawRefusedEntity = true }
        drop(end - at)
        region = .text
        return true
    }

    // MARK: Tags

    private static var shortSearch: Int { 256 }

    mutating func startTag() -> Bool {
        guard at >= noTagBefore else {
            takeAsText(UInt8(ascii: "<"))
            return true
        }
        let nameStart = at + 1
        guard let nameEnd = endOfName(from: nameStart) else { return hold() }
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
                let next = run(of: ByteClass.space, from: index + 1)
                guard next < input.count else { return hold(for: UInt8(ascii: ">")) }
                isEmpty = input[next] == UInt8(ascii: ">")
                if !isEmpty || next > index + 1 { isPlain = false }
                index += 1
            case let byte where classes[Int(byte)] & ByteClass.nameStart != 0 || byte >= 0x80 && index > nameEnd:
                if index == before { isPlain = false }
                guard let end = attribute(from: index, &isPlain) else { return hold(for: UInt8(ascii: ">")) }
                index = end
            case UInt8(ascii: "<"):
                // The tag was never closed, or is none: what stands before is text. After a long search all of it is,
                // or each tag that seems to begin in it would be looked for anew.
                if index - at > Self.shortSearch { noTagBefore = index }
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

    /// The place behind a name; `start` itself when no name begins there.
    ///
    /// - Returns: Nil when more bytes are needed to tell.
    func endOfName(from start: Int) -> Int? {
        var index = start
        while true {
            index = run(of: ByteClass.name, from: index)
            guard index < input.count, input[index] >= 0x80 else { return index }
            let length = UTF8Sequence.length(in: input, at: index)
            if length == 0, !isLast, UTF8Sequence.mayContinue(in: input, at: index) { return nil }
            // libxml2 would stop at a name with a dash, a quotation mark or a blank of other scripts in it.
            guard length > 0, XMLNameCharacter.isAllowed(in: input, at: index, length, isFirst: index == start) else {
                return index
            }
            index += length
        }
    }

    func run(of mask: UInt8, from start: Int) -> Int {
        var index = start
        while index < input.count, classes[Int(input[index])] & mask != 0 { index += 1 }
        return index
    }

    /// Reads one attribute and remembers where it stands.
    ///
    /// - Returns: The place behind it; nil when more bytes are needed.
    mutating func attribute(from start: Int, _ isPlain: inout Bool) -> Int? {
        guard let nameEnd = endOfName(from: start) else { return nil }
        guard nameEnd > start else {
            isPlain = false
            return start + 1
        }
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
            {
                if input[index] == UInt8(ascii: "/") {
                    guard index + 1 < input.count else { return nil }
                    // The end of the tag, not of an address.
                    if input[index + 1] == UInt8(ascii: ">") { break }
                }
                index += 1
            }
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
    mutating func write(tagNamed name: Range<Int>, isEmpty: Bool, through end: Int) {
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

    mutating func write(value: UnsafeBufferPointer<UInt8>) {
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

    mutating func endTag() -> Bool {
        let nameStart = at + 2
        guard nameStart < input.count else { return hold() }
        let first = input[nameStart]
        guard classes[Int(first)] & ByteClass.nameStart != 0 || first >= 0x80 else {
            takeAsText(UInt8(ascii: "<"))
            return true
        }
        guard let nameEnd = endOfName(from: nameStart) else { return hold() }
        guard nameEnd > nameStart else {
            takeAsText(UInt8(ascii: "<"))
            return true
        }
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

    mutating func close() {
        output.append("</")
        output.append(open.last)
        output.append(UInt8(ascii: ">"))
        open.pop()
    }

    mutating func noteMended() {
        if mendedLine == nil { mendedLine = line }
    }

    mutating func afterTag() {
        if open.count == 0, hadRoot {
            isOver = true
        } else if isBlankHere {
            let next = run(of: ByteClass.space, from: at)
            if next > at, next < input.count, input[next] == UInt8(ascii: "<") { drop(next - at) }
        }
    }
}
