import CampaignModel
import MessageChannels
import Testing

/// Every row of the platforms' error tables, and what becomes of the message.
@Suite struct RefusalTableTests {
    /// The whole verdict, for the reason that it gives.
    typealias Expected = @Sendable (DeliveryReason) -> SendVerdict

    struct Row: Sendable, CustomTestStringConvertible {
        var means: String
        /// Code and subcode.
        var errors: [(Int, Int?)]
        var isInWindow: Bool
        var verdict: Expected
        var testDescription: String { means }

        init(
            _ means: String, _ errors: [(Int, Int?)], isInWindow: Bool = true, _ verdict: @escaping Expected
        ) {
            self.means = means
            self.errors = errors
            self.isInWindow = isInWindow
            self.verdict = verdict
        }
    }

    private static func marketing(_ codes: Int...) -> [(Int, Int?)] {
        codes.flatMap { [(2_300_000 + $0, nil), (100, 2_300_000 + $0)] }
    }

    // Codes 1 and 2 say that something failed, not that nothing was sent: at most once comes first.
    static let messenger: [Row] = [
        Row("unknown or unexpected", [(1, 99), (2, nil), (1, 1_357_046)]) { .unknown($0) },
        Row("temporary", [(1200, nil)]) { .retryLater(after: nil, scope: .delivery, reason: $0) },
        Row("rate limit", [(4, nil), (17, nil), (32, nil), (613, nil), (613, 2_534_040), (80006, nil)]) {
            .retryLater(after: nil, scope: .channel, reason: $0)
        },
        Row("bothersome or abusive", [(613, 2_018_338)]) { .channelBroken($0) },
        Row("outside the window", [(10, 2_018_278), (10, 2_534_022), (10, 2_018_065)]) { .windowClosed($0) },
        Row(
            "1545041 when the window is closed by our clock",
            [(10, 1_545_041), (200, 1_545_041), (551, 1_545_041), (1_545_041, nil)], isInWindow: false
        ) { .windowClosed($0) },
        Row("1545041 when it is open", [(10, 1_545_041), (200, 1_545_041), (551, 1_545_041)]) {
            .subscriberGone(as: .blocked, $0)
        },
        Row("blocked, deactivated, not available", [(551, nil), (10, 2_018_108)]) {
            .subscriberGone(as: .blocked, $0)
        },
        Row("stopped these messages", [(10, 1_893_015), (2_300_034, nil)]) { .subscriberGone(as: .stopped, $0) },
        Row("Page restricted", [(10, 1_893_063), (2022, nil), (368, nil)]) { .channelBroken($0) },
        Row("Page restricted from asking", [(10, 1_404_170)]) { .marketing(.askingClosed, $0) },
        Row("unknown person", [(100, 2_018_001), (100, 33)]) { .refused($0) },
        Row(
            "attachment", [(100, 2_018_008), (100, 2_018_047), (100, 2_018_109), (100, 2_018_294), (100, 2_018_074)]
        ) { .mediaRefused($0) },
        Row("malformed, or with an old tag", [(100, nil), (100, 4711)]) { .contentRefused($0) },
        Row("token", [(190, nil), (190, 463)]) { .channelBroken($0) },
        Row("permission", [(200, nil), (200, 2_018_028), (230, nil)]) { .channelBroken($0) },
        Row("another app holds the thread", [(10, 2_018_300), (100, 2_018_321)]) {
            .retryLater(after: .minutes(5), scope: .delivery, reason: $0)
        },
        Row("asked too often", [(9, 2_018_352), (613, 1_893_016), (4, 2_018_354)]) { .marketing(.askedTooOften, $0) },
        Row("12 hours not elapsed", marketing(35)) { .marketing(.tooEarly, $0) },
        Row("frequency cap", marketing(36, 42, 43, 44, 52)) { .marketing(.capped, $0) },
        Row("campaign not ready", marketing(3, 12, 41, 33)) { .marketing(.notReady(.minutes(10)), $0) },
        Row("try again", marketing(55, 57, 60, 61, 62, 63, 68)) { .marketing(.notReady(.minutes(30)), $0) },
        Row("marketing rate limits", marketing(78, 79, 80)) { .retryLater(after: nil, scope: .channel, reason: $0) },
        Row("payment and budget", marketing(11, 15, 17, 53, 56, 58, 59)) { .marketing(.routeClosed(again: nil), $0) },
        Row("the day's budget", marketing(54)) { .marketing(.routeClosed(again: .hours(24)), $0) },
        Row("terms", marketing(13, 19, 66, 67, 69)) { .marketing(.routeClosed(again: nil), $0) },
        Row("the sender's region", marketing(30, 31)) { .marketing(.routeClosed(again: nil), $0) },
        Row("the person's region", marketing(32)) { .marketing(.outOfRegion, $0) },
        Row("marketing token", marketing(4, 5, 37)) { .marketing(.tokenEnded, $0) },
        Row(
            "content",
            marketing(18, 21, 22, 23, 24, 25, 26, 27, 38, 46, 47, 48, 71, 72, 73, 74, 75, 76, 77)
        ) { .contentRefused($0) },
    ]

