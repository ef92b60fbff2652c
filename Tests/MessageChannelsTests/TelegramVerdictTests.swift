import CampaignModel
import MessageChannels
import Testing

/// Short names for the classes, so that a table of cases stays readable.
enum VerdictClass: String, Sendable {
    case sent, unchanged, later, slower, refused, content, formatting, media, blocked, stopped, window, broken, moved,
        unknown, marketing
}

extension SendVerdict {
    var name: VerdictClass {
        switch self {
        case .sent: .sent
        case .unchanged: .unchanged
        case .retryLater(_, .delivery, _): .later
        case .retryLater(_, .channel, _), .retryLater(_, .chatOrChannel, _): .slower
        case .refused: .refused
        case .mediaRefused: .media
        case .formattingRefused: .formatting
        case .contentRefused: .content
        case .subscriberGone(as: .stopped, _): .stopped
        case .subscriberGone: .blocked
        case .windowClosed: .window
        case .channelBroken: .broken
        case .marketing: .marketing
        case .addressMoved: .moved
        case .unknown: .unknown
        }
    }
}

@Suite struct TelegramVerdictTests {
    private func verdict(_ status: Int, _ body: String, headers: [HTTPHeader] = []) -> SendVerdict {
        TelegramAdapter().verdict(
            on: .answered(HTTPAnswer(status: status, headers: headers, body: Array(body.utf8)))
        )
    }

