/// Copies a message with changed texts and addresses.
struct MessageWalk {
    /// Changes a text.
    var text: (String) -> String = { $0 }
    /// Changes a link's address.
    var link: (String) -> String
    /// Changes the address of a picture, video, sound or file.
    var medium: (String) -> String = { $0 }

    func modules(_ modules: [MessageModule]) -> [MessageModule] { modules.map(module) }

    private func module(_ module: MessageModule) -> MessageModule {
        switch module {
        case .text(let rich, let buttons): return .text(self.rich(rich), buttons: buttons.compactMap(button))
        case .cards(let cards): return .cards(cards.map(card))
        case .media(var media):
            if case .address(let address) = media.source { media.source = .address(medium(address)) }
            media.caption = media.caption.map(rich)
            media.title = media.title.map(text)
            media.performer = media.performer.map(text)
            media.buttons = media.buttons.compactMap(button)
            return .media(media)
        }
    }

    private func card(_ card: Card) -> Card {
        Card(
            title: text(card.title), subtitle: card.subtitle.map(rich), image: card.image.map(medium),
            link: card.link.map(link), buttons: card.buttons.compactMap(button))
    }

    /// The changed button; nil when its title becomes empty.
    private func button(_ button: MessageButton) -> MessageButton? {
        let title = text(button.title)
        guard !title.allSatisfy(\.isWhitespace) else { return nil }
        guard case .link(let address) = button.action else { return MessageButton(title: title, action: button.action) }
        return MessageButton(title: title, action: .link(link(address)))
    }

    func rich(_ rich: RichText) -> RichText { RichText(rich.nodes.map(node)) }

    private func node(_ node: RichText.Node) -> RichText.Node {
        switch node {
        case .text(let text): .text(self.text(text))
        case .lineBreak: .lineBreak
        case .styled(let style, let children): .styled(style, children.map(self.node))
        case .link(let address, let children): .link(link(address), children.map(self.node))
        case .paragraph(let children): .paragraph(children.map(self.node))
        case .quote(let children): .quote(children.map(self.node))
        case .preformatted(let text): .preformatted(self.text(text))
        case .list(let ordered, let items): .list(ordered: ordered, items.map { $0.map(self.node) })
        }
    }
}
