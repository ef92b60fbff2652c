import CampaignModel

extension SandboxPlatform {
    /// Changes a message that the bot sent.
    func edit(_ method: String, _ token: String, _ parameters: RequestParameters) throws(TelegramError) -> JSON {
        let conversation = try conversation(parameters.text("chat_id"))
        guard let bot = bots[token], let id = parameters.text("message_id"),
            let original = histories[conversation.key]?.message(id, sender: String(bot.id)), !original.isFromPerson
        else { throw .badRequest("message to edit not found") }
        var message = original
        let markup = try TelegramMarkup(parameters)
        message.markup = markup.json
        message.buttons = markup.buttons
        switch method {
        case "editmessagetext":
            guard original.media.isEmpty else { throw .badRequest("there is no text in the message to edit") }
            if parameters["rich_message"] != nil {
                guard settings.knowsRichMessages else { throw .badRequest("message text is empty") }
                let rich = try TelegramRichMessage(parameters)
                message.rich = rich.json
                message.text = FormattedText(text: rich.text)
            } else {
                message.rich = nil
                message.text = try TelegramDraft.text(of: parameters)
            }
        case "editmessagecaption":
            guard !original.media.isEmpty else { throw .badRequest("there is no caption in the message to edit") }
            message.text = try TelegramDraft.caption(of: parameters)
        case "editmessagemedia":
            let item = try TelegramDraft.editedItem(parameters)
            guard original.mediaGroup == nil || [.photo, .video].contains(item.kind) else {
                throw .badRequest("type of media is invalid: an album's picture cannot become a file or a sound")
            }
            message.rich = nil
            message.media = try shelve([item])
            message.text = item.caption
        default: break
        }
        guard message != original else {
            throw .badRequest(
                "message is not modified: specified new message content and reply markup are exactly the same as "
                    + "a current content and reply markup of the message"
            )
        }
        message.editedAt = time.now()
        histories[conversation.key]?.replace(message)
        revision += 1
        return TelegramObjects.message(message, in: conversation, bot: bot)
    }
}
