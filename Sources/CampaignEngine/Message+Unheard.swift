package import CampaignModel

extension Message {
    /// The message without buttons that act in the chat: nothing listens to them yet, and a Stop button that stops
    /// nothing is worse than none.
    ///
    /// - Returns: the message, and the titles of the buttons that were left out.
    package func withoutUnheardButtons() -> (message: Message, leftOut: [String]) {
        var leftOut: [String] = []
        func heard(_ buttons: [MessageButton]) -> [MessageButton] {
            buttons.filter { button in
                if case .link = button.action { return true }
                leftOut.append(button.title)
                return false
            }
        }
        let modules = modules.map { module -> MessageModule in
            switch module {
            case .text(let text, let buttons): return .text(text, buttons: heard(buttons))
            case .media(var media):
                media.buttons = heard(media.buttons)
                return .media(media)
            case .cards(let cards):
                return .cards(
                    cards.map { card in
                        var card = card
                        card.buttons = heard(card.buttons)
                        return card
                    })
            }
        }
        return (Message(modules: modules, options: options), leftOut)
    }
}
