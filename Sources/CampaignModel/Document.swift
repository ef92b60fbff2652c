/// What a document says of itself, apart from its items.
package struct FeedDescription: Sendable, Hashable, Codable {
    package var format: DocumentFormat
    package var title: String?
    package var link: String?
    package var description: String?
    package var language: String?
    package var updated: Timestamp?
    package var image: String?
    /// The WebSub hub that announces changes.
    package var hub: String?
    /// The next page of the document.
    package var next: String?

    package init(
        format: DocumentFormat, title: String? = nil, link: String? = nil, description: String? = nil,
        language: String? = nil, updated: Timestamp? = nil, image: String? = nil, hub: String? = nil,
        next: String? = nil
    ) {
        self.format = format
        self.title = title
        self.link = link
        self.description = description
        self.language = language
        self.updated = updated
        self.image = image
        self.hub = hub
        self.next = next
    }
}

/// The formats that are read so far; the raw value is the name in settings and output.
package enum DocumentFormat: String, Sendable, Hashable, Codable, CaseIterable {
    case rss20
    case atom10
    case googleRSS = "google_rss"
    case googleAtom = "google_atom"
}

/// Something odd that a reader met and lived with.
package struct ReadWarning: Sendable, Hashable, Codable {
    /// The item's id or title, when one item is meant.
    package var item: String?
    /// A stable word: `bad_date`, `bad_price`, `duplicate_id` …
    package var code: String
    package var message: String

    package init(item: String? = nil, code: String, message: String) {
        self.item = item
        self.code = code
        self.message = message
    }
}

/// How a document ended.
package struct DocumentEnd: Sendable, Hashable, Codable {
    package var items: Int
    /// False when the document was cut or mended in a way that may have lost items: nothing may be inferred from
    /// what is absent.
    package var complete: Bool
    /// The first of them; a broken catalog of a million items does not make a million warnings.
    package var warnings: [ReadWarning]

    package init(items: Int, complete: Bool, warnings: [ReadWarning]) {
        self.items = items
        self.complete = complete
        self.warnings = warnings
    }
}
