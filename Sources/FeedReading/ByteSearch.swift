import Glibc

extension StringProtocol {
    /// The first place of some text, compared byte by byte: no locale, no normalisation, no Foundation.
    func utf8Range(of needle: String, from start: Index? = nil) -> Range<Index>? {
        let from = start ?? startIndex
        var needle = needle
        let found = needle.withUTF8 { needle -> (Int, Int)? in
            utf8[from...].withContiguousStorageIfAvailable { bytes -> (Int, Int)? in
                bytes.firstPlace(of: needle).map { ($0, needle.count) }
            } ?? nil
        }
        guard let (offset, count) = found else { return nil }
        let lower = utf8.index(from, offsetBy: offset)
        return lower..<utf8.index(lower, offsetBy: count)
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

    /// Runs of white space and control characters as one blank, none at the ends.
    var collapsed: String {
        var output: [UInt8] = []
        output.reserveCapacity(utf8.count)
        var pending = false
        for byte in utf8 {
            if byte <= 0x20 || byte == 0x7F {
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
        guard utf8.contains(where: { $0 >= 0x41 && $0 <= 0x5A }) else { return self }
        return asciiLowercasedCopy
    }

    private var asciiLowercasedCopy: String {
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

extension UnsafeBufferPointer<UInt8> {
    /// Where some bytes stand for the first time.
    func firstPlace(of wanted: UnsafeBufferPointer<UInt8>) -> Int? {
        guard let start = baseAddress, let first = wanted.first, let rest = wanted.baseAddress else { return nil }
        var index = 0
        while count - index >= wanted.count {
            guard let found = memchr(start + index, Int32(first), count - index - wanted.count + 1) else { return nil }
            index = UnsafeRawPointer(found) - UnsafeRawPointer(start)
            if memcmp(start + index, rest, wanted.count) == 0 { return index }
            index += 1
        }
        return nil
    }

    func firstPlace(of text: StaticString) -> Int? {
        firstPlace(of: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    func contains(text: StaticString) -> Bool { firstPlace(of: text) != nil }
}
