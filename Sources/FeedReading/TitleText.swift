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
        return HTMLReference.decode(bytes).collapsed.trimmedOrNil
    }

    private static func isTag(_ bytes: UnsafeBufferPointer<UInt8>, at index: Int) -> Bool {
        guard index + 1 < bytes.count else { return false }
        let follower = bytes[index + 1]
        guard follower.isASCIILetter || follower == UInt8(ascii: "/") || follower == UInt8(ascii: "!") else {
            return false
        }
        return bytes[index...].contains(UInt8(ascii: ">"))
    }
}
