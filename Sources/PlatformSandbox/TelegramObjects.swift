import CampaignModel

/// The Bot API's objects, made from what the sandbox knows.
enum TelegramObjects {
    static func chat(_ conversation: Conversation) -> JSON {
        [
            "id": .integer(Int64(conversation.address) ?? 0), "first_name": .string(conversation.firstName),
            "type": "private",
        ]
    }

    /// ChatFullInfo: the members that are not optional.
    static func fullChat(_ conversation: Conversation) -> JSON {
        [
            "id": .integer(Int64(conversation.address) ?? 0), "first_name": .string(conversation.firstName),
            "type": "private", "accent_color_id": 0, "max_reaction_count": 11,
            "accepted_gift_types": [
                "unlimited_gifts": true, "limited_gifts": true, "unique_gifts": true, "premium_subscription": true,
                "gifts_from_channels": true,
            ],
        ]
    }

    static func user(_ conversation: Conversation) -> JSON {
        [
            "id": .integer(Int64(conversation.address) ?? 0), "is_bot": false,
            "first_name": .string(conversation.firstName), "language_code": "en",
        ]
    }

    static func message(_ message: ChatMessage, in conversation: Conversation, bot: TelegramBot) -> JSON {
        let isText = message.media.isEmpty
        let text: JSON? = message.text.isEmpty ? nil : .string(message.text.text)
        var members: [(String, JSON?)] = [
            ("message_id", .integer(Int64(message.id) ?? 0)),
            ("from", message.isFromPerson ? user(conversation) : bot.user),
            ("chat", chat(conversation)),
            ("date", .integer(message.date.milliseconds / 1000)),
            ("edit_date", message.editedAt.map { .integer($0.milliseconds / 1000) }),
            ("media_group_id", message.mediaGroup.map { .string($0) }),
        ]
        for media in message.media { members += self.members(of: media) }
        members += [
            (isText ? "text" : "caption", text),
            (isText ? "entities" : "caption_entities", message.text.entitiesJSON),
            ("reply_markup", message.markup),
        ]
        return JSON(members: members)
    }

    private static func members(of media: ChatMessage.Media) -> [(String, JSON?)] {
        let file = self.file(media)
        switch media.kind {
        case .photo:
            return [
                ("photo", .array([size(media, "s", 90, 60), size(media, "m", 320, 213), size(media, "x", 1280, 853)]))
            ]
        case .video: return [("video", JSON(members: file + [("width", 1280), ("height", 720), ("duration", 1)]))]
        case .audio: return [("audio", JSON(members: file + [("duration", 1)]))]
        case .voice: return [("voice", JSON(members: file + [("duration", 1)]))]
        case .document: return [("document", JSON(members: file))]
        case .animation:
            let animation = JSON(members: file + [("width", 320), ("height", 240), ("duration", 1)])
            return [("animation", animation), ("document", JSON(members: file))]
        }
    }

    private static func size(_ media: ChatMessage.Media, _ suffix: String, _ width: Int64, _ height: Int64) -> JSON {
        JSON(members: [
            ("file_id", .string(suffix == "x" ? media.fileID : media.fileID + suffix)),
            ("file_unique_id", .string("u" + media.fileID + suffix)),
            ("file_size", media.size.map { .integer(Int64($0)) }), ("width", .integer(width)),
            ("height", .integer(height)),
        ])
    }

    private static func file(_ media: ChatMessage.Media) -> [(String, JSON?)] {
        [
            ("file_id", .string(media.fileID)), ("file_unique_id", .string("u" + media.fileID)),
            ("file_name", media.kind == .voice ? nil : media.fileName.map { .string($0) }),
            ("file_size", media.size.map { .integer(Int64($0)) }),
        ]
    }
}
