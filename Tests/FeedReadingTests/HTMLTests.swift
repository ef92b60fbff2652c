import CampaignModel
import FeedReading
import Testing

@Suite(.timeLimit(.minutes(1))) struct HTMLTests {
    // Cost that grows with the square of the length takes these two over the suite's time limit.
    @Test func `text between unknown tags becomes one text`() {
        let piece = String(repeating: "a", count: 16)
        let html = String(repeating: piece + "<x>", count: 300_000)
        #expect(HTMLText.richText(html: html, base: nil).nodes == [.text(String(repeating: piece, count: 300_000))])
    }

    @Test func `line breaks at a paragraph's ends are left out`() {
        let html = "<p>" + String(repeating: "<br>", count: 800_000) + "a<br>b<br><br></p>"
        #expect(
            HTMLText.richText(html: html, base: nil).nodes == [.paragraph([.text("a"), .lineBreak, .text("b")])])
    }

    @Test(arguments: [
        ("a  b\n c", "a b c"), ("<p>One</p><p>Two</p>", "<p>One</p><p>Two</p>"),
        ("<p>One<p>Two", "<p>One</p><p>Two</p>"),
        ("<b>x <i>y</b> z", "<b>x <i>y</i></b> z"), ("<h2>Head</h2>text", "<p><b>Head</b></p>text"),
        ("<script>bad()</script>ok<style>x</style>", "ok"), ("<blink>kept</blink>", "kept"),
        ("<a href='/a'>x</a>", "<a href=\"https://example.org/a\">x</a>"), ("<a href='javascript:x()'>x</a>", "x"),
        ("<a href='mailto:a@b.example'>m</a>", "<a href=\"mailto:a@b.example\">m</a>"),
        ("<ul><li>1<li>2</ul>", "<ul><li>1</li><li>2</li></ul>"), ("a<br>b", "a<br>b"),
        ("<pre>a\n  b</pre>", "<pre>a\n  b</pre>"), ("<blockquote>q</blockquote>", "<blockquote>q</blockquote>"),
        ("<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>", "<p>a | b<br>c</p>"),
        ("a &lt; b &amp; c &eacute; &bogus;", "a &lt; b &amp; c é &amp;bogus;"), ("1 < 2", "1 &lt; 2"),
        ("<!-- x -->y<b></b>", "y"), ("<strong>a </strong>b", "<b>a</b> b"), ("<p>a</p></b></i>", "<p>a</p>"),
    ])
    func `HTML becomes the little that chats can show`(html: String, expected: String) {
        #expect(HTMLText.richText(html: html, base: "https://example.org/").html == expected)
    }

    @Test func `absurd nesting is flattened and stays quick`() {
        let html = String(repeating: "<b>", count: 50_000) + "x" + String(repeating: "</i>", count: 50_000)
        #expect(HTMLText.richText(html: html, base: nil).plainText == "x")
        let open = String(repeating: "<a href='x", count: 20_000)
        #expect(HTMLText.richText(html: open, base: nil).isEmpty)
    }

    @Test func `plain text leaves markup out`() {
        #expect(HTMLText.plainText(html: "<p>One &amp; <b>two</b></p><p>Three</p>") == "One & two\n\nThree")
        #expect(HTMLText.plainText(html: "  no \n markup ") == "no markup")
    }

    @Test func `pictures leave out data pixels and emoji`() {
        let html = """
            <img src="data:image/gif;base64,x"><img src="/pixel.gif" width=1 height=1><img src="/a.png" width="640">
            <img class="wp-emoji" src="/e.png"><img src="/s.png" srcset="/s1.png 480w, /s2.png 960w"><IMG SRC='/a.png'>
            """
        #expect(
            HTMLText.images(html: html, base: "https://example.org/")
                == ["https://example.org/a.png", "https://example.org/s2.png"])
    }

    @Test func `the neutral form is one JSON object a line`() throws {
        let document = try read(rss("<item><guid>https://example.org/1</guid><title>A</title></item>"))
        let lines = try document.events.map(NeutralForm.line)
        #expect(lines.first == #"{"feed":{"format":"rss20","link":"https://example.org/","title":"T"}}"#)
        #expect(lines[1].hasPrefix(#"{"item":{"id":"https://example.org/1","key":""#))
        #expect(lines.last == #"{"end":{"complete":true,"items":1,"warnings":[]}}"#)
    }
}
