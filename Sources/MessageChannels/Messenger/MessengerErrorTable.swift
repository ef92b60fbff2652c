import CampaignModel

/// Messenger's error codes and subcodes (error codes, 25 June 2026; Send Messages, 5 May 2026; Marketing Messages API
/// reference, 24 April 2026), each with what a sender should do. Several rows may fit an error; the most exact one
/// decides: code with subcode, then a number that means the same as either, then the code without a subcode, then the
/// code with any.
enum MessengerErrorTable {
    enum Class: Sendable {
        /// It may have gone out.
        case doubtful
        /// Surely not sent; this delivery may be tried again after that time.
        case later(Duration?)
        /// Surely not sent; the whole Page must slow down.
        case slower
        case window
        case unreachable
        case stopped
        case channel
        /// Of marketing messages only.
        case marketing(MarketingRefusal)
        /// The medium, which may go in another form.
        case media
        /// This message, whoever it is for.
        case content
        /// This delivery.
        case refused
    }

    enum Key: Hashable {
        case pair(Int64, Int64)
        case either(Int64)
        case bare(Int64)
        case code(Int64)
    }

    /// Where a row is written.
    enum Source: Sendable {
        /// Error codes, 25 June 2026.
        case errorCodes
        /// Send Messages, 5 May 2026.
        case sendMessages
        /// Marketing Messages API reference, 24 April 2026.
        case marketing
        /// In none of Meta's documents; known from other senders.
        case practice
    }

    struct Row: Sendable {
        var keys: [Key]
        var means: Class
        var message: String
        var source: Source

        init(_ keys: [Key], _ means: Class, _ message: String, from source: Source = .errorCodes) {
            self.keys = keys
            self.means = means
            self.message = message
            self.source = source
        }
    }

    static func row(for failure: MessengerReply.Failure, isInWindow: Bool) -> Row? {
        let subcode = failure.subcode.flatMap { $0 == 0 ? nil : $0 }
        let words = failure.message.lowercased()
        // The same pair stands for a person and for a Page that do not exist; only the words tell them apart, and a
        // wrong `page_id` must not look like an audience that left.
        if failure.code == 100, subcode == 33, words.contains("unsupported post request") { return noSuchPage }
        if failure.code == 100, subcode == nil, words.contains("no matching user") {
            return index[.pair(100, 2_018_001)]
        }
        if failure.code == 10, subcode == nil, words.contains("outside of allowed window") {
            return index[.pair(10, 2_018_278)]
        }
        // It stands for both in Meta's own tables, so our clock decides.
        if subcode == 1_545_041 || failure.code == 1_545_041 { return isInWindow ? unreachable : windowClosed }
        if let subcode {
            if let row = index[.pair(failure.code, subcode)] ?? index[.either(subcode)] { return row }
        } else if let row = index[.bare(failure.code)] {
            return row
        }
        return index[.either(failure.code)] ?? index[.code(failure.code)]
    }

    private static let index: [Key: Row] = Dictionary(
        (rows + marketingRows).flatMap { row in row.keys.map { ($0, row) } }, uniquingKeysWith: { first, _ in first }
    )

    private static let noSuchPage = Row(
        [], .channel, "Messenger knows no such Page, or this token may not write for it: check `page_id` and `token`.",
        from: .practice
    )

    private static let windowClosed = Row(
        [.pair(10, 2_018_278), .pair(10, 2_534_022), .pair(10, 2_018_065)], .window,
        "The 24 hours in which Messenger allows messages to this person are over.", from: .sendMessages
    )

    private static let unreachable = Row(
        [.code(551), .pair(10, 2_018_108)], .unreachable,
        "This person blocked the Page, left Messenger or cannot be reached."
    )

    private static let restricted = "Meta restricted this Page: see the Page's Support Inbox."

