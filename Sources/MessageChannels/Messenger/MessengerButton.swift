import CampaignModel

/// A button as Messenger shows it.
struct MessengerButton: Sendable, Hashable {
    enum Target: Sendable, Hashable {
        /// Opens an address.
        case link(String)
        /// Tells us this.
        case postback(String)
    }

    var title: String
    var target: Target

    var json: JSONValue {
        switch target {
        case .link(let address): ["type": "web_url", "title": .string(title), "url": .string(address)]
        case .postback(let payload): ["type": "postback", "title": .string(title), "payload": .string(payload)]
        }
    }

    /// The same as a quick reply, which opens no address.
    var quickReply: JSONValue? {
        guard case .postback(let payload) = target else { return nil }
        return ["content_type": "text", "title": .string(title), "payload": .string(payload)]
    }

    private var isWayOut: Bool { target == .postback(ButtonPayload.messengerUnsubscribe) }

    /// Which buttons stand on the message, which below it as quick replies, and which find no place.
    struct Choice {
        var kept: [MessengerButton] = []
        var replies: [MessengerButton] = []
        var others: [MessengerButton] = []
    }

    /// The buttons that fit, in their order: the way out always, then the first links, then what acts in the chat. What
    /// acts in the chat can also be a quick reply, which goes with the next message; the way out must not. A second way
    /// out is no loss.
    static func chosen(_ buttons: [MessengerButton], takesReplies: Bool) -> Choice {
        let most = PlatformLimits.Messenger.buttons
        guard buttons.count > most else { return Choice(kept: buttons) }
        var choice = Choice()
        let wayOut = buttons.firstIndex { $0.isWayOut }
        let rest = buttons.indices.filter { !buttons[$0].isWayOut }
        let inOrder =
            rest.filter { buttons[$0].quickReply == nil } + rest.filter { buttons[$0].quickReply != nil }
        let places = Set([wayOut].compactMap(\.self) + inOrder.prefix(most - (wayOut == nil ? 0 : 1)))
        choice.kept = buttons.indices.filter(places.contains).map { buttons[$0] }
        for index in rest where !places.contains(index) {
            let isReply = takesReplies && buttons[index].quickReply != nil
            if isReply, choice.replies.count < PlatformLimits.Messenger.quickReplies {
                choice.replies.append(buttons[index])
            } else {
                choice.others.append(buttons[index])
            }
        }
        return choice
    }
}
