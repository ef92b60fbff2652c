import CampaignModel

extension SandboxPlatform {
    /// Sends to a chat, if it takes messages.
    func send(_ draft: TelegramDraft, token: String, chat: String?) throws(TelegramError) -> JSON {
        guard var bot = bots[token] else { throw .unauthorized }
        let conversation = try openConversation(chat, for: draft, bot: bot)
        defer { bots[token] = bot }
        let now = time.now()
        if settings.enforceRates, let seconds = bot.secondsToWait(chat: conversation, now: now) {
            throw .tooManyRequests(seconds)
        }
        var messages: [ChatMessage] = []
        for media in try shelve(draft.items) {
            var message = ChatMessage(id: String(bot.nextMessageID()), sender: String(bot.id), date: now)
            message.media = [media]
            message.text = draft.items[messages.count].caption
            messages.append(message)
        }
        if draft.items.isEmpty {
            var message = ChatMessage(
                id: String(bot.nextMessageID()), sender: String(bot.id), date: now, text: draft.text
            )
            message.rich = draft.rich
            messages = [message]
        }
        let group = messages.count > 1 ? "album-\(messages[0].id)" : nil
        for index in messages.indices {
            messages[index].mediaGroup = group
            messages[index].buttons = draft.markup.buttons
            messages[index].markup = draft.markup.json
            messages[index].topic = draft.topic
            append(messages[index], to: conversation.key)
            ledger.record(
                platform: .telegram, chat: conversation.address, message: messages[index], kind: draft.kind,
                options: draft.options
            )
        }
        let objects = messages.map { TelegramObjects.message($0, in: conversation, bot: bot) }
        return draft.isAlbum ? .array(objects) : objects[0]
    }

    func shelve(_ items: [TelegramDraft.Item]) throws(TelegramError) -> [ChatMessage.Media] {
        var media: [ChatMessage.Media] = []
        for item in items {
            switch item.source {
            case .url(let url): media.append(files.add(url: url, kind: item.kind))
            case .upload(let file):
                if item.kind == .photo { try checkPhoto(file.bytes) }
                // Telegram makes a video of few formats only.
                let isOther = item.kind == .video && file.name.lowercased().hasSuffix(".webm")
                media.append(files.add(upload: file, kind: isOther ? .document : item.kind))
            case .fileID(let id):
                // All but pictures go by the id of each other, as what they are.
                guard let known = files.media(id), (known.kind == .photo) == (item.kind == .photo) else {
                    throw .badRequest("wrong file identifier/HTTP URL specified")
                }
                media.append(known)
            }
        }
        return media
    }

    /// At most 10 MB, and of a shape that Telegram takes.
    private func checkPhoto(_ bytes: [UInt8]) throws(TelegramError) {
        guard bytes.count <= 10 << 20 else {
            throw .badRequest(
                "file of size \(bytes.count) bytes is too big for a photo; the maximum size is 10485760 bytes")
        }
        guard FileStore.pictureType(of: bytes) != nil else { throw .badRequest("IMAGE_PROCESS_FAILED") }
        guard PictureSize(bytes)?.isPhoto ?? true else { throw .badRequest("PHOTO_INVALID_DIMENSIONS") }
    }
}