    private static let rows = [
        windowClosed, unreachable,
        Row(
            [.code(1), .code(2)], .doubtful,
            "Messenger reported an unexpected error of its own; whether the message went out is not known."
        ),
        Row([.code(1200)], .later(nil), "Messenger could not send it for the moment and asks to try again later."),
        Row(
            [.code(4), .code(17), .code(32), .code(613), .pair(613, 2_534_040), .either(80006)], .slower,
            "Messenger asks to send more slowly; nothing was received."
        ),
        Row(
            [.pair(613, 2_018_338)], .channel,
            "Meta finds this Page's messages bothersome: look at the Page's quality before sending on."
        ),
        Row([.pair(10, 1_893_015), .either(2_300_034)], .stopped, "This person stopped these messages."),
        Row(
            [.pair(10, 1_893_063), .code(2022)], .channel, restricted
        ),
        Row(
            [.pair(10, 1_404_170)], .marketing(.askingClosed),
            "Meta does not let this Page ask people for marketing messages: see the Page's Support Inbox."
        ),
        Row([.code(368)], .channel, restricted, from: .practice),
        Row(
            // So answers a Page that is not this audience's, too; nobody is taken off the list for that.
            [.pair(100, 2_018_001), .pair(100, 33)], .refused,
            "Messenger knows no such person for this Page."
        ),
        Row(
            [
                .pair(100, 2_018_008), .either(2_018_008), .either(2_018_047), .either(2_018_109), .either(2_018_294),
                .either(2_018_074),
            ],
            .media, "Messenger could not fetch or use the picture or file."
        ),
        Row([.code(100)], .content, "Messenger does not take a message of this form."),
        Row(
            [.code(190), .code(102)], .channel,
            "The Page's access token is invalid or expired: make a new one and put it into the channel's `token`."
        ),
        Row(
            [.pair(200, 2_018_028)], .channel,
            "Until the app is live and reviewed for pages_messaging it may write only to people with a role on it."
        ),
        Row(
            [.code(200), .code(230), .bare(10), .code(3)], .channel,
            "The app may not send for this Page: grant pages_messaging to the token."
        ),
        Row(
            [.either(2_018_300), .either(2_018_321)], .later(.minutes(5)),
            "Another app or an automated answer holds this conversation at the moment."
        ),
        Row(
            [.pair(9, 2_018_352), .pair(613, 1_893_016), .pair(4, 2_018_354)], .marketing(.askedTooOften),
            "This person was asked too often or too early."
        ),
    ]

    /// Errors of paid Marketing Messages; Meta numbers them as code or as subcode.
    private static let marketingRows = [
        Row([.either(2_300_035)], .marketing(.tooEarly), "Meta allows one such message in 12 hours."),
        Row(
            either(2_300_042...2_300_044) + [.either(2_300_036), .either(2_300_052)], .marketing(.capped),
            "Messenger's own frequency cap holds this person back now; no fault of the message."
        ),
        Row(
            [.either(2_300_003), .either(2_300_012), .either(2_300_041), .either(2_300_033)],
            .marketing(.notReady(.minutes(10))),
            "Meta is still preparing the campaign."
        ),
        Row(
            [.either(2_300_055), .either(2_300_057), .either(2_300_068)] + either(2_300_060...2_300_063),
            .marketing(.notReady(.minutes(30))), "Meta asks to try again in about half an hour."
        ),
        Row(either(2_300_078...2_300_080), .slower, "Messenger asks to send more slowly; nothing was received."),
        Row(
            [.either(2_300_054)], .marketing(.routeClosed(again: .hours(24))),
            "The budget for today is spent; Meta goes on tomorrow."
        ),
        Row(
            [2_300_011, 2_300_015, 2_300_017, 2_300_053, 2_300_056, 2_300_058, 2_300_059].map(Key.either),
            .marketing(.routeClosed(again: nil)), "Meta refuses for want of payment or budget: see the ad account."
        ),
        Row(
            [2_300_013, 2_300_019, 2_300_066, 2_300_067, 2_300_069].map(Key.either),
            .marketing(.routeClosed(again: nil)),
            "Meta's terms for marketing messages are not accepted yet: accept them in Meta Business Suite."
        ),
        Row(
            either(2_300_030...2_300_031), .marketing(.routeClosed(again: nil)),
            "Meta does not offer marketing messages in this Page's region."
        ),
        Row(
            [.either(2_300_032)], .marketing(.outOfRegion),
            "Meta does not offer marketing messages in this person's region."
        ),
        Row(
            [.either(2_300_004), .either(2_300_005), .either(2_300_037)], .marketing(.tokenEnded),
            "The subscription token is wrong, expired or another Page's."
        ),
        Row(
            [.either(2_300_018), .either(2_300_038)] + either(2_300_021...2_300_027) + either(2_300_046...2_300_048)
                + either(2_300_071...2_300_077), .content, "Messenger does not take this content."
        ),
    ]
    .map { Row($0.keys, $0.means, $0.message, from: .marketing) }

    private static func either(_ codes: ClosedRange<Int64>) -> [Key] { codes.map(Key.either) }
}
