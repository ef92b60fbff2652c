package import CampaignModel

extension HTMLText {
    /// HTML as the little that chats can show: bold, italic, underline, strikethrough, code, links, paragraphs, quotes,
    /// lists and preformatted text.
    ///
    /// Headings become bold paragraphs, table rows lines; unknown tags vanish and their text stays; links that are not
    /// http(s), mailto or tg become plain text. Whatever the input, the tree is at most 64 deep and its size linear.
    package static func richText(html: String, base: String?) -> RichText {
        var builder = RichTextBuilder(base: base)
        var tokenizer = HTMLTokenizer(html)
        while let token = tokenizer.next() {
            switch token {
            case .text(let text): builder.text(text)
            case .start(let name, let attributes): builder.start(name, attributes)
            case .end(let name): builder.end(name)
            }
        }
        return builder.finish()
    }
}

/// Builds the tree from tags that may come in any order.
struct RichTextBuilder {
    private enum Kind: Equatable {
        case root, styled(RichText.Style), link(String), paragraph, heading, quote, preformatted, list(ordered: Bool),
            listItem

        var isBlock: Bool {
            switch self {
            case .styled, .link: false
            default: true
            }
        }
    }

    private struct Frame {
        var kind: Kind
        var tag: String
        var nodes: [RichText.Node] = []
        var items: [[RichText.Node]] = []
        /// Characters that are to be one node: appended to, because a node would be copied at each token.
        var run = ""

        mutating func endRun() {
            guard !run.isEmpty else { return }
            nodes.append(.text(run))
            run = ""
        }
    }

    private static let deepest = 60

    private let base: String?
    private var frames = [Frame(kind: .root, tag: "")]
    /// White space was met since the last character.
    private var pendingSpace = false
    /// The last character written is a blank.
    private var endsWithSpace = false
    /// Nothing stands on the current line yet.
    private var atLineStart = true

    init(base: String?) { self.base = base }

    mutating func finish() -> RichText {
        while frames.count > 1 { close() }
        frames[0].endRun()
        return RichText(frames[0].nodes)
    }

    // MARK: Text

    mutating func text(_ text: String) {
        if frames.contains(where: { $0.kind == .preformatted }) {
            add(.text(text))
            return
        }
        var output = ""
        for scalar in text.unicodeScalars {
            if scalar.value <= 0x20 {
                pendingSpace = !atLineStart && !endsWithSpace
            } else {
                if pendingSpace { output.unicodeScalars.append(" ") }
                pendingSpace = false
                endsWithSpace = false
                atLineStart = false
                output.unicodeScalars.append(scalar)
            }
        }
        if !output.isEmpty { add(.text(output)) }
    }

    private mutating func add(_ node: RichText.Node) {
        let last = frames.count - 1
        if case .list = frames[last].kind {
            // Text between list items belongs to an item of its own.
            frames[last].items.append([node])
        } else if case .text(let text) = node {
            frames[last].run += text
        } else {
            frames[last].endRun()
            frames[last].nodes.append(node)
        }
    }

    private mutating func lineBreak() {
        pendingSpace = false
        atLineStart = true
        if frames.contains(where: { $0.kind == .preformatted }) { add(.text("\n")) } else { add(.lineBreak) }
    }

    // MARK: Tags

    mutating func start(_ tag: String, _ attributes: HTMLAttributes) {
        switch tag {
        case "b", "strong": open(.styled(.bold), tag)
        case "i", "em", "cite", "dfn", "var": open(.styled(.italic), tag)
        case "u", "ins": open(.styled(.underline), tag)
        case "s", "del", "strike": open(.styled(.strikethrough), tag)
        case "code", "kbd", "samp", "tt": open(.styled(.code), tag)
        case "a":
            end("a")
            if let address = link(attributes["href"]) { open(.link(address), tag) }
        case "br": lineBreak()
        case "h1", "h2", "h3", "h4", "h5", "h6": openBlock(.heading, tag)
        case "blockquote": openBlock(.quote, tag)
        case "pre": openBlock(.preformatted, tag)
        case "ul", "ol", "menu", "dir": openBlock(.list(ordered: tag == "ol"), tag)
        case "li":
            closeThrough {
                $0.kind == .listItem
            } until: {
                if case .list = $0.kind { true } else { false }
            }
            openBlock(.listItem, tag)
        case "tr", "caption":
            if !atLineStart { lineBreak() }
        case "td", "th":
            if !atLineStart {
                add(.text(" | "))
                pendingSpace = false
            }
        case "hr": closeParagraphs()
        case let tag where Self.paragraphs.contains(tag): openBlock(.paragraph, tag)
        default: break
        }
    }

