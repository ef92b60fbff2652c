/// The elements of HTML that somebody here looks at; synonyms are one (`strong` is ``bold``), all others are unknown
/// and only their text counts.
enum HTMLName: UInt8, CaseIterable {
    case bold, italic, underline, strikethrough, code, anchor
    case paragraph, division, heading, quote, preformatted, list, orderedList, listItem, term, definition
    case table, row, cell, caption
    // Without content:
    case lineBreak, rule, image, source, link, base, input
    case picture, title
    // Their content is nothing to read:
    case script, style, template, iframe, noembed, noframes, video, audio, object, canvas, svg, select, textarea,
        annotation, applet, xml

    /// An element without content, `<br>` and the like.
    var isVoid: Bool {
        switch self {
        case .lineBreak, .rule, .image, .source, .link, .base, .input: true
        default: false
        }
    }

    /// An element whose content is passed over, unless somebody wants it.
    var isSilent: Bool { rawValue >= Self.title.rawValue }

    /// Browsers take everything after such a tag for its content when the end tag is missing.
    var swallowsRest: Bool {
        switch self {
        case .script, .style, .textarea: true
        default: false
        }
    }

    /// What stands before and after it is never one word.
    var isBlock: Bool {
        switch self {
        case .paragraph, .division, .heading, .quote, .preformatted, .list, .orderedList, .listItem, .term,
            .definition, .table, .row, .cell, .caption, .lineBreak, .rule:
            true
        default: false
        }
    }

    var isList: Bool { self == .list || self == .orderedList }

    /// The name that libxml2 gets. Of synonyms the one that libxml2 does not close by itself before a block, as it
    /// does with `b` before `p`; and both lists are one element to it, because it closes `ol` before `ul`.
    var spelling: StaticString {
        switch self {
        case .bold: "strong"
        case .italic: "em"
        case .underline: "ins"
        case .strikethrough: "del"
        case .code: "code"
        case .anchor: "a"
        case .paragraph: "p"
        case .division: "div"
        case .heading: "h1"
        case .quote: "blockquote"
        case .preformatted: "pre"
        case .list, .orderedList: "ul"
        case .listItem: "li"
        case .term: "dt"
        case .definition: "dd"
        case .table: "table"
        case .row: "tr"
        case .cell: "td"
        case .caption: "caption"
        case .lineBreak: "br"
        case .rule: "hr"
        case .image: "img"
        case .source: "source"
        case .link: "link"
        case .base: "base"
        case .input: "input"
        case .picture: "picture"
        case .title: "title"
        default: "span"
        }
    }

    /// Nil for an element that nobody looks at.
    @inline(__always)
    init?(_ bytes: UnsafeBufferPointer<UInt8>, _ start: Int, _ end: Int) {
        guard let word = ByteWord(bytes, start, end, lowercased: true), let value = Self.words[word],
            let name = HTMLName(rawValue: UInt8(truncatingIfNeeded: value))
        else { return nil }
        self = name
    }

    private static let words = ByteWordTable(
        synonyms.flatMap { name, words in
            words.split(separator: " ").map { (word: String($0), value: UInt32(name.rawValue)) }
        })

    private static let synonyms: [(HTMLName, String)] = [
        (.bold, "b strong"), (.italic, "i em cite dfn var"), (.underline, "u ins"), (.strikethrough, "s del strike"),
        (.code, "code kbd samp tt"), (.anchor, "a"), (.paragraph, "p"),
        (
            .division,
            """
            div section article header footer main aside nav figure figcaption dl address center details summary form \
            fieldset legend hgroup dialog search
            """
        ), (.heading, "h1 h2 h3 h4 h5 h6"), (.quote, "blockquote"), (.preformatted, "pre listing xmp"),
        (.list, "ul menu dir"), (.orderedList, "ol"), (.listItem, "li"), (.term, "dt"), (.definition, "dd"),
        (.table, "table"), (.row, "tr"), (.cell, "td th"), (.caption, "caption"), (.lineBreak, "br"), (.rule, "hr"),
        (.image, "img image"), (.source, "source"), (.link, "link"), (.base, "base"), (.input, "input"),
        (.picture, "picture"), (.title, "title"), (.script, "script"), (.style, "style"), (.template, "template"),
        (.iframe, "iframe"), (.noembed, "noembed"), (.noframes, "noframes"), (.video, "video"), (.audio, "audio"),
        (.object, "object"), (.canvas, "canvas"), (.svg, "svg"), (.select, "select"), (.textarea, "textarea"),
        (.annotation, "annotation"), (.applet, "applet"), (.xml, "xml"),
    ]
}

/// A set of elements.
struct HTMLNames: OptionSet {
    let rawValue: UInt64

    init(rawValue: UInt64) { self.rawValue = rawValue }

    init(_ names: some Sequence<HTMLName>) {
        rawValue = names.reduce(0) { $0 | 1 << UInt64($1.rawValue) }
    }

    @inline(__always)
    func has(_ name: HTMLName) -> Bool { rawValue & (1 << UInt64(name.rawValue)) != 0 }
}

/// The attributes that somebody here looks at.
enum HTMLAttribute: UInt8, CaseIterable {
    case href, src, srcset, dataSrc, dataSrcset, dataLazySrc, dataOriginal, width, height, style, kind, rel, type

    var spelling: StaticString {
        switch self {
        case .href: "href"
        case .src: "src"
        case .srcset: "srcset"
        case .dataSrc: "data-src"
        case .dataSrcset: "data-srcset"
        case .dataLazySrc: "data-lazy-src"
        case .dataOriginal: "data-original"
        case .width: "width"
        case .height: "height"
        case .style: "style"
        case .kind: "class"
        case .rel: "rel"
        case .type: "type"
        }
    }

    @inline(__always)
    init?(_ bytes: UnsafeBufferPointer<UInt8>, _ start: Int, _ end: Int) {
        guard let word = ByteWord(bytes, start, end, lowercased: true), let value = Self.words[word],
            let attribute = HTMLAttribute(rawValue: UInt8(truncatingIfNeeded: value))
        else { return nil }
        self = attribute
    }

    private static let words = ByteWordTable(
        allCases.map { (word: "\($0.spelling)", value: UInt32($0.rawValue)) }
            + [(word: "data-lazy-srcset", value: UInt32(HTMLAttribute.dataSrcset.rawValue))])
}
