import CampaignModel

/// Groups, supergroups with topics and channels; each exists once a control call has made it.
extension SandboxPlatform {
    /// Changes one chat, or makes a new one:
    /// `{"id","type","title","username","can_post","kicked","topics":[{"id","name"}],"migrate_to"}`.
    func setChat(_ json: JSON) throws(Problem) -> JSON {
        guard let id = json["id"]?.integer, id < 0 else {
            throw Problem(.badData, "id is missing, or not negative", hint: "such as -1001234567890")
        }
        let key = Key(platform: .telegram, address: String(id))
        let known = conversations[key]
        var chat = try personOrNew(.telegram, key.address)
        if known == nil {
            chat.firstName = "Chat"
            chat.kind = .supergroup
        }
        if let type = json["type"]?.string {
            guard let kind = Conversation.Kind(rawValue: type), kind != .person else {
                throw Problem(.badData, "type is one of group, supergroup, channel")
            }
            chat.kind = kind
        }
        if let title = json["title"]?.string, !title.isEmpty { chat.firstName = String(title.prefix(128)) }
        if let name = json["username"]?.string { try rename(&chat, name) }
        if let canPost = json["can_post"]?.bool { chat.canPost = canPost }
        if let isOut = json["kicked"]?.bool { chat.isBlocked = isOut }
        if let topics = json["topics"]?.array {
            chat.topics = [:]
            for topic in topics.prefix(1000) {
                guard let id = topic["id"]?.integer else { throw Problem(.badData, "a topic has no id") }
                chat.topics[id] = topic["name"]?.string ?? "Topic \(id)"
            }
        }
        if let target = json["migrate_to"]?.integer { chat.migratedTo = target }
        store(chat)
        var before = known ?? chat
        // A bot that is new to a chat was no member before.
        if known == nil { before.isBlocked = !chat.isBlocked }
        tellMembership(of: chat, before: before)
        return JSON(members: [
            ("id", .integer(id)), ("type", .string(chat.kind.rawValue)), ("title", .string(chat.firstName)),
            ("username", chat.username.map { .string($0) }), ("can_post", .bool(chat.canPost)),
        ])
    }

    private func rename(_ chat: inout Conversation, _ name: String) throws(Problem) {
        let name = name.hasPrefix("@") ? String(name.dropFirst()) : name
        guard
            name.isEmpty || (4...32).contains(name.utf8.count) && name.utf8.allSatisfy(TelegramNames.isSecretCharacter)
        else { throw Problem(.badData, "username is not one of Telegram's", hint: "4–32 of A–Z a–z 0–9 _") }
        if let old = chat.username { chatNames[old.lowercased()] = nil }
        chat.username = name.isEmpty ? nil : name
        if !name.isEmpty { chatNames[name.lowercased()] = chat.address }
    }

    /// A chat by its number or its `@name`.
    func conversation(_ chat: String?) throws(TelegramError) -> Conversation {
        guard let chat, !chat.isEmpty else { throw .badRequest("chat_id is empty") }
        let address = chat.hasPrefix("@") ? chatNames[chat.dropFirst().lowercased()] ?? "" : chat
        guard let conversation = conversations[Key(platform: .telegram, address: address)] else { throw .chatNotFound }
        return conversation
    }

    /// A chat that a bot may send to.
    func openConversation(_ chat: String?, for draft: TelegramDraft, bot: TelegramBot) throws(TelegramError)
        -> Conversation
    {
        let chat = try conversation(chat)
        if let target = chat.migratedTo { throw .migrated(to: target) }
        guard !chat.blocks(bot) else { throw .blocked(in: chat, isAlbum: draft.isAlbum) }
        if !chat.canPost {
            throw chat.kind == .channel
                ? .badRequest("need administrator rights in the channel chat")
                : .badRequest("not enough rights to send text messages to the chat")
        }
        guard draft.topic.map({ chat.topics[$0] != nil }) ?? true else { throw .badRequest("message thread not found") }
        return chat
    }

    /// `getChatMember` and its neighbours: of the bot itself, which is what a set-up wants to know.
    func members(_ method: String, bot: TelegramBot, _ parameters: RequestParameters) throws(TelegramError) -> JSON {
        let chat = try conversation(parameters.text("chat_id"))
        switch method {
        case "getchatmembercount": return .integer(Int64(chat.kind == .person ? 2 : 100))
        case "getchatadministrators":
            guard chat.kind != .person else { throw .badRequest("there are no administrators in the private chat") }
            return [["status": "creator", "user": TelegramObjects.administrator, "is_anonymous": false]]
        default:
            guard parameters.text("user_id") == String(bot.id) else {
                throw .badRequest("invalid user_id specified; the sandbox knows the bot only")
            }
            return TelegramObjects.membership(of: bot, in: chat)
        }
    }
}

extension TelegramError {
    /// That a person blocked the bot comes from behind the Bot API server, which hands an album's errors on as they are.
    fileprivate static func blocked(in chat: Conversation, isAlbum: Bool) -> Self {
        switch chat.kind {
        case .person where isAlbum:
            .badRequest(#"failed to send message #1 with the error message "USER_IS_BLOCKED""#)
        case .person: .blocked
        case .group: Self(403, "Forbidden: bot was kicked from the group chat")
        case .supergroup: Self(403, "Forbidden: bot was kicked from the supergroup chat")
        case .channel: Self(403, "Forbidden: bot was kicked from the channel chat")
        }
    }
}
