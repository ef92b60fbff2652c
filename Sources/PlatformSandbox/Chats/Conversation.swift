import CampaignModel

/// One person of the sandbox, or one of Telegram's groups and channels.
struct Conversation: Sendable, Hashable {
    enum Kind: String, Sendable, Hashable {
        case person = "private"
        case group, supergroup, channel
    }

    var platform: Platform
    var address: String
    /// A person's first name, or a chat's title.
    var firstName: String
    var lastName: String?
    /// IETF language tag, as Telegram tells it.
    var languageCode = "en"
    /// As Messenger tells it: `en_US`.
    var locale = "en_US"
    /// Hours from UTC, as Messenger tells it.
    var timezone: Int64 = 0
    var kind = Kind.person
    /// A chat's public name, without the `@`.
    var username: String?
    /// Whether a bot may post to the chat.
    var canPost = true
    /// A forum's topics, by their `message_thread_id`.
    var topics: [Int64: String] = [:]
    /// The supergroup that a group has become.
    var migratedTo: Int64?
    /// A person has blocked the bot or Page; a chat has thrown the bot out.
    var isBlocked = false
    /// Telegram: the numbers of the bots that a person has blocked one by one.
    var blockedBots: Set<Int64> = []
    /// When the person last wrote or pressed something; Messenger's 24 h window counts from it.
    var lastActiveAt: Timestamp

    var key: SandboxPlatform.Key { SandboxPlatform.Key(platform: platform, address: address) }

    func blocks(_ bot: TelegramBot) -> Bool { isBlocked || blockedBots.contains(bot.id) }

    var fullName: String { [firstName, lastName ?? ""].filter { !$0.isEmpty }.joined(separator: " ") }
}

/// What one person's phone shows.
struct ChatHistory: Sendable {
    /// A phone keeps this many messages; older ones can no longer be edited.
    static let kept = 200

    private var stored: [ChatMessage] = []

    var messages: ArraySlice<ChatMessage> { stored.suffix(Self.kept) }

    mutating func append(_ message: ChatMessage) {
        stored.append(message)
        // Dropped in lots, so that a long conversation costs no shifting on every message.
        if stored.count >= Self.kept * 2 { stored.removeFirst(stored.count - Self.kept) }
    }

    func message(_ id: String, sender: String) -> ChatMessage? {
        messages.last { $0.id == id && $0.sender == sender }
    }

    mutating func replace(_ message: ChatMessage) {
        guard let index = stored.lastIndex(where: { $0.id == message.id && $0.sender == message.sender }) else {
            return
        }
        stored[index] = message
    }

    mutating func remove(_ id: String, sender: String) {
        stored.removeAll { $0.id == id && $0.sender == sender }
    }
}

/// One message as the phone shows it and as a Message object describes it.
struct ChatMessage: Sendable, Hashable {
    struct Media: Sendable, Hashable {
        enum Kind: String, Sendable, Hashable {
            case photo, video, audio, document, animation, voice
        }

        var kind: Kind
        /// Where a browser can get it.
        var url: String
        var fileID: String
        var fileName: String?
        var size: Int?
    }

    struct Button: Sendable, Hashable {
        enum Action: Sendable, Hashable {
            case link(String)
            /// What comes back to the bot or Page when it is pressed.
            case callback(String)
            case other
        }

        var title: String
        var action: Action
    }

    struct Card: Sendable, Hashable {
        var title: String
        var subtitle: String?
        var image: String?
        var link: String?
        var buttons: [Button]
    }

    /// A `notification_messages` template: what the person is asked.
    struct OptInRequest: Sendable, Hashable {
        var title: String
        var payload: String
        var timezone: String?
    }

    var id: String
    /// The bot or Page that this message belongs to, or whose chat the person wrote in.
    var sender: String
    var isFromPerson = false
    var date: Timestamp
    var editedAt: Timestamp?
    /// The text, or the caption of the media.
    var text = FormattedText(text: "")
    var media: [Media] = []
    var cards: [Card] = []
    var buttons: [[Button]] = []
    var quickReplies: [Button] = []
    /// Telegram's `reply_markup`, as it was sent.
    var markup: JSON?
    var mediaGroup: String?
    /// Telegram's `rich_message`, as it was sent.
    var rich: JSON?
    var topic: Int64?
    /// What a person's reaction is, once there is one.
    var reaction: String?
    /// Messenger: the delivery watermark has passed it.
    var isDelivered = false
    /// Messenger: the request to send marketing messages that this message is.
    var optInRequest: OptInRequest?

    /// The button that sends this data back.
    func button(returning data: String) -> Button? {
        (buttons.flatMap { $0 } + cards.flatMap(\.buttons) + quickReplies).first { $0.action == .callback(data) }
    }
}
