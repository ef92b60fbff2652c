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

    /// The XHTML of an Atom text without the div around it, which RFC 4287 wants and which is no part of it; nil when
    /// nothing is left.
    static func withoutWrapper(_ text: String) -> String? {
        guard text.hasPrefix("<div"), text.hasSuffix("</div>"), let end = text.utf8Range(of: ">") else { return text }
        var inner = String(text[end.upperBound...].dropLast("</div>".count))
        // A second div beside the first makes both part of it.
        let isOne = inner.withUTF8 { bytes in
            var depth = 0
            var scanner = HTMLScanner(bytes, HTMLInterest(names: HTMLNames([.division])))
            while depth >= 0, let token = scanner.next() {
                if case .start(_, isClosed: false) = token { depth += 1 }
                if case .end = token { depth -= 1 }
            }
            return depth >= 0
        }
        return isOne ? inner.trimmedOrNil : text
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
            if byte.isXMLSpace, wasSpace || byte != 0x20 { return false }
            wasSpace = byte.isXMLSpace
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
