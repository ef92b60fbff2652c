import CampaignModel

/// What a card can be on Messenger. An element of a generic template must have a title and at least one of subtitle,
/// picture and buttons beside it (generic template, 22 April 2026); other cards become something simpler.
enum MessengerElement {
    struct Element {
        var title: String
        var subtitle: String
        var image: LinkAddress?
        var link: LinkAddress?
    }

    case element(Element)
    case text(String)
    case image(LinkAddress)
    case nothing

    init(_ card: Card) {
        var title = Self.line(RichText(plain: card.title))
        var subtitle = card.subtitle.map(Self.line) ?? ""
        let image = card.image.flatMap(LinkAddress.init)
        let link = card.link.flatMap(LinkAddress.init)
        let hasButtons = card.buttons.contains { button in
            guard button.title.contains(where: { !$0.isWhitespace }) else { return false }
            switch button.action {
            case .unsubscribe, .choice: return true
            case .link(let address): return LinkAddress(address) != nil
            }
        }
        if title.isEmpty { (title, subtitle) = (subtitle, "") }
        if title.isEmpty, link != nil || hasButtons { title = link?.host ?? "…" }
        if title.isEmpty {
            self = image.map { .image($0) } ?? .nothing
            return
        }
        // The place where the link leads says something, and a tap on the card still goes there.
        if subtitle.isEmpty, image == nil, !hasButtons, let link, link.host != title { subtitle = link.host }
        guard !subtitle.isEmpty || image != nil || hasButtons else {
            self = .text(title)
            return
        }
        self = .element(Element(title: title, subtitle: subtitle, image: image, link: link))
    }

    /// One line of plain words: an element shows neither line breaks nor links in its text.
    private static func line(_ text: RichText) -> String {
        RichTextFlattener.flatten(text, links: .dropped).plain.onOneLine
    }
}
