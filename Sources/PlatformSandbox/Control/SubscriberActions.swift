import CampaignModel

/// What people do, on either platform; the bot or the Page hears of it as it would there.
///
/// Each call names its person with `platform` and `address`. A Telegram bot is chosen with `bot` (its number), a Page with
/// `page`; otherwise it is the one that called last.
extension SandboxPlatform {
    /// Opens the chat by a link (t.me/…?start=…, m.me/…?ref=…) or by its first button; a new address is a new person.
    func start(_ json: JSON) throws(Problem) -> JSON {
        guard let platform = json["platform"]?.string.flatMap(Platform.init(rawValue:)),
            let address = json["address"]?.identifier
        else { throw Problem(.badData, "platform or address is missing") }
        var person = try personOrNew(platform, address)
        try person.apply(json)
        let payload = json["payload"]?.identifier
        switch platform {
        case .telegram:
            if let payload, !TelegramNames.isStartPayload(payload) {
                throw Problem(.badData, "the payload is not one of Telegram's", hint: "1–64 of A–Z a–z 0–9 _ -")
            }
            store(person)
            // A blocked bot is unblocked by its Start button.
            try setBlocked(person, false, only: try botToken(json))
            person = conversations[person.key] ?? person
            return try telegramSay(person, text: "/start" + (payload.map { " \($0)" } ?? ""), json)
        case .messenger:
            if let payload, !(1...2083).contains(payload.utf8.count) {
                throw Problem(.badData, "the payload is longer than an m.me link can carry")
            }
            store(person)
            return try messengerStart(person, ref: payload, json)
        }
    }

    /// A person writes something, or sends a picture or file: `url` says where it is, `kind` what it is.
    func say(_ json: JSON) throws(Problem) -> JSON {
        let person = try person(json)
        let media = try media(json)
        let text = json["text"]?.string ?? ""
        guard (media == nil ? 1 : 0)...4096 ~= text.utf16.count else {
            throw Problem(.badData, "text is missing, or longer than 4096", hint: "give text, or url and kind")
        }
        switch person.platform {
        case .telegram: return try telegramSay(person, text: text, media: media, json)
        case .messenger: return messengerSay(person, text: text, media: media, json)
        }
    }

    private func media(_ json: JSON) throws(Problem) -> ChatMessage.Media? {
        guard let url = json["url"]?.string else { return nil }
        guard WebAddress.isWeb(url), let kind = ChatMessage.Media.Kind(rawValue: json["kind"]?.string ?? "photo") else {
            throw Problem(
                .badData, "url is no web address, or kind is unknown",
                hint: "kind is one of photo, video, audio, document, animation, voice"
            )
        }
        return files.add(url: url, kind: kind)
    }

    /// A person presses a button: of the message named, or of the latest that has it.
    func press(_ json: JSON) throws(Problem) -> JSON {
        let person = try person(json)
        guard let data = json["data"]?.string else { throw Problem(.badData, "data is missing") }
        let id = json["message_id"]?.identifier
        let message = histories[person.key]?.messages.last {
            (id == nil || $0.id == id) && $0.button(returning: data) != nil
        }
        if let message, let button = message.button(returning: data) {
            switch person.platform {
            case .telegram: return telegramPress(person, message, data)
            case .messenger: return messengerPress(person, message, button, data, json)
            }
        }
        if id == nil, person.platform == .messenger, let answer = messengerMenuPress(person, data, json) {
            return answer
        }
        throw Problem(
            .notFound, "that person has no message with such a button",
            hint: "give message_id, and data: the button's callback_data or payload"
        )
    }

    /// A person reacts to a message, or takes the reaction back when `emoji` is empty.
    func react(_ json: JSON) throws(Problem) -> JSON {
        let person = try person(json)
        guard let id = json["message_id"]?.identifier,
            var message = histories[person.key]?.messages.last(where: { $0.id == id })
        else { throw Problem(.notFound, "that person has no such message", hint: "give message_id") }
        let emoji = json["emoji"]?.string ?? "❤"
        guard emoji.unicodeScalars.count <= 16 else { throw Problem(.badData, "that is more than one emoji") }
        let old = message.reaction
        message.reaction = emoji.isEmpty ? nil : emoji
        histories[person.key]?.replace(message)
        switch person.platform {
        case .telegram: return telegramReaction(person, message, old: old)
        case .messenger: return messengerReaction(person, message, old: old, json)
        }
    }

    /// A person blocks the bot or Page, or lets it write again: the bot that is named, or all.
    func block(_ json: JSON, _ isBlocked: Bool) throws(Problem) -> JSON {
        let person = try person(json)
        let isNamed = person.platform == .telegram && json["bot"] != nil
        try setBlocked(person, isBlocked, only: isNamed ? try botToken(json) : nil)
        return ["ok": true]
    }

    private func setBlocked(_ person: Conversation, _ isBlocked: Bool, only token: String?) throws(Problem) {
        var changed = person
        if let bot = token.flatMap({ bots[$0] }) {
            guard person.blocks(bot) != isBlocked else { return }
            if isBlocked {
                changed.blockedBots.insert(bot.id)
            } else {
                changed.isBlocked = false
                changed.blockedBots.remove(bot.id)
            }
        } else {
            guard person.isBlocked != isBlocked || !isBlocked && !person.blockedBots.isEmpty else { return }
            changed.isBlocked = isBlocked
            changed.blockedBots = []
        }
        store(changed)
        // Messenger tells nobody.
        if person.platform == .telegram { tellMembership(of: changed, before: person) }
    }

    /// Marks a person as active now: that opens Messenger's window.
    func touch(_ person: Conversation) { conversations[person.key]?.lastActiveAt = time.now() }
}
