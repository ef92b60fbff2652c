import CampaignModel
import MessageChannels
import Testing

/// Every row of the platforms' error tables, and what it stops.
@Suite struct RefusalTableTests {
    struct Row: Sendable, CustomTestStringConvertible {
        var means: String
        /// Code and subcode.
        var errors: [(Int, Int?)]
        var stops: SendVerdict.Stop
        /// The class, where it says more than what stops.
        var name: VerdictClass?
        var isInWindow = true
        var testDescription: String { means }

        init(
            _ means: String, _ errors: [(Int, Int?)], _ stops: SendVerdict.Stop, _ name: VerdictClass? = nil,
            isInWindow: Bool = true
        ) {
            self.means = means
            self.errors = errors
            self.stops = stops
            self.name = name
            self.isInWindow = isInWindow
        }
    }

    private static func marketing(_ codes: Int...) -> [(Int, Int?)] {
        codes.flatMap { [(2_300_000 + $0, nil), (100, 2_300_000 + $0)] }
    }

    private static func marketing(_ codes: ClosedRange<Int>) -> [(Int, Int?)] {
        codes.flatMap { [(2_300_000 + $0, nil), (100, 2_300_000 + $0)] }
    }

    // Codes 1 and 2 say that something failed, not that nothing was sent: at most once comes first.
    static let messenger: [Row] = [
        Row("unknown or unexpected", [(1, 99), (2, nil), (1, 1_357_046)], .delivery, .unknown),
        Row("temporary", [(1200, nil)], .nothing, .later),
        Row(
            "rate limit", [(4, nil), (17, nil), (32, nil), (613, nil), (613, 2_534_040), (80006, nil)], .nothing,
            .slower),
        Row("bothersome or abusive", [(613, 2_018_338)], .channel),
        Row(
            "outside the window", [(10, 2_018_278), (10, 2_534_022), (10, 2_018_065)], .nothing, .window),
        Row(
            "1545041 when the window is closed by our clock",
            [(10, 1_545_041), (200, 1_545_041), (551, 1_545_041), (1_545_041, nil)], .nothing, .window,
            isInWindow: false),
        Row(
            "1545041 when it is open", [(10, 1_545_041), (200, 1_545_041), (551, 1_545_041)], .person, .blocked),
        Row("blocked, deactivated, not available", [(551, nil), (10, 2_018_108)], .person, .blocked),
        Row("stopped these messages", [(10, 1_893_015), (2_300_034, nil)], .person, .stopped),
        Row("Page restricted", [(10, 1_893_063), (2022, nil), (368, nil)], .channel),
        Row("Page restricted from asking", [(10, 1_404_170)], .nothing, .marketing),
        Row("unknown person", [(100, 2_018_001), (100, 33)], .delivery, .refused),
        Row(
            "attachment", [(100, 2_018_008), (100, 2_018_047), (100, 2_018_109), (100, 2_018_294), (100, 2_018_074)],
            .form, .media),
        Row("malformed, or with an old tag", [(100, nil), (100, 4711)], .item),
        Row("token", [(190, nil), (190, 463)], .channel),
        Row("permission", [(200, nil), (200, 2_018_028), (230, nil)], .channel),
        Row("another app holds the thread", [(10, 2_018_300), (100, 2_018_321)], .nothing, .later),
        Row("asked too often", [(9, 2_018_352), (613, 1_893_016), (4, 2_018_354)], .delivery, .marketing),
        Row("12 hours not elapsed", marketing(35), .nothing, .marketing),
        Row("frequency cap", marketing(42...44) + marketing(36, 52), .delivery, .marketing),
        Row("campaign not ready", marketing(3, 12, 41, 33), .nothing, .marketing),
        Row("try again", marketing(55, 57, 68) + marketing(60...63), .nothing, .marketing),
        Row("marketing rate limits", marketing(78...80), .nothing, .slower),
        Row("payment and budget", marketing(11, 15, 17, 53, 54, 56, 58, 59), .nothing, .marketing),
        Row("terms", marketing(13, 19, 66, 67, 69), .nothing, .marketing),
        Row("the sender's region", marketing(30, 31), .nothing, .marketing),
        Row("the person's region", marketing(32), .nothing, .marketing),
        Row("marketing token", marketing(4, 5, 37), .nothing, .marketing),
        Row("content", marketing(18, 38) + marketing(21...27) + marketing(46...48) + marketing(71...77), .item),
    ]

