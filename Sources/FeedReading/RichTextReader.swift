package import CampaignModel

extension HTMLText {
    /// HTML as the little that chats can show: bold, italic, underline, strikethrough, code, links, paragraphs, quotes,
    /// lists and preformatted text.
    ///
    /// Headings become bold paragraphs, table rows lines; unknown tags vanish and their text stays; scripts, styles,
    /// frames, players, drawings and selections vanish with their content; links that are not http(s), mailto or tg
    /// become plain text. Whatever the input, the tree is at most 64 deep, and time and size are linear.
    package static func richText(html: String, base: String?) -> RichText {
        let builder = RichTextBuilder(base: base)
        HTMLPushParser.parse(html, into: builder)
        return builder.finish()
    }

    /// The same of bytes in UTF-8.
    static func richText(html: UnsafeBufferPointer<UInt8>, base: String?) -> RichText {
        let builder = RichTextBuilder(base: base)
        HTMLPushParser.parse(html, into: builder)
        return builder.finish()
    }
}

/// Builds the tree from what libxml2 finds.
final class RichTextBuilder: HTMLReceiver {
    static let interest = HTMLInterest(
        names: HTMLNames([
            .bold, .italic, .underline, .strikethrough, .code, .anchor, .paragraph, .division, .heading, .quote,
            .preformatted, .list, .orderedList, .listItem, .term, .definition, .table, .row, .cell, .caption,
            .lineBreak, .rule,
        ]), attributed: HTMLNames([.anchor]), attributes: [.href])

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
        /// Which start tag opened it.
        var serial: Int
        /// Where its characters start that are no node yet.
        var textStart: Int
        var nodes: [RichText.Node] = []
        var items: [[RichText.Node]] = []
    }

    private static let deepest = 60

    private let base: String?
    private var frames = [Frame(kind: .root, serial: 0, textStart: 0)]
    /// The characters of all open frames that are no node yet, the outermost frame's first.
    private var characters: [UInt8] = []
    /// The frames of the elements that are open for libxml2, 0 where an element has none.
    private var openSerials: [Int] = []
    private var lastSerial = 0
    private var preformattedDepth = 0
    private var linkDepth = 0
    /// White space was met since the last character.
    private var pendingSpace = false
    /// The last character written is a blank.
    private var endsWithSpace = false
    /// Nothing stands on the current line yet.
    private var atLineStart = true

    init(base: String?) { self.base = base }

    /// What came until now; to be asked for once.
    func finish() -> RichText {
        while frames.count > 1 { close() }
        endText()
        return RichText(frames[0].nodes)
    }

    // MARK: Text

    func text(_ bytes: UnsafeBufferPointer<UInt8>) {
        if preformattedDepth > 0 {
            characters.append(contentsOf: bytes)
            return
        }
        var index = 0
        while index < bytes.count {
            if bytes[index] <= 0x20 {
                pendingSpace = !atLineStart && !endsWithSpace
                index += 1
                continue
            }
            let start = index
            while index < bytes.count, bytes[index] > 0x20 { index += 1 }
            if pendingSpace { characters.append(0x20) }
            pendingSpace = false
            endsWithSpace = false
            atLineStart = false
            characters.append(contentsOf: UnsafeBufferPointer(rebasing: bytes[start..<index]))
        }
    }

    /// Makes the innermost frame's characters a node.
    private func endText() {
        let last = frames.count - 1
        let start = frames[last].textStart
        guard characters.count > start else { return }
        let node = RichText.Node.text(String(decoding: characters[start...], as: UTF8.self))
        characters.removeSubrange(start...)
        // Text between list items belongs to an item of its own.
        if case .list = frames[last].kind { frames[last].items.append([node]) } else { frames[last].nodes.append(node) }
    }

    private func add(_ node: RichText.Node) {
        endText()
        let last = frames.count - 1
        if case .list = frames[last].kind { frames[last].items.append([node]) } else { frames[last].nodes.append(node) }
    }

    private func lineBreak() {
        pendingSpace = false
        atLineStart = true
        if preformattedDepth > 0 { characters.append(0x0A) } else { add(.lineBreak) }
    }

    // MARK: Tags

    func start(_ name: HTMLName, _ attributes: HTMLAttributes) {
        let serial = lastSerial + 1
        open(name, attributes)
        if !name.isVoid { openSerials.append(serial == lastSerial ? serial : 0) }
    }

    private func open(_ name: HTMLName, _ attributes: HTMLAttributes) {
        switch name {
        case .bold: open(.styled(.bold))
        case .italic: open(.styled(.italic))
        case .underline: open(.styled(.underline))
        case .strikethrough: open(.styled(.strikethrough))
        case .code: open(.styled(.code))
        case .anchor: if linkDepth == 0, let address = link(attributes[.href]) { open(.link(address)) }
        case .lineBreak: lineBreak()
        case .heading: openBlock(.heading)
        case .quote: openBlock(.quote)
        case .preformatted: openBlock(.preformatted)
        case .list, .orderedList: openBlock(.list(ordered: name == .orderedList))
        case .listItem:
            closeThrough {
                $0.kind == .listItem
            } until: {
                if case .list = $0.kind { true } else { false }
            }
            openBlock(.listItem)
        case .row, .caption: if !atLineStart { lineBreak() }
        case .cell:
            if !atLineStart {
                characters.append(contentsOf: " | ".utf8)
                pendingSpace = false
                endsWithSpace = true
            }
        case .rule: closeParagraphs()
        case .paragraph, .division, .term, .definition, .table: openBlock(.paragraph)
        default: break
        }
    }

    func end(_ name: HTMLName) {
        if name == .row, !atLineStart { lineBreak() }
        guard let serial = openSerials.popLast(), serial > 0 else { return }
        // Blocks end each other, so that the frame may be gone.
        guard let index = frames.lastIndex(where: { $0.serial == serial }) else { return }
        while frames.count > index { close() }
    }

    private func link(_ href: String?) -> String? {
        guard let href, let address = WebAddress.resolve(href, against: base) else { return nil }
        switch WebAddress.scheme(of: address[...]) {
        case "http", "https": return WebAddress.isHTTP(address) ? address : nil
        case "mailto", "tg": return address
        default: return nil
        }
    }

    private func open(_ kind: Kind) {
        guard frames.count < Self.deepest else { return }
        if pendingSpace, !kind.isBlock {
            // The blank before a link or a bold word is not part of it.
            characters.append(0x20)
            pendingSpace = false
            endsWithSpace = true
        }
        switch kind {
        case .preformatted: preformattedDepth += 1
        case .link: linkDepth += 1
        default: break
        }
        lastSerial += 1
        frames.append(Frame(kind: kind, serial: lastSerial, textStart: characters.count))
    }

    private func openBlock(_ kind: Kind) {
        if kind != .listItem { closeParagraphs() }
        pendingSpace = false
        atLineStart = true
        open(kind)
    }

    /// A new block ends an open paragraph or heading, and what is open within it.
    private func closeParagraphs() {
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

    private func closeThrough(_ isWanted: (Frame) -> Bool, until isBorder: (Frame) -> Bool) {
        var index = frames.count - 1
        while index > 0, !isBorder(frames[index]) {
            if isWanted(frames[index]) {
                while frames.count > index { close() }
                return
            }
            index -= 1
        }
    }

    private func close() {
        guard frames.count > 1 else { return }
        endText()
        var frame = frames.removeLast()
        if frame.kind.isBlock {
            pendingSpace = false
            atLineStart = true
            while case .lineBreak? = frame.nodes.last { frame.nodes.removeLast() }
            let leading = frame.nodes.prefix { $0 == .lineBreak }.count
            if leading > 0 { frame.nodes.removeFirst(leading) }
        }
        switch frame.kind {
        case .list(let ordered):
            if !frame.items.isEmpty { add(.list(ordered: ordered, frame.items)) }
            return
        case .preformatted: preformattedDepth -= 1
        case .link: linkDepth -= 1
        default: break
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

    private func addItem(_ nodes: [RichText.Node]) {
        let last = frames.count - 1
        if case .list = frames[last].kind {
            endText()
            frames[last].items.append(nodes)
        } else {
            add(.list(ordered: false, [nodes]))
        }
    }
}
