import CampaignModel

/// What a format hands its items to: the place where records become items.
protocol ItemReceiver: WarningReceiver {
    /// The fields of the document as a whole: title, link, summary, language, image, hub, next, author, updated and
    /// the like.
    /// They may still come after the first item.
    var header: ItemRecord { get }
    /// True once an item came that was one too many: reading is to stop.
    var isFull: Bool { get }

    /// Tells the format; always before the first item. A second call corrects the first, as when a document states
    /// its version behind its items.
    func setFormat(_ format: DocumentFormat)
    /// Tells how words of the items are meant that come from here on; at the latest before the first.
    func setConventions(_ conventions: ItemConventions)
    /// Takes an item. The record is used again after the call.
    func add(_ record: ItemRecord)
}

/// What is told of something odd that a reader lives with.
protocol WarningReceiver: AnyObject {
    /// - Parameters:
    ///   - code: A stable word.
    ///   - message: May hold the document's own text, whatever is in it.
    ///   - item: The item's id or title.
    func warn(_ code: String, _ message: String, item: String?)
}

extension ReadWarning {
    /// A warning that is fit for a line of a log, whatever the document put into it.
    init(_ item: String?, _ code: String, _ message: String) {
        // Characters may be of any length: a letter and a thousand accents are one.
        self.init(
            item: item.map { Self.start($0.prefix(200), 800).printable }, code: code,
            message: Self.start(message[...], 4000).printable)
    }

    private static func start(_ text: Substring, _ bytes: Int) -> String {
        text.utf8.count <= bytes ? String(text) : String(decoding: text.utf8.prefix(bytes), as: UTF8.self)
    }
}
