import CampaignModel
import Testing

@Suite struct ItemLikenessTests {
    private func item(
        _ link: String?, title: String? = "Title", summary: String? = nil, image: String? = nil
    ) -> Item {
        Item(
            key: Fingerprint(of: ["1"]), title: title, link: link, summary: summary,
            images: image.map { [$0] } ?? [])
    }

    private static let same = [
        "https://blog.example.com/a/b?id=1", "http://blog.example.com/a/b?id=1",
        "https://www.blog.example.com/a/b?id=1",
        "https://BLOG.example.com/a/b/?id=1", "https://blog.example.com:443/a/b?id=1#part",
        "https://blog.example.com/a/b?utm_source=x&id=1&fbclid=y&UTM_medium=z",
    ]

    @Test(arguments: same) func `spellings of an address are one`(address: String) {
        #expect(item(address).aliases.link == item(Self.same[0]).aliases.link)
    }

    @Test(arguments: [
        "https://a.example/caf%C3%A9/%31?q=%c3%a9", "https://a.example/caf%c3%a9/1?q=%C3%A9",
        "https://a.example/café/1?q=é",
    ]) func `escaped bytes of an address are what they mean, but not in keys, which are stored`(address: String) {
        let plain = "https://a.example/café/1?q=é"
        #expect(item(address).aliases == item(plain).aliases)
        #expect((Item.place(of: address, escaped: true) == Item.place(of: plain, escaped: true)) == (address == plain))
        #expect((item(address).significance == item(plain).significance) == (address == plain))
    }

    @Test(arguments: ["https://a.example/%", "https://a.example/%4", "https://a.example/%zz", "https://a.example/100%"])
    func `what only looks escaped is taken as it is`(address: String) {
        #expect(item(address).aliases != item("https://a.example/").aliases)
        #expect(Item.place(of: address) == Item.place(of: address, escaped: true))
    }

    @Test(arguments: [
        "https://blog.example.com/a/b?id=2", "https://blog.example.com/a/c?id=1", "https://example.com/a/b?id=1",
        "https://blog.example.com/a/b", "https://blog.example.com:8080/a/b?id=1",
    ]) func `other addresses are not`(address: String) {
        #expect(item(address).aliases.link != item(Self.same[0]).aliases.link)
    }

    @Test func `at another host an item is known by its title and path`() {
        let one = item("https://one.example/2026/post?token=1").aliases
        #expect(one.title == item("https://two.example/2026/post?token=2").aliases.title)
        #expect(one.title != item("https://one.example/2026/post", title: "Other").aliases.title)
    }

    @Test func `without an address its title and words tell`() {
        #expect(item(nil, summary: "a").aliases == item(nil, summary: "<p>a").aliases)
        #expect(item(nil, summary: "a").aliases != item(nil, summary: "b").aliases)
        #expect(item(nil, title: nil).aliases == ItemAliases())
    }

    /// Words of all lengths, so that what is left out stands at every place of the eight bytes that are looked at together.
    @Test(arguments: [
        " ", "  ", "\n", "\t \r\n", "<br>", " <b>", "</b> ", "<p class='a'>", "<!-- x -->\u{0}", " \u{1F}<i></i> ",
    ])
    func `whatever parts two words makes no difference, at any place`(gap: String) {
        for length in 0...24 {
            let words = [String(repeating: "x", count: length), "ü", "a", "bc", "def", "ghij", "lmnop", "qrstuvwxyz"]
            let plain = words.joined(separator: " ")
            let other = words.joined(separator: gap)
            #expect(item(nil, summary: plain).significance == item(nil, summary: other).significance, "\(length)")
        }
    }

    @Test func `each byte of a text counts, at any place`() {
        let text = Array("The quick brown fox jumps over the lazy dog, twice.".utf8)
        var seen: Set<UInt64> = [item(nil, summary: String(decoding: text, as: UTF8.self)).significance]
        for place in text.indices {
            for byte in [UInt8(ascii: "#"), UInt8(ascii: "=")] {
                var other = text
                other[place] = byte
                seen.insert(item(nil, summary: String(decoding: other, as: UTF8.self)).significance)
            }
        }
        #expect(seen.count == text.count * 2 + 1)
    }

    @Test func `markup, white space and the hosts of pictures make no difference, words do`() {
        let base = item(
            "https://a.example/1", summary: "<p>Some <b>words</b></p>", image: "https://c1.example/i.png?v=1")
        let rewritten = item(
            "https://a.example/1?x=y", summary: "<div>\n Some <i>words</i>\n</div>",
            image: "http://c2.example/i.png?v=2")
        #expect(base.significance == rewritten.significance)
        for other in [
            item("https://a.example/1", summary: "<p>Other words</p>", image: "https://c1.example/i.png"),
            item("https://a.example/1", summary: "<p>Some words</p>", image: "https://c1.example/j.png"),
            item("https://a.example/2", summary: "<p>Some words</p>", image: "https://c1.example/i.png"),
        ] {
            #expect(base.significance != other.significance)
        }
    }

    @Test(arguments: [
        "", "?", "#", "://", "http://", "http:///", "https://www.", "a?b#c", "https://h?&&", "https://h:80",
    ])
    func `whatever looks like an address has likenesses`(address: String) {
        #expect(item(address).significance != 0)
        #expect(item(address).aliases.link != nil)
    }
}
