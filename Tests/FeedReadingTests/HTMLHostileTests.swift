import CampaignModel
import Testing

@testable import FeedReading

/// HTML that is meant to take long or to break something.
@Suite(.timeLimit(.minutes(5))) struct HTMLHostileTests {
    private static let size = 64 * 1024

    private static func fill(_ piece: String, after start: String = "") -> String {
        start + String(repeating: piece, count: max(1, (size - start.utf8.count) / piece.utf8.count))
    }

    private static let pieces = [
        "<b>", "<a href=x>", "<a href='x", "<font>", "<table>", "<div>", "<li>", "<ol>", "<td>", "</i>", "<p>", "<x",
        "<x>",
        "<b ", "<!--", "<!-- ", "<![CDATA[", "<script", "<script>", "<video>", "<svg><video><iframe>", "&", "&aaa;",
        "&thetasym;", "&#1", "<", "< ", "text ", "<br>", "<b></b>", "<body>", "\u{0}", "\"", "é", "<b a=\">\" ",
        "<p></div>", "<a b=\"", "<a b='\"", "</", "</x", "<?", "<a<", "<pre>", "<i href=",
        "<img src=a srcset='a 1w,b 2w'>",
    ]

    private static let openAndBlocked = "<div><td>" + String(repeating: "<b>", count: 120)

    /// Comparisons of end tags have a bound of their own; all else is looked at a few times.
    private func isLinear(_ html: String) -> Bool {
        let work = HTMLPushParser.parse(html, into: RichTextBuilder(base: nil))
        return work <= 24 * html.utf8.count + HTMLPushParser.endSteps + 2 * HTMLPushParser.deepest
    }

    @Test(arguments: pieces)
    func `whatever is repeated costs linear work`(piece: String) {
        #expect(isLinear(Self.fill(piece)))
        #expect(isLinear(Self.fill(piece) + ">"))
        #expect(isLinear(Self.fill(piece) + "\">'>--></script>"))
    }

    @Test func `many attributes and end tags in vain cost linear work`() {
        #expect(isLinear("<a" + (0..<8000).map { " a\($0)=''" }.joined() + ">x</a>"))
        #expect(isLinear("<a" + Self.fill(" href=x") + ">x</a>"))
        #expect(isLinear(Self.fill("</div>", after: Self.openAndBlocked)))
        #expect(isLinear(Self.fill("<p>x</div>", after: Self.openAndBlocked)))
    }

    @Test func `when end tags have cost too much only the innermost element is ended`() {
        // Every one of these is compared with all that is open, and ends nothing.
        let vain = String(repeating: "</div>", count: 1 + HTMLPushParser.endSteps / 120)
        let html = Self.openAndBlocked + vain + "<i>x</i>y"
        let rich = HTMLText.richText(html: html, base: nil)
        #expect(rich.plainText == "xy")
    }

    @Test(arguments: 0..<60)
    func `tag soup becomes well-nested allowed tags wherever libxml2's pieces end`(seed: Int) {
        var soup = TagSoup(seed: UInt64(seed) &* 7919 &+ 1)
        let html = soup.text()
        let whole = build(html, piece: 16 * 1024)
        #expect(StrictReader.problem(in: whole.html) == nil, "\(html)")
        #expect(whole == HTMLText.richText(html: html, base: "https://example.org/"))
        for piece in [1, 2, 7, 64] { #expect(build(html, piece: piece) == whole, "piece \(piece): \(html)") }
        _ = HTMLText.images(html: html, base: nil)
        _ = HTMLText.line(html: html)
        _ = WebPage(Array(html.utf8), address: nil).description
    }

    @Test(arguments: 0..<40)
    func `bytes without sense make valid text`(seed: Int) {
        var soup = TagSoup(seed: UInt64(seed) &* 104_729 &+ 3)
        let bytes = soup.bytes()
        let rich = bytes.withUnsafeBufferPointer { HTMLText.richText(html: $0, base: nil) }
        #expect(StrictReader.problem(in: rich.html) == nil)
    }

    private func build(_ html: String, piece: Int) -> RichText {
        let builder = RichTextBuilder(base: "https://example.org/")
        HTMLPushParser.parse(html, into: builder, piece: piece)
        return builder.finish()
    }
}

/// Random HTML, the same for the same seed.
private struct TagSoup {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    private static let names = [
        "b", "i", "u", "s", "em", "code", "a", "p", "div", "h1", "h3", "blockquote", "pre", "ul", "ol", "li", "dl",
        "dt",
        "dd", "table", "tr", "td", "th", "tbody", "br", "hr", "img", "span", "font", "script", "style", "video",
        "select",
        "option", "form", "title", "html", "body", "head", "x-y", "center", "iframe", "svg", "meta", "frameset",
        "plaintext",
    ]
    private static let odds = [
        "a", " ", "\n", "text", "&amp;", "&", "&lt;b&gt;", "&#60;", "&bogus;", "<", ">", "\"", "'", "<!--", "-->",
        "<![CDATA[",
        "]]>", "</", "<?x?>", "<!DOCTYPE x>", "é", "😀", "\u{0}", "\u{FFFE}", "=", "/", "&#xD83D;", "&nbsp;",
    ]
    private static let attributes = [
        " href='/a?b&c'", " href=javascript:x", " href=\"http://x.example/>\"", " href", " HREF='tg://x'", " class=\"",
        " a=b", " type=1", " style='x", " / ", " href='mailto:a@b.example'",
    ]

    private mutating func number(_ limit: Int) -> Int {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Int((state >> 33) % UInt64(max(1, limit)))
    }

    private mutating func pick(_ words: [String]) -> String { words[number(words.count)] }

    mutating func text() -> String {
        var output = ""
        for _ in 0..<(20 + number(200)) {
            switch number(10) {
            case 0..<4:
                output += "<" + pick(Self.names)
                for _ in 0..<number(3) { output += pick(Self.attributes) }
                output += number(12) == 0 ? "/>" : ">"
            case 4..<7: output += "</" + pick(Self.names) + ">"
            default: output += pick(Self.odds)
            }
        }
        return output
    }

    mutating func bytes() -> [UInt8] {
        var bytes = Array(text().utf8)
        for _ in 0..<(bytes.count / 8) { bytes[number(bytes.count)] = UInt8(truncatingIfNeeded: number(256)) }
        return bytes
    }
}

/// Reads the canonical HTML of a tree and takes offence at anything else.
private enum StrictReader {
    static func problem(in html: String) -> String? {
        var open: [Substring] = []
        var rest = html[...]
        while let start = rest.firstIndex(of: "<") {
            guard let end = rest[start...].firstIndex(of: ">") else { return "a tag without an end" }
            let tag = rest[rest.index(after: start)..<end]
            rest = rest[rest.index(after: end)...]
            if tag.hasPrefix("/") {
                guard open.popLast() == tag.dropFirst() else { return "</\(tag.dropFirst())> ends another tag" }
                continue
            }
            let name = tag.prefix { $0 != " " }
            guard ["b", "i", "u", "s", "code", "a", "p", "blockquote", "pre", "ul", "ol", "li", "br"].contains(name)
            else {
                return "<\(name)>"
            }
            if name != "br" { open.append(name) }
            let attributes = tag.dropFirst(name.count)
            let schemes = ["http://", "https://", "mailto:", "tg:"].map { " href=\"" + $0 }
            guard name == "a" ? schemes.contains(where: { attributes.hasPrefix($0) }) : attributes.isEmpty else {
                return "<\(tag)>"
            }
            if name == "a", open.dropLast().contains("a") { return "a link in a link" }
        }
        return open.isEmpty ? nil : "<\(open.joined(separator: "><"))> is not ended"
    }
}
