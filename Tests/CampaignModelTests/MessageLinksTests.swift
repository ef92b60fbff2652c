import CampaignModel
import Testing

@Suite struct MessageLinksTests {
    private static let message = Message(modules: [
        .text(
            RichText([
                .paragraph([.link("https://e.com/a", [.text("a")]), .link("mailto:x@e.com", [.text("m")])]),
                .list(ordered: false, [[.styled(.bold, [.link("https://e.com/b", [.text("b")])])]]),
            ]),
            buttons: [
                MessageButton(title: "A", action: .link("https://e.com/a")),
                MessageButton(title: "Stop", action: .unsubscribe),
                MessageButton(title: "None", action: .link("https:///a")),
                MessageButton(title: "P", action: .link("https://e.com/?n=\(PersonalMark.text(0))")),
            ]),
        .cards([Card(title: "C", image: "https://e.com/c.jpg", link: "http://e.com/c")]),
        .media(
            Media(.image, .address("https://e.com/d.jpg"), caption: RichText([.link("https://e.com/d", [.text("d")])]))),
    ])

    @Test func `the addresses that people may open are found, each once`() {
        #expect(
            Self.message.links == ["https://e.com/a", "https://e.com/b", "http://e.com/c", "https://e.com/d"])
    }

    @Test func `others stand in their place, and nothing else changes`() {
        let changed = Self.message.withLinks { $0 + "#x" }
        #expect(changed.links == Self.message.links.map { $0 + "#x" })
        #expect(changed.withLinks { String($0.dropLast(2)) } == Self.message)
    }

    @Test(arguments: [
        ("https://e.com", "https://e.com?utm_source=s&utm_medium=m&utm_campaign=c%20d"),
        ("https://e.com/?", "https://e.com/?utm_source=s&utm_medium=m&utm_campaign=c%20d"),
        ("https://e.com/?a=1#top", "https://e.com/?a=1&utm_source=s&utm_medium=m&utm_campaign=c%20d#top"),
        (
            "https://e.com/?utm_source=x&utm_medium=y&utm_campaign=z",
            "https://e.com/?utm_source=x&utm_medium=y&utm_campaign=z"
        ),
        ("https://e.com/?utm_medium=y&", "https://e.com/?utm_medium=y&utm_source=s&utm_campaign=c%20d"),
    ])
    func `what a site wants to know is added where it is not said already`(address: String, expected: String) {
        #expect(UTM(source: "s", medium: "m", campaign: "c d").added(to: address) == expected)
    }
}
