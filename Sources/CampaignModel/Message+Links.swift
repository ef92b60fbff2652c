extension Message {
    /// All http(s) addresses that people may open, each once, in the order in which they stand there. Those in which something
    /// is filled in for each person are not among them.
    package var links: [String] {
        var found: [String] = []
        var seen: Set<String> = []
        _ = withLinks { link in
            if seen.insert(link).inserted { found.append(link) }
            return link
        }
        return found
    }

    /// The message with other addresses in the place of those that people may open; pictures and files stay where they are.
    ///
    /// - Parameter change: What stands for an address.
    /// - Returns: It.
    package func withLinks(_ change: (String) -> String) -> Message {
        withoutActuallyEscaping(change) { change in
            let walk = LinkWalk { link in
                let isWeb = link.hasPrefix("https://") || link.hasPrefix("http://")
                return isWeb && !PersonalMark.isIn(link) ? change(link) : link
            }
            var message = self
            message.modules = modules.map(walk.module)
            return message
        }
    }
}

private struct LinkWalk {
    let change: (String) -> String

    func module(_ module: MessageModule) -> MessageModule {
        switch module {
        case .text(let rich, let buttons): return .text(self.rich(rich), buttons: buttons.map(button))
        case .cards(let cards): return .cards(cards.map(card))
        case .media(var media):
            media.caption = media.caption.map(rich)
            media.buttons = media.buttons.map(button)
            return .media(media)
        }
    }

    private func card(_ card: Card) -> Card {
        var card = card
        card.subtitle = card.subtitle.map(rich)
        card.link = card.link.map(change)
        card.buttons = card.buttons.map(button)
        return card
    }

    private func button(_ button: MessageButton) -> MessageButton {
        guard case .link(let address) = button.action else { return button }
        return MessageButton(title: button.title, action: .link(change(address)))
    }

    private func rich(_ rich: RichText) -> RichText { RichText(rich.nodes.map(node)) }

    private func node(_ node: RichText.Node) -> RichText.Node {
        switch node {
        case .text, .lineBreak, .preformatted: node
        case .styled(let style, let children): .styled(style, children.map(self.node))
        case .link(let address, let children): .link(change(address), children.map(self.node))
        case .paragraph(let children): .paragraph(children.map(self.node))
        case .quote(let children): .quote(children.map(self.node))
        case .list(let ordered, let items): .list(ordered: ordered, items.map { $0.map(self.node) })
        }
    }
}
