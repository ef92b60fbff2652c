package import CampaignModel

/// A public channel or group by the `@name` that its owner gave it. Telegram tells of chats by number only, and a name can be
/// given to another one.
package enum TelegramChatName {
    /// Asks for the chat (Bot API, getChat).
    ///
    /// - Parameters:
    ///   - name: With its `@`.
    ///   - channel: Whose bot asks.
    /// - Returns: The request.
    package static func request(_ name: String, on channel: Channel) -> HTTPRequest {
        BotAPI(channel).call("getChat", ["chat_id": .string(name)])
    }

    /// The chat's number.
    ///
    /// - Parameters:
    ///   - name: That was asked for.
    ///   - channel: Whose bot asked.
    ///   - outcome: Of the request.
    /// - Returns: It; negative, as those of all chats are that are no person's.
    /// - Throws: ``Problem`` (`badData`) when Telegram knows no such chat, (`unavailable`) when it did not answer.
    package static func number(
        of name: String, on channel: Channel, _ outcome: HTTPOutcome
    ) throws(Problem) -> Int64 {
        let hint = "Add the bot to it first, or write its number."
        var number: Int64?
        let finding = ChannelCall.found(outcome, repair: hint) { answer in
            number = answer["result"]?["id"]?.integer
            return .init(.good, "it is no channel or group")
        }
        if let number, number < 0 { return number }
        let isAnswered = if case .answered = outcome { true } else { false }
        throw Problem(
            isAnswered ? .badData : .unavailable,
            "the number of \(name) could not be had through \(channel.fullName): \(finding.message)",
            hint: finding.repair ?? hint)
    }
}
