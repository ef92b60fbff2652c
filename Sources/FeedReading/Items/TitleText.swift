/// Titles and other one-line texts.
enum TitleText {
    /// RSS never said whether a title is text or HTML: tags are taken out when there are any; else, known references
    /// are resolved once more, because many publishers escape twice.
    static func line(_ text: String) -> String? {
        var text = text
        return text.withUTF8 { line($0) }
    }

    static func line(_ bytes: UnsafeBufferPointer<UInt8>) -> String? {
        var mayHoldReference = false
        var isTight = true
        // Beyond the last one no tag ends, and a search for one would be made for each that begins.
        var lastGreater = -2
        for index in 0..<bytes.count {
            let byte = bytes[index]
            if byte == UInt8(ascii: "<"), mayBeTag(bytes, at: index) {
                if lastGreater == -2 { lastGreater = bytes.lastIndex(of: UInt8(ascii: ">")) ?? -1 }
                if index > lastGreater { continue }
                return HTMLText.line(html: String(decoding: bytes, as: UTF8.self)).trimmedOrNil
            }
            if byte == UInt8(ascii: "&"), index + 1 < bytes.count, bytes[index + 1] != 0x20 { mayHoldReference = true }
            if byte <= 0x20 || byte == 0x7F, byte != 0x20 || index + 1 == bytes.count || bytes[index + 1] == 0x20 {
                isTight = false
            }
        }
        if mayHoldReference { return HTMLReference.decode(bytes).collapsed.trimmedOrNil }
        let text = String(decoding: bytes, as: UTF8.self)
        return isTight && bytes.first != 0x20 ? text.isEmpty ? nil : text : text.collapsed.trimmedOrNil
    }

    private static func mayBeTag(_ bytes: UnsafeBufferPointer<UInt8>, at index: Int) -> Bool {
        guard index + 1 < bytes.count else { return false }
        let follower = bytes[index + 1]
        return follower.isASCIILetter || follower == UInt8(ascii: "/") || follower == UInt8(ascii: "!")
    }
}
