import CampaignModel
import CampaignPlanning
import Testing

@Suite struct LayoutRendererTests {
    private func render(_ layout: Layout, _ changes: [Change]) -> [RenderedItemMessage] {
        let items = changes.map { ItemContext(change: $0, sourceName: "blog", sourceTitle: "The Blog") }
        return LayoutRenderer.render(layout, items: items, campaign: "news") { StrictHTML.read($0) }
    }

    private func new(_ item: Item) -> Change { Change(kind: .new, key: item.key, before: nil, after: item) }

    @Test func `header and footer stand around what there is to say, also where the first and the last say nothing`()
        throws
    {
        let layout = try Samples.layout(
            """
            name: l
            each: item
            header: Hello
            footer: Bye
            modules: [{text: "{{item.summary}}"}]
            """)
        let changes = ["", "one", "two", ""].enumerated().map { place, summary in
            new(Samples.article(UInt64(place + 1), summary: summary.isEmpty ? nil : summary))
        }
        let texts = render(layout, changes).map { rendered -> [String] in
            guard case .text(let text, _)? = rendered.message?.modules.first else { return [] }
            return text.plainText.split(separator: "\n").map { String($0) }
        }
        #expect(texts == [[], ["Hello", "one"], ["two", "Bye"], []])
    }

    /// The HTML of a single text module that shows one item.
    private func text(_ template: String, _ item: Item) throws -> String? {
        let indented = template.split(separator: "\n").joined(separator: "\n      ")
        let layout = try Samples.layout("name: x\nmodules:\n  - text: |\n      \(indented)")
        guard case .text(let text, _)? = render(layout, [new(item)]).first?.message?.modules.first else { return nil }
        return text.html.trimmingSpace
    }

    private func shipped(_ name: String, _ changes: [Change]) throws -> [Message?] {
        let (layouts, _) = LayoutReader.read(files: try Samples.shippedLayouts())
        return render(try #require(layouts.first { $0.name == name }), changes).map(\.message)
    }

    private func button(_ title: String, _ number: Int = 1) -> MessageButton {
        MessageButton(title: title, action: .link("https://blog.example.com/\(number)"))
    }

    private func card(_ title: String, _ subtitle: [RichText.Node]?, _ button: String, number: Int = 1) -> Card {
        Card(
            title: title, subtitle: subtitle.map { RichText($0) }, image: "https://blog.example.com/\(number).jpg",
            link: "https://blog.example.com/\(number)", buttons: [self.button(button, number)]
        )
    }

    @Test func `article-card and article`() throws {
        let item = Samples.article(title: "A & B", summary: "<p>Some <b>bold</b> words</p>")
        let cards = MessageModule.cards([card("A & B", [.text("Some bold words")], "Read")])
        #expect(try shipped("article-card", [new(item)]) == [Message(modules: [cards])])
        let text = RichText([
            .paragraph([.styled(.bold, [.text("A & B")])]), .paragraph([.text("Some bold words")]),
        ])
        #expect(
            try shipped("article", [new(item)]) == [Message(modules: [.text(text, buttons: [button("Read")])])]
        )
    }

    private static let digest = MessageOptions(isDigest: true)

    @Test func `digest lists a link for each item`() throws {
        let messages = try shipped("digest", [new(Samples.article(1)), new(Samples.article(2, title: nil))])
        let list = RichText.Node.list(
            ordered: false,
            [
                [.link("https://blog.example.com/1", [.text("Hello")])],
                [.link("https://blog.example.com/2", [.text("https://blog.example.com/2")])],
            ])
        let text = RichText([.paragraph([.styled(.bold, [.text("New for you")])]), list])
        var options = Self.digest
        options.linkPreview = MessageOptions.LinkPreview.none
        #expect(messages == [Message(modules: [.text(text, buttons: [])], options: options)])
    }

