import CampaignModel
import MessageChannels
import Testing

@Suite struct TelegramRichTests {
    private func render(
        _ modules: [MessageModule], rich: RichMessages = .always, isDigest: Bool = true
    ) -> RenderedMessage {
        var channel = Sample.telegram
        channel.rich = rich
        return TelegramAdapter().requests(
            for: Message(modules: modules, options: MessageOptions(isDigest: isDigest)), to: "42/7", on: channel,
            reference: "")
    }

    private let card = Card(
        title: "Tea & <cake>", subtitle: RichText([.styled(.strikethrough, [.text("€2")]), .text(" €1")]),
        image: "https://example.com/t.jpg?a=1&b=2", link: "https://example.com/tea", buttons: [Sample.link("Buy")])

    @Test func `a digest becomes one message`() {
        let rendered = render([
            .text(
                RichText([.paragraph([.text("Hello")]), .quote([.text("a"), .lineBreak, .text("b")])]), buttons: []),
            .cards([card]), Sample.text("More", buttons: [Sample.stop]),
        ])
        #expect(rendered.methods == ["sendRichMessage"])
        #expect(
            rendered.bodies == [
                #"{"chat_id":42,"message_thread_id":7,"reply_markup":{"inline_keyboard":"#
                    + #"[[{"callback_data":"unsubscribe","text":"Stop"}]]},"rich_message":{"html":"<p>Hello</p><blockquote>"#
                    + #"<p>a</p><p>b</p></blockquote><img src=\"https://example.com/t.jpg?a=1&amp;b=2\"/>"#
                    + #"<p><a href=\"https://example.com/tea\"><b>Tea &amp; &lt;cake&gt;</b></a></p><p><s>€2</s> €1</p>"#
                    + #"<p><a href=\"https://example.com/\">Buy</a></p><p>More</p>"}}"#
            ])
        #expect(rendered.parts.map(\.isRich) == [true])
    }

    @Test func `what a card lacks because of its address is told in the one message as in several`() {
        let card = Card(
            title: "A", image: "x.jpg", link: "/a", buttons: [Sample.link("Shop", "www.example.com")])
        let fields = ["cards[0].image", "cards[0].link", "cards[0].buttons[0]"]
        #expect(render([.cards([card])]).cuts.map(\.field) == fields)
        #expect(render([.cards([card])], rich: .never).cuts.map(\.field) == fields)
    }

    @Test(arguments: [
        ("שלום\n1. مرحبا\nTea", true), ("Tea\nCake\nשלום", false), ("שלום (Tea)", true), ("Tea: שלום", false),
        ("Tea\nשלום", false), ("12\n—", false),
    ])
    func `a message whose lines begin from the right is shown from the right`(text: String, isRightToLeft: Bool) {
        let rich = render([Sample.text(text)]).objects.first?["rich_message"] as? [String: Any]
        #expect(rich?["is_rtl"] as? Bool == (isRightToLeft ? true : nil))
    }

    @Test func `only where the channel allows it, and only a digest`() {
        #expect(render([.cards([card])], rich: .never).methods == ["sendPhoto"])
        #expect(render([.cards([card])], isDigest: false).methods == ["sendPhoto"])
        #expect(render([.cards([card])], rich: .auto).methods == ["sendPhoto"])
        #expect(render([.cards([card, card])], rich: .auto).methods == ["sendRichMessage"])
    }

    @Test(arguments: [(50, "sendRichMessage"), (51, "sendPhoto")])
    func `fifty pictures fit`(count: Int, method: String) {
        #expect(render([.cards([Card](repeating: card, count: count))]).methods.first == method)
    }

    @Test(arguments: [(500, "sendRichMessage"), (501, "sendMessage")])
    func `five hundred lines fit`(count: Int, method: String) {
        let lines = [String](repeating: "x", count: count).joined(separator: "\n")
        #expect(render([Sample.text(lines)]).methods.first == method)
    }

    @Test(arguments: [(32_768, "sendRichMessage"), (32_769, "sendMessage")])
    func `so many characters fit`(count: Int, method: String) {
        #expect(render([Sample.text(String(repeating: "x", count: count))]).methods.first == method)
    }

    @Test func `what another method shows is no part of it`() {
        let video = MessageModule.media(Media(.video, .address("https://example.com/1.mp4")))
        #expect(render([Sample.text("Hi"), video]).methods == ["sendMessage", "sendVideo"])
        let file = MessageModule.media(Media(.image, .file(MediaFile(path: "1.jpg", size: 1, hash: "a"))))
        #expect(render([file, Sample.text("Hi")]).methods == ["sendPhoto"])
    }

    @Test(arguments: 0..<60 as Range<UInt64>)
    func `random texts stay balanced and whole`(seed: UInt64) throws {
        var random = RandomText(seed: seed)
        let text = random.text(size: 1 + Int(seed % 20))
        let rendered = render([.text(text, buttons: [])])
        guard rendered.parts.first?.isRich == true else { return }
        let html = (rendered.objects[0]["rich_message"] as? [String: Any])?["html"] as? String ?? ""
        let read = try TelegramHTMLReader(html, isRich: true)
        func essence(_ text: String) -> [Unicode.Scalar] {
            text.unicodeScalars.filter { !$0.properties.isWhitespace }
        }
        #expect(essence(read.visible) == essence(text.plainText))
    }
}
