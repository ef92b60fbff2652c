import CampaignModel

/// A digest as one rich message (`sendRichMessage`, Bot API 10.1): paragraphs, quotes and pictures in one piece.
///
/// Each line is a `<p>`; of the other tags only those are used that are as old as the method.
struct TelegramRichMessage {
    private typealias Limits = PlatformLimits.Telegram

    private(set) var html = ""
    /// Of all texts; they stand below the whole.
    private(set) var buttons: [MessageButton] = []
    /// Whether most lines begin with a letter of a script that is written so. Telegram must be told (InputRichMessage).
    var isRightToLeft: Bool { linesRightToLeft > linesLeftToRight }
    private var linesRightToLeft = 0
    private var linesLeftToRight = 0
    private var characters = 0
    private var blocks = 0
    private var pictures = 0

    /// - Returns: Nil when the message has no words, has something that only another method shows, or is more than one
    ///   rich message may be.
    init?(_ message: Message) {
        for module in message.modules {
            switch module {
            case .text(let text, let buttons):
                add(RichTextFlattener.flatten(text, links: .marked))
                self.buttons += buttons
            case .cards(let cards): for card in cards { add(card) }
            case .media(let media):
                guard media.kind == .image, case .address(let address) = MediaForm(unknown: media) else { return nil }
                add(picture: address)
                if let caption = media.caption { add(RichTextFlattener.flatten(caption, links: .marked)) }
                buttons += media.buttons
            }
        }
        guard characters > 0, characters <= Limits.richText, blocks <= Limits.richBlocks, pictures <= Limits.richMedia
        else { return nil }
    }

    private mutating func add(_ card: Card) {
        if let image = card.image.flatMap(LinkAddress.init) { add(picture: image.text) }
        let title = RichText.Node.styled(.bold, [.text(card.title)])
        let heading = card.link.flatMap(LinkAddress.init).map { RichText.Node.link($0.text, [title]) } ?? title
        add(RichTextFlattener.flatten(RichText([heading]), links: .marked))
        if let subtitle = card.subtitle { add(RichTextFlattener.flatten(subtitle, links: .marked)) }
        // A keyboard belongs to the whole message, so a card's buttons are links below it.
        let links = card.buttons.compactMap { button -> RichText.Node? in
            guard case .link(let address) = button.action, let url = LinkAddress(address) else { return nil }
            return .link(url.text, [.text(button.title)])
        }
        // One way out is enough for all of them.
        for button in card.buttons {
            if case .link = button.action { continue }
            if !buttons.contains(where: { $0.action == button.action }) { buttons.append(button) }
        }
        guard !links.isEmpty else { return }
        let row = links.dropFirst().reduce(into: [links[0]]) { row, link in row += [.text(" · "), link] }
        add(RichTextFlattener.flatten(RichText(row), links: .marked))
    }

    private mutating func add(picture address: String) {
        html += "<img src=\"\(RichText.escapeHTML(address))\"/>"
        pictures += 1
        blocks += 1
    }

    /// Lines become paragraphs, those of a quote inside of it; preformatted text stays as it is.
    private mutating func add(_ text: StyledText) {
        var line = StyledText()
        var block: StyledText.Mark?
        func end(_ message: inout TelegramRichMessage) {
            message.add(line: line)
            line = StyledText()
        }
        for run in text.runs {
            let marks = run.marks.filter { !$0.isBlock }
            let own = run.marks.first { $0.isBlock }
            if own != block {
                end(&self)
                if case .quote = block { html += "</blockquote>" }
                if case .quote = own {
                    html += "<blockquote>"
                    blocks += 1
                }
                block = own
            }
            if case .preformatted = own {
                let code = StyledText(runs: [StyledText.Run(text: run.text, marks: [])])
                html += "<pre>\(code.telegramHTML)</pre>"
                blocks += 1
                characters += code.length
                continue
            }
            for (place, piece) in run.text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
                if place > 0 { end(&self) }
                line.append(String(piece), marks: marks)
            }
        }
        end(&self)
        if case .quote = block { html += "</blockquote>" }
    }

    private mutating func add(line: StyledText) {
        guard !line.isBlank else { return }
        html += "<p>\(line.telegramHTML)</p>"
        blocks += 1
        characters += line.length
        guard let letter = line.plain.unicodeScalars.first(where: \.properties.isAlphabetic) else { return }
        switch letter.value {
        // Hebrew, Arabic and those around them, and their presentation forms.
        case 0x590...0x8FF, 0xFB1D...0xFDFF, 0xFE70...0xFEFF: linesRightToLeft += 1
        default: linesLeftToRight += 1
        }
    }
}
