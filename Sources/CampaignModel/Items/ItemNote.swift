/// A note about an unknown item that a poll did not report as new, with the reason.
package struct ItemNote: Sendable, Hashable {
    /// The reason; the raw value is stored, and is the word in output.
    package enum Code: String, Sendable, Hashable, Codable, CaseIterable {
        /// A known item under another id, with the same address.
        case sameLink = "same_link"
        /// A known item under another id, with the same title and path.
        case sameTitle = "same_title"
        /// An item dated before the source was added, or before its memory begins.
        case old
    }

    package var key: ItemKey
    package var code: Code
    /// The item's key before; nil for an old item.
    package var older: ItemKey?
    package var title: String?
    package var link: String?

    package init(_ code: Code, _ item: Item, older: ItemKey? = nil) {
        self.code = code
        key = item.key
        title = item.title
        link = item.link
        self.older = older
    }
}
