/// A rendered, channel-neutral message: what a layout makes of items. Stored once, whoever receives it.
package struct Message: Sendable, Hashable, Codable {
    package var modules: [MessageModule]

    package init(modules: [MessageModule]) { self.modules = modules }
}

/// A part of a message that people know from chats.
package enum MessageModule: Sendable, Hashable, Codable {
    /// Text, with link or action buttons below it if there are any.
    case text(RichText, buttons: [MessageButton])
    /// A picture by its absolute http(s) address.
    case image(String)
    /// Cards side by side where the platform can, one after another where it cannot.
    case cards([Card])
}

package struct MessageButton: Sendable, Hashable, Codable {
    package enum Action: Sendable, Hashable, Codable {
        /// Opens an absolute http(s) address.
        case link(String)
        /// Leaves: the subscriber is asked nothing more.
        case unsubscribe
        /// Comes back to us as it is, at most 64 bytes: an answer that the subscriber may choose.
        case choice(String)
    }

    package var title: String
    package var action: Action

    package init(title: String, action: Action) {
        self.title = title
        self.action = action
    }
}

/// A picture with a title, a line below it and buttons.
package struct Card: Sendable, Hashable, Codable {
    package var title: String
    package var subtitle: RichText?
    package var image: String?
    package var link: String?
    package var buttons: [MessageButton]

    package init(
        title: String, subtitle: RichText? = nil, image: String? = nil, link: String? = nil,
        buttons: [MessageButton] = []
    ) {
        self.title = title
        self.subtitle = subtitle
        self.image = image
        self.link = link
        self.buttons = buttons
    }
}
