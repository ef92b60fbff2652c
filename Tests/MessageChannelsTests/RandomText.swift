import CampaignModel

/// Random numbers that are the same in every run (SplitMix64).
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }
}

/// Trees of rich text as wild as a web page can make them.
struct RandomText {
    private var generator: SeededGenerator
    private static let words = [
        "tea", "price", "<b>", "a&b", "\"quoted\"", "1 < 2 > 0", "&amp;", "👩‍👩‍👧‍👦", "e\u{301}te\u{301}", "שלום",
        "مرحبا بالعالم",
        "価格。新着！", "Wow!", "end.", "🇹🇷", "naïve", "supercalifragilisticexpialidocious", "\n", " ", "</a>", "tab\tbed",
    ]

    init(seed: UInt64) { generator = SeededGenerator(seed: seed) }

    mutating func text(size: Int) -> RichText { RichText(nodes(count: size, depth: 0)) }

    /// A title as feeds have them, whole or broken: words, markup, entities, any scalars; now and then a very long one.
    mutating func title() -> String {
        var title = sentence()
        for _ in 0..<Int.random(in: 0...6, using: &generator) {
            switch Int.random(in: 0..<6, using: &generator) {
            case 0:
                title +=
                    ["<", ">", "&", "\"", "'", "</", "&#60;", "<a href=\"x\">", "\u{0}", "\u{202E}"].randomElement(
                        using: &generator) ?? ""
            case 1: title.unicodeScalars.append(scalar(below: 0x110000))
            case 2: title.unicodeScalars.append(scalar(below: 0x3000))
            default: title += sentence()
            }
        }
        return Int.random(in: 0..<200, using: &generator) == 0 ? String(repeating: title + " ", count: 40) : title
    }

    /// U+FFFE and U+FFFF are replaced where documents are read: XML has no such characters.
    private mutating func scalar(below end: UInt32) -> Unicode.Scalar {
        let value = UInt32.random(in: 0..<end, using: &generator)
        return value == 0xFFFE || value == 0xFFFF ? "x" : Unicode.Scalar(value) ?? "x"
    }

    private mutating func nodes(count: Int, depth: Int) -> [RichText.Node] {
        (0..<count).map { _ in node(depth: depth) }
    }

    private mutating func node(depth: Int) -> RichText.Node {
        let inner = depth > 5 ? 0 : Int.random(in: 0...4, using: &generator)
        switch depth > 5 ? 0 : Int.random(in: 0..<14, using: &generator) {
        case 6: return .lineBreak
        case 7, 8:
            let styles: [RichText.Style] = [.bold, .italic, .underline, .strikethrough, .code]
            let style = styles[Int.random(in: 0..<styles.count, using: &generator)]
            return .styled(style, nodes(count: inner, depth: depth + 1))
        case 9: return .link("https://example.com/?a=1&b=\"2\"", nodes(count: inner, depth: depth + 1))
        case 10: return .paragraph(nodes(count: inner, depth: depth + 1))
        case 11: return .quote(nodes(count: inner, depth: depth + 1))
        case 12: return .preformatted(sentence())
        case 13:
            // An item that shows nothing shows no bullet either, so each begins with a word.
            let items = (0..<inner).map { _ in [.text("item ")] + nodes(count: 2, depth: depth + 1) }
            return .list(ordered: Bool.random(using: &generator), items)
        default: return .text(sentence())
        }
    }

    private mutating func sentence() -> String {
        (0..<Int.random(in: 0...12, using: &generator))
            .map { _ in Self.words[Int.random(in: 0..<Self.words.count, using: &generator)] }
            .joined(separator: " ")
    }
}
