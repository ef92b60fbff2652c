/// The Bot API's "no": what becomes `{"ok":false,…}`.
struct TelegramError: Error, Sendable, Hashable {
    var code: Int
    var description: String
    var retryAfter: Int?
    /// The supergroup that the group has become.
    var migratesTo: Int64?

    init(_ code: Int, _ description: String, retryAfter: Int? = nil, migratesTo: Int64? = nil) {
        self.code = code
        self.description = description
        self.retryAfter = retryAfter
        self.migratesTo = migratesTo
    }

    static func badRequest(_ reason: String) -> Self { Self(400, "Bad Request: \(reason)") }
    static let unauthorized = Self(401, "Unauthorized")
    static let notFound = Self(404, "Not Found")
    static let blocked = Self(403, "Forbidden: bot was blocked by the user")
    static let chatNotFound = badRequest("chat not found")

    static func tooManyRequests(_ seconds: Int) -> Self {
        Self(429, "Too Many Requests: retry after \(seconds)", retryAfter: seconds)
    }

    static func migrated(to chat: Int64) -> Self {
        Self(400, "Bad Request: group chat was upgraded to a supergroup chat", migratesTo: chat)
    }

    private var parameters: JSON? {
        if let retryAfter { return ["retry_after": .integer(Int64(retryAfter))] }
        return migratesTo.map { ["migrate_to_chat_id": .integer($0)] }
    }

    var json: JSON {
        JSON(members: [
            ("ok", false), ("error_code", .integer(Int64(code))), ("description", .string(description)),
            ("parameters", parameters),
        ])
    }
}
