extension Fault {
    /// How Telegram refuses because of this fault; `nil` when it accepts.
    var telegramRefusal: TelegramError? {
        guard var refusal = plainTelegramRefusal else { return nil }
        if let status { refusal.code = status }
        if let description { refusal.description = description }
        return refusal
    }

    private var plainTelegramRefusal: TelegramError? {
        switch mode {
        case .refuse, .blocked: .blocked
        case .gone: .chatNotFound
        case .flood: .tooManyRequests(seconds)
        case .mediaRefused: .badRequest("wrong file identifier/HTTP URL specified")
        case .badEntities: .badRequest("can't parse entities: Unexpected end tag at byte offset 0")
        case .migrate: .migrated(to: migratesTo)
        case .tokenRevoked: .unauthorized
        case .status where status == 429: .tooManyRequests(seconds)
        case .status: TelegramError(status ?? 500, StatusWords.of(status ?? 500))
        case .error: TelegramError(status ?? 400, "Bad Request")
        case .ok, .delay, .slow, .dropAfterAccept, .closeBeforeRead, .hang, .windowClosed, .pageRestricted: nil
        }
    }
}
