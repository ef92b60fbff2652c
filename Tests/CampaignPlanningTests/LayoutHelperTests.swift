import CampaignModel
import Foundation
import Testing

@testable import CampaignPlanning

/// Helpers, personal fields, header and footer of layouts.
@Suite struct LayoutHelperTests {
    private func messages(_ layout: String, _ changes: [Change]) throws -> [RenderedItemMessage] {
        LayoutRenderer.render(
            try Samples.layout(layout), items: changes.map { ItemContext(change: $0, sourceName: "blog") },
            campaign: "news", timeZone: TimeZone(identifier: "Europe/Istanbul") ?? .gmt
        ) { StrictHTML.read($0) }
    }

    private func new(_ item: Item) -> Change { Change(kind: .new, key: item.key, before: nil, after: item) }

    private func text(_ template: String, locale: String = "en", _ items: [Item]? = nil) throws -> String? {
        var item = Samples.product(price: "1299.50", currency: "EUR")
        item.published = Timestamp(iso8601: "2026-11-22T22:30:00Z")
        item.title = "A <b> & a long title that goes on"
        let layout = "name: x\nlocale: \(locale)\nmodules:\n  - text: '\(template.replacing("'", with: "''"))'"
        let found = try messages(layout, (items ?? [item]).map(new)).first?.message
        guard case .text(let text, _)? = found?.modules.first else { return nil }
        return text.plainText
    }

    @Test(arguments: [
        ("{{item.title | truncate: 12}}", "en", "A <b> & a…"),
        ("{{item.title|truncate:400}}", "en", "A <b> & a long title that goes on"),
        ("{{item.published}}", "en", "2026-11-22"), ("{{item.published | date: long}}", "en", "November 23, 2026"),
        ("{{item.published | date: long}}", "tr", "23 Kasım 2026"),
        ("{{item.published | date: \"d MMMM\"}}", "de", "23 November"),
        ("{{item.published | date: 'HH:mm'}}", "en", "01:30"), ("{{item.price}}", "en", "1299.50 EUR"),
        ("{{item.price | money}}", "en", "€1,299.50"), ("{{item.price | money}}", "de", "1.299,50\u{A0}€"),
        ("{{count}} {{count | plural: \"article\", \"articles\"}}", "en", "1 article"),
        ("{{item.author | or: \"some | one's\"}}", "en", "some | one's"),
        ("{{item.title | truncate: 4 | or: x}}", "en", "A <…"),
        ("{{item.updated | date: long | or: 'no date'}}", "en", "no date"),
        ("{{item.author | or: '<b>'}}", "en", "<b>"),
    ])
    func `a helper changes what is shown`(template: String, locale: String, expected: String) throws {
        #expect(try text(template, locale: locale) == expected)
    }

