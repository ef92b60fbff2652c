import CampaignModel

/// What becomes of an element's content.
enum XMLCapture {
    /// Nothing is kept; the children are told one by one.
    case none
    /// All text within, as characters; children are not told.
    case text
    /// Text as it is, child elements as tags: HTML that somebody forgot to escape.
    case html
    /// Child elements as HTML with their text escaped: Atom's `type="xhtml"`.
    case xhtml
}

/// Where the parser stands: the elements that are open, the current one last, and the `xml:base` in force.
struct XMLPlace {
    var path: [XMLName] = []
    var base: String?

    var depth: Int { path.count }
    var parent: XMLName? { path.count > 1 ? path[path.count - 2] : nil }
}

/// The field mapping of one family of XML documents.
protocol XMLDialect: AnyObject {
    /// True between an item's start and its end.
    var isInItem: Bool { get }
    /// An element begins.
    func start(_ name: XMLName, _ attributes: XMLAttributes, _ place: XMLPlace) -> XMLCapture
    /// An element ends. `text` is what was captured, without white space at its ends; nil when nothing was asked for
    /// or nothing was there.
    func end(_ name: XMLName, _ text: String?, _ place: XMLPlace)
}
