import CampaignModel

/// The Bot API's objects, made from what the sandbox knows.
enum TelegramObjects {
    /// Who changes what a bot may do in a group or channel.
    static let administrator: JSON = ["id": 700_000_000, "is_bot": false, "first_name": "Sandbox"]

    static func chat(_ conversation: Conversation) -> JSON {
        let isPerson = conversation.kind == .person
        return JSON(members: [
            ("id", .integer(Int64(conversation.address) ?? 0)),
            ("title", isPerson ? nil : .string(conversation.firstName)),
            ("username", conversation.username.map { .string($0) }),
            ("first_name", isPerson ? .string(conversation.firstName) : nil),
            ("last_name", conversation.lastName.map { .string($0) }),
            ("type", .string(conversation.kind.rawValue)), ("is_forum", conversation.topics.isEmpty ? nil : true),
        ])
    }

    /// ChatFullInfo: the members that are not optional.
    static func fullChat(_ conversation: Conversation) -> JSON {
        chat(conversation).adding([
            "accent_color_id": 0, "max_reaction_count": 11,
            "accepted_gift_types": [
                "unlimited_gifts": true, "limited_gifts": true, "unique_gifts": true, "premium_subscription": true,
                "gifts_from_channels": true,
            ],
        ])
    }

    static func user(_ conversation: Conversation) -> JSON {
        guard conversation.kind == .person else { return administrator }
        return JSON(members: [
            ("id", .integer(Int64(conversation.address) ?? 0)), ("is_bot", false),
            ("first_name", .string(conversation.firstName)),
            ("last_name", conversation.lastName.map { .string($0) }),
            ("language_code", .string(conversation.languageCode)),
        ])
    }

    /// A ChatMember object: what the bot is in a chat.
    static func membership(of bot: TelegramBot, in chat: Conversation) -> JSON {
        guard !chat.blocks(bot) else { return ["user": bot.user, "status": "kicked", "until_date": 0] }
        guard chat.kind == .channel else { return ["user": bot.user, "status": "member"] }
        let denied = [
            "can_be_edited", "is_anonymous", "can_delete_messages", "can_manage_video_chats", "can_restrict_members",
            "can_promote_members", "can_change_info", "can_invite_users", "can_post_stories", "can_edit_stories",
            "can_delete_stories",
        ]
        let rights = denied.map { ($0, Optional(JSON.bool(false))) }
        return JSON(
            members: [("user", bot.user), ("status", "administrator"), ("can_manage_chat", true)] + rights + [
                ("can_post_messages", .bool(chat.canPost)), ("can_edit_messages", .bool(chat.canPost)),
            ]
        )
    }

    static func message(_ message: ChatMessage, in conversation: Conversation, bot: TelegramBot) -> JSON {
        let isText = message.media.isEmpty
        let text: JSON? = message.text.isEmpty ? nil : .string(message.text.text)
        var members: [(String, JSON?)] = [
            ("message_id", .integer(Int64(message.id) ?? 0)),
            ("message_thread_id", message.topic.map { .integer($0) }),
            ("is_topic_message", message.topic == nil ? nil : true),
            ("from", conversation.kind == .channel ? nil : message.isFromPerson ? user(conversation) : bot.user),
            ("sender_chat", conversation.kind == .channel ? chat(conversation) : nil),
            ("chat", chat(conversation)),
            ("date", .integer(message.date.milliseconds / 1000)),
            ("edit_date", message.editedAt.map { .integer($0.milliseconds / 1000) }),
            ("media_group_id", message.mediaGroup.map { .string($0) }), ("rich_message", message.rich),
        ]
        for media in message.media { members += self.members(of: media) }
        members += [
            (isText ? "text" : "caption", message.rich == nil ? text : nil),
            (isText ? "entities" : "caption_entities", message.rich == nil ? message.text.entitiesJSON : nil),
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