    @Test(arguments: messenger) func `each of Messenger's errors stops what it should and no more`(row: Row) throws {
        for (code, subcode) in row.errors {
            let sub = subcode.map { #","error_subcode":\#($0)"# } ?? ""
            let body = #"{"error":{"message":"no","type":"OAuthException","code":\#(code)\#(sub)}}"#
            let verdict = MessengerAdapter().verdict(
                on: .answered(HTTPAnswer(status: 400, body: Array(body.utf8))), isInWindow: row.isInWindow)
            let reason = try #require(verdict.reason)
            #expect(verdict == row.verdict(reason), "\(code)/\(subcode ?? 0)")
            #expect(!reason.message.isEmpty)
        }
    }

    struct Words: Sendable, CustomTestStringConvertible {
        var code: Int
        /// As they stand in JSON.
        var said: String
        var verdict: Expected
        var testDescription: String { "\(code) \(said)" }

        init(_ code: Int, _ said: String, _ verdict: @escaping Expected) {
            self.code = code
            self.said = said
            self.verdict = verdict
        }
    }

    static let telegram: [Words] = [
        Words(429, "Too Many Requests: retry after 5") {
            .retryLater(after: nil, scope: .chatOrChannel, reason: $0)
        },
        Words(403, "Forbidden: bot was blocked by the user") { .subscriberGone(as: .blocked, $0) },
        Words(403, "Forbidden: user is deactivated") { .subscriberGone(as: .blocked, $0) },
        Words(403, "Forbidden: bot was kicked from the group chat") { .subscriberGone(as: .blocked, $0) },
        // Another bot's token makes every chat unknown; nobody is taken off the list for that.
        Words(400, "Bad Request: chat not found") { .refused($0) },
        Words(400, "Bad Request: can't parse entities: Can't find end tag") { .formattingRefused($0) },
        Words(400, "Bad Request: wrong file identifier/HTTP URL specified") { .mediaRefused($0) },
        Words(400, "Bad Request: failed to get HTTP URL content") { .mediaRefused($0) },
        // A picture's address that Telegram does not fetch; a button's is named as one.
        Words(400, "Bad Request: wrong HTTP URL specified") { .mediaRefused($0) },
        Words(400, #"Bad Request: failed to send message #1 with the error message \"EXTERNAL_URL_INVALID\""#) {
            .mediaRefused($0)
        },
        Words(400, #"Bad Request: failed to send message #2 with the error message \"WC_CONVERT_URL_INVALID\""#) {
            .mediaRefused($0)
        },
        Words(400, "Bad Request: can't upload file by URL") { .mediaRefused($0) },
        Words(400, "Bad Request: can't use file of type Photo as Video") { .mediaRefused($0) },
        Words(400, "Bad Request: inline keyboard button URL 'http://x/' is invalid: Wrong HTTP URL") {
            .contentRefused($0)
        },
        Words(413, "Request Entity Too Large") { .mediaRefused($0) },
        Words(400, #"Bad Request: failed to send message #1 with the error message \"WEBPAGE_CURL_FAILED\""#) {
            .mediaRefused($0)
        },
        Words(400, "Bad Request: message is too long") { .contentRefused($0) },
        Words(400, "Bad Request: BUTTON_DATA_INVALID") { .contentRefused($0) },
        Words(400, "Bad Request: TOPIC_CLOSED") { .refused($0) },
        Words(401, "Unauthorized") { .channelBroken($0) },
        Words(404, "Not Found") { .channelBroken($0) },
        Words(409, "Conflict: can't use getUpdates while webhook is active") { .channelBroken($0) },
        // The request may have been passed on before: it is not sent again, and it is no refusal.
        Words(500, "Internal Server Error") { .unknown($0) },
        Words(502, "Bad Gateway") { .unknown($0) },
    ]

    @Test(arguments: telegram) func `each of Telegram's errors stops what it should and no more`(words: Words) throws {
        let body = #"{"ok":false,"error_code":\#(words.code),"description":"\#(words.said)"}"#
        let verdict = TelegramAdapter().verdict(on: .answered(HTTPAnswer(status: words.code, body: Array(body.utf8))))
        let reason = try #require(verdict.reason)
        #expect(verdict == words.verdict(reason))
    }
}
