import CampaignModel
import Testing

@testable import FeedReading

@Suite(.timeLimit(.minutes(5))) struct HTMLTests {
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
        ("<b><p>x</p></b>", "<b><p>x</p></b>"), ("<q>a</q> <small>b</small><sup>2</sup>", "a b2"),
        ("<img alt='no' src='/x.png'>yes", "yes"), ("<b/>x", "x"), ("<a name='x'/>y", "y"), ("a</br>b", "a<br>b"),
        ("<ul><li>1<ul><li>2</ul><li>3</ul>", "<ul><li>1<ul><li>2</li></ul></li><li>3</li></ul>"),
        (
            "<ol><li>1</li><ul><li>2</li></ul><li>3</li></ol>",
            "<ol><li>1</li><li><ul><li>2</li></ul></li><li>3</li></ol>"
        ),
        (
            "<a href='/a'>x <a href='/b'>y</a>",
            "<a href=\"https://example.org/a\">x</a> "
                + "<a href=\"https://example.org/b\">y</a>"
        ),
        ("<body><p>a</p></body></html>b", "<p>a</p>b"), ("</div>a</p>b", "ab"), ("a\u{0}b\u{1}c", "abc"),
        ("AT&T &hellip; &apos;&check;&ccaron;", "AT&amp;T … '✓č"),
        ("a&nbsp b &ampc &copy=1", "a\u{A0} b &amp;ampc &amp;copy=1"),
        ("&#8217;&#146;&#x1F600;&#xD83D;&#xDE00;&#0;&#99999999;", "’’😀😀\u{FFFD}"),
        ("a < b <5 <- c", "a &lt; b &lt;5 &lt;- c"),
        ("<p>x<!-- <b> --> y<!-->z", "<p>x yz</p>"), ("<![CDATA[<i>x</i>]]> y", "<i>x</i> y"),
        ("cut <a href='http://exa", "cut"), ("cut <strong", "cut"), ("a<b", "a&lt;b"), ("x <y and", "x &lt;y and"),
        ("<a href=\"/a>x</a> y", "<a href=\"https://example.org/a\">x</a> y"),
        ("<!-- x -->y<b></b>", "y"), ("<strong>a </strong>b", "<b>a</b> b"), ("<p>a</p></b></i>", "<p>a</p>"),
    ])
    func `HTML becomes the little that chats can show`(html: String, expected: String) {
        #expect(HTMLText.richText(html: html, base: "https://example.org/").html == expected)
    }

    @Test(arguments: [
        "<script>no</script>yes", "<style>no</style>yes", "<template><p>no</p></template>yes", "yes<script>no",
        "<iframe src='/'>no</iframe>yes", "<iframe src='/'/>yes", "<iframe>yes", "<video><p>no</p></video>yes",
        "<audio>no</audio>yes", "<object><param>no</object>yes", "<svg><title>no</title><text>no</text></svg>yes",
        "<select><option>no<option>no</select>yes", "<textarea>no</textarea>yes", "<noscript>yes</noscript>",
        "<button>yes</button><input value=no>", "<SCRIPT>no</Script >yes", "<title>no</title>yes",
        "<script>'</scrip' <!-- no</script>yes",
    ])
    func `what is not to be read vanishes with its content`(html: String) {
        #expect(HTMLText.plainText(html: html) == "yes")
    }

    @Test(arguments: [
        "javascript:x()", " javascript:x()", "java\tscript:x()", "java\nscript:x()", "JaVaScRiPt:x()",
        "&#106;avascript:x()", "&#106&#97&#118&#97&#115&#99&#114&#105&#112&#116&#58x()", "&#x6A;avascript&colon;x()",
        "\u{1}javascript:x()", "java&Tab;script:x()", "vbscript:x", "data:text/html,x", "file:///etc/passwd",
        "&#0000106&#0000097vascript:x()", "", "feed:http://example.org/",
    ])
    func `an address of another kind is no link`(href: String) {
        let rich = HTMLText.richText(html: "<a href=\"\(href)\">x</a>", base: nil)
        #expect(rich.nodes == [.text("x")])
    }

    @Test func `tags beyond the depth limit are left out and their text stays apart`() {
        let html = String(repeating: "<blockquote>", count: 300) + "<p>a</p><p>b</p>"
        #expect(HTMLText.plainText(html: html) == "a\n\nb")
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

    @Test(arguments: [
        ("Tom & Jerry", "Tom & Jerry"), ("1 < 2", "1 < 2"), ("a<b", "a<b"), ("<b>x</b> &amp; <i>y</i>", "x & y"),
        ("<p>One</p><p>Two</p>", "One Two"), ("One<br>Two", "One Two"), ("in<b>word</b>s", "inwords"), ("", ""),
        ("  two \n words ", "two words"), ("&lt;b&gt;", "<b>"), ("<table><tr><td>a<td>b</table>", "a b"),
    ])
    func `a title is one line of text`(html: String, expected: String) {
        #expect(HTMLText.line(html: html) == expected)
    }

    @Test(arguments: [
        ("<img src=/a.jpg style='width: 1px; height:1px'>", ""), ("<img src=/a.jpg height=20>", ""),
        ("<img src=/a.jpg width='100%'>", "a.jpg"), ("<img src=/a.jpg style='width:100%'>", "a.jpg"),
        ("<img src=data:x data-src=/a.jpg>", "a.jpg"), ("<img src=/wait.gif data-lazy-src=/a.jpg>", "a.jpg"),
        ("<img src=/s.jpg data-srcset='/a.jpg 100w, /b,1.jpg 200w'>", "b,1.jpg"),
        ("<img srcset='/a.jpg, /b.jpg 1.5x,/c.jpg 2x'>", "c.jpg"),
        ("<picture><source type=image/webp srcset='/a.webp 900w'><img src=/a.jpg></picture>", "a.jpg"),
        ("<picture><source srcset='/l.jpg 900w'><img src=/a.jpg></picture><img src=/b.jpg>", "l.jpg b.jpg"),
        ("<picture><source srcset=/dark.jpg><img src=/a.jpg></picture>", "a.jpg"),
        ("<picture><source type=image/webp srcset=/a.webp><img src=data:x></picture>", "a.webp"),
        ("<img src='https://feeds.feedburner.com/~r/x/~4/y'><img src=https://pixel.wp.com/b.gif?x=1>", ""),
        ("<img src=/pixel><img src=/pixels.jpg><img src=https://s.w.org/twemoji/1.png>", "pixels.jpg"),
        ("<noscript><img src=/a.jpg></noscript><script>'<img src=/b.jpg>'</script><!-- <img src=/c.jpg> -->", "a.jpg"),
    ])
    func `the best of a picture's addresses is taken`(html: String, expected: String) {
        let images = HTMLText.images(html: html, base: "https://example.org/").map { $0.dropFirst(20) }
        #expect(images.joined(separator: " ") == expected)
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
        let lines = document.events.map(NeutralForm.line)
        #expect(lines.first == #"{"feed":{"format":"rss20","link":"https://example.org/","title":"T"}}"#)
        #expect(lines[1].hasPrefix(#"{"item":{"id":"https://example.org/1","key":""#))
        #expect(lines.last == #"{"end":{"complete":true,"items":1,"warnings":[]}}"#)
    }
}
