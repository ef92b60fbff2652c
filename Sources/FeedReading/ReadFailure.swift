package import CampaignModel

/// Why a document gave nothing at all. A document that gave items and then broke ends with `complete: false` instead.
package enum ReadFailure: Error, Sendable, Hashable {
    /// `what` says what it is instead, with its article: `a web page (“Not found”)`. `feeds` are the absolute
    /// addresses of the feeds that a web page links to.
    case notAFeed(what: String, feeds: [String])
    /// XML of no known kind. The proposal says how its items could be read; nil when nothing in it looks like items.
    case unknownXML(root: String, proposal: DocumentMapping?)
    /// It does not fit the owner's mapping, or the mapping does not fit such documents. `line` as of `broken`.
    case unmapped(message: String, line: Int)
    /// It is a feed, or was meant as one, but cannot be read. `line` counts from 1; 0 when it is unknown.
    case broken(message: String, line: Int)

    /// The failure in the words and code of the command line.
    ///
    /// - Parameter document: What the owner calls the document: its address, or its file's name.
    /// - Returns: A problem of code `not_a_feed` or `broken_document`, with a hint.
    package func problem(in document: String) -> Problem {
        switch self {
        case .notAFeed(let what, let feeds):
            Problem(.notAFeed, "\(document) is not a feed: it is \(what)", hint: Self.hint(for: feeds))
        case .unknownXML(let root, let proposal):
            Problem(
                .notAFeed, "\(document) is XML of an unknown kind (its root element is <\(root.printable)>)",
                hint: proposal.map { "This mapping could read it; check it, and put it into feeds/: \($0.yaml)" }
                    ?? "Nothing in it looks like articles or products; is it the right address?")
        case .unmapped(let message, let line):
            Problem(
                .notAFeed, "\(document) does not fit its mapping\(line > 0 ? ", line \(line)" : ""): \(message)",
                hint: "Mend the mapping: `tellal parse FILE --mapping FILE` tries one. Nothing was changed here.")
        case .broken(let message, let line):
            Problem(
                .brokenDocument,
                line > 0
                    ? "\(document) cannot be read, line \(line): \(message)" : "\(document) cannot be read: \(message)",
                hint: "Tell the publisher of the document; nothing was changed here, and the next poll tries again."
            )
        }
    }

    private static func hint(for feeds: [String]) -> String {
        switch feeds.count {
        case 0: "Give the address of an RSS or Atom feed or of a product catalog."
        case 1: "The page links to this feed, use its address instead: \(feeds[0])"
        default: "The page links to these feeds, use one of their addresses instead: \(feeds.joined(separator: ", "))"
        }
    }
}

extension DocumentMapping {
    /// As it stands in feeds/, on one line.
    package var yaml: String {
        let pairs = fields.sorted { $0.key < $1.key }.map { "\($0.key): \(Self.quoted($0.value))" }
        return "format: {item: \(Self.quoted(item)), fields: {\(pairs.joined(separator: ", "))}}"
    }

    private static func quoted(_ text: String) -> String {
        let text = text.printable.replacingText("\\", with: "\\\\").replacingText("\"", with: "\\\"")
        return "\"\(text)\""
    }
}
