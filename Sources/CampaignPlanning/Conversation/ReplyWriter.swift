import CampaignModel

/// Writes what is said at the events of a subscription: by the owner's layout, or in our own words.
struct ReplyWriter: Sendable {
    let channel: Channel
    let layouts: [String: Layout]
    let html: HTMLReading

    func message(_ purpose: Delivery.Purpose, _ reply: Conversation.Reply, to subscriber: Subscriber) -> Message? {
        switch reply {
        case .none: return nil
        case .layout(let name):
            return layouts[name].flatMap {
                LayoutRenderer.render($0, to: subscriber, channel: channel.title, html: html)
            }
        case .builtIn:
            let phrases = Phrases.spoken(with: subscriber, languages: channel.conversation.languages)
            guard let text = phrases.text(for: purpose) else { return nil }
            let said = text.split(separator: "{channel}", omittingEmptySubsequences: false)
                .joined(separator: channel.title)
            let buttons = purpose == .defaultReply && subscriber.state != .active ? [phrases.wayIn] : []
            return Message(modules: [.text(RichText(plain: said), buttons: buttons)])
        }
    }
}

extension Phrases {
    fileprivate func text(for purpose: Delivery.Purpose) -> String? {
        switch purpose {
        case .welcome: welcome
        case .goodbye: goodbye
        case .defaultReply: defaultReply
        case .campaign, .answer, .ask, .edit: nil
        }
    }
}
