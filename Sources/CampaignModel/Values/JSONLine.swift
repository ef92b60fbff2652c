/// Writes JSON without spaces, member by member, into an array of bytes.
package struct JSONLine {
    /// The text so far, as UTF-8.
    package private(set) var bytes: [UInt8]
    private var needsComma = false

    package init(bytes: [UInt8]) { self.bytes = bytes }

    /// A single object as text.
    static func text(_ members: (inout JSONLine) -> Void) -> String {
        var line = JSONLine(bytes: [])
        line.object(members)
        return String(decoding: line.bytes, as: UTF8.self)
    }

    /// Writes an object; the closure adds its members.
    package mutating func object(_ members: (inout JSONLine) -> Void) {
        bytes.append(UInt8(ascii: "{"))
        needsComma = false
        members(&self)
        bytes.append(UInt8(ascii: "}"))
        needsComma = true
    }

    /// Writes an array; the closure writes one value for each element.
    package mutating func array<Element>(_ elements: [Element], _ value: (inout JSONLine, Element) -> Void) {
        bytes.append(UInt8(ascii: "["))
        needsComma = false
        for element in elements {
            separate()
            value(&self, element)
            needsComma = true
        }
        bytes.append(UInt8(ascii: "]"))
        needsComma = true
    }

    /// Writes a member. Its name must need no escaping.
    package mutating func member(_ name: StaticString, _ value: (inout JSONLine) -> Void) {
        separate()
        bytes.append(UInt8(ascii: "\""))
        bytes.append(contentsOf: UnsafeBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount))
        bytes.append(UInt8(ascii: "\""))
        bytes.append(UInt8(ascii: ":"))
        value(&self)
        needsComma = true
    }

    /// Adds a text as a member; nothing for nil.
    package mutating func add(_ name: StaticString, _ text: String?) {
        guard let text else { return }
        member(name) { $0.write(text) }
    }

    /// Adds an array of texts as a member, also an empty one.
    package mutating func add(_ name: StaticString, _ texts: [String]) {
        member(name) { $0.array(texts) { $0.write($1) } }
    }

    /// Adds an array of numbers as a member, also an empty one.
    package mutating func add(_ name: StaticString, _ numbers: [Int64]) {
        member(name) { $0.array(numbers) { $0.bytes.append(contentsOf: String($1).utf8) } }
    }

    /// Adds a number as a member; nothing for nil.
    package mutating func add(_ name: StaticString, _ number: Int64?) {
        guard let number else { return }
        member(name) { $0.bytes.append(contentsOf: String(number).utf8) }
    }

    /// Adds `true` or `false` as a member.
    package mutating func add(_ name: StaticString, _ truth: Bool) {
        member(name) { $0.bytes.append(contentsOf: (truth ? "true" : "false").utf8) }
    }

    private mutating func separate() {
        if needsComma { bytes.append(UInt8(ascii: ",")) }
        needsComma = false
    }

    private mutating func write(_ text: String) {
        var text = text
        text.withUTF8 { write($0) }
    }

    private mutating func write(_ text: UnsafeBufferPointer<UInt8>) {
        bytes.append(UInt8(ascii: "\""))
        var written = 0
        for (index, byte) in text.enumerated()
        where byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") {
            bytes.append(contentsOf: UnsafeBufferPointer(rebasing: text[written..<index]))
            escape(byte)
            written = index + 1
        }
        bytes.append(contentsOf: UnsafeBufferPointer(rebasing: text[written...]))
        bytes.append(UInt8(ascii: "\""))
    }

    private mutating func escape(_ byte: UInt8) {
        bytes.append(UInt8(ascii: "\\"))
        switch byte {
        case 0x08: bytes.append(UInt8(ascii: "b"))
        case 0x09: bytes.append(UInt8(ascii: "t"))
        case 0x0A: bytes.append(UInt8(ascii: "n"))
        case 0x0C: bytes.append(UInt8(ascii: "f"))
        case 0x0D: bytes.append(UInt8(ascii: "r"))
        case 0..<0x20:
            let digits = Array("0123456789abcdef".utf8)
            bytes.append(contentsOf: "u00".utf8)
            bytes.append(digits[Int(byte >> 4)])
            bytes.append(digits[Int(byte & 15)])
        default: bytes.append(byte)
        }
    }
}