    @Test func `price-drop shows the old price, the new one and the percent`() throws {
        let before = Samples.product(price: "14.90")
        let after = Samples.product(price: "12.90")
        let change = Change(kind: .priceDropped, key: after.key, before: Change.Before(before), after: after)
        let subtitle: [RichText.Node] = [
            .styled(.strikethrough, [.text("€14.90")]), .text(" → "), .styled(.bold, [.text("€12.90")]),
            .text(" (−13%)"),
        ]
        let title = MessageModule.text(RichText([.styled(.bold, [.text("Prices fell today")])]), buttons: [])
        let expected = Message(
            modules: [title, .cards([card("Kettle", subtitle, "Buy")])], options: Self.digest)
        #expect(try shipped("price-drop", [change]) == [expected])
    }

    @Test func `the other product layouts`() throws {
        var item = Samples.product(price: "20")
        item.product?.salePrice = DecimalAmount("15").map { Money(amount: $0, currency: "EUR") }
        item.product?.brand = "Acme"
        let price = RichText.Node.styled(.bold, [.text("€15.00")])
        let sale: [RichText.Node] = [
            .styled(.strikethrough, [.text("€20.00")]), .text(" → "), price, .text(" · Acme"),
        ]
        #expect(try shipped("product-card", [new(item)]) == [Message(modules: [.cards([card("Kettle", sale, "Buy")])])])
        let back: [RichText.Node] = [.styled(.bold, [.text("Back in stock")]), .text(" · €15.00")]
        #expect(
            try shipped("back-in-stock", [new(item)]) == [Message(modules: [.cards([card("Kettle", back, "Buy")])])])
        let arrivals = try shipped("new-arrivals", [new(item), new(Samples.article(2))])
        let cards = [card("Kettle", [price, .text(" · Acme")], "View"), card("Hello", nil, "View", number: 2)]
        let title = MessageModule.text(
            RichText([.styled(.bold, [.text("New in the shop")]), .text(" · 2 products")]), buttons: [])
        #expect(arrivals == [Message(modules: [title, .cards(cards)], options: Self.digest)])
    }

    @Test(arguments: [
        ("</b><script>alert(1)</script>", "<b>&lt;/b&gt;&lt;script&gt;alert(1)&lt;/script&gt;</b>"),
        ("{{item.link}} {{{x}}}", "<b>{{item.link}} {{{x}}}</b>"),
        (#"it's "5" & <6>"#, #"<b>it's &quot;5&quot; &amp; &lt;6&gt;</b>"#),
        ("👩‍👩‍👧 naïve", "<b>👩‍👩‍👧 naïve</b>"), ("&lt;b&gt;", "<b>&amp;lt;b&amp;gt;</b>"),
    ])
    func `a hostile title stays text`(title: String, expected: String) throws {
        #expect(try text("<b>{{item.title}}</b>", Samples.article(title: title)) == expected)
        let layout = try Samples.layout("name: x\nmodules: [{cards: {title: '{{item.title}}'}}]")
        let message = render(layout, [new(Samples.article(title: title))]).first?.message
        #expect(message == Message(modules: [.cards([Card(title: title)])]))
    }

    @Test func `HTML is inserted balanced, and as plain text where it is not asked for`() throws {
        let item = Samples.article(summary: "</b><script>x</script><i>open <p>A</p>")
        #expect(try text("<b>{{{item.summary}}}</b>!", item) == "<b>x<i>open <p>A</p></i></b>!")
        #expect(try text("<b>{{item.summary}}</b>!", item) == "<b>xopen <br><br>A</b>!")
    }

    @Test func `a hostile link cannot leave its attribute`() throws {
        var item = Samples.article()
        item.link = #"https://e.com/"><b>x</b>"#
        #expect(
            try text(#"<a href="{{item.link}}">go</a>"#, item)
                == #"<a href="https://e.com/&quot;&gt;&lt;b&gt;x&lt;/b&gt;">go</a>"#
        )
    }

    @Test func `of a value that no chat could show the beginning is taken`() throws {
        let title = String(repeating: "é<", count: 200_000)
        #expect(try text("{{item.title}}", Samples.article(title: title))?.count == 20_000 * 5)
    }

    @Test func `sections ask whether there is something, also when it is only markup`() throws {
        let template = "{{#item.summary}}yes{{/item.summary}}{{^item.summary}}no{{/item.summary}}"
        #expect(try text(template, Samples.article(summary: "words")) == "yes")
        #expect(try text(template, Samples.article(summary: "<p> </p>")) == "no")
        #expect(try text(template, Samples.article()) == "no")
    }

    @Test func `every field has its documented form`() throws {
        var item = Samples.product(price: "12.90", availability: .inStock)
        item.authors = ["Ada", "Bob"]
        item.categories = ["News", "Tech"]
        item.published = Timestamp(iso8601: "2026-11-22T23:59:00Z")
        let template =
            "{{item.author}}|{{item.authors}}|{{item.categories}}|{{item.published}}|{{item.price}}|"
            + "{{item.regular_price}}|{{item.availability}}|{{source.name}}|{{source.title}}|{{campaign.name}}|{{count}}"
        #expect(
            try text(template, item)
                == "Ada|Ada, Bob|News, Tech|2026-11-22|12.90 EUR||in stock|blog|The Blog|news|1"
        )
    }

    @Test func `parts that come out empty are left out`() throws {
        let layout = try Samples.layout(
            """
            name: x
            modules:
              - image: "{{item.image}}"
              - text: "{{item.summary}}"
              - text: Go
                buttons:
                  - {title: Read, url: "{{item.sku}}"}
                  - {title: "", url: "https://e.com"}
                  - {title: Stop, action: unsubscribe}
            """)
        var item = Samples.article()
        item.images = ["data:image/gif;base64,AAAA"]
        let stop = MessageButton(title: "Stop", action: .unsubscribe)
        #expect(
            render(layout, [new(item)]).first?.message
                == Message(modules: [.text(RichText(plain: "Go"), buttons: [stop])])
        )
    }

    @Test func `an address that is none stays, so that it is told when it is left out`() throws {
        let layout = try Samples.layout(
            """
            name: x
            modules:
              - cards: {title: Go, image: "{{item.author}}", link: "{{item.author}}"}
              - text: Go
                buttons: [{title: Read, url: "{{item.author}}"}]
            """)
        var item = Samples.article()
        item.authors = ["www.example.com"]
        let button = MessageButton(title: "Read", action: .link("www.example.com"))
        #expect(
            render(layout, [new(item)]).first?.message
                == Message(modules: [
                    .cards([Card(title: "Go", image: "www.example.com", link: "www.example.com")]),
                    .text(RichText(plain: "Go"), buttons: [button]),
                ]))
    }

    @Test func `a message without any part is skipped with its reason`() throws {
        let layout = try Samples.layout("name: x\nmodules: [{text: '{{item.summary}}'}]")
        let rendered = render(layout, [new(Samples.article())])
        guard case .skipped(let reason)? = rendered.first?.outcome else {
            Issue.record("not skipped: \(rendered)")
            return
        }
        #expect(reason.code == .nothingToSay && reason.sentence.contains("nothing to say"))
    }

    @Test func `a space in an address is mended, other characters that addresses cannot have drop it`() throws {
        let layout = try Samples.layout("name: x\nmodules: [{text: a}, {image: '{{item.image}}'}]")
        func modules(_ image: String) -> [MessageModule]? {
            var item = Samples.article()
            item.images = [image]
            return render(layout, [new(item)]).first?.message?.modules
        }
        #expect(modules("https://e.com/a b.jpg")?.last == .image("https://e.com/a%20b.jpg"))
        #expect(modules("https://e.com/a\nb.jpg")?.count == 1)
        #expect(modules("https:///a.jpg")?.count == 1)
    }

    @Test func `no items make no message`() throws {
        #expect(render(try Samples.layout("name: x\neach: digest\nmodules: [{text: Hi}]"), []).isEmpty)
    }
}

extension String {
    fileprivate var trimmingSpace: String {
        var text = self[...]
        while text.first?.isWhitespace == true { text.removeFirst() }
        while text.last?.isWhitespace == true { text.removeLast() }
        return String(text)
    }
}
