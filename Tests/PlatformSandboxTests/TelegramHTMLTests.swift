import Testing

@testable import PlatformSandbox

@Suite struct TelegramHTMLTests {
    @Test func `offsets and lengths count UTF-16 units`() throws {
        let text = try TelegramHTML.parse("😀 <b>bold <i>both</i></b>")
        #expect(text.text == "😀 bold both")
        #expect(
            text.entities == [
                .init(kind: .bold, offset: 3, length: 9), .init(kind: .italic, offset: 8, length: 4),
            ]
        )
    }

    @Test func `references become characters and unknown ones stay`() throws {
        #expect(try TelegramHTML.parse("&lt;b&gt; &amp;amp; &#33; &nbsp; & &").text == "<b> &amp; ! &nbsp; & &")
    }

    @Test func `a link keeps its address with references undone`() throws {
        let text = try TelegramHTML.parse("<a href=\"https://example.com/?a=1&amp;b=2\">go</a>")
        #expect(text.entities.first?.detail == "https://example.com/?a=1&b=2")
    }

    @Test(arguments: [
        ("example.com", "http://example.com/"), ("example.com/a", "http://example.com/a"),
        ("mailto:a@b.example.com", "http://mailto:a@b.example.com/"), ("tel:112", nil), ("javascript:alert(1)", nil),
        ("ftp://example.com/", nil), ("tg://resolve?domain=a", "tg://resolve?domain=a"),
    ])
    func `a link of another kind is taken for a host or for no link`(address: String, link: String?) throws {
        #expect(try TelegramHTML.parse("<a href=\"\(address)\">go</a>").entities.first?.detail == link)
    }

    @Test func `a quoted attribute may hold a closing bracket`() throws {
        #expect(try TelegramHTML.parse("<a href=\"https://example.com/?a>b\">go</a>").text == "go")
    }

    @Test func `code inside pre names the language`() throws {
        let text = try TelegramHTML.parse("<pre><code class=\"language-swift\">let x</code></pre>")
        #expect(text.entities == [.init(kind: .pre, offset: 0, length: 5, detail: "swift")])
    }

    @Test(arguments: [
        ("<p>x</p>", "Unsupported start tag \"p\" at byte offset 0"),
        ("a<b>x", "Can't find end tag corresponding to start tag \"b\""),
        ("<b><i>x</b></i>", "Unmatched end tag at byte offset 7, expected \"</i>\", found \"</b>\""),
        ("x</b>", "Unexpected end tag at byte offset 1"),
        ("1 < 2", "Unclosed start tag at byte offset 2"),
    ])
    func `broken markup is refused in the platform's words`(html: String, reason: String) {
        #expect(throws: TelegramHTML.Refusal(reason: reason)) { try TelegramHTML.parse(html) }
    }

    @Test func `trimming moves the entities along`() throws {
        let text = try TelegramHTML.parse("\n <b> x </b> ").trimmed
        #expect(text.text == "x")
        #expect(text.entities == [.init(kind: .bold, offset: 0, length: 1)])
    }

    @Test func `no cut of a marked-up text traps`() {
        let bytes = Array("<a href='x&amp;' k><tg-emoji emoji-id=\"1\">😀&#x1F600;</tg-emoji></a></>&#99999999;".utf8)
        var outcomes = 0
        for end in 0...bytes.count {
            _ = try? TelegramHTML.parse(String(decoding: bytes[..<end], as: UTF8.self))
            outcomes += 1
        }
        #expect(outcomes == bytes.count + 1)
    }
}
