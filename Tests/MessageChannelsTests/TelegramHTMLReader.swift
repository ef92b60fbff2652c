/// A small reader of Telegram's HTML, written from the Bot API's formatting rules and not from our renderer: what a
/// chat would show, or why Telegram would refuse it.
struct TelegramHTMLReader {
    enum Refusal: Error, Equatable {
        case unclosed(String), unexpectedEnd(String), unsupported(String), nested(String), bare(Character), badReference
    }

    private(set) var visible = ""
    private(set) var entities = 0
    private(set) var links: [String] = []
    private var open: [String] = []
    /// A rich message has paragraphs and pictures, too.
    private let isRich: Bool

    init(_ html: String, isRich: Bool = false) throws {
        self.isRich = isRich
        var rest = Substring(html)
        while let character = rest.unicodeScalars.first {
            switch character {
            case "<": try readTag(&rest)
            case "&": try readReference(&rest)
            case ">": throw Refusal.bare(">")
            default:
                visible.unicodeScalars.append(character)
                rest.unicodeScalars.removeFirst()
            }
        }
        if let tag = open.last { throw Refusal.unclosed(tag) }
    }

    private mutating func readTag(_ rest: inout Substring) throws {
        guard let end = rest.unicodeScalars.firstIndex(of: ">") else { throw Refusal.bare("<") }
        let inside = String(rest[rest.index(after: rest.startIndex)..<end])
        rest = rest[rest.unicodeScalars.index(after: end)...]
        if inside.hasPrefix("/") {
            let name = String(inside.dropFirst())
            guard open.popLast() == name else { throw Refusal.unexpectedEnd(name) }
            return
        }
        let name = inside.prefix { $0 != " " }.description
        if isRich, name == "img" {
            guard inside.hasPrefix("img src=\""), inside.hasSuffix("\"/") else { throw Refusal.unsupported(inside) }
            return
        }
        if isRich, name == "p" {
            guard open.isEmpty || open == ["blockquote"] else { throw Refusal.nested(name) }
            open.append(name)
            return
        }
        guard ["b", "i", "u", "s", "code", "pre", "a", "blockquote"].contains(name) else {
            throw Refusal.unsupported(inside)
        }
        let isAlone = open.contains("code") || open.contains("pre")
        let styles = ["b", "i", "u", "s"]
        if isAlone || open.contains(name) { throw Refusal.nested(name) }
        if name == "code" || name == "pre" {
            guard !open.contains(where: { styles.contains($0) || $0 == "a" }) else { throw Refusal.nested(name) }
        }
        if name == "blockquote", open.contains(where: { $0 != "blockquote" }) { throw Refusal.nested(name) }
        if name == "a" {
            guard inside.hasPrefix("a href=\""), inside.hasSuffix("\""), inside.count > 9 else {
                throw Refusal.unsupported(inside)
            }
            links.append(String(inside.dropFirst(8).dropLast()))
        } else if inside != name {
            throw Refusal.unsupported(inside)
        }
        open.append(name)
        entities += 1
    }

    private mutating func readReference(_ rest: inout Substring) throws {
        for (name, character) in [("&amp;", "&"), ("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\"")]
        where rest.unicodeScalars.starts(with: name.unicodeScalars) {
            // By scalars: an accent behind the reference belongs to no character of it.
            visible.unicodeScalars.append(contentsOf: character.unicodeScalars)
            rest.unicodeScalars.removeFirst(name.unicodeScalars.count)
            return
        }
        throw Refusal.badReference
    }
}
