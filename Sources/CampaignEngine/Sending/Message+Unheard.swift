package import CampaignModel

extension Message {
    /// The message without buttons that act in the chat, where presses are not received: a Stop button without effect
    /// is worse than none.
    ///
    /// - Parameters:
    ///   - channel: The channel.
    ///   - address: The recipient; a press in a group is no subscriber's choice.
    /// - Returns: The message, and the titles of the removed buttons.
    package func withoutUnheardButtons(
        on channel: Channel, to address: String
    ) -> (message: Message, leftOut: [String]) {
        guard !channel.receivesUpdates || !Subscriber.isPerson(address: address) else { return (self, []) }
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
