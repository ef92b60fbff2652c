import CLibXML2

/// What is kept of an element's content, and what becomes of it at the element's end.
extension XMLItemReader {
    func begin(_ rule: UnsafePointer<XMLDialect.Node>, _ node: UInt16, _ attributes: XMLAttributes) {
        capture = rule.pointee.capture
        isBase64 = false
        childCount = 0
        isInDiv = false
        openTags.removeAll(keepingCapacity: true)
        guard hasRoom else {
            capture = .none
            return
        }
        captureForm = capture == .either ? .either : capture == .text ? .text : .html
        if capture == .construct {
            // What lies elsewhere is no text.
            guard value(.src, attributes).isEmpty else {
                capture = .none
                return
            }
            let kind = AtomConstruct(type: value(.type, attributes), mode: value(.mode, attributes))
            capture = kind.capture
            captureForm = kind.form
            isBase64 = kind.isBase64
        }
        captureDepth = depth
        captureNode = node
        captureStart = record.count
        let isLine = rule.pointee.field?.isLine ?? false
        room = isLine ? min(limits.lineBytes, limits.fieldBytes) : limits.fieldBytes
        room = min(room, max(0, limits.itemBytes - record.count))
        isCut = false
    }

    @inline(__always)
    func append(_ bytes: UnsafeBufferPointer<UInt8>) {
        // Once cut, nothing more is taken: the rest would be text without its middle.
        guard !isCut else { return }
        if bytes.count <= room {
            room -= bytes.count
            record.append(bytes)
        } else {
            cut(bytes)
        }
    }

    func cut(_ bytes: UnsafeBufferPointer<UInt8>) {
        isCut = true
        var end = room
        // The cut must not split a character.
        while end > 0, bytes[end] & 0xC0 == 0x80 { end -= 1 }
        record.append(UnsafeBufferPointer(rebasing: bytes[0..<end]))
        let isItemFull = itemDepth > 0 && record.count + 3 >= limits.itemBytes
        collector.warn(
            "text_cut",
            isItemFull
                ? "the texts of an item were longer than \(limits.itemBytes) bytes together and were cut"
                : "a text was longer than \(record.count - captureStart) bytes and was cut", item: nil)
    }

    /// Text within XHTML: what is no markup must not become any.
    func escaped(_ bytes: UnsafeBufferPointer<UInt8>) {
        if depth == captureDepth, !bytes.allSatisfy(\.isXMLSpace) { childCount += 2 }
        var start = 0
        for (index, byte) in bytes.enumerated() {
            let reference: StaticString
            switch byte {
            case UInt8(ascii: "&"): reference = "&amp;"
            case UInt8(ascii: "<"): reference = "&lt;"
            case UInt8(ascii: ">"): reference = "&gt;"
            default: continue
            }
            append(UnsafeBufferPointer(rebasing: bytes[start..<index]))
            write(reference)
            start = index + 1
        }
        append(UnsafeBufferPointer(rebasing: bytes[start...]))
    }

    func write(_ text: StaticString) {
        append(UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    func finish() {
        let node = dialect.nodes + Int(captureNode)
        let (rank, special) = (node.pointee.rank, node.pointee.special)
        let isWrapped = capture == .xhtml && childCount == 1 && isInDiv
        capture = .none
        let record = record
        guard let field = node.pointee.field else { return record.drop(from: captureStart) }
        if isBase64 { decodeBase64() }
        switch special {
        case .key, .value, .branch: return finishSpecial(special, field, rank)
        case .list where record.bytes(from: captureStart).contains(UInt8(ascii: ",")): return finishList(field, rank)
        default: break
        }
        guard record.close(field, from: captureStart, form: captureForm, rank: rank, base: base) else { return }
        // RFC 4287 wants one div around XHTML that is no part of it.
        if isWrapped, let entry = record.entries.last,
            let end = record.bytes(of: entry).firstIndex(of: UInt8(ascii: ">"))
        {
            record.trimLast(end + 1, isCut ? 0 : "</div>".utf8.count)
        }
        // Some say isPermaLink and mean nothing by it, so only an address counts.
        if special == .guid, guidIsLink, let entry = record.entries.last,
            AddressText.isHTTP(record.bytes(of: entry))
        {
            record.repeatLast(as: .link, rank: 2)
        }
    }

    func decodeBase64() {
        isBase64 = false
        guard Base64Text.mayBe(record.bytes(from: captureStart)) else { return }
        let text = String(decoding: record.bytes(from: captureStart), as: UTF8.self)
        let decoded = Base64Text.decoded(text)
        record.drop(from: captureStart)
        decoded.withUnsafeBufferPointer { record.append($0) }
    }

    /// The text that was captured, taken back out of the record.
    func takeText() -> String {
        let text = String(decoding: record.bytes(from: captureStart), as: UTF8.self).collapsed
        record.drop(from: captureStart)
        return text
    }

    func finishList(_ field: ItemField, _ rank: UInt8) {
        for address in AddressList.split(takeText()) {
            record.add(field, address, rank: rank, base: base)
        }
    }

    func finishSpecial(_ special: XMLDialect.Special, _ field: ItemField, _ rank: UInt8) {
        let text = takeText()
        switch special {
        case .key: key = text
        case .value:
            // A name is good for one value.
            if let name = key, let pair = dialect.pairs[name.lowercased()] {
                record.add(pair.field, text, rank: pair.rank)
            }
            key = nil
        case .branch where itemDepth > 0:
            if let path = branches.path(of: text) { record.add(field, path, rank: rank) }
        case .branch:
            if let branch { branches.add(branch.id, parent: branch.parent, name: text) }
            branch = nil
        default: break
        }
    }

    func endItem() {
        itemDepth = 0
        key = nil
        if isTentative {
            isTentative = false
            // Names that anybody may use, and not what they stand for here: it is some other XML.
            guard format?.fits(item) == true else { return }
            survey = nil
        }
        format?.close(item, collector, isFirst: !collector.hasItems)
    }

    // MARK: Markup within text

    func within(_ local: UnsafePointer<xmlChar>, _ attributes: XMLAttributes) {
        guard capture == .html || capture == .xhtml else { return }
        let name = String(cString: local)
        if depth == captureDepth + 1 {
            childCount += 1
            isInDiv = name == "div"
        }
        openTags.append((name, depth))
        var tag = "<" + name
        for index in 0..<attributes.count {
            guard let name = attributes.name(index).local.map({ String(cString: $0) }) else { continue }
            tag += " \(name)=\"\(HTMLText.escape(attributes.text(index)))\""
        }
        tag += ">"
        // The field keeps one base, its own; links under another have to be resolved at once.
        if attributes.count > 0, !isCut, let inner = bases.last, inner.depth > captureDepth {
            // Short tags and a long base would make much of little: what a tag costs must be paid by those before it.
            linkRoom = min(Self.mostLinkRoom, linkRoom + 16 * tag.utf8.count)
            let cost = inner.base.utf8.count + 64
            if cost <= linkRoom {
                linkRoom -= cost
                tag = HTMLLinks.absolute(tag, base: inner.base)
            }
        }
        tag.withUTF8 { append($0) }
    }

    func writeEnd() {
        guard let tag = openTags.last, tag.depth == depth else { return }
        openTags.removeLast()
        guard !HTMLText.voidElements.contains(tag.name) else { return }
        var text = "</\(tag.name)>"
        text.withUTF8 { append($0) }
    }
}
