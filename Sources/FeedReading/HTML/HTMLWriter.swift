/// Writes HTML in the one form that libxml2 gets: references resolved, control characters left out, valid UTF-8.
struct HTMLWriter {
    var bytes: [UInt8] = []

    init(capacity: Int) { bytes.reserveCapacity(capacity) }

    @inline(__always)
    mutating func put(_ text: StaticString) {
        bytes.append(contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    /// Copies characters with references resolved, escaped for libxml2.
    mutating func put(_ page: UnsafeBufferPointer<UInt8>, _ range: Range<Int>, inAttribute: Bool) {
        let characters = UnsafeBufferPointer(rebasing: page[range])
        var index = 0
        while index < characters.count {
            let start = index
            while index < characters.count {
                let byte = characters[index]
                if byte < 0x80 {
                    guard Self.isPlain(byte), byte != UInt8(ascii: "\"") || !inAttribute else { break }
                    index += 1
                } else {
                    let length = UTF8Sequence.length(in: characters, at: index)
                    guard length > 0 else { break }
                    index += length
                }
            }
            bytes.append(contentsOf: UnsafeBufferPointer(rebasing: characters[start..<index]))
            guard index < characters.count else { break }
            let byte = characters[index]
            index += 1
            if byte == UInt8(ascii: "&"),
                let found = HTMLReference.read(characters, at: index, inAttribute: inAttribute)
            {
                if let scalar = found.scalar { putCharacter(scalar) }
                index = found.end
            } else {
                putCharacter(byte < 0x80 ? Unicode.Scalar(byte) : "\u{FFFD}")
            }
        }
    }

    /// True for ASCII that is the same in a page and for libxml2, but for quotes in attributes.
    @inline(__always)
    private static func isPlain(_ byte: UInt8) -> Bool {
        byte >= 0x20 && byte < 0x7F && byte != 0x26 && byte != 0x3C || byte == 0x0A
    }

    private mutating func putCharacter(_ scalar: Unicode.Scalar) {
        switch scalar {
        case "&": put("&amp;")
        case "<": put("&lt;")
        case "\"": put("&quot;")
        case "\t", "\n", "\r": bytes.append(UInt8(truncatingIfNeeded: scalar.value))
        case "\0"..<" ", "\u{7F}": break
        case " "..<"\u{7F}": bytes.append(UInt8(truncatingIfNeeded: scalar.value))
        default: bytes.append(contentsOf: UTF8.encode(scalar) ?? .init())
        }
    }
}
