/// `rich_message` of `sendRichMessage` (Bot API 10.1): one long text with headings, lists, tables and media.
///
/// The sandbox checks the limits and shows the text; it does not draw the blocks.
struct TelegramRichMessage: Sendable, Hashable {
    private static let maximumCharacters = 32_768
    private static let maximumBlocks = 500
    private static let maximumMedia = 50
    private static let blockTags: Set<String> = [
        "p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "table", "tr", "blockquote", "pre", "details", "hr",
        "figure", "img", "video", "audio",
    ]
    private static let mediaTags: Set<String> = ["img", "video", "audio"]

    /// As it was sent.
    let json: JSON
    let hasMedia: Bool
    /// Without its markup.
    let text: String

    init(_ parameters: RequestParameters) throws(TelegramError) {
        guard let rich = parameters.structure("rich_message"), rich.isObject else {
            throw .badRequest("there is no rich_message in the request")
        }
        let html = rich["html"]?.string
        let markdown = rich["markdown"]?.string
        guard (html == nil) != (markdown == nil) else {
            throw .badRequest("rich_message must have exactly one of html and markdown")
        }
        let (plain, tags, spaces) = html.map { Self.split($0) } ?? (markdown ?? "", [], 0)
        guard plain.contains(where: { !$0.isWhitespace }) || !tags.isEmpty else {
            throw .badRequest("rich message is empty")
        }
        guard plain.utf16.count - spaces <= Self.maximumCharacters else {
            throw .badRequest("rich message is too long")
        }
        let paragraphs = (markdown ?? "").split(separator: "\n\n").count
        guard tags.count(where: { Self.blockTags.contains($0) }) <= Self.maximumBlocks, paragraphs <= Self.maximumBlocks
        else { throw .badRequest("rich message has too many blocks") }
        let pictures = (markdown ?? "").split(separator: "![", omittingEmptySubsequences: false).count - 1
        let media = tags.count(where: { Self.mediaTags.contains($0) }) + pictures
        guard media <= Self.maximumMedia else { throw .badRequest("rich message has too many media") }
        hasMedia = media > 0
        json = rich
        text = plain
    }

    /// The text with a space for each tag, the names of the tags that open, and how many of those spaces there are.
    private static func split(_ html: String) -> (String, [String], Int) {
        var text: [UInt8] = []
        var tags: [String] = []
        var tag: [UInt8]?
        var spaces = 0
        for byte in html.utf8 {
            if byte == UInt8(ascii: "<") {
                tag = []
            } else if byte == UInt8(ascii: ">"), let open = tag {
                let name = open.prefix { $0 > 0x20 && $0 != UInt8(ascii: "/") }
                if !name.isEmpty { tags.append(String(decoding: name, as: UTF8.self).lowercased()) }
                text.append(UInt8(ascii: " "))
                spaces += 1
                tag = nil
            } else if tag != nil {
                tag?.append(byte)
            } else {
                text.append(byte)
            }
        }
        return (TelegramHTML.decoded(text[...]), tags, spaces)
    }
}
