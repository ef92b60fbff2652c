import CampaignModel

/// Lays a tree of rich text out in lines, as people expect to see them in a chat: paragraphs apart by an empty line,
/// list items with bullets or numbers, inner lists indented.
struct RichTextFlattener {
    /// What becomes of a link.
    enum Links {
        /// It is a mark over its text. One to a mailbox is written, for Telegram makes a web address of it.
        case marked
        /// Its address follows in parentheses, unless the text is the address already; in the place of another address it
        /// stands alone.
        case written
        /// Only its text stays.
        case dropped
    }

    static func flatten(_ text: RichText, links: Links) -> StyledText {
        var flattener = RichTextFlattener(links: links)
        flattener.write(text.nodes, marks: [], depth: 0)
        return flattener.output.trimmed
    }

    /// Deeper than any page that means something; what lies deeper is left out rather than the stack be at its mercy.
    private static let deepest = 256

    private let links: Links
    private var output = StyledText()
    /// Line breaks owed before the next character: blocks ask for them, the ends of the text forgive them.
    private var pendingBreaks = 0
    /// A bullet or number owed before the next character.
    private var pendingBullet: String?
    private var listDepth = 0
    private var blocks = 0

    private init(links: Links) { self.links = links }

    private mutating func write(_ nodes: [RichText.Node], marks: [StyledText.Mark], depth: Int) {
        guard depth < Self.deepest else { return }
        for node in nodes { write(node, marks: marks, depth: depth + 1) }
    }

    private mutating func write(_ node: RichText.Node, marks: [StyledText.Mark], depth: Int) {
        switch node {
        case .text(let text): append(text, marks: marks)
        case .lineBreak: if pendingBullet == nil { pendingBreaks = min(2, pendingBreaks + 1) }
        case .styled(let style, let children):
            write(children, marks: StyledText.adding(style, to: marks), depth: depth)
        case .link(let address, let children): writeLink(address, children, marks: marks, depth: depth)
        case .paragraph(let children):
            block { $0.write(children, marks: marks, depth: depth) }
        case .quote(let children):
            blocks += 1
            let quoted = StyledText.addingQuote(blocks, to: marks)
            block { $0.write(children, marks: quoted, depth: depth) }
        case .preformatted(let text):
            blocks += 1
            let marks = marks.filter { if case .quote = $0 { true } else { false } } + [.preformatted(blocks)]
            block { $0.append(text, marks: marks, keepsSpace: true) }
        case .list(let ordered, let items):
            block { $0.writeList(ordered: ordered, items, marks: marks, depth: depth) }
        }
    }

    private mutating func writeList(
        ordered: Bool, _ items: [[RichText.Node]], marks: [StyledText.Mark], depth: Int
    ) {
        let indent = String(repeating: "  ", count: min(listDepth, 8))
        listDepth += 1
        for (index, item) in items.enumerated() {
            pendingBreaks = max(pendingBreaks, 1)
            pendingBullet = indent + (ordered ? "\(index + 1). " : "• ")
            write(item, marks: marks, depth: depth)
            pendingBullet = nil
        }
        listDepth -= 1
    }

    private mutating func writeLink(
        _ address: String, _ children: [RichText.Node], marks: [StyledText.Mark], depth: Int
    ) {
        switch links {
        case .dropped: write(children, marks: marks, depth: depth)
        case .marked where Self.mailbox(address) == nil:
            write(children, marks: StyledText.addingLink(address, to: marks), depth: depth)
        case .marked, .written:
            let text = Self.flatten(RichText(children), links: .dropped).plain
            guard !text.isEmpty, let target = Self.readable(address), !target.isEmpty,
                Self.essence(of: text) != Self.essence(of: target)
            else { return write(children, marks: marks, depth: depth) }
            // The address as it was before the link was made to lead through us: of two, people would open the first.
            if Self.isAddress(text) { return append(target, marks: marks) }
            write(children, marks: marks, depth: depth)
            append(" (\(target))", marks: marks)
        }
    }

