import CampaignModel

/// Reads the small HTML that layouts are made of: unknown tags go, text stays, everything ends up balanced.
enum StrictHTML {
    private struct Open {
        var tag: String
        var href = ""
        var nodes: [RichText.Node] = []
        var items: [[RichText.Node]] = []
    }

    static func read(_ html: String) -> RichText {
        var stack = [Open(tag: "")]
        var rest = html[...]
        while let first = rest.first {
            if first == "<", let end = rest.firstIndex(of: ">") {
                readTag(String(rest[..<end].dropFirst()), &stack)
                rest = rest[end...].dropFirst()
            } else {
                let text = rest.prefix(1) + rest.dropFirst().prefix { $0 != "<" }
                rest = rest.dropFirst(text.count)
                append(text: unescape(String(text)), &stack)
            }
        }
        while stack.count > 1 { close(&stack) }
        return RichText(stack[0].nodes)
    }

    private static func append(text: String, _ stack: inout [Open]) {
        let isList = ["ul", "ol"].contains(stack[stack.count - 1].tag)
        guard !(text.allSatisfy(\.isWhitespace) && (text.contains("\n") || isList)) else { return }
        stack[stack.count - 1].nodes.append(.text(text.replacing("\n", with: " ")))
    }

    private static func readTag(_ tag: String, _ stack: inout [Open]) {
        let name = tag.drop { $0 == "/" }.prefix { $0.isLetter }.lowercased()
        let known = ["b", "i", "u", "s", "code", "a", "p", "blockquote", "pre", "ul", "ol", "li"]
        if name == "br" {
            stack[stack.count - 1].nodes.append(.lineBreak)
        } else if known.contains(name), tag.hasPrefix("/") {
            guard stack.contains(where: { $0.tag == name }) else { return }
            while stack.last?.tag != name { close(&stack) }
            close(&stack)
        } else if known.contains(name) {
            let href = tag.split(separator: "\"", omittingEmptySubsequences: false).dropFirst().first
            stack.append(Open(tag: name, href: unescape(String(href ?? ""))))
        }
    }

    private static func close(_ stack: inout [Open]) {
        let open = stack.removeLast()
        let styles: [String: RichText.Style] = [
            "b": .bold, "i": .italic, "u": .underline, "s": .strikethrough, "code": .code,
        ]
        if open.tag == "li" {
            stack[stack.count - 1].items.append(open.nodes)
            return
        }
        let node: RichText.Node =
            switch open.tag {
            case "a": .link(open.href, open.nodes)
            case "p": .paragraph(open.nodes)
            case "blockquote": .quote(open.nodes)
            case "pre": .preformatted(RichText(open.nodes).plainText)
            case "ul", "ol": .list(ordered: open.tag == "ol", open.items)
            default: .styled(styles[open.tag] ?? .code, open.nodes)
            }
        stack[stack.count - 1].nodes.append(node)
    }

    private static func unescape(_ text: String) -> String {
        text.replacing("&lt;", with: "<").replacing("&gt;", with: ">").replacing("&quot;", with: "\"")
            .replacing("&#39;", with: "'").replacing("&amp;", with: "&")
    }
}