    private func refusal(_ code: Int, _ description: String) -> SendVerdict {
        verdict(code, #"{"ok":false,"error_code":\#(code),"description":"\#(description)"}"#)
    }

    @Test func `an accepted message is sent under its number`() {
        #expect(verdict(200, #"{"ok":true,"result":{"message_id":77,"date":1}}"#) == .sent(messageID: "77"))
        #expect(
            verdict(200, #"{"ok":true,"result":{"message_id":9007199254740993}}"#)
                == .sent(messageID: "9007199254740993")
        )
    }

    @Test(arguments: [
        #"{"ok":true}"#, #"{"ok":true,"result":true}"#, #"{"ok":true,"result":{"message_id":1e999}}"#,
        #"{"ok":true,"result":{"message_id":99999999999999999999}}"#, #"{"ok":true,"result":{"message_id":null}}"#,
        #"{"ok":true,"result":{"mess"#, "", "null", "[]", "<html>", "{}", "\u{0}", #"{"ok":"yes"}"#,
    ])
    func `a yes that names no message may have been received`(body: String) {
        #expect(verdict(200, body).name == .unknown)
    }

    @Test func `a deeply nested answer is unreadable, not fatal`() {
        let deep = String(repeating: "[", count: 100_000)
        #expect(verdict(200, deep).name == .unknown)
        #expect(verdict(200, #"{"ok":true,"result":"# + deep).name == .unknown)
    }

    @Test(arguments: [
        (403, "Forbidden: bot was blocked by the user", VerdictClass.blocked, "telegram_403_blocked"),
        (403, "Forbidden: user is deactivated", .blocked, "telegram_403_deactivated"),
        (403, "Forbidden: bot was kicked from the supergroup chat", .blocked, "telegram_403_kicked"),
        (403, "Forbidden: bot is not a member of the channel chat", .blocked, "telegram_403_kicked"),
        (403, "Forbidden: bot can't initiate conversation with a user", .refused, "telegram_403_never_started"),
        (403, "Forbidden: bot can't send messages to bots", .blocked, "telegram_403_is_bot"),
        (403, "Forbidden: the group chat was deleted", .blocked, "telegram_403_chat_deleted"),
        (403, "Forbidden: something new", .blocked, "telegram_403"),
        (400, "Bad Request: chat not found", .refused, "telegram_400_chat_not_found"),
        (400, "Bad Request: PEER_ID_INVALID", .refused, "telegram_400_chat_not_found"),
        (400, "Bad Request: can't parse entities: Unsupported start tag", .formatting, "telegram_400_markup"),
        (400, "Bad Request: message is too long", .content, "telegram_400_too_long"),
        (400, "Bad Request: message caption is too long", .content, "telegram_400_too_long"),
        (400, "Bad Request: message text is empty", .content, "telegram_400_empty"),
        (400, "Bad Request: BUTTON_URL_INVALID", .content, "telegram_400_buttons"),
        (400, "Bad Request: failed to get HTTP URL content", .media, "telegram_400_media"),
        (400, "Bad Request: wrong file identifier/HTTP URL specified", .media, "telegram_400_media"),
        (400, "Bad Request: PHOTO_INVALID_DIMENSIONS", .media, "telegram_400_media"),
        (400, "Bad Request: not enough rights to send photos to the chat", .refused, "telegram_400_rights"),
        (400, "Bad Request: CHAT_SEND_PHOTOS_FORBIDDEN", .refused, "telegram_400_rights"),
        (400, "Bad Request: message is not modified: specified new …", .unchanged, "telegram_400_not_modified"),
        (400, "Bad Request: message to edit not found", .refused, "telegram_400_not_editable"),
        (400, "Bad Request: message can't be edited", .refused, "telegram_400_not_editable"),
        (400, "Bad Request: there is no text in the message to edit", .refused, "telegram_400_not_editable"),
        (400, "Bad Request: something new", .content, "telegram_400"),
        (401, "Unauthorized", .broken, "telegram_401"),
        (404, "Not Found", .broken, "telegram_404"),
        (409, "Conflict: terminated by other getUpdates request", .broken, "telegram_409"),
    ])
    func `Telegram's words decide`(code: Int, description: String, name: VerdictClass, reason: String) {
        let verdict = refusal(code, description)
        #expect(verdict.name == name)
        #expect(verdict.reason?.code == reason)
    }

    @Test(arguments: [
        (#"{"retry_after":5}"#, Duration.seconds(5)), (#"{"retry_after":"7"}"#, .seconds(7)),
        (#"{"retry_after":3.0}"#, .seconds(3)), (#"{"retry_after":0}"#, .seconds(1)),
        (#"{"retry_after":-9}"#, .seconds(1)), (#"{"retry_after":9223372036854775807}"#, .days(1)),
    ])
    func `too many requests wait as long as Telegram asks, within reason`(parameters: String, wait: Duration) {
        let body = #"{"ok":false,"error_code":429,"description":"Too Many Requests","parameters":\#(parameters)}"#
        guard case .retryLater(let after, .chatOrChannel, _) = verdict(429, body) else {
            Issue.record("expected the channel to wait")
            return
        }
        #expect(after == wait)
    }

    @Test(arguments: [#"{"retry_after":1e300}"#, #"{"retry_after":null}"#, "{}", "7"])
    func `a wait that is no number is left to the engine`(parameters: String) {
        let body = #"{"ok":false,"error_code":429,"description":"x","parameters":\#(parameters)}"#
        let isWithoutTime = if case .retryLater(nil, .chatOrChannel, _) = verdict(429, body) { true } else { false }
        #expect(isWithoutTime)
    }

    @Test func `a 429 of a proxy counts as one`() {
        let told = verdict(429, "slow down", headers: [HTTPHeader("retry-after", "30")])
        let isThirtySeconds = if case .retryLater(.some(.seconds(30)), .channel, _) = told { true } else { false }
        #expect(isThirtySeconds)
    }

    @Test func `a group that moved is told with its whole number`() {
        let body = #"""
            {"ok":false,"error_code":400,"description":"Bad Request: group chat was upgraded to a supergroup chat",
             "parameters":{"migrate_to_chat_id":-1002147483648123}}
            """#
        let isMoved = if case .addressMoved(to: "-1002147483648123", _) = verdict(400, body) { true } else { false }
        #expect(isMoved)
    }

    @Test(arguments: [500, 502, 503, 504])
    func `a server's failure leaves open whether it was received`(status: Int) {
        #expect(verdict(status, "<html>Bad Gateway</html>").name == .unknown)
        #expect(refusal(status, "Internal Server Error: restart").name == .unknown)
    }

    @Test(arguments: [(301, VerdictClass.broken), (403, .broken), (404, .broken), (413, .media), (408, .unknown)])
    func `an answer that is not Telegram's blames nobody in the audience`(status: Int, name: VerdictClass) {
        #expect(verdict(status, "<html>no</html>").name == name)
    }

    /// Of an album others may have gone out, so only what was never fetched may be tried in another form. Who is gone got nothing.
    @Test(arguments: [
        (#"Failed to send message #2 with the error message \"WEBPAGE_CURL_FAILED\""#, VerdictClass.media, 1 as Int?),
        (#"Failed to send message #1 with the error message \"wrong file identifier/HTTP URL specified\""#, .media, 0),
        (#"Failed to send message #3 with the error message \"MESSAGE_TOO_LONG\""#, .unknown, 2),
        (#"Failed to send message #1 with the error message \"USER_IS_BLOCKED\""#, .blocked, 0),
        (#"Failed to send message #1 with the error message \"INPUT_USER_DEACTIVATED\""#, .blocked, 0),
        (#"Failed to send message #1 with the error message \"Too Many Requests: retry after 8\""#, .slower, 0),
        ("group send failed", .media, nil), ("message thread not found", .refused, nil),
    ])
    func `albums are refused in words of their own`(words: String, means: VerdictClass, picture: Int?) {
        let body = #"{"ok":false,"error_code":400,"description":"Bad Request: \#(words)"}"#
        let outcome = HTTPOutcome.answered(HTTPAnswer(status: 400, body: Array(body.utf8)))
        #expect(TelegramAdapter().verdict(on: outcome).name == means)
        #expect(TelegramAdapter().refusedMedium(in: outcome) == picture)
    }
}
