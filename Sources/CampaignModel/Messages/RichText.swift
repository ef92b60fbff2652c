/// Text with the formatting that chats support, as a tree, from which each platform's renderer starts.
///
/// A tree has no unclosed tags, and its links are absolute http(s), mailto or tg addresses, so that rendering it cannot
/// break a message.
package struct RichText: Sendable, Hashable, Codable {
    /// A text, or a block that contains other nodes.
    package indirect enum Node: Sendable, Hashable, Codable {
        /// Characters, not markup.
        case text(String)
        case lineBreak
        case styled(Style, [Node])
        /// A link: its address and its content.
        case link(String, [Node])
        case paragraph([Node])
        case quote([Node])
        case preformatted(String)
        /// A list, with the nodes of each item.
        case list(ordered: Bool, [[Node]])
    }

    /// The style of characters; nested styles add up.
    package enum Style: String, Sendable, Hashable, Codable {
        case bold, italic, underline, strikethrough, code
    }

    package var nodes: [Node]

    package init(_ nodes: [Node] = []) { self.nodes = nodes }

    /// Makes rich text from plain characters.
    package init(plain text: String) { nodes = text.isEmpty ? [] : [.text(text)] }

    /// Whether the text has no visible character.
    package var isEmpty: Bool { plainText.allSatisfy(\.isWhitespace) }
}

extension RichText {
    /// The text without formatting: blocks on lines of their own, an empty line between paragraphs, list items with
    /// bullets or numbers.
    package var plainText: String {
        var writer = PlainTextWriter()
        writer.write(nodes)
        return writer.finish()
    }

    /// Canonical HTML of the tree: the tags `b i u s code a p blockquote pre ul ol li br`, everything else escaped.
    package var html: String {
        var output = ""
        for node in nodes { node.writeHTML(into: &output) }
        return output
    }

    /// Escapes `& < > "` for use in HTML text and attribute values.
    package static func escapeHTML(_ text: String) -> String {
        guard text.utf8.contains(where: { $0 == 0x26 || $0 == 0x3C || $0 == 0x3E || $0 == 0x22 }) else { return text }
        var output = ""
        output.reserveCapacity(text.utf8.count + 16)
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": output += "&amp;"
            case "<": output += "&lt;"
            case ">": output += "&gt;"
            case "\"": output += "&quot;"
            default: output.unicodeScalars.append(scalar)
            }
        }
        return output
    }
}

extension RichText.Node {
    fileprivate func writeHTML(into output: inout String) {
        func wrap(_ tag: String, _ children: [RichText.Node], attributes: String = "") {
            output += "<\(tag)\(attributes)>"
            for child in children { child.writeHTML(into: &output) }
            output += "</\(tag)>"
        }
        switch self {
        case .text(let text): output += RichText.escapeHTML(text)
        case .lineBreak: output += "<br>"
        case .styled(let style, let children): wrap(style.tag, children)
        case .link(let url, let children): wrap("a", children, attributes: " href=\"\(RichText.escapeHTML(url))\"")
        case .paragraph(let children): wrap("p", children)
        case .quote(let children): wrap("blockquote", children)
        case .preformatted(let text): output += "<pre>\(RichText.escapeHTML(text))</pre>"
        case .list(let ordered, let items):
            output += ordered ? "<ol>" : "<ul>"
            for item in items { wrap("li", item) }
            output += ordered ? "</ol>" : "</ul>"
        }
    }
}

extension RichText.Style {
    fileprivate var tag: String {
        switch self {
        case .bold: "b"
        case .italic: "i"
        case .underline: "u"
        case .strikethrough: "s"
        case .code: "code"
        }
    }
}

private struct PlainTextWriter {
    private var output = ""
    /// Line breaks to write before the next character; those at the end of the text are dropped.
    private var pendingBreaks = 0

    mutating func finish() -> String { output }

    mutating func write(_ nodes: [RichText.Node]) {
        for node in nodes { write(node) }
    }

    private mutating func write(_ node: RichText.Node) {
        switch node {
        case .text(let text): append(text)
        case .lineBreak: pendingBreaks = min(2, pendingBreaks + 1)
        case .styled(_, let children), .link(_, let children): write(children)
        case .paragraph(let children), .quote(let children): block(spacing: 2) { $0.write(children) }
        case .preformatted(let text): block(spacing: 2) { $0.append(text) }
        case .list(let ordered, let items):
            block(spacing: 2) { writer in
                for (index, item) in items.enumerated() {
                    writer.block(spacing: 1) {
                        $0.append(ordered ? "\(index + 1). " : "• ")
                        $0.write(item)
                    }
                }
            }
        }
    }

    private mutating func block(spacing: Int, _ body: (inout PlainTextWriter) -> Void) {
        pendingBreaks = max(pendingBreaks, spacing)
        body(&self)
        pendingBreaks = max(pendingBreaks, spacing)
    }

    private mutating func append(_ text: String) {
        guard !text.isEmpty else { return }
        if pendingBreaks > 0, !output.isEmpty { output += String(repeating: "\n", count: pendingBreaks) }
        pendingBreaks = 0
        output += text
    }
}