    private mutating func block(_ body: (inout RichTextFlattener) -> Void) {
        let spacing = listDepth > 0 ? 1 : 2
        if pendingBullet == nil { pendingBreaks = max(pendingBreaks, spacing) }
        body(&self)
        pendingBreaks = max(pendingBreaks, spacing)
    }

    private mutating func append(_ text: String, marks: [StyledText.Mark], keepsSpace: Bool = false) {
        var text = Self.withoutControls(text)
        if !keepsSpace, pendingBreaks > 0 || pendingBullet != nil || output.isEmpty {
            text = String(text.drop(while: \.isSpace))
        }
        guard !text.isEmpty else { return }
        if pendingBreaks > 0, let common = output.runs.last?.marks.filter(marks.contains) {
            output.append(String(repeating: "\n", count: pendingBreaks), marks: common)
        }
        if let bullet = pendingBullet {
            output.append(bullet, marks: marks.filter { if case .quote = $0 { true } else { false } })
        }
        pendingBreaks = 0
        pendingBullet = nil
        output.append(text, marks: marks)
    }

    private static func withoutControls(_ text: String) -> String {
        guard text.utf8.contains(where: { $0 < 0x20 && $0 != 0x0A || $0 == 0x7F }) else { return text }
        var output = String.UnicodeScalarView()
        var before: Unicode.Scalar = " "
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\n" where before == "\r": break
            case "\n", "\t": output.append(scalar)
            case "\r": output.append("\n")
            case "\u{0}"..<"\u{20}", "\u{7F}": break
            default: output.append(scalar)
            }
            before = scalar
        }
        return String(output)
    }

    /// A link's target as people write it, if it is one that works outside of a web page.
    private static func readable(_ address: String) -> String? {
        LinkAddress(address)?.text ?? mailbox(address)
    }

    private static func isAddress(_ text: String) -> Bool {
        let lowercased = text.lowercased()
        return ["https://", "http://", "www."].contains(where: lowercased.hasPrefix) && !text.contains(where: \.isSpace)
    }

    private static func mailbox(_ address: String) -> String? {
        let scheme = "mailto:"
        guard address.prefix(scheme.count).lowercased() == scheme else { return nil }
        return String(address.dropFirst(scheme.count).prefix { $0 != "?" })
    }

    /// What is left of an address or text when the parts that people leave out are gone.
    private static func essence(of text: String) -> Substring {
        var rest = Substring(text.lowercased())
        for start in ["https://", "http://", "www."] where rest.hasPrefix(start) { rest = rest.dropFirst(start.count) }
        while let last = rest.last, last.isSpace || last == "/" { rest.removeLast() }
        return rest
    }
}

/// Which marks may hold together: Telegram's rules, which ask nothing of platforms without marks.
extension StyledText {
    /// Code holds alone; a link over code stays a link, because it can be followed.
    fileprivate static func adding(_ style: RichText.Style, to marks: [Mark]) -> [Mark] {
        let mark: Mark =
            switch style {
            case .bold: .bold
            case .italic: .italic
            case .underline: .underline
            case .strikethrough: .strikethrough
            case .code: .code
            }
        guard !marks.contains(mark), !marks.contains(.code) else { return marks }
        guard mark == .code else { return marks + [mark] }
        guard !marks.contains(where: { if case .link = $0 { true } else { false } }) else { return marks }
        return marks.filter(\.isBlock) + [.code]
    }

    /// Links do not nest, and only those hold that work outside of a web page.
    fileprivate static func addingLink(_ address: String, to marks: [Mark]) -> [Mark] {
        guard !marks.contains(where: { if case .link = $0 { true } else { false } }) else { return marks }
        let target = LinkAddress(address)?.text ?? (address.prefix(3).lowercased() == "tg:" ? address : nil)
        guard let target else { return marks }
        return marks.filter { $0 != .code } + [.link(target)]
    }

    /// Quotes do not nest.
    fileprivate static func addingQuote(_ number: Int, to marks: [Mark]) -> [Mark] {
        guard !marks.contains(where: { if case .quote = $0 { true } else { false } }) else { return marks }
        return [.quote(number)] + marks
    }
}
