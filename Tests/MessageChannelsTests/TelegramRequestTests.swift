import CampaignModel
import MessageChannels
import Testing

/// The exact requests: what `tellal preview` prints and what Telegram gets.
@Suite struct TelegramRequestTests {
    private let rich = RichText([
        .paragraph([
            .styled(.bold, [.text("Tea & "), .link("https://example.com/a?b=1&c=2", [.text("cake")]), .text(" <now>")])
        ]),
        .quote([.text("Said"), .lineBreak, .styled(.italic, [.text("she")])]),
        .list(
            ordered: false, [[.text("one")], [.paragraph([.text("two")]), .list(ordered: true, [[.text("inner")]])]]),
        .preformatted("let x = 1\n  y"),
        .styled(.bold, [.styled(.code, [.text("a<b")])]),
    ])

    @Test func `a text becomes one sendMessage in HTML`() throws {
        let rendered = Sample.onTelegram(.text(rich, buttons: []))
        let part = try #require(rendered.requests.first)
        #expect(part.method == "POST")
        #expect(part.url == "https://api.telegram.org/bot\(Sample.telegramToken)/sendMessage")
        #expect(part.headers == [HTTPHeader("Content-Type", "application/json")])
        #expect(
            rendered.bodies == [
                #"{"chat_id":42,"link_preview_options":{"is_disabled":false},"parse_mode":"HTML","text":"#
                    + #""<b>Tea &amp; <a href=\"https://example.com/a?b=1&amp;c=2\">cake</a> &lt;now&gt;</b>\n\n"#
                    + #"<blockquote>Said\n<i>she</i></blockquote>\n\n• one\n• two\n  1. inner\n\n"#
                    + #"<pre>let x = 1\n  y</pre>\n\n<code>a&lt;b</code>"}"#
            ]
        )
        #expect(rendered.cuts.isEmpty)
    }

    @Test func `buttons become an inline keyboard, and the way out a callback`() {
        let rendered = Sample.onTelegram(
            Sample.text(
                "Hi", buttons: [Sample.link("Read"), Sample.link("A rather long title of a button"), Sample.stop])
        )
        #expect(
            rendered.bodies == [
                #"{"chat_id":42,"link_preview_options":{"is_disabled":false},"parse_mode":"HTML","reply_markup":"#
                    + #"{"inline_keyboard":[[{"text":"Read","url":"https://example.com/"}],"#
                    + #"[{"text":"A rather long title of a button","url":"https://example.com/"}],"#
                    + #"[{"callback_data":"unsubscribe","text":"Stop"}]]},"text":"Hi"}"#
            ]
        )
    }

    @Test func `short titles share a row`() {
        let rendered = Sample.onTelegram(
            Sample.text("Hi", buttons: ["A", "B", "C", "D"].map { Sample.link($0) })
        )
        let markup = rendered.objects.first?["reply_markup"] as? [String: Any]
        let rows = markup?["inline_keyboard"] as? [[Any]]
        #expect(rows?.map(\.count) == [3, 1])
    }

    @Test func `a picture becomes one sendPhoto`() {
        let rendered = Sample.onTelegram(.image("https://example.com/ü 1.jpg"), to: "@my_chat")
        #expect(rendered.methods == ["sendPhoto"])
        #expect(rendered.bodies == [#"{"chat_id":"@my_chat","photo":"https://example.com/%C3%BC%201.jpg"}"#])
    }

    @Test func `a picture and the short text after it become one message`() {
        let rendered = Sample.onTelegram(
            .image("https://example.com/1.jpg"), Sample.text("Below", buttons: [Sample.stop]), Sample.text("More")
        )
        #expect(rendered.methods == ["sendPhoto", "sendMessage"])
        #expect(
            rendered.bodies == [
                #"{"caption":"Below","chat_id":42,"parse_mode":"HTML","photo":"https://example.com/1.jpg","reply_markup":"#
                    + #"{"inline_keyboard":[[{"callback_data":"unsubscribe","text":"Stop"}]]}}"#,
                #"{"chat_id":42,"link_preview_options":{"is_disabled":true},"parse_mode":"HTML","text":"More"}"#,
            ]
        )
    }

    @Test(arguments: [(1024, 1), (1025, 2)])
    func `a text that is too long for a caption follows its picture`(length: Int, parts: Int) {
        let text = String(repeating: "x", count: length)
        let rendered = Sample.onTelegram(.image("https://example.com/1.jpg"), Sample.text(text))
        #expect(rendered.methods == (parts == 1 ? ["sendPhoto"] : ["sendPhoto", "sendMessage"]))
        #expect(rendered.texts.last == text)
    }

    @Test func `each card is a message of its own, in order`() {
        let cards = [
            Card(
                title: "Tea <1>", subtitle: RichText([.styled(.strikethrough, [.text("€2")]), .text(" €1")]),
                image: "https://example.com/tea.jpg", link: "https://example.com/tea", buttons: [Sample.link("Buy")]
            ),
            Card(title: "Plain"),
        ]
        let rendered = Sample.onTelegram(.cards(cards))
        #expect(
            rendered.bodies == [
                #"{"caption":"<a href=\"https://example.com/tea\"><b>Tea &lt;1&gt;</b></a>\n<s>€2</s> €1","chat_id":42,"#
                    + #""parse_mode":"HTML","photo":"https://example.com/tea.jpg","reply_markup":{"inline_keyboard":"#
                    + #"[[{"text":"Buy","url":"https://example.com/"}]]}}"#,
                #"{"chat_id":42,"link_preview_options":{"is_disabled":true},"parse_mode":"HTML","text":"<b>Plain</b>"}"#,
            ]
        )
        #expect(rendered.methods == ["sendPhoto", "sendMessage"])
    }

    @Test(arguments: ["-1001234567890", "9007199254740993"])
    func `a numeric address is sent as a whole number`(address: String) {
        let body = Sample.onTelegram(Sample.text("x"), to: address).bodies.first ?? ""
        #expect(body.hasPrefix("{\"chat_id\":\(address),"))
    }

    @Test func `an address beyond 64 bits is sent as text`() {
        let body = Sample.onTelegram(Sample.text("x"), to: "99999999999999999999").bodies.first ?? ""
        #expect(body.hasPrefix("{\"chat_id\":\"99999999999999999999\","))
    }

    @Test func `what Telegram cannot show is left out and told`() {
        let rendered = Sample.onTelegram(
            .image("pictures/1.jpg"),
            Sample.text(
                "Hi", buttons: [Sample.link("Bad", "javascript:alert(1)"), Sample.link(" "), Sample.link("No", "/x")]
            ),
            Sample.text("  \n "),
            .cards([Card(title: "", image: "ftp://example.com/1.jpg")])
        )
        #expect(rendered.texts == ["Hi"])
        #expect(rendered.objects.first?["reply_markup"] == nil)
        #expect(
            rendered.cuts.map(\.field) == [
                "image", "buttons[0]", "buttons[1]", "buttons[2]", "text", "cards[0].image", "cards[0]",
            ]
        )
        #expect(rendered.cuts.allSatisfy { $0.action == .dropped && !$0.message.isEmpty })
        #expect(rendered.cuts.map(\.module) == [0, 1, 1, 1, 2, 3, 3])
    }

    /// Telegram refuses the whole message for one such button.
    @Test(arguments: [
        ("http://localhost:1313/posts/a", false), ("http://https://x.example.com/y", false),
        ("https://a.example:99999/", false), ("https://a.example:0/", false), ("https://a.example:+80/", false),
        ("https://a.example:/", false), ("http://intranet/", false), ("http://./", false), ("http://a.b:c:80/", false),
        ("https://a.example%zz/", false), ("https://[a.example/", false), ("https://a.example:8443/x", true),
        ("https://a.example:0080/", true), ("http://127.0.0.1:8080/x", true), ("http://[::1]:8080/x", true),
        ("http://[2001:db8::1]/", true), ("https://käse.example/", true), ("https://u:p@a.example/", true),
    ])
    func `a button that Telegram would not take is left out, and the rest goes`(address: String, isTaken: Bool) {
        let rendered = Sample.onTelegram(Sample.text("Hi", buttons: [Sample.link("Read", address), Sample.stop]))
        #expect(rendered.texts == ["Hi"])
        #expect(rendered.bodies.first?.contains("\"Read\"") == isTaken)
        #expect(rendered.bodies.first?.contains("\"Stop\"") == true)
        #expect(rendered.cuts.map(\.field) == (isTaken ? [] : ["buttons[0]"]))
    }

    @Test func `only links that work outside of a page stay links`() {
        let rendered = Sample.onTelegram(
            .text(
                RichText([
                    .link("javascript:alert(1)", [.text("bad ")]), .link("tg://resolve?domain=a", [.text("chat ")]),
                    .link("https://example.com/\"><b>", [.text("odd")]),
                ]), buttons: []
            )
        )
        #expect(
            rendered.texts == [
                "bad <a href=\"tg://resolve?domain=a\">chat </a><a href=\"https://example.com/%22%3E%3Cb%3E\">odd</a>"
            ]
        )
    }

    /// TDLib would make http://mailto:a@example.com/ of it.
    @Test func `a link to a mailbox is written, for Telegram opens none`() {
        let rendered = Sample.onTelegram(
            .text(
                RichText([
                    .styled(.bold, [.link("mailto:a@example.com?subject=x", [.text("Write to us")])]), .text(", "),
                    .link("MAILTO:a@example.com", [.text("a@example.com")]), .text(", "),
                    .link("mailto:?subject=x", [.text("share")]),
                ]), buttons: []))
        #expect(rendered.texts == ["<b>Write to us (a@example.com)</b>, a@example.com, share"])
    }

    @Test func `quotes, links and code never nest against Telegram's rules`() throws {
        let rendered = Sample.onTelegram(
            .text(
                RichText([
                    .styled(.bold, [.quote([.text("a"), .quote([.text("b")])])]),
                    .styled(.code, [.link("https://example.com/", [.text("c")]), .styled(.bold, [.text("d")])]),
                    .link("https://example.com/", [.link("https://example.org/", [.text("e")])]),
                ]), buttons: []
            )
        )
        let html = try #require(rendered.texts.first)
        #expect(
            html == "<blockquote><b>a\n\nb</b></blockquote>\n\n<a href=\"https://example.com/\">c</a><code>d</code>"
                + "<a href=\"https://example.com/\">e</a>"
        )
        _ = try TelegramHTMLReader(html)
    }
}

@Suite struct MissingPictureTests {
    private let photo = "https://example.com/p.jpg"

    @Test func `a captioned picture that cannot be had goes as its text alone`() throws {
        let rendered = Sample.onTelegram(.image(photo), Sample.text("Hello", buttons: [Sample.link("Read")]))
        let request = try #require(rendered.parts.first?.request([.missing])?.http)
        #expect(request.url.hasSuffix("/sendMessage"))
        let body = String(decoding: request.body, as: UTF8.self)
        #expect(body.contains(#""text":"Hello""#))
        #expect(body.contains(#""inline_keyboard""#))
        #expect(!body.contains("p.jpg"))
    }

    @Test func `a picture by itself that cannot be had is left out`() {
        #expect(Sample.onTelegram(.image(photo)).parts[0].request([.missing]) == nil)
        #expect(Sample.onMessenger(Sample.text("Hello"), .image(photo)).parts[1].request([.missing]) == nil)
    }
}
