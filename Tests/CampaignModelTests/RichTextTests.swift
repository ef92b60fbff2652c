import CampaignModel
import Testing

@Suite struct RichTextTests {
    private let sample = RichText([
        .paragraph([.text("Fish & "), .styled(.bold, [.text("chips <3")])]),
        .list(ordered: true, [[.text("one")], [.link("https://a.example/?x=1&y=2", [.text("two")])]]),
        .quote([.text("end"), .lineBreak, .lineBreak]),
    ])

    @Test func `plain text keeps blocks apart and ends without empty lines`() {
        #expect(sample.plainText == "Fish & chips <3\n\n1. one\n2. two\n\nend")
    }

    @Test func `HTML is balanced and escaped`() {
        #expect(
            sample.html == "<p>Fish &amp; <b>chips &lt;3</b></p>"
                + "<ol><li>one</li><li><a href=\"https://a.example/?x=1&amp;y=2\">two</a></li></ol>"
                + "<blockquote>end<br><br></blockquote>"
        )
    }

    @Test func `text of white space alone is empty`() {
        #expect(RichText([.paragraph([.text(" \u{a0}")]), .lineBreak]).isEmpty)
        #expect(!sample.isEmpty)
    }
}
