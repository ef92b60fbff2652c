/// A rendered, channel-neutral message: what a layout makes of items. Stored once, whoever receives it.
package struct Message: Sendable, Hashable, Codable {
    package var modules: [MessageModule]
    package var options: MessageOptions
    /// What is filled in for each person; empty when everybody gets the same.
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
        // Messages of older databases have none.
        options = try container.decodeIfPresent(MessageOptions.self, forKey: .options) ?? MessageOptions()
        personal = try container.decodeIfPresent([PersonalField].self, forKey: .personal) ?? []
    }
}

/// How a whole message behaves, where the platform can do it.
package struct MessageOptions: Sendable, Hashable, Codable {
    /// The picture of a linked page below a text; Telegram only.
    package enum LinkPreview: String, Sendable, Hashable, Codable, CaseIterable {
        case none, small, large
        /// Above the text.
        case above
    }

    /// It arrives without a sound.
    package var isSilent: Bool
    /// It cannot be forwarded or saved; Telegram only.
    package var isProtected: Bool
    /// Nil leaves it to the platform, and shows none beside a picture of the message's own.
    package var linkPreview: LinkPreview?
    /// It tells of several items and may become one long message where the channel allows that.
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

/// A part of a message that people know from chats.
package enum MessageModule: Sendable, Hashable {
    /// Text, with link or action buttons below it if there are any.
    case text(RichText, buttons: [MessageButton])
    case media(Media)
    /// Cards side by side where the platform can, one after another where it cannot.
    case cards([Card])

    /// A picture by its absolute http(s) address.
    package static func image(_ address: String) -> MessageModule { .media(Media(.image, .address(address))) }
}

extension MessageModule: Codable {
    private enum CodingKeys: String, CodingKey {
        case text, media, cards
        /// How older databases hold a picture.
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
    /// What happens when somebody taps it.
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
    /// An absolute http(s) address, as is the link.
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