    @Test(arguments: [
        ("199.50", "RSD", "en", "RSD\u{A0}199.50"), ("199.50", "RSD", "sr", "199,50\u{A0}RSD"),
        ("199.00", "RSD", "en", "RSD\u{A0}199"), ("1299.50", "JPY", "en", "¥1,299.50"), ("1299", "JPY", "en", "¥1,299"),
        ("0.40", "ALL", "en", "ALL\u{A0}0.40"), ("0.125", "EUR", "de", "0,125\u{A0}€"), ("5", "EUR", "en", "€5.00"),
        ("1.5", "KWD", "en", "KWD\u{A0}1.500"), ("1.2345", "KWD", "en", "KWD\u{A0}1.2345"),
        ("49.90", "EUR", "de_CH", "EUR\u{A0}49.90"), ("49.90", "INR", "hi", "₹49.90"),
    ])
    func `no price is rounded`(amount: String, currency: String, locale: String, expected: String) throws {
        let price = Money(amount: try #require(DecimalAmount(amount)), currency: currency)
        #expect(LayoutLocale(locale).money(price) == expected)
    }

    @Test func `percent is written as the language does`() throws {
        let change = Samples.logged(
            1, .priceDropped, before: Samples.product(price: "10"), Samples.product(price: "7.5")
        ).change
        for (locale, expected) in [("en", "25%"), ("tr", "%25"), ("de", "25\u{A0}%")] {
            let found = try messages("name: x\nlocale: \(locale)\nmodules: [{text: '{{percent | percent}}'}]", [change])
            #expect(found.first?.message?.modules == [.text(RichText(plain: expected), buttons: [])])
        }
    }

    @Test(
        arguments: [
            ("en", [0: "b", 1: "a", 2: "b"]), ("fr", [0: "a", 1: "a", 2: "b"]),
            ("ru", [1: "a", 21: "a", 2: "b", 24: "b", 5: "c", 11: "c", 12: "c", 100: "c"]),
            ("pl", [1: "a", 21: "c", 22: "b", 5: "c", 0: "c"]), ("cs", [1: "a", 3: "b", 5: "c", 22: "c"]),
            ("lt", [1: "a", 21: "a", 11: "c", 5: "b", 10: "c"]), ("ro", [1: "a", 0: "b", 19: "b", 20: "c", 101: "b"]),
        ] as [(String, [Int: String])])
    func `each language has its own plurals`(locale: String, numbers: [Int: String]) {
        for (number, form) in numbers {
            let forms = ["en", "fr"].contains(locale) ? ["a", "b"] : ["a", "b", "c"]
            #expect(LayoutLocale(locale).plural(number, forms) == form, "\(locale) \(number)")
        }
    }

    @Test(arguments: [
        ("{{item.title | shout}}", "unknown helper “shout”"),
        ("{{item.title | truncate}}", "truncate is not used like that"),
        ("{{item.title | truncate: x}}", "“x” is no length"),
        ("{{item.title | date: long}}", "item.title is a text, not a date"),
        ("{{item.published | date: 'qqq!'}}", "is no form of a date"),
        ("{{item.published | money}}", "is a date, not a price"),
        ("{{item.title | or: \"x}}", "a text is not closed"),
        ("{{item.title | or: a | truncate: 3}}", "or is not the last helper"),
        ("{{item.title | or: '{{x'}}", "cannot hold values"),
        ("{{#subscriber.first_name}}x{{/subscriber.first_name}}", "known only when it is sent"),
        ("{{{subscriber.first_name}}}", "inserts HTML"), ("{{subscriber.fields.A}}", "unknown field"),
        ("{{subscriber.surname}}", "unknown field “subscriber.surname”"), ("{{channel.title}}", "unknown field"),
    ])
    func `a helper that is used wrongly is a mistake`(template: String, problem: String) {
        let text = "name: x\nmodules:\n  - text: '\(template.replacing("'", with: "''"))'"
        let (_, problems) = LayoutReader.read(files: [ContentFile(path: "l.yaml", text: text)])
        #expect(problems.first?.description.contains(problem) ?? false, "\(problems)")
    }

    @Test func `an unknown language is a mistake`() {
        let (_, problems) = LayoutReader.read(
            files: [ContentFile(path: "l.yaml", text: "name: x\nlocale: klingon\nmodules: [{text: a}]")])
        #expect(problems.map(\.description).first?.contains("“klingon” is no language") ?? false)
    }

    @Test func `what is personal is filled in for each person, and stays text`() throws {
        let layout = """
            name: x
            each: digest
            modules:
              - text: "Hi {{subscriber.first_name | or: friend}}, {{count}} from {{subscriber.fields.city | truncate: 5}}"
                buttons: [{title: "{{subscriber.last_name}}", url: "https://e.com/?n={{subscriber.first_name}}"}]
            """
        let message = try #require(try messages(layout, [new(Samples.article())]).first?.message)
        #expect(message.personal.count == 4)
        let ada = message.addressed {
            ["subscriber.first_name": "A <b>&\u{10FFFC}1\u{10FFFD}", "subscriber.fields.city": "İstanbul"][$0]
        }
        #expect(ada.personal.isEmpty)
        #expect(ada.modules == [.text(RichText(plain: "Hi A <b>&1, 1 from İsta…"), buttons: [])])
        let known = message.addressed { $0 == "subscriber.last_name" ? "L" : nil }
        #expect(
            known.modules == [
                .text(
                    RichText(plain: "Hi friend, 1 from "),
                    buttons: [MessageButton(title: "L", action: .link("https://e.com/?n="))])
            ])
        let coded = message.addressed { _ in "ü &" }
        guard case .text(_, let buttons)? = coded.modules.first else { return }
        #expect(buttons.map(\.action) == [.link("https://e.com/?n=%C3%BC%20%26")])
    }

    @Test func `marks that a feed holds are no marks`() throws {
        let item = Samples.article(title: "x\u{10FFFC}0\u{10FFFD}y", summary: "<p>\u{10FFFC}0\u{10FFFD}</p>")
        let found = try text("{{item.title}}{{item.summary}} {{subscriber.first_name}}", [item])
        #expect(found == "x0y0 \u{10FFFC}0\u{10FFFD}")
    }

    @Test func `a header stands above the first message of a run and a footer below the last`() throws {
        let layout = """
            name: x
            header: "<b>{{count}} new</b>"
            footer: "Bye, {{subscriber.first_name | or: you}}"
            modules: [{text: "{{item.title}}"}]
            """
        let found = try messages(layout, [new(Samples.article(1)), new(Samples.article(2, title: "Two"))]).compactMap(
            \.message)
        #expect(
            found.map(\.modules) == [
                [
                    .text(
                        RichText([.paragraph([.styled(.bold, [.text("2 new")])]), .paragraph([.text("Hello")])]),
                        buttons: [])
                ],
                [
                    .text(
                        RichText([.paragraph([.text("Two")]), .paragraph([.text("Bye, \u{10FFFC}0\u{10FFFD}")])]),
                        buttons: [])
                ],
            ])
    }

    @Test func `more than any chat shows is not made`() throws {
        let long = String(repeating: "word ", count: 9000)
        let layout = "name: x\neach: digest\nmodules: [{text: '{{#items}}{{item.summary}}{{/items}}'}]"
        let one = try messages(layout, [new(Samples.article(summary: long))]).first
        #expect(one?.message != nil)
        let two = try messages(
            layout, [new(Samples.article(1, summary: long)), new(Samples.article(2, summary: long))])
        guard case .skipped(let reason)? = two.first?.outcome else { return #expect(Bool(false)) }
        #expect(reason.code == .tooLarge && reason.sentence.contains("64 KiB"))
    }

    @Test func `a sound that comes with an item can be shown`() throws {
        var item = Samples.article()
        item.enclosures = [
            Enclosure(url: "https://e.com/a.pdf", type: "application/pdf"), Enclosure(url: "https://e.com/a.mp3?x=1"),
            Enclosure(url: "https://e.com/v", type: "video/mp4"),
        ]
        let found = try text("{{item.audio}} {{item.video}} {{item.file}}", [item])
        #expect(found == "https://e.com/a.mp3?x=1 https://e.com/v https://e.com/a.pdf")
    }
}
