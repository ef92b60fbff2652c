import CampaignModel

/// What a bot hears of its people: https://core.telegram.org/bots/api#update.
extension SandboxPlatform {
    func telegramSay(_ person: Conversation, text: String, media: ChatMessage.Media? = nil, _ json: JSON)
        throws(Problem) -> JSON
    {
        touch(person)
        let token = try botToken(json)
        guard var bot = bots[token] else { throw Problem(.notFound, "there is no such bot") }
        var message = ChatMessage(
            id: String(bot.nextMessageID()), sender: String(bot.id), isFromPerson: true, date: time.now(),
            text: FormattedText(text: text)
        )
        message.topic = json["message_thread_id"]?.integer
        message.media = media.map { [$0] } ?? []
        if text.hasPrefix("/") {
            let length = text.prefix { !$0.isWhitespace }.utf16.count
            message.text.entities = [FormattedText.Entity(kind: .botCommand, offset: 0, length: length)]
        }
        bots[token] = bot
        let kind = person.kind == .channel ? "channel_post" : "message"
        update(token, kind, TelegramObjects.message(message, in: person, bot: bot))
        append(message, to: person.key)
        return ["ok": true, "message_id": .integer(bot.lastMessageID)]
    }

    func telegramPress(_ person: Conversation, _ message: ChatMessage, _ data: String) -> JSON {
        touch(person)
        guard let token = bots.first(where: { String($0.value.id) == message.sender })?.key, var bot = bots[token]
        else { return ["ok": true] }
        let id = bot.nextQueryID()
        bots[token] = bot
        update(
            token, "callback_query",
            [
                "id": .string(id), "from": TelegramObjects.user(person),
                "message": TelegramObjects.message(message, in: person, bot: bot),
                "chat_instance": .string(person.address), "data": .string(data),
            ]
        )
        revision += 1
        return ["ok": true, "callback_query_id": .string(id)]
    }

    /// A bot's own membership has changed: in a private chat, the person has blocked or unblocked it. Only bots that the
    /// person has written with are told, or, without any, the one that called last.
    func tellMembership(of chat: Conversation, before: Conversation) {
        let now = JSON.integer(time.now().milliseconds / 1000)
        let from = chat.kind == .person ? TelegramObjects.user(chat) : TelegramObjects.administrator
        let known = Set((histories[chat.key]?.messages ?? []).map(\.sender))
        for (token, bot) in bots where before.blocks(bot) != chat.blocks(bot) {
            let isNamed = before.blockedBots != chat.blockedBots
            let isKnown = known.contains(String(bot.id)) || known.isEmpty && token == lastBotToken
            guard chat.kind != .person || isNamed || isKnown else { continue }
            update(
                token, "my_chat_member",
                [
                    "chat": TelegramObjects.chat(chat), "from": from, "date": now,
                    "old_chat_member": TelegramObjects.membership(of: bot, in: before),
                    "new_chat_member": TelegramObjects.membership(of: bot, in: chat),
                ]
            )
        }
    }

    func telegramReaction(_ person: Conversation, _ message: ChatMessage, old: String?) -> JSON {
        touch(person)
        guard let token = bots.first(where: { String($0.value.id) == message.sender })?.key else { return ["ok": true] }
        let list = { (emoji: String?) -> JSON in
            .array(emoji.map { [["type": "emoji", "emoji": .string($0)]] } ?? [])
        }
        update(
            token, "message_reaction",
            [
                "chat": TelegramObjects.chat(person), "message_id": .integer(Int64(message.id) ?? 0),
                "user": TelegramObjects.user(person), "date": .integer(time.now().milliseconds / 1000),
                "old_reaction": list(old), "new_reaction": list(message.reaction),
            ]
        )
        revision += 1
        return ["ok": true]
    }

    /// The bot a person talks to: the one named by its number, or the one that called last.
    func botToken(_ json: JSON) throws(Problem) -> String {
        if let wanted = json["bot"]?.identifier {
            guard let token = bots.first(where: { String($0.value.id) == wanted })?.key else {
                throw Problem(.notFound, "there is no bot \(wanted.prefix(32))")
            }
            return token
        }
        guard let lastBotToken else {
            throw Problem(.notFound, "no bot has called the sandbox yet", hint: "let the bot call getMe first")
        }
        return lastBotToken
    }
}
