extension RichText {
    /// The first `length` characters; the last node may be cut within its text.
    package func prefix(_ length: Int) -> RichText {
        var left = length
        return RichText(Self.prefix(nodes, &left))
    }

    private static func prefix(_ nodes: [Node], _ left: inout Int) -> [Node] {
        var kept: [Node] = []
        for node in nodes {
            guard left > 0 else { break }
            kept.append(prefix(node, &left))
        }
        return kept
    }

    private static func prefix(_ node: Node, _ left: inout Int) -> Node {
        func cut(_ text: String) -> String {
            let count = text.count
            defer { left -= min(count, left) }
            return count <= left ? text : String(text.prefix(left))
        }
        switch node {
        case .text(let text): return .text(cut(text))
        case .lineBreak: return .lineBreak
        case .styled(let style, let children): return .styled(style, prefix(children, &left))
        case .link(let address, let children): return .link(address, prefix(children, &left))
        case .paragraph(let children): return .paragraph(prefix(children, &left))
        case .quote(let children): return .quote(prefix(children, &left))
        case .preformatted(let text): return .preformatted(cut(text))
        case .list(let ordered, let items):
            var kept: [[Node]] = []
            for item in items where left > 0 { kept.append(prefix(item, &left)) }
            return .list(ordered: ordered, kept)
        }
    }
}