    @Test(arguments: messenger) func `each of Messenger's errors stops what it should and no more`(row: Row) {
        for (code, subcode) in row.errors {
            let sub = subcode.map { #","error_subcode":\#($0)"# } ?? ""
            let body = #"{"error":{"message":"no","type":"OAuthException","code":\#(code)\#(sub)}}"#
            let verdict = MessengerAdapter().verdict(
                on: .answered(HTTPAnswer(status: 400, body: Array(body.utf8))), isInWindow: row.isInWindow)
            #expect(verdict.stops == row.stops, "\(code)/\(subcode ?? 0)")
            if let name = row.name { #expect(verdict.name == name, "\(code)/\(subcode ?? 0)") }
            #expect(verdict.reason?.message.isEmpty == false)
        }
    }

    @Test(arguments: [
        (2_300_003, MarketingRefusal.notReady(.minutes(10))), (2_300_060, .notReady(.minutes(30))),
        (2_300_035, .tooEarly), (2_300_043, .capped), (2_300_032, .outOfRegion), (2_300_037, .tokenEnded),
        (2_300_054, .routeClosed(again: .hours(24))), (2_300_013, .routeClosed(again: nil)),
    ])
    func `what Meta says of marketing messages stops no free ones`(code: Int, refusal: MarketingRefusal) {
        let body = #"{"error":{"message":"no","code":\#(code)}}"#
        let verdict = MessengerAdapter().verdict(on: .answered(HTTPAnswer(status: 400, body: Array(body.utf8))))
        let isRight = if case .marketing(refusal, _) = verdict { true } else { false }
        #expect(isRight)
    }

    static let telegram: [(Int, String, SendVerdict.Stop)] = [
        (429, "Too Many Requests: retry after 5", .nothing),
        (403, "Forbidden: bot was blocked by the user", .person), (403, "Forbidden: user is deactivated", .person),
        (403, "Forbidden: bot was kicked from the group chat", .person),
        // Another bot's token makes every chat unknown; nobody is taken off the list for that.
        (400, "Bad Request: chat not found", .delivery),
        (400, "Bad Request: can't parse entities: Can't find end tag", .form),
        (400, "Bad Request: wrong file identifier/HTTP URL specified", .form),
        (400, "Bad Request: failed to get HTTP URL content", .form),
        (413, "Request Entity Too Large", .form),
        (400, "Bad Request: failed to send message #1 with the error message \\\"WEBPAGE_CURL_FAILED\\\"", .form),
        (400, "Bad Request: message is too long", .item), (400, "Bad Request: BUTTON_DATA_INVALID", .item),
        (400, "Bad Request: TOPIC_CLOSED", .delivery), (401, "Unauthorized", .channel), (404, "Not Found", .channel),
        (409, "Conflict: can't use getUpdates while webhook is active", .channel),
        (500, "Internal Server Error", .delivery), (502, "Bad Gateway", .delivery),
    ]

    @Test(arguments: telegram) func `each of Telegram's errors stops what it should and no more`(
        code: Int, description: String, stops: SendVerdict.Stop
    ) {
        let body = #"{"ok":false,"error_code":\#(code),"description":"\#(description)"}"#
        let verdict = TelegramAdapter().verdict(on: .answered(HTTPAnswer(status: code, body: Array(body.utf8))))
        #expect(verdict.stops == stops)
    }
}
