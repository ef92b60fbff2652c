/// The entities that a DOCTYPE declares: short plain texts only. What could load, nest or blow up is refused.
struct XMLEntities {
    private static let most = 64
    private static let longest = 1024
    /// Bytes of all texts that references were replaced by.
    private static let mostText = 1 << 20

    private var texts: [String: [UInt8]] = [:]
    private var written = 0

    var isExhausted: Bool { written > Self.mostText }

    mutating func value(of name: UnsafeBufferPointer<UInt8>) -> [UInt8]? {
        guard !texts.isEmpty, let text = texts[String(decoding: name, as: UTF8.self)] else { return nil }
        written += text.count
        return text
    }

    /// The place behind the `>` that ends the declaration which starts here; nil when it is not there.
    func endOfDeclaration(_ bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> Int? {
        var index = start
        var brackets = 0
        while index < bytes.count {
            switch bytes[index] {
            case UInt8(ascii: "\""), UInt8(ascii: "'"):
                let quote = bytes[index]
                index += 1
                while index < bytes.count, bytes[index] != quote { index += 1 }
            case UInt8(ascii: "<") where bytes[index...].starts(with: "<!--".utf8):
                index += 4
                while index < bytes.count, !bytes[index...].starts(with: "-->".utf8) { index += 1 }
                index += 2
            case UInt8(ascii: "["): brackets += 1
            case UInt8(ascii: "]"): brackets = max(0, brackets - 1)
            case UInt8(ascii: ">") where brackets == 0: return index + 1
            default: break
            }
            index += 1
        }
        return nil
    }

    /// Takes the entities of a whole DOCTYPE. What is refused is as if it were not declared: references to it stay text.
    ///
    /// - Returns: False when any was refused.
    mutating func learn(_ doctype: UnsafeBufferPointer<UInt8>) -> Bool {
        var index = 0
        var isSound = true
        while index < doctype.count {
            if doctype[index] == UInt8(ascii: "<") {
                if doctype[index...].starts(with: "<!--".utf8) {
                    while index < doctype.count, !doctype[index...].starts(with: "-->".utf8) { index += 1 }
                } else if doctype[index...].starts(with: "<!ENTITY".utf8) {
                    var scanner = EntityScanner(doctype, at: index + "<!ENTITY".utf8.count)
                    let declared = scanner.declaration()
                    index = max(index + 1, scanner.position)
                    if let (name, text) = declared, text.count <= Self.longest, texts.count < Self.most {
                        if texts[name] == nil { texts[name] = text }
                    } else {
                        isSound = false
                    }
                    continue
                }
            }
            index += 1
        }
        return isSound
    }
}

/// Reads one entity declaration.
private struct EntityScanner {
    private let bytes: UnsafeBufferPointer<UInt8>
    private(set) var position: Int

    init(_ bytes: UnsafeBufferPointer<UInt8>, at position: Int) {
        self.bytes = bytes
        self.position = position
    }

    /// Nil for anything but a name and a quoted text without further markup.
    mutating func declaration() -> (name: String, text: [UInt8])? {
        skipSpace()
        let start = position
        while position < bytes.count, XMLReference.mayHold(bytes[position], isFirst: false) { position += 1 }
        let name = bytes[start..<position]
        guard !name.isEmpty, name.count <= XMLReference.longest else { return nil }
        skipSpace()
        guard position < bytes.count, bytes[position] == UInt8(ascii: "\"") || bytes[position] == UInt8(ascii: "'")
        else { return nil }
        let quote = bytes[position]
        position += 1
        let textStart = position
        while position < bytes.count, bytes[position] != quote { position += 1 }
        guard position < bytes.count else { return nil }
        let text = Array(bytes[textStart..<position])
        position += 1
        guard isPlain(text) else { return nil }
        return (String(decoding: name, as: UTF8.self), text)
    }

    /// References to characters may stand in it; elements, entities and parameters may not.
    private func isPlain(_ text: [UInt8]) -> Bool {
        for (index, byte) in text.enumerated() {
            if byte == UInt8(ascii: "<") || byte == UInt8(ascii: "%") { return false }
            if byte == UInt8(ascii: "&") {
                guard index + 1 < text.count, text[index + 1] == UInt8(ascii: "#") else { return false }
            }
        }
        return true
    }

    private mutating func skipSpace() {
        while position < bytes.count, bytes[position].isXMLSpace { position += 1 }
    }
}
