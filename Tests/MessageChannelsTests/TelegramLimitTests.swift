import CampaignModel
import MessageChannels
import Testing

@Suite struct TelegramLimitTests {
    private let family = "👩‍👩‍👧‍👦"

    @Test(arguments: [(4096, 1), (4097, 2), (8192, 2), (8193, 3)])
    func `a text is split only beyond 4096`(length: Int, parts: Int) {
        let text = String(repeating: "x", count: length)
        let rendered = Sample.onTelegram(Sample.text(text))
        #expect(rendered.parts.count == parts)
        #expect(rendered.texts.joined() == text)
        #expect(rendered.cuts.map(\.action) == (parts > 1 ? [.split] : []))
    }

    @Test func `escaping does not count`() {
        #expect(Sample.onTelegram(Sample.text(String(repeating: "&", count: 4096))).parts.count == 1)
    }

    @Test func `a cut prefers paragraphs, then lines, then sentences, then words`() {
        let words = String(repeating: "word ", count: 600)
        for (boundary, end) in [("\n\n", "A."), ("\n", "A"), (". ", "."), (" ", "A")] {
            let text = words + "A" + boundary + String(repeating: "y", count: 2000)
            let rendered = Sample.onTelegram(Sample.text(text))
            #expect(rendered.parts.count == 2)
            #expect(rendered.texts.first?.hasSuffix(end == "A." ? "A" : end) == true)
            #expect(rendered.texts.last == String(repeating: "y", count: 2000))
        }
        let both = words + "A\n\n" + String(repeating: "b ", count: 300) + "C\n" + String(repeating: "y", count: 2000)
        #expect(Sample.onTelegram(Sample.text(both)).texts.first?.hasSuffix("word A") == true)
    }

    @Test func `Chinese and Japanese are cut after a sentence`() {
        let text = String(repeating: "価格が下がった。", count: 600)
        let rendered = Sample.onTelegram(Sample.text(text))
        #expect(rendered.parts.count == 2)
        #expect(rendered.texts.first?.hasSuffix("。") == true)
        #expect(rendered.texts.joined() == text)
    }

    @Test(arguments: ["👩‍👩‍👧‍👦", "🇹🇷", "e\u{301}\u{323}", "नि", "👍🏽", "é"])
    func `what is seen as one character stays whole`(character: String) {
        for shift in 0..<4 {
            let text = String(repeating: "x", count: shift) + String(repeating: character, count: 1200)
            let rendered = Sample.onTelegram(Sample.text(text))
            #expect(rendered.texts.joined() == text)
            for (index, part) in rendered.texts.enumerated() {
                #expect(part.utf16.count <= 4096)
                #expect(part.dropFirst(index == 0 ? shift : 0).allSatisfy { String($0) == character })
            }
        }
    }

    @Test func `a character longer than a message is cut between its scalars`() {
        let text = "a" + String(repeating: "\u{301}", count: 5000)
        let rendered = Sample.onTelegram(Sample.text(text))
        #expect(rendered.texts.joined().unicodeScalars.elementsEqual(text.unicodeScalars))
        #expect(rendered.texts.allSatisfy { $0.utf16.count <= 4096 })
    }

    @Test func `Arabic and Hebrew are cut between words`() {
        let text = String(repeating: "مرحبا שלום ", count: 500)
        let rendered = Sample.onTelegram(Sample.text(text))
        #expect(rendered.parts.count == 2)
        #expect(rendered.texts.allSatisfy { $0.hasPrefix("مرحبا") || $0.hasPrefix("שלום") })
    }

    @Test func `formatting goes on in the next part`() {
        let rendered = Sample.onTelegram(
            .text(RichText([.quote([.styled(.bold, [.text(String(repeating: "x", count: 5000))])])]), buttons: [])
        )
        #expect(rendered.texts.allSatisfy { $0.hasPrefix("<blockquote><b>x") && $0.hasSuffix("</b></blockquote>") })
        #expect(rendered.parts.count == 2)
    }

    @Test func `buttons stay with the last part`() {
        let rendered = Sample.onTelegram(Sample.text(String(repeating: "x ", count: 3000), buttons: [Sample.stop]))
        #expect(rendered.objects.map { $0["reply_markup"] != nil } == [false, true])
    }

    @Test func `more than 100 formatted stretches go in several messages`() throws {
        let nodes = (0..<250).flatMap { [RichText.Node.styled(.bold, [.text("b\($0)")]), .text(" plain ")] }
        let rendered = Sample.onTelegram(.text(RichText(nodes), buttons: []))
        let read = try rendered.texts.map { try TelegramHTMLReader($0) }
        #expect(read.allSatisfy { $0.entities <= 100 })
        #expect(read.reduce(0) { $0 + $1.entities } == 250)
        #expect(read.count <= 5)
    }

    @Test func `nobody gets a book`() {
        let rendered = Sample.onTelegram(Sample.text(String(repeating: "word ", count: 20_000)))
        #expect(rendered.parts.count == 10)
        #expect(rendered.texts.last?.hasSuffix("…") == true)
        #expect(rendered.cuts.map(\.action) == [.split, .shortened])
    }

    @Test func `a card's text is cut at a word to fit under its picture`() {
        let subtitle = RichText(plain: String(repeating: "word ", count: 400))
        let rendered = Sample.onTelegram(
            .cards([Card(title: "T", subtitle: subtitle, image: "https://example.com/1.jpg")])
        )
        #expect(rendered.texts.first?.hasSuffix("word…") == true)
        #expect((rendered.texts.first?.utf16.count ?? 0) <= 1024 + "<b></b>".count)
        #expect(rendered.cuts.map(\.limit) == [1024])
    }

    @Test func `a button's title is cut at 64, whole characters only`() {
        let title = String(repeating: family, count: 10)
        let rendered = Sample.onTelegram(Sample.text("x", buttons: [Sample.link(title)]))
        #expect(rendered.bodies.first?.contains("\"text\":\"\(String(repeating: family, count: 5))…\"") == true)
        #expect(rendered.cuts.map(\.field) == ["buttons[0].title"])
    }
}
