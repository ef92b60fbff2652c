package import CampaignModel

/// What the Bot API sends: one Update in a webhook's body, or a list of them as the answer to `getUpdates` (Bot API 10.1).
package enum TelegramUpdates {
    /// The kinds of Update that tellal makes something of; Telegram sends no others then.
    package static let allowed = ["message", "callback_query", "my_chat_member", "message_reaction"]

    /// - Returns: The one event of a webhook's body; what cannot be read is kept as it came.
    package static func received(webhook body: [UInt8]) -> ReceivedEvent {
        guard let update = JSONValue(reading: body), let event = received(update) else {
            return UnreadableEvent.received(body)
        }
        return event
    }

    /// The answer to `getUpdates`.
    package struct Batch: Sendable {
        package var events: [ReceivedEvent]
        /// What the next call begins with: it tells Telegram that these have arrived.
        package var nextOffset: Int64?
    }

    /// - Returns: nil when the body is no answer that says `ok`.
    package static func batch(_ body: [UInt8]) -> Batch? {
        guard let answer = JSONValue(reading: body), answer["ok"]?.bool == true, let updates = answer["result"]?.array
        else { return nil }
        let last = updates.compactMap { $0["update_id"]?.integer }.max()
        // An update without a number could never be confirmed; there is none.
        return Batch(events: updates.compactMap(received), nextOffset: last.flatMap { $0 < .max ? $0 + 1 : nil })
    }

    private static func received(_ update: JSONValue) -> ReceivedEvent? {
        guard let number = update["update_id"]?.integer else { return nil }
        return ReceivedEvent(
            key: "u\(number)", address: chat(of: update).flatMap { $0["id"]?.integer }.map { String($0) },
            body: update.text)
    }

    private static func chat(of update: JSONValue) -> JSONValue? {
        update["message"]?["chat"] ?? update["callback_query"]?["message"]?["chat"] ?? update["my_chat_member"]?["chat"]
            ?? update["message_reaction"]?["chat"]
    }

    /// What happened.
    ///
    /// - Parameters:
    ///   - received: As ``received(webhook:)`` or ``batch(_:)`` made it.
    ///   - receivedAt: Stands for the time of those updates that have none.
    /// - Returns: The event; ``Event/Kind/other`` for everything that is not about a private chat.
    package static func event(_ received: ReceivedEvent, receivedAt: Timestamp) -> Event {
        let update = JSONValue(reading: Array(received.body.utf8)) ?? .null
        let number = update["update_id"]?.integer ?? 0
        func order(_ seconds: JSONValue?) -> EventOrder {
            let at = seconds?.integer.flatMap(Timestamp.init(told:))
            return EventOrder(at: at ?? receivedAt, number: number)
        }
        if let message = update["message"] {
            guard let person = person(message["from"], in: message["chat"]) else {
                return Event(.other, by: nil, order: order(message["date"]))
            }
            return Event(kind(of: message), by: person, order: order(message["date"]))
        }
        if let query = update["callback_query"] {
            guard let person = person(query["from"], in: query["message"]?["chat"]),
                let payload = query["data"]?.string
            else {
                // It waits for an answer all the same.
                return Event(.pressed(payload: "", query: query["id"]?.identifier), by: nil, order: order(nil))
            }
            return Event(.pressed(payload: payload, query: query["id"]?.identifier), by: person, order: order(nil))
        }
        if let member = update["my_chat_member"] { return membership(member, order(member["date"])) }
        if let reaction = update["message_reaction"],
            let person = person(reaction["user"], in: reaction["chat"])
        {
            return Event(.reacted, by: person, order: order(reaction["date"]))
        }
        return Event(.other, by: nil, order: order(nil))
    }

    /// What a person may send that is no text.
    private static let content = [
        "photo", "video", "animation", "audio", "voice", "video_note", "document", "sticker", "story", "contact",
        "location", "venue", "poll", "dice", "game", "paid_media", "caption", "checklist",
    ]

    private static func kind(of message: JSONValue) -> Event.Kind {
        guard let text = PersonText.message(message["text"]?.string) else {
            // What is left are the chat's own notes: a pinned message, a timer that was set.
            return content.contains { message[$0] != nil } ? .wrote(nil) : .other
        }
        let words = text.split(maxSplits: 1, whereSeparator: \.isWhitespace)
        guard let command = words.first?.split(separator: "@", maxSplits: 1).first, command == "/start" else {
            return .wrote(text)
        }
        return .started(ref: PersonText.ref(words.count > 1 ? String(words[1]) : nil))
    }

    /// For private chats it tells of blocking and unblocking; for groups and channels, of the bot's own place there.
    private static func membership(_ member: JSONValue, _ order: EventOrder) -> Event {
        guard let id = member["chat"]?["id"]?.integer, let status = member["new_chat_member"]?["status"]?.string
        else { return Event(.other, by: nil, order: order) }
        let isPrivate = member["chat"]?["type"]?.string == "private"
        let person = isPrivate ? person(member["from"], in: member["chat"]) : Event.Person(address: String(id))
        switch status {
        case "kicked", "left": return Event(.blocked, by: person, order: order)
        case "member", "administrator", "creator", "restricted": return Event(.unblocked, by: person, order: order)
        default: return Event(.other, by: nil, order: order)
        }
    }

    /// - Returns: nil outside of private chats: what is said in a group is not said by a subscriber.
    private static func person(_ user: JSONValue?, in chat: JSONValue?) -> Event.Person? {
        guard let id = chat?["id"]?.integer, chat?["type"]?.string == "private", user?["is_bot"]?.bool != true else {
            return nil
        }
        return Event.Person(
            address: String(id), firstName: PersonText.name(user?["first_name"]?.string),
            lastName: PersonText.name(user?["last_name"]?.string),
            language: PersonText.language(user?["language_code"]?.string))
    }
}

