/// Titles and other one-line texts.
enum TitleText {
    /// RSS never said whether a title is text or HTML: tags are taken out when there are any; else, known references
    /// are resolved once more, because many publishers escape twice.
    static func line(_ text: String) -> String? {
        var text = text
        return text.withUTF8 { line($0) }
    }

    static func line(_ bytes: UnsafeBufferPointer<UInt8>) -> String? {
        var hasAmpersand = false
        for (index, byte) in bytes.enumerated() {
            if byte == UInt8(ascii: "<"), isTag(bytes, at: index) {
                return HTMLText.line(html: String(decoding: bytes, as: UTF8.self)).trimmedOrNil
            }
            if byte == UInt8(ascii: "&") { hasAmpersand = true }
        }
        guard hasAmpersand else { return String(decoding: bytes, as: UTF8.self).collapsed.trimmedOrNil }
        return resolved(bytes).collapsed.trimmedOrNil
    }

    private static func isTag(_ bytes: UnsafeBufferPointer<UInt8>, at index: Int) -> Bool {
        guard index + 1 < bytes.count else { return false }
        let follower = bytes[index + 1]
        guard follower.isASCIILetter || follower == UInt8(ascii: "/") || follower == UInt8(ascii: "!") else {
            return false
        }
        return bytes[index...].contains(UInt8(ascii: ">"))
    }

    /// Text with its references resolved; what is no known reference stays as it is.
    static func resolved(_ bytes: UnsafeBufferPointer<UInt8>) -> String {
        var output: [UInt8] = []
        output.reserveCapacity(bytes.count)
        var index = 0
        while index < bytes.count {
            if bytes[index] == UInt8(ascii: "&"), let (scalar, end) = reference(bytes, at: index) {
                output.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
                index = end
            } else {
                output.append(bytes[index])
                index += 1
            }
        }
        return String(decoding: output, as: UTF8.self)
    }

    private static func reference(
        _ bytes: UnsafeBufferPointer<UInt8>, at start: Int
    ) -> (Unicode.Scalar, end: Int)? {
        var end = start + 1
        while end < bytes.count, end - start <= XMLReference.longest,
            XMLReference.mayHold(bytes[end], isFirst: end == start + 1)
        { end += 1 }
        guard end < bytes.count, bytes[end] == UInt8(ascii: ";") else { return nil }
        switch XMLReference.meaning(of: UnsafeBufferPointer(rebasing: bytes[(start + 1)..<end])) {
        case .markup(let byte): return (Unicode.Scalar(byte), end + 1)
        case .scalar(let scalar): return (scalar, end + 1)
        case .highSurrogate, .lowSurrogate: return ("\u{FFFD}", end + 1)
        case .nothing, nil: return nil
        }
    }
}
