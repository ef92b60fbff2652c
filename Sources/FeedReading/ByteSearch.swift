extension StringProtocol {
    /// The first place of some text, compared byte by byte: no locale, no normalisation, no Foundation.
    func utf8Range(of needle: String, from start: Index? = nil) -> Range<Index>? {
        let needle = Array(needle.utf8)
        guard let first = needle.first else { return nil }
        let bytes = utf8
        var index = start ?? startIndex
        while index < endIndex {
            if bytes[index] == first, bytes[index...].starts(with: needle) {
                return index..<bytes.index(index, offsetBy: needle.count)
            }
            index = bytes.index(after: index)
        }
        return nil
    }

    func containsText(_ needle: String) -> Bool { utf8Range(of: needle) != nil }
}

extension UInt8 {
    var isXMLSpace: Bool { self == 0x20 || self == 0x0A || self == 0x0D || self == 0x09 }
    var isASCIIDigit: Bool { self >= 0x30 && self <= 0x39 }
    var isASCIILetter: Bool { (self | 0x20) >= 0x61 && (self | 0x20) <= 0x7A }
}

extension String {
    /// Without white space at both ends; nil when nothing is left.
    var trimmedOrNil: String? {
        var bytes = utf8[...]
        while let first = bytes.first, first.isXMLSpace { bytes.removeFirst() }
        while let last = bytes.last, last.isXMLSpace { bytes.removeLast() }
        return bytes.isEmpty ? nil : String(Substring(bytes))
    }

    /// Runs of white space as one blank, none at the ends.
    var collapsed: String {
        var output: [UInt8] = []
        output.reserveCapacity(utf8.count)
        var pending = false
        for byte in utf8 {
            if byte.isXMLSpace {
                pending = true
            } else {
                if pending, !output.isEmpty { output.append(0x20) }
                pending = false
                output.append(byte)
            }
        }
        return String(decoding: output, as: UTF8.self)
    }

    /// One line without control characters, fit for a message.
    var printable: String {
        let scalars = collapsed.unicodeScalars.filter { $0.value >= 0x20 && !(0x7F...0x9F).contains($0.value) }
        return String(String.UnicodeScalarView(scalars))
    }

    var asciiLowercased: String {
        String(decoding: utf8.map { $0 >= 0x41 && $0 <= 0x5A ? $0 | 0x20 : $0 }, as: UTF8.self)
    }
}

extension String {
    /// The texts between a mark.
    func splitText(_ mark: String) -> [String] {
        var parts: [String] = []
        var start = startIndex
        while let range = utf8Range(of: mark, from: start) {
            parts.append(String(self[start..<range.lowerBound]))
            start = range.upperBound
        }
        parts.append(String(self[start...]))
        return parts
    }

    func replacingText(_ needle: String, with other: String) -> String {
        var output = ""
        var start = startIndex
        while let range = utf8Range(of: needle, from: start) {
            output += self[start..<range.lowerBound]
            output += other
            start = range.upperBound
        }
        return start == startIndex ? self : output + self[start...]
    }
}

extension UnsafeBufferPointer<UInt8> {
    /// Without white space at both ends.
    @inline(__always) var trimmed: UnsafeBufferPointer<UInt8> {
        var start = 0
        var end = count
        while start < end, self[start].isXMLSpace { start += 1 }
        while end > start, self[end - 1].isXMLSpace { end -= 1 }
        return UnsafeBufferPointer(rebasing: self[start..<end])
    }
}
