/// Parses the HTML mode of the Bot API (https://core.telegram.org/bots/api#html-style) into text and entities.
///
/// Like the platform it knows a fixed set of tags, wants them balanced, and refuses the whole message otherwise, naming
/// the byte offset.
struct TelegramHTML {
    /// Why a text was refused, in the platform's words after "can't parse entities: ".
    struct Refusal: Error, Hashable {
        var reason: String
    }

    private struct OpenTag {
        var name: String
        var kind: FormattedText.Entity.Kind
        var offset: Int
        var detail: String?
    }

    private let bytes: [UInt8]
    private var position = 0
    private var output: [UInt8] = []
    private var offset = 0
    private var open: [OpenTag] = []
    private var entities: [FormattedText.Entity] = []

    private init(_ text: String) { bytes = Array(text.utf8) }

    static func parse(_ text: String) throws(Refusal) -> FormattedText {
        var parser = TelegramHTML(text)
        return try parser.parse()
    }

    private mutating func parse() throws(Refusal) -> FormattedText {
        while position < bytes.count {
            switch bytes[position] {
            case UInt8(ascii: "<"): try tag()
            case UInt8(ascii: "&"): reference()
            default:
                append(bytes[position])
                position += 1
            }
        }
        if let last = open.last {
            throw Refusal(reason: "Can't find end tag corresponding to start tag \"\(last.name)\"")
        }
        entities.sort { ($0.offset, $1.length) < ($1.offset, $0.length) }
        return FormattedText(
            text: String(decoding: output, as: UTF8.self),
            entities: Array(entities.prefix(FormattedText.maximumEntities)))
    }

    private mutating func append(_ byte: UInt8) {
        output.append(byte)
        // A UTF-8 lead byte stands for one UTF-16 unit, that of a four-byte sequence for two.
        if byte & 0xC0 != 0x80 { offset += byte >= 0xF0 ? 2 : 1 }
    }

    private mutating func tag() throws(Refusal) {
        let start = position
        guard let end = tagEnd(from: start) else {
            throw Refusal(reason: "Unclosed start tag at byte offset \(start)")
        }
        let content = bytes[(start + 1)..<end]
        position = end + 1
        if content.first == UInt8(ascii: "/") {
            try close(Self.word(content.dropFirst()), at: start)
        } else {
            try open(content, at: start)
        }
    }

