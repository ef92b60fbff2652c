import CampaignModel

/// Reads the documents of one syntax: XML, JSON or CSV.
///
/// It gets UTF-8 bytes, whatever the document was written in, and hands items to an ``ItemCollector``. It never throws:
/// what goes wrong ends up in ``breakage``, because complete items before it must not be lost.
protocol DocumentReader: AnyObject {
    /// Why reading stopped; nil while all is well.
    var breakage: Breakage? { get }
    /// True when the document's last element was closed: what follows is not read.
    var isDone: Bool { get }
    /// See ``DocumentEnd/isOpen``.
    var isOpen: Bool? { get }

    func push(_ bytes: UnsafeBufferPointer<UInt8>)
    /// No more bytes will come.
    func finish()
}

extension DocumentReader {
    var isOpen: Bool? { nil }
}

/// What stopped a reader.
enum Breakage: Sendable, Hashable {
    case notAFeed(String)
    /// XML of no known kind, and what could be said of its items.
    case unknownXML(root: String, proposal: DocumentMapping?)
    /// It is not as the owner's mapping says, or the mapping does not fit such documents.
    case unmapped(message: String, line: Int)
    case broken(message: String, line: Int)
}