    mutating func end(_ tag: String) {
        switch tag {
        case "br": lineBreak()
        case "tr": if !atLineStart { lineBreak() }
        default:
            guard let index = frames.lastIndex(where: { $0.tag == tag }) else { return }
            // An inline tag does not close the blocks around it.
            let isBlock = frames[index].kind.isBlock
            if !isBlock, frames[(index + 1)...].contains(where: { $0.kind.isBlock }) { return }
            while frames.count > index { close() }
        }
    }

    private static let paragraphs: Set<String> = [
        "p", "div", "section", "article", "header", "footer", "main", "aside", "nav", "figure", "figcaption", "table",
        "dl", "dt", "dd", "address", "center", "details", "summary", "form", "fieldset",
    ]

    private func link(_ href: String?) -> String? {
        guard let href, let address = WebAddress.resolve(href, against: base) else { return nil }
        switch WebAddress.scheme(of: address[...]) {
        case "http", "https": return WebAddress.isHTTP(address) ? address : nil
        case "mailto", "tg": return address
        default: return nil
        }
    }

    private mutating func open(_ kind: Kind, _ tag: String) {
        guard frames.count < Self.deepest else { return }
        if pendingSpace, !kind.isBlock {
            // The blank before a link or a bold word is not part of it.
            add(.text(" "))
            pendingSpace = false
            endsWithSpace = true
        }
        frames.append(Frame(kind: kind, tag: tag))
    }

    private mutating func openBlock(_ kind: Kind, _ tag: String) {
        if kind != .listItem { closeParagraphs() }
        pendingSpace = false
        atLineStart = true
        open(kind, tag)
    }

    /// A new block ends an open paragraph or heading, and what is open within it.
    private mutating func closeParagraphs() {
        closeThrough {
            $0.kind == .paragraph || $0.kind == .heading
        } until: { frame in
            switch frame.kind {
            case .root, .quote, .preformatted, .list, .listItem: true
            default: false
            }
        }
        pendingSpace = false
        atLineStart = true
    }

    private mutating func closeThrough(_ isWanted: (Frame) -> Bool, until isBorder: (Frame) -> Bool) {
        var index = frames.count - 1
        while index > 0, !isBorder(frames[index]) {
            if isWanted(frames[index]) {
                while frames.count > index { close() }
                return
            }
            index -= 1
        }
    }

    private mutating func close() {
        guard frames.count > 1 else { return }
        var frame = frames.removeLast()
        frame.endRun()
        if frame.kind.isBlock {
            pendingSpace = false
            atLineStart = true
            while case .lineBreak? = frame.nodes.last { frame.nodes.removeLast() }
            let leading = frame.nodes.prefix { $0 == .lineBreak }.count
            frame.nodes.removeFirst(leading)
        }
        if case .list(let ordered) = frame.kind {
            if !frame.items.isEmpty { add(.list(ordered: ordered, frame.items)) }
            return
        }
        guard !frame.nodes.isEmpty else { return }
        switch frame.kind {
        case .styled(let style): add(.styled(style, frame.nodes))
        case .link(let address): add(.link(address, frame.nodes))
        case .paragraph: add(.paragraph(frame.nodes))
        case .heading: add(.paragraph([.styled(.bold, frame.nodes)]))
        case .quote: add(.quote(frame.nodes))
        case .preformatted: add(.preformatted(RichText(frame.nodes).plainText))
        case .listItem: addItem(frame.nodes)
        case .root, .list: break
        }
    }

    private mutating func addItem(_ nodes: [RichText.Node]) {
        let last = frames.count - 1
        if case .list = frames[last].kind {
            frames[last].items.append(nodes)
        } else {
            add(.list(ordered: false, [nodes]))
        }
    }
}
