/// A rendered, channel-neutral message, which a layout makes of items. The message is stored once for all recipients.
package struct Message: Sendable, Hashable, Codable {
    package var modules: [MessageModule]
    package var options: MessageOptions
    /// Fields that are filled in for each person; empty when everybody gets the same.
    package var personal: [PersonalField]

    package init(
        modules: [MessageModule], options: MessageOptions = MessageOptions(), personal: [PersonalField] = []
    ) {
        self.modules = modules
        self.options = options
        self.personal = personal
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        modules = try container.decode([MessageModule].self, forKey: .modules)
        // Messages of older databases have no options.
        options = try container.decodeIfPresent(MessageOptions.self, forKey: .options) ?? MessageOptions()
        personal = try container.decodeIfPresent([PersonalField].self, forKey: .personal) ?? []
    }
}

/// Options of a whole message, which apply where the platform supports them.
package struct MessageOptions: Sendable, Hashable, Codable {
    /// The picture of a linked page below a text; Telegram only.
    package enum LinkPreview: String, Sendable, Hashable, Codable, CaseIterable {
        case none, small, large
        /// The preview is above the text.
        case above
    }

    /// Whether the message arrives without a sound.
    package var isSilent: Bool
    /// Whether forwarding and saving are blocked; Telegram only.
    package var isProtected: Bool
    /// The link preview; nil for the platform's default, or for none if the message has a picture of its own.
    package var linkPreview: LinkPreview?
    /// Whether the message has several items, and may become one long message where the channel allows that.
    package var isDigest: Bool

    package init(
        isSilent: Bool = false, isProtected: Bool = false, linkPreview: LinkPreview? = nil, isDigest: Bool = false
    ) {
        self.isSilent = isSilent
        self.isProtected = isProtected
        self.linkPreview = linkPreview
        self.isDigest = isDigest
    }
}

/// A part of a message.
package enum MessageModule: Sendable, Hashable {
    /// Text, with link or action buttons below it if there are any.
    case text(RichText, buttons: [MessageButton])
    case media(Media)
    /// Cards, side by side where the platform supports that, otherwise one after another.
    case cards([Card])

    /// A picture by its absolute http(s) address.
    package static func image(_ address: String) -> MessageModule { .media(Media(.image, .address(address))) }
}

extension MessageModule: Codable {
    private enum CodingKeys: String, CodingKey {
        case text, media, cards
        /// A picture as older databases store it.
        case image
    }

    private enum PartKeys: String, CodingKey {
        case first = "_0"
        case buttons
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        guard let kind = container.allKeys.first else {
            throw DecodingError.dataCorrupted(.init(codingPath: decoder.codingPath, debugDescription: "no module"))
        }
        let part = try container.nestedContainer(keyedBy: PartKeys.self, forKey: kind)
        switch kind {
        case .text:
            self = .text(
                try part.decode(RichText.self, forKey: .first),
                buttons: try part.decode([MessageButton].self, forKey: .buttons))
        case .media: self = .media(try part.decode(Media.self, forKey: .first))
        case .cards: self = .cards(try part.decode([Card].self, forKey: .first))
        case .image: self = .image(try part.decode(String.self, forKey: .first))
        }
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        switch self {
        case .text(let text, let buttons):
            var part = container.nestedContainer(keyedBy: PartKeys.self, forKey: .text)
            try part.encode(text, forKey: .first)
            try part.encode(buttons, forKey: .buttons)
        case .media(let media):
            var part = container.nestedContainer(keyedBy: PartKeys.self, forKey: .media)
            try part.encode(media, forKey: .first)
        case .cards(let cards):
            var part = container.nestedContainer(keyedBy: PartKeys.self, forKey: .cards)
            try part.encode(cards, forKey: .first)
        }
    }
}

/// A button below a text, a medium or a card.
package struct MessageButton: Sendable, Hashable, Codable {
    /// The effect of a tap on the button.
    package enum Action: Sendable, Hashable, Codable {
        /// Opens an absolute http(s) address.
        case link(String)
        /// Unsubscribes without a further question.
        case unsubscribe
        /// A choice of the subscriber, whose payload of at most 64 bytes comes back in an event.
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
    /// Absolute http(s) address of the picture; the link's is absolute, too.
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
