import CampaignModel

extension SandboxPlatform {
    /// Methods that change nothing the sandbox shows, and are simply granted.
    private static let grantedMethods: Set<String> = [
        "setmydefaultadministratorrights", "answerinlinequery", "close", "logout",
    ]

    /// Methods that are granted for a chat that exists.
    private static let grantedForChat: Set<String> = [
        "sendchataction", "pinchatmessage", "unpinchatmessage", "unpinallchatmessages", "setmessagereaction",
    ]

    /// Answers one call of the Bot API.
    ///
    /// The method's name is in small letters, as Telegram ignores their case; the draft is what it sends, if it sends.
    func telegram(_ method: String, token: String, parameters: RequestParameters, draft: TelegramDraft?) async throws
        -> JSON
    {
        let bot = try bot(token)
        if let draft { return try send(draft, token: token, chat: parameters.text("chat_id")) }
        if let answer = try answerProfile(method, token: token, parameters) { return answer }
        switch method {
        case "getme":
            let abilities: JSON = [
                "can_join_groups": true, "can_read_all_group_messages": false, "supports_inline_queries": false,
                "can_connect_to_business": false, "has_main_web_app": false,
            ]
            return bot.user.adding(abilities)
        case "getupdates": return try await updates(token, parameters)
        case "getchat": return TelegramObjects.fullChat(try conversation(parameters.text("chat_id")))
        case "getfile": return try fileObject(parameters.text("file_id"))
        case "getchatmember", "getchatadministrators", "getchatmembercount":
            return try members(method, bot: bot, parameters)
        case "answercallbackquery": return try answerQuery(token, parameters.text("callback_query_id"))
        case "setwebhook", "deletewebhook", "getwebhookinfo": return try webhook(method, token, parameters)
        case "editmessagetext", "editmessagecaption", "editmessagemedia", "editmessagereplymarkup":
            return try edit(method, token, parameters)
        case "deletemessage": return try delete(token, parameters)
        case _ where Self.grantedMethods.contains(method): return true
        case _ where Self.grantedForChat.contains(method):
            _ = try conversation(parameters.text("chat_id"))
            return true
        default: throw TelegramError.notFound
        }
    }

    /// The bot of a token; with any token accepted, one that is new is made.
    private func bot(_ token: String) throws(TelegramError) -> TelegramBot {
        if let bot = bots[token] {
            lastBotToken = token
            return bot
        }
        guard settings.telegramToken == nil, !token.isEmpty, bots.count < Self.maximumBots else {
            throw .unauthorized
        }
        let bot = TelegramBot(token: token, now: time.now())
        bots[token] = bot
        lastBotToken = token
        return bot
    }

    private func answerProfile(_ method: String, token: String, _ parameters: RequestParameters)
        throws(TelegramError) -> JSON?
    {
        var profile = bots[token]?.profile ?? TelegramProfile()
        let answer = try profile.answer(method, parameters)
        if answer != nil { bots[token]?.profile = profile }
        return answer
    }

    private func answerQuery(_ token: String, _ id: String?) throws(TelegramError) -> JSON {
        guard bots[token]?.answerQuery(id ?? "") == true else {
            throw .badRequest("query is too old and response timeout expired or query ID is invalid")
        }
        return true
    }

    private func delete(_ token: String, _ parameters: RequestParameters) throws(TelegramError) -> JSON {
        let conversation = try conversation(parameters.text("chat_id"))
        guard let bot = bots[token], let id = parameters.text("message_id"),
            histories[conversation.key]?.message(id, sender: String(bot.id)) != nil
        else { throw .badRequest("message to delete not found") }
        histories[conversation.key]?.remove(id, sender: String(bot.id))
        revision += 1
        return true
    }

    private func fileObject(_ id: String?) throws(TelegramError) -> JSON {
        guard let id, let media = files.media(id) else {
            throw .badRequest("wrong file_id or the file is temporarily unavailable")
        }
        return JSON(members: [
            ("file_id", .string(media.fileID)), ("file_unique_id", .string("u" + media.fileID)),
            ("file_size", media.size.map { .integer(Int64($0)) }),
            ("file_path", media.size == nil ? nil : .string(media.fileID)),
        ])
    }
}

extension JSON {
    /// An object with the members of another one after its own.
    func adding(_ other: JSON) -> JSON {
        guard case .object(let own) = self, case .object(let more) = other else { return self }
        return .object(own + more)
    }
}

extension SandboxPlatform {
    func checkTelegramToken(_ token: String) throws(TelegramError) {
        guard settings.telegramToken.map({ $0.reveal() == token }) ?? !token.isEmpty else { throw .unauthorized }
    }
}
