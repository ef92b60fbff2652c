import CampaignModel
import MessageChannels
import Testing

@Suite struct MessengerRequestTests {
    private let element = Card(
        title: "Tea", subtitle: RichText(plain: "€1"), image: "https://example.com/tea.jpg",
        link: "https://example.com/tea", buttons: [Sample.link("Buy"), Sample.stop]
    )

    @Test func `a text becomes one message, and the token is in a header only`() throws {
        let rendered = Sample.onMessenger(
            .text(
                RichText([
                    .styled(.bold, [.text("New: ")]), .link("https://example.com/a", [.text("tea")]), .text(", "),
                    .link("https://www.example.com/", [.text("example.com")]), .text(" "),
                    .link("mailto:a@example.com?subject=x", [.text("mail")]),
                ]), buttons: []
            )
        )
        let part = try #require(rendered.requests.first)
        #expect(part.method == "POST")
        #expect(part.url == "https://graph.facebook.com/v25.0/1234567890/messages")
        #expect(part.headers["authorization"] == "Bearer \(Sample.messengerToken)")
        #expect(
            rendered.bodies == [
                #"{"message":{"metadata":"7.1.abcd","text":"New: tea (https://example.com/a), example.com mail (a@example.com)"},"#
                    + #""messaging_type":"UPDATE","recipient":{"id":"9001"}}"#
            ]
        )
    }

    @Test(arguments: ["https://b.example.com/1", "HTTP://b.example.com/1", "www.b.example.com"])
    func `an address that leads elsewhere, such as a tracked one, is written once`(text: String) {
        let address = "https://t.example.com/c/1.AAA"
        let link = RichText([.text("See "), .link(address, [.styled(.bold, [.text(text)])]), .text(" now")])
        #expect(Sample.onMessenger(.text(link, buttons: [])).messengerTexts == ["See \(address) now"])
        let words = RichText([.link(address, [.text("\(text) has it")])])
        #expect(Sample.onMessenger(.text(words, buttons: [])).messengerTexts == ["\(text) has it (\(address))"])
    }

    @Test func `a text with buttons becomes a button template`() {
        let rendered = Sample.onMessenger(Sample.text("Hi", buttons: [Sample.link("Read"), Sample.stop]))
        #expect(
            rendered.bodies == [
                #"{"message":{"attachment":{"payload":{"buttons":[{"title":"Read","type":"web_url","url":"https://example.com/"},"#
                    + #"{"payload":"UNSUBSCRIBE","title":"Stop","type":"postback"}],"template_type":"button","text":"Hi"},"#
                    + #""type":"template"},"metadata":"7.1.abcd"},"messaging_type":"UPDATE","recipient":{"id":"9001"}}"#
            ]
        )
    }

    @Test func `a picture becomes an attachment`() {
        #expect(
            Sample.onMessenger(.image("https://example.com/1.jpg")).bodies == [
                #"{"message":{"attachment":{"payload":{"is_reusable":true,"url":"https://example.com/1.jpg"},"type":"image"},"#
                    + #""metadata":"7.1.abcd"},"messaging_type":"UPDATE","recipient":{"id":"9001"}}"#
            ]
        )
    }

    @Test func `cards become one generic template`() {
        #expect(
            Sample.onMessenger(.cards([element])).bodies == [
                #"{"message":{"attachment":{"payload":{"elements":[{"buttons":[{"title":"Buy","type":"web_url","#
                    + #""url":"https://example.com/"},{"payload":"UNSUBSCRIBE","title":"Stop","type":"postback"}],"#
                    + #""default_action":{"type":"web_url","url":"https://example.com/tea"},"#
                    + #""image_url":"https://example.com/tea.jpg","subtitle":"€1","title":"Tea"}],"#
                    + #""template_type":"generic"},"type":"template"},"metadata":"7.1.abcd"},"#
                    + #""messaging_type":"UPDATE","recipient":{"id":"9001"}}"#
            ]
        )
    }

    @Test(arguments: [(10, [10]), (11, [10, 1]), (25, [10, 10, 5])])
    func `a template holds ten cards`(count: Int, sizes: [Int]) {
        let rendered = Sample.onMessenger(.cards([Card](repeating: element, count: count)))
        #expect(rendered.payloads.map { ($0["elements"] as? [Any])?.count ?? 0 } == sizes)
        #expect(rendered.cuts.map(\.action) == (sizes.count > 1 ? [.split] : []))
    }

    @Test func `a card that is no element becomes what it can be, in its place`() {
        let rendered = Sample.onMessenger(
            .cards([
                element, Card(title: "Only a title"), Card(title: "", image: "https://example.com/2.jpg"),
                Card(title: "Linked", link: "https://shop.example.com/x"), Card(title: " "),
            ])
        )
        #expect(rendered.messages.map { $0["text"] as? String } == [nil, "Only a title", nil, nil])
        #expect(rendered.payloads.map { $0["url"] as? String } == [nil, "https://example.com/2.jpg", nil])
        #expect(rendered.elements.map { $0["subtitle"] as? String } == ["€1", "shop.example.com"])
        #expect(rendered.cuts.map(\.field) == ["cards[4]"])
    }

    @Test func `what a card lacks because of its address is told, whatever the card becomes`() {
        let wrong = [Sample.link("Shop", "www.example.com")]
        let rendered = Sample.onMessenger(
            .cards([
                Card(title: "A", subtitle: RichText(plain: "a"), image: "x.jpg", link: "/a", buttons: wrong),
                Card(title: "B", link: "www.example.com", buttons: wrong),
            ]))
        #expect(
            rendered.cuts.map(\.field) == [
                "cards[0].image", "cards[0].link", "cards[0].buttons[0]", "cards[1].link", "cards[1].buttons[0]",
            ])
        #expect(rendered.elements.count == 1 && rendered.messengerTexts == ["B"])
    }

    @Test func `titles, subtitles and button titles keep their limits`() {
        let long = String(repeating: "word ", count: 30)
        let exact = String(repeating: "x", count: 80)
        let rendered = Sample.onMessenger(
            .cards([
                Card(
                    title: exact, subtitle: RichText(plain: exact),
                    buttons: [Sample.link(String(repeating: "b", count: 20))]),
                Card(title: long, subtitle: RichText(plain: long), buttons: [Sample.link("one two three four five")]),
            ])
        )
        let first = rendered.elements.first
        #expect(first?["title"] as? String == exact)
        let second = rendered.elements.last
        #expect(second?["title"] as? String == String(repeating: "word ", count: 15) + "word…")
        #expect((second?["subtitle"] as? String)?.utf16.count == 80)
        let buttons = second?["buttons"] as? [[String: Any]]
        #expect(buttons?.first?["title"] as? String == "one two three four…")
        #expect(rendered.cuts.map(\.field) == ["cards[1].title", "cards[1].subtitle", "cards[1].buttons[0].title"])
        #expect(rendered.cuts.map(\.limit) == [80, 80, 20])
    }

    @Test func `a fourth button on a card is left out, but never the way out`() {
        let buttons = ["A", "B", "C"].map { Sample.link($0) } + [Sample.stop]
        let rendered = Sample.onMessenger(.cards([Card(title: "T", buttons: buttons)]))
        let titles = (rendered.elements.first?["buttons"] as? [[String: Any]])?.map { $0["title"] as? String }
        #expect(titles == ["A", "B", "Stop"])
        #expect(rendered.cuts.map(\.action) == [.dropped])
    }

    @Test func `the links of further buttons move into the text`() {
        let buttons = [Sample.stop] + ["A", "B", "C"].map { Sample.link($0, "https://example.com/\($0)") }
        let rendered = Sample.onMessenger(Sample.text("Hi", buttons: buttons))
        #expect(rendered.payloads.first?["text"] as? String == "Hi\nC: https://example.com/C")
        let titles = (rendered.payloads.first?["buttons"] as? [[String: Any]])?.map { $0["title"] as? String }
        #expect(titles == ["Stop", "A", "B"])
        #expect(rendered.cuts.map(\.action) == [.moved])
    }

    @Test(arguments: [(1999, 1), (2000, 2), (3998, 2), (3999, 3)])
    func `a text is split before 2000`(length: Int, parts: Int) {
        let text = String(repeating: "x", count: length)
        let rendered = Sample.onMessenger(Sample.text(text))
        #expect(rendered.parts.count == parts)
        #expect(rendered.messengerTexts.joined() == text)
    }

    @Test(arguments: [640, 641, 800, 1280, 2000, 2200, 2640, 2641, 5000])
    func `the last portion of a long text goes above its buttons`(length: Int) {
        let text = String(String(repeating: "word ", count: 1001).prefix(length))
        let rendered = Sample.onMessenger(Sample.text(text, buttons: [Sample.stop]))
        let last = rendered.payloads.first?["text"] as? String ?? ""
        #expect(last.utf16.count <= 640)
        #expect(length == 640 || last.utf16.count >= 190)
        #expect(rendered.messengerTexts.allSatisfy { $0.utf16.count < 2000 })
        let words = (rendered.messengerTexts + [last]).joined(separator: " ").split(separator: " ")
        #expect(words == text.split(separator: " "))
        #expect(rendered.messages.last?["attachment"] != nil)
        #expect(rendered.parts.count == rendered.messengerTexts.count + 1)
    }

    /// A link as the news of some sites have it.
    private static func address(_ length: Int) -> String {
        let start = "https://news.example.com/rss/articles/"
        return start + String(repeating: "aZ09", count: length).prefix(length - start.count)
    }

    @Test func `a long link before the end of a text stays whole above the buttons or before them`() {
        let address = Self.address(491)
        let before = String(repeating: "word ", count: 50)
        let after = String(repeating: "more ", count: 34).dropLast()
        let rendered = Sample.onMessenger(
            Sample.text("\(before)\(address) \(after)", buttons: [Sample.link("Read"), Sample.stop]))
        #expect(rendered.messengerTexts == ["\(before)\(address)"])
        #expect(rendered.payloads.map { $0["text"] as? String } == [String(after)])
    }

    @Test func `a link at the end that is too long to stand above buttons goes before them`() {
        let text = String(repeating: "word ", count: 50) + Self.address(700)
        let rendered = Sample.onMessenger(Sample.text(text, buttons: [Sample.link("Read"), Sample.stop]))
        #expect(rendered.messengerTexts == [text])
        #expect(rendered.payloads.map { $0["text"] as? String } == ["Read"])
    }

    @Test func `a text of a script without spaces is cut above the buttons as before`() {
        let text = String(repeating: "字", count: 900)
        let rendered = Sample.onMessenger(Sample.text(text, buttons: [Sample.stop]))
        #expect(rendered.messengerTexts.map(\.count) == [700])
        #expect((rendered.payloads.first?["text"] as? String)?.count == 200)
    }

    @Test func `nobody gets a book, and its end still has the buttons`() {
        let paragraph = RichText.Node.paragraph([
            .link("https://example.com/a", [.text("Link")]), .text(String(repeating: " word", count: 100)), .lineBreak,
            .text("end"),
        ])
        let book = RichText([RichText.Node](repeating: paragraph, count: 2000))
        let rendered = Sample.onMessenger(.text(book, buttons: [Sample.stop]))
        #expect(rendered.parts.count <= 11)
        #expect((rendered.payloads.first?["text"] as? String)?.hasSuffix("…") == true)
        #expect(rendered.cuts.map(\.action) == [.split, .shortened])
    }

    @Test func `emoji count as they weigh`() {
        let text = String(repeating: "👩‍👩‍👧‍👦", count: 200)
        let rendered = Sample.onMessenger(Sample.text(text))
        #expect(rendered.parts.count == 2)
        #expect(rendered.messengerTexts.allSatisfy { $0.utf16.count < 2000 && $0.utf16.count % 11 == 0 })
    }

    @Test func `without Page and version the token's own Page and the known version are used`() {
        var channel = Sample.messenger
        channel.pageID = nil
        channel.version = nil
        let rendered = MessengerAdapter().requests(
            for: Message(modules: [Sample.text("x")]), to: "1", on: channel, reference: "r"
        )
        #expect(rendered.requests.map(\.url) == ["https://graph.facebook.com/v25.0/me/messages"])
    }

    @Test func `a reference that is too long is cut to what metadata takes`() {
        let rendered = Sample.onMessenger(Sample.text("x"), reference: String(repeating: "r", count: 1000))
        #expect((rendered.messages.first?["metadata"] as? String)?.utf16.count == 999)
    }
}
