import CampaignModel

/// What tests and owners do to the sandbox from outside: the calls under `/sandbox/api/`.
extension SandboxPlatform {
    /// Accepted sends after a sequence number, at most 10,000 at once.
    func ledgerJSON(after: Int, limit: Int) -> JSON {
        let entries = ledger.entries(after: after, limit: min(limit, 10_000))
        return [
            "total": .integer(Int64(ledger.entries.count)), "entries": .array(entries.map(\.json)),
        ]
    }

    func statsJSON() -> JSON {
        let counts = Platform.allCases.map { platform in
            let count = ledger.counts[platform] ?? 0
            return JSON.Member(key: platform.rawValue, value: .integer(Int64(count)))
        }
        return [
            "accepted": .integer(Int64(ledger.entries.count)), "by_platform": .object(counts),
            "refused": .integer(Int64(refusals)), "people": .integer(Int64(conversations.count)),
            "bots": .integer(Int64(bots.count)), "fault": .string(fault.mode.rawValue),
        ]
    }

    func setFault(_ json: JSON) throws(Problem) -> JSON {
        guard let fault = Fault(json) else {
            let modes = Fault.Mode.allCases.map(\.rawValue).joined(separator: ", ")
            throw Problem(
                .badData, "the fault has no known mode, or a number out of range",
                hint: "mode is one of \(modes); ms 0–600000, status 400–599, every and count from 1"
            )
        }
        self.fault = fault
        return ["ok": true]
    }

    func countRefusal() { refusals += 1 }

    /// Changes one person, or makes a new one.
    func setPerson(_ platform: Platform, _ address: String, _ json: JSON) throws(Problem) -> JSON {
        let key = Key(platform: platform, address: address)
        guard (1...64).contains(address.utf8.count), platform == .messenger || Int64(address) != nil else {
            throw Problem(.badData, "\(address.prefix(64)) is no address", hint: "Telegram chat ids are whole numbers")
        }
        if conversations[key] == nil {
            guard conversations.count < 2_000_000 else { throw Problem(.tryLater, "there are too many people") }
            order.append(key)
        }
        var person =
            conversations[key]
            ?? Conversation(platform: platform, address: address, firstName: "Guest", lastActiveAt: time.now())
        if let name = json["first_name"]?.string, !name.isEmpty { person.firstName = String(name.prefix(64)) }
        if let blocked = json["blocked"]?.bool { person.isBlocked = blocked }
        if let at = json["last_active_at"] {
            guard let moment = at.string.flatMap({ Timestamp(iso8601: $0) }) else {
                throw Problem(.badData, "last_active_at is not an ISO 8601 time", hint: "write 2026-11-22T09:00:00Z")
            }
            person.lastActiveAt = moment
        }
        conversations[key] = person
        revision += 1
        return [
            "platform": .string(platform.rawValue), "address": .string(address),
            "first_name": .string(person.firstName), "blocked": .bool(person.isBlocked),
            "last_active_at": .string(person.lastActiveAt.description),
        ]
    }

    /// A person writes something; a Telegram bot gets it as an Update.
    func say(_ json: JSON) throws(Problem) -> JSON {
        let person = try person(json)
        let key = Key(platform: person.platform, address: person.address)
        guard let text = json["text"]?.string, (1...4096).contains(text.utf16.count) else {
            throw Problem(.badData, "text is missing, or longer than 4096")
        }
        conversations[key]?.lastActiveAt = time.now()
        guard person.platform == .telegram else {
            lastMessengerID += 1
            append(
                ChatMessage(
                    id: "m_sandbox\(lastMessengerID)", sender: "", isFromPerson: true, date: time.now(),
                    text: FormattedText(text: text)
                ),
                to: key
            )
            return ["ok": true]
        }
        let token = try botToken(json)
        guard var bot = bots[token] else { throw Problem(.notFound, "there is no such bot") }
        var message = ChatMessage(
            id: String(bot.nextMessageID()), sender: String(bot.id), isFromPerson: true, date: time.now(),
            text: FormattedText(text: text)
        )
        if text.hasPrefix("/") {
            let length = text.prefix { !$0.isWhitespace }.utf16.count
            message.text.entities = [FormattedText.Entity(kind: .botCommand, offset: 0, length: length)]
        }
        bot.add("message", TelegramObjects.message(message, in: person, bot: bot))
        bots[token] = bot
        append(message, to: key)
        return ["ok": true, "message_id": .integer(bot.lastMessageID)]
    }

    /// A person presses a button of a message; a Telegram bot gets a callback query.
    func press(_ json: JSON) throws(Problem) -> JSON {
        let person = try person(json)
        let key = Key(platform: person.platform, address: person.address)
        guard let id = json["message_id"]?.identifier, let data = json["data"]?.string,
            let message = histories[key]?.messages.last(where: { $0.id == id && $0.button(returning: data) != nil })
        else {
            throw Problem(
                .notFound, "that person has no message with such a button",
                hint: "give message_id, and data: the button's callback_data or payload"
            )
        }
        conversations[key]?.lastActiveAt = time.now()
        guard person.platform == .telegram,
            let token = bots.first(where: { String($0.value.id) == message.sender })?.key, var bot = bots[token]
        else { return ["ok": true] }
        let query: JSON = [
            "id": .string("\(bot.id)-\(bot.updates.count)-\(revision)"), "from": TelegramObjects.user(person),
            "message": TelegramObjects.message(message, in: person, bot: bot),
            "chat_instance": .string(person.address), "data": .string(data),
        ]
        bot.add("callback_query", query)
        bots[token] = bot
        revision += 1
        return ["ok": true]
    }

    private func person(_ json: JSON) throws(Problem) -> Conversation {
        guard let platform = json["platform"]?.string.flatMap(Platform.init(rawValue:)),
            let address = json["address"]?.identifier,
            let person = conversations[Key(platform: platform, address: address)]
        else {
            throw Problem(.notFound, "there is no such person", hint: "give platform and address; see /sandbox")
        }
        return person
    }

    /// The bot a person talks to: the one named by its number, or the one that called last.
    private func botToken(_ json: JSON) throws(Problem) -> String {
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
