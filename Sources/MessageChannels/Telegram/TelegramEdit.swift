import CampaignModel

/// Turns what would send a message into what changes one that was sent: `editMessageText` for words, `editMessageMedia` for
/// a medium and what is below it (Bot API, updating messages).
enum TelegramEdit {
    /// What a message is sent with and cannot be given later.
    private static let onlyWhenSent: Set<String> = [
        "disable_notification", "protect_content", "message_thread_id",
    ]

    /// - Parameters:
    ///   - message: As it would be sent.
    ///   - messages: What Telegram calls those that it takes the place of.
    /// - Returns: nil when it has another number of parts, or is an album, whose messages are not changed one by one.
    static func message(_ message: RenderedMessage, inPlaceOf messages: [String]) -> RenderedMessage? {
        guard !messages.isEmpty, message.parts.count == messages.count,
            message.parts.allSatisfy({ $0.media.count < 2 })
        else { return nil }
        var edited = message
        edited.parts = zip(message.parts, messages).map { part, id in part.mapped { request($0, inPlaceOf: id) } }
        return edited
    }

    private static func request(_ sending: PlatformRequest, inPlaceOf message: String) -> PlatformRequest? {
        guard let slash = sending.url.lastIndex(of: "/"), let id = Int64(message) else { return nil }
        let method = String(sending.url[sending.url.index(after: slash)...])
        var edit = sending
        edit.fields = sending.fields.filter { !onlyWhenSent.contains($0.key) }
        edit.fields["message_id"] = .integer(id)
        guard method != "sendMessage", method != "sendRichMessage" else {
            edit.url = "\(sending.url[...slash])editMessageText"
            return edit
        }
        guard let kind = Media.Kind.allCases.first(where: { $0.telegramMethod == method }) else { return nil }
        edit.url = "\(sending.url[...slash])editMessageMedia"
        var media: [String: JSONValue] = ["type": .string(kind.telegramField)]
        for (name, value) in edit.fields where !["chat_id", "message_id", "reply_markup"].contains(name) {
            media[name == kind.telegramField ? "media" : name] = value
            edit.fields[name] = nil
        }
        edit.fields["media"] = .object(media)
        return edit
    }
}