extension TelegramUpdates {
    /// That `getUpdates` brought nothing.
    package struct Failure: Sendable, Hashable {
        /// Why, for the owner.
        package var reason: String
        /// For how long Telegram asks not to be asked.
        package var wait: Duration?
        /// It refuses to tell, which does not pass by itself.
        package var isRefusal = false
        /// It may bring something a moment later.
        package var mayPass = false
    }

    /// What it means that `getUpdates` brought nothing.
    package static func failure(_ outcome: HTTPOutcome) -> Failure {
        switch outcome {
        case .notSent(let failure): return Failure(reason: failure.message)
        case .unanswered(let failure): return Failure(reason: failure.message, mayPass: true)
        case .answered(let answer):
            guard let reply = TelegramReply(answer.body) else {
                let reason = "Telegram answered \(answer.status) with what is no answer of the Bot API"
                return Failure(reason: reason, mayPass: answer.status >= 500)
            }
            let said = RemoteText.clean(reply.description ?? "")
            switch reply.errorCode ?? Int64(answer.status) {
            case 401, 404:
                return Failure(
                    reason: "Telegram does not know this bot's token: check the channel's `token`", isRefusal: true)
            case 409 where said.lowercased().contains("webhook"):
                return Failure(
                    reason:
                        "a webhook is set for this bot: `tellal channel apply` takes it away, or write updates: webhook",
                    isRefusal: true)
            case 409:
                return Failure(
                    reason: "another program asks for this bot's updates: end it, or use another bot", isRefusal: true,
                    mayPass: true)
            case let code:
                return Failure(
                    reason: "Telegram answered \(code): “\(said)”",
                    wait: TransportVerdict.wait(seconds: reply.retryAfter),
                    mayPass: code == 429 || code >= 500)
            }
        }
    }

    /// How many updates wait for a webhook to take them, as the answer to `getWebhookInfo` tells it; none where no webhook is
    /// set.
    ///
    /// - Returns: nil when a moment later it may be told.
    package static func pending(_ outcome: HTTPOutcome) -> Int64? {
        guard case .answered(let answer) = outcome, let reply = JSONValue(reading: answer.body),
            reply["ok"]?.bool == true
        else { return failure(outcome).mayPass ? nil : 0 }
        let url = reply["result"]?["url"]?.string ?? ""
        return url.isEmpty ? 0 : reply["result"]?["pending_update_count"]?.integer ?? 0
    }
}
