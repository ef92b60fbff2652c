/// Something that a poll found of an item and did not tell: why it is no news.
package struct ItemNote: Sendable, Hashable {
    /// What it is instead; the raw value is stored, and is the word in output.
    package enum Code: String, Sendable, Hashable, Codable, CaseIterable {
        /// It is a known one under another id, for it has the same address.
        case sameLink = "same_link"
        /// It is a known one under another id, for it has the same title and path.
        case sameTitle = "same_title"
        /// It is dated before anybody listened.
        case old
    }

    package var key: ItemKey
    package var code: Code
    /// What it was known by before.
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
