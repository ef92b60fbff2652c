package import CampaignModel

extension HTMLText {
    /// HTML as the little that chats can show: bold, italic, underline, strikethrough, code, links, paragraphs, quotes,
    /// lists and preformatted text.
    ///
    /// Headings become bold paragraphs, table rows lines; unknown tags vanish and their text stays; scripts, styles,
    /// frames, players, drawings and selections vanish with their content; links that are not http(s), mailto or tg
    /// become plain text. Whatever the input, the tree is at most 64 deep, and time and size are linear.
    package static func richText(html: String, base: String?) -> RichText {
        let builder = RichTextBuilder(base: base)
        HTMLPushParser.parse(html, into: builder)
        return builder.finish()
    }

    /// The same of bytes in UTF-8.
    static func richText(html: UnsafeBufferPointer<UInt8>, base: String?) -> RichText {
        let builder = RichTextBuilder(base: base)
        HTMLPushParser.parse(html, into: builder)
        return builder.finish()
    }
}

/// Builds the tree from what libxml2 finds.
final class RichTextBuilder: HTMLReceiver {
    static let interest = HTMLInterest(
        names: HTMLNames([
            .bold, .italic, .underline, .strikethrough, .code, .anchor, .paragraph, .division, .heading, .quote,
            .preformatted, .list, .orderedList, .listItem, .term, .definition, .table, .row, .cell, .caption,
            .lineBreak, .rule,
        ]), attributed: HTMLNames([.anchor]), attributes: [.href])

    // A struct, so that a tag or text costs one check for exclusive access and not one for each property.
    private var tree: RichTextTree

    init(base: String?) { tree = RichTextTree(base: base) }

    func start(_ name: HTMLName, _ attributes: HTMLAttributes) {
        tree.start(name, href: name == .anchor ? attributes[.href] : nil)
    }

    func end(_ name: HTMLName) { tree.end(name) }

    func text(_ bytes: UnsafeBufferPointer<UInt8>) { tree.text(bytes) }

    /// What came until now; to be asked for once.
    func finish() -> RichText { tree.finish() }
}
