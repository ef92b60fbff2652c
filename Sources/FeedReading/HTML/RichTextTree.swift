import CampaignModel

/// The tree of an HTML field while its tags and characters come in, tags balanced.
struct RichTextTree {
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
    mutating func finish() -> RichText {
        while frames.count > 1 { close() }
        endText()
        return RichText(frames[0].nodes)
    }

    // MARK: Text

    mutating func text(_ bytes: UnsafeBufferPointer<UInt8>) {
        if preformattedDepth > 0 {
            // Line breaks and tabs count here, other control characters nowhere.
            let kept = bytes.lazy.filter { !Self.isBlank($0) || $0 == 0x20 || $0 == 0x0A || $0 == 0x09 }
            characters.append(contentsOf: kept)
            return
        }
        var index = 0
        while index < bytes.count {
            if Self.isBlank(bytes[index]) {
                pendingSpace = !atLineStart && !endsWithSpace
                index += 1
                continue
            }
            let start = index
            while index < bytes.count, !Self.isBlank(bytes[index]) { index += 1 }
            if pendingSpace { characters.append(0x20) }
            pendingSpace = false
            endsWithSpace = false
            atLineStart = false
            characters.append(contentsOf: UnsafeBufferPointer(rebasing: bytes[start..<index]))
        }
    }

    private static func isBlank(_ byte: UInt8) -> Bool { byte <= 0x20 || byte == 0x7F }

    /// Makes the innermost frame's characters a node.
    private mutating func endText() {
        let last = frames.count - 1
        let start = frames[last].textStart
        guard characters.count > start else { return }
        let node = RichText.Node.text(String(decoding: characters[start...], as: UTF8.self))
        characters.removeSubrange(start...)
        // Text between list items belongs to an item of its own.
        if case .list = frames[last].kind { frames[last].items.append([node]) } else { frames[last].nodes.append(node) }
    }

    private mutating func add(_ node: RichText.Node) {
        endText()
        let last = frames.count - 1
        if case .list = frames[last].kind { frames[last].items.append([node]) } else { frames[last].nodes.append(node) }
    }

    private mutating func lineBreak() {
        pendingSpace = false
        atLineStart = true
        if preformattedDepth > 0 { characters.append(0x0A) } else { add(.lineBreak) }
    }

    // MARK: Tags

    mutating func start(_ name: HTMLName, href: String?) {
        let serial = lastSerial + 1
        open(name, href: href)
        if !name.isVoid { openSerials.append(serial == lastSerial ? serial : 0) }
    }

    private mutating func open(_ name: HTMLName, href: String?) {
        switch name {
        case .bold: open(.styled(.bold))
        case .italic: open(.styled(.italic))
        case .underline: open(.styled(.underline))
        case .strikethrough: open(.styled(.strikethrough))
        case .code: open(.styled(.code))
        case .anchor: if linkDepth == 0, let address = link(href) { open(.link(address)) }
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

    mutating func end(_ name: HTMLName) {
        if name == .row, !atLineStart { lineBreak() }
        guard let serial = openSerials.popLast(), serial > 0 else { return }
        // Blocks end each other, so that the frame may be gone.
        guard let index = frames.lastIndex(where: { $0.serial == serial }) else { return }
        while frames.count > index { close() }
    }

    private func link(_ href: String?) -> String? {
        guard let href, let address = AddressText.resolve(href, against: base) else { return nil }
        switch AddressText.scheme(of: address[...]) {
        case "http", "https": return AddressText.isHTTP(address) ? address : nil
        case "mailto", "tg": return address
        default: return nil
        }
    }

    private mutating func open(_ kind: Kind) {
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

    private mutating func openBlock(_ kind: Kind) {
        if kind != .listItem { closeParagraphs() }
        pendingSpace = false
        atLineStart = true
        open(kind)
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

    private mutating func addItem(_ nodes: [RichText.Node]) {
        let last = frames.count - 1
        if case .list = frames[last].kind {
            endText()
            frames[last].items.append(nodes)
        } else {
            add(.list(ordered: false, [nodes]))
        }
    }
}