    /// The `>` that ends a tag: one inside quotes belongs to an attribute.
    private func tagEnd(from start: Int) -> Int? {
        var quote: UInt8?
        for index in start..<bytes.count {
            let byte = bytes[index]
            if let open = quote {
                if byte == open { quote = nil }
            } else if byte == UInt8(ascii: ">") {
                return index
            } else if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") {
                quote = byte
            }
        }
        return nil
    }

    private static func word(_ bytes: ArraySlice<UInt8>) -> String {
        String(decoding: bytes, as: UTF8.self).filter { !$0.isWhitespace }.lowercased()
    }

    private mutating func open(_ content: ArraySlice<UInt8>, at start: Int) throws(Refusal) {
        let name = String(decoding: content.prefix { $0 > 0x20 && $0 != UInt8(ascii: "/") }, as: UTF8.self)
            .lowercased()
        let attributes = Self.attributes(content.dropFirst(name.utf8.count))
        guard let kind = Self.kind(of: name, attributes) else {
            throw Refusal(reason: "Unsupported start tag \"\(name)\" at byte offset \(start)")
        }
        let detail: String? =
            switch kind {
            case .link: attributes["href"]
            case .code: attributes["class"].flatMap { $0.hasPrefix("language-") ? String($0.dropFirst(9)) : nil }
            case .customEmoji: attributes["emoji-id"]
            default: nil
            }
        open.append(OpenTag(name: name, kind: kind, offset: offset, detail: detail))
    }

    private static func kind(of name: String, _ attributes: [String: String]) -> FormattedText.Entity.Kind? {
        switch name {
        case "b", "strong": .bold
        case "i", "em": .italic
        case "u", "ins": .underline
        case "s", "strike", "del": .strikethrough
        case "tg-spoiler": .spoiler
        case "span": attributes["class"] == "tg-spoiler" ? .spoiler : nil
        case "code": .code
        case "pre": .pre
        case "a": .link
        case "blockquote": attributes["expandable"] == nil ? .blockquote : .expandableBlockquote
        case "tg-emoji": .customEmoji
        default: nil
        }
    }

    private mutating func close(_ name: String, at start: Int) throws(Refusal) {
        guard let tag = open.popLast() else {
            throw Refusal(reason: "Unexpected end tag at byte offset \(start)")
        }
        guard name.isEmpty || name == tag.name else {
            throw Refusal(
                reason: "Unmatched end tag at byte offset \(start), expected \"</\(tag.name)>\", found \"</\(name)>\""
            )
        }
        let length = offset - tag.offset
        guard length > 0 else { return }
        var entity = FormattedText.Entity(kind: tag.kind, offset: tag.offset, length: length, detail: tag.detail)
        switch tag.kind {
        case .link:
            let address = entity.detail ?? Self.text(output, from: tag.offset, length: length)
            guard let address = Self.linkAddress(address) else { return }
            entity.detail = address
        case .pre:
            // <pre><code class="language-…"> is one preformatted entity.
            if let inner = entities.last, inner.kind == .code, inner.offset == tag.offset, inner.length == length {
                entities.removeLast()
                entity.detail = inner.detail
            }
        case .code where open.last?.kind != .pre: entity.detail = nil
        default: break
        }
        entities.append(entity)
    }

    private static func text(_ output: [UInt8], from offset: Int, length: Int) -> String {
        let units = Array(String(decoding: output, as: UTF8.self).utf16)
        return String(decoding: units.dropFirst(offset).prefix(length), as: UTF16.self)
    }

    /// An address that Telegram makes a link of; others silently stay text, as on the platform. It knows neither mailto
    /// nor tel: what stands before an @ is a user to it, and what follows is the host (TDLib, parse_url).
    private static func linkAddress(_ text: String) -> String? {
        let address = text.drop { $0.isWhitespace }
        let lowercased = address.lowercased()
        if ["http://", "https://", "tg://"].contains(where: lowercased.hasPrefix) { return String(address) }
        let authority = address.prefix { !"/?#".contains($0) }
        guard let host = authority.split(separator: "@").last, host.contains("."), !host.contains(":") else {
            return nil
        }
        return "http://\(address)" + (authority.endIndex == address.endIndex ? "/" : "")
    }

    /// `&lt; &gt; &amp; &quot;` and numeric references; others stay as they are written.
    private mutating func reference() {
        let window = bytes[position...].prefix(12)
        if let end = window.firstIndex(of: UInt8(ascii: ";")),
            let scalar = Self.scalar(of: bytes[(position + 1)..<end])
        {
            for byte in String(Character(scalar)).utf8 { append(byte) }
            position = end + 1
        } else {
            append(bytes[position])
            position += 1
        }
    }

    private static func scalar(of name: ArraySlice<UInt8>) -> Unicode.Scalar? {
        switch String(decoding: name, as: UTF8.self) {
        case "lt": return "<"
        case "gt": return ">"
        case "amp": return "&"
        case "quot": return "\""
        case let text where text.hasPrefix("#x") || text.hasPrefix("#X"):
            return UInt32(text.dropFirst(2), radix: 16).flatMap { $0 == 0 ? nil : Unicode.Scalar($0) }
        case let text where text.hasPrefix("#"):
            return UInt32(text.dropFirst()).flatMap { $0 == 0 ? nil : Unicode.Scalar($0) }
        default: return nil
        }
    }

    private static func attributes(_ bytes: ArraySlice<UInt8>) -> [String: String] {
        var found: [String: String] = [:]
        var rest = bytes
        while true {
            rest = rest.drop { $0 <= 0x20 || $0 == UInt8(ascii: "/") }
            let name = rest.prefix { $0 > 0x20 && $0 != UInt8(ascii: "=") && $0 != UInt8(ascii: "/") }
            guard !name.isEmpty else { return found }
            rest = rest.dropFirst(name.count).drop { $0 <= 0x20 }
            var value: ArraySlice<UInt8> = []
            if rest.first == UInt8(ascii: "=") {
                rest = rest.dropFirst().drop { $0 <= 0x20 }
                if let quote = rest.first, quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'") {
                    value = rest.dropFirst().prefix { $0 != quote }
                    rest = rest.dropFirst(value.count + 2)
                } else {
                    value = rest.prefix { $0 > 0x20 }
                    rest = rest.dropFirst(value.count)
                }
            }
            found[String(decoding: name, as: UTF8.self).lowercased()] = decoded(value)
        }
    }

    /// Text with its references undone.
    static func decoded(_ value: ArraySlice<UInt8>) -> String {
        var parser = TelegramHTML(String(decoding: value, as: UTF8.self))
        while parser.position < parser.bytes.count {
            if parser.bytes[parser.position] == UInt8(ascii: "&") {
                parser.reference()
            } else {
                parser.append(parser.bytes[parser.position])
                parser.position += 1
            }
        }
        return String(decoding: parser.output, as: UTF8.self)
    }
}
