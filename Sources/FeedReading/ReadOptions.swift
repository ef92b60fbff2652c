package import CampaignModel

/// What a reader is told about a document beside its bytes.
package struct ReadOptions: Sendable {
    /// Where the document came from; relative links are resolved against it as the last resort.
    package var baseURL: String?
    /// The HTTP answer's Content-Type; only its charset counts.
    package var contentType: String?
    /// The format that the owner stated, or nil to find out from the content.
    package var format: DocumentFormat?
    /// How the owner maps a document of no known format.
    package var mapping: DocumentMapping?
    package var limits: ReadLimits
    /// What items are known by; nil for a document whose source has none yet: then each item also tells
    /// ``FoundItem/alternativeKey``.
    package var identity: IdentityPolicy? = .id

    package init(
        baseURL: String? = nil, contentType: String? = nil, format: DocumentFormat? = nil,
        mapping: DocumentMapping? = nil, limits: ReadLimits = .init()
    ) {
        self.baseURL = baseURL
        self.contentType = contentType
        self.format = format
        self.mapping = mapping
        self.limits = limits
    }
}

/// What a document may cost. libxml2 has quadratic corners, so the limits are kept before and around it.
package struct ReadLimits: Sendable {
    /// Bytes of a document, unpacked.
    package var bytes = 2 << 30
    /// Elements inside each other.
    package var depth = 64
    /// Bytes of one start tag, attributes included.
    package var startTagBytes = 32 * 1024
    /// Attributes of one element.
    package var attributes = 64
    /// Namespaces that one element declares, and those in force at one place.
    package var elementNamespaces = 64
    package var namespaces = 256
    /// Different element names in one document, and as many of attributes, prefixes and namespaces.
    package var names = 4096
    /// Items of one document: the identity of each is kept until its end.
    package var items = 5_000_000
    /// Bytes of one field's text; what is longer is cut, with a warning.
    package var fieldBytes = 1 << 20
    /// The same for fields of one line: titles, names and categories.
    package var lineBytes = 64 * 1024
    /// Bytes of all texts of one item together; what is more is cut, with a warning.
    package var itemBytes = 4 << 20
    /// Values of one item that repeat: categories, images, enclosures …
    package var values = 256
    /// Warnings that are kept; further ones are left out.
    package var warnings = 100
    /// Seconds of processor time for a document, and more for each MiB of it, unpacked. Generous: some fifty times what feeds
    /// take. It is looked at between pieces of some KiB, so the last one may take longer.
    package var cpuSeconds = 2.0
    package var cpuSecondsPerMiB = 1.0

    package init() {}
}

/// What comes out of a document, in its order.
package enum ReadEvent: Sendable, Hashable {
    /// Once, before the first item, with what is known of the document by then.
    case feed(FeedDescription)
    case item(Item)
    /// The same of a reader that was asked for items without their texts.
    case found(FoundItem)
    /// Once, the last one.
    case end(DocumentEnd)
}
