import CampaignModel
import Glibc

/// HTML fields in other shapes: as rich text, as plain text, and the pictures in it.
package enum HTMLText {
    static let voidElements: Set<String> = [
        "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr",
    ]

    /// The text alone: blocks on lines of their own, scripts, styles and the like left out, white space collapsed.
    package static func plainText(html: String) -> String {
        if let text = withoutMarkup(html) { return text }
        return richText(html: html, base: nil).plainText.trimmedOrNil ?? ""
    }

    /// One line of plain text, for titles: a block's border is a blank. Text without `<`, `&` and needless blanks comes
    /// back as it is, at once.
    static func line(html: String) -> String {
        if let text = withoutMarkup(html) { return text }
        let line = HTMLLine()
        HTMLPushParser.parse(html, into: line)
        return line.finish()
    }

    static func escape(_ text: String) -> String { RichText.escapeHTML(text) }

    /// Collapsed text, when there is nothing in it that a parser is needed for.
    private static func withoutMarkup(_ html: String) -> String? {
        var html = html
        guard html.withUTF8({ !mayHaveTag($0) }) else { return nil }
        if html.utf8.contains(UInt8(ascii: "&")) { return html.withUTF8 { HTMLReference.decode($0) }.collapsed }
        return html.withUTF8({ isTight($0) }) ? html : html.collapsed
    }

    /// False when every `<` is only a character.
    private static func mayHaveTag(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        guard let base = bytes.baseAddress else { return false }
        var start = 0
        while start < bytes.count, let found = memchr(base + start, 0x3C, bytes.count - start) {
            let next = UnsafeRawPointer(found) - UnsafeRawPointer(base) + 1
            guard next < bytes.count else { return false }
            let byte = bytes[next]
            if byte.isASCIILetter || byte == 0x21 || byte == 0x2F || byte == 0x3F { return true }
            start = next
        }
        return false
    }

    /// True when collapsing white space would change nothing.
    private static func isTight(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        var wasSpace = true
        for byte in bytes {
            if byte < 0x20 || byte == 0x7F || wasSpace && byte == 0x20 { return false }
            wasSpace = byte == 0x20
        }
        return !wasSpace || bytes.isEmpty
    }
}

/// The text of HTML as one line.
private final class HTMLLine: HTMLReceiver {
    static let interest = HTMLInterest(names: HTMLNames(HTMLName.allCases.filter(\.isBlock)))

    private var characters: [UInt8] = []
    private var pendingSpace = false

    func finish() -> String { String(decoding: characters, as: UTF8.self) }

    func start(_: HTMLName, _: HTMLAttributes) { pendingSpace = true }

    func end(_: HTMLName) { pendingSpace = true }

    func text(_ bytes: UnsafeBufferPointer<UInt8>) {
        for byte in bytes {
            if byte.isXMLSpace {
                pendingSpace = true
            } else {
                if pendingSpace, !characters.isEmpty { characters.append(0x20) }
                pendingSpace = false
                characters.append(byte)
            }
        }
    }
}
