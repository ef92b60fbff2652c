extension Fault {
    /// How Telegram refuses because of this fault; `nil` when it accepts.
    var telegramRefusal: TelegramRefusal? {
        guard var refusal = plainTelegramRefusal else { return nil }
        if let status { refusal.code = status }
        if let description { refusal.description = description }
        return refusal
    }

    private var plainTelegramRefusal: TelegramRefusal? {
        switch mode {
        case .refuse, .blocked: .blocked
        case .gone: .chatNotFound
        case .flood: .tooManyRequests(seconds)
        case .mediaRefused: .badRequest("wrong file identifier/HTTP URL specified")
        case .badEntities: .badRequest("can't parse entities: Unexpected end tag at byte offset 0")
        case .migrate: .migrated(to: migratesTo)
        case .tokenRevoked: .unauthorized
        case .status where status == 429: .tooManyRequests(seconds)
        case .status: TelegramRefusal(status ?? 500, StatusWords.of(status ?? 500))
        case .error: TelegramRefusal(status ?? 400, "Bad Request")
        case .ok, .delay, .slow, .dropAfterAccept, .closeBeforeRead, .hang, .windowClosed, .pageRestricted: nil
        }
    }
}
