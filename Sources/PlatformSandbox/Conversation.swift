import CampaignModel

/// One person of the sandbox.
struct Conversation: Sendable, Hashable {
    var platform: Platform
    var address: String
    var firstName: String
    var isBlocked = false
    /// When the person last wrote or pressed something; Messenger's 24 h window counts from it.
    var lastActiveAt: Timestamp
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

    /// The button that sends this data back.
    func button(returning data: String) -> Button? {
        (buttons.flatMap { $0 } + cards.flatMap(\.buttons) + quickReplies).first { $0.action == .callback(data) }
    }
}
