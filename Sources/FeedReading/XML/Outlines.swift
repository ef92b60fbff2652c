package import CampaignModel

/// What a list of subscriptions holds: OPML, FOAF or iGoogle's tabs.
package struct Outlines: Sendable, Hashable {
    package var title: String?
    /// Whose list it is.
    package var owner: String?
    /// When the list was written, as it states it.
    package var created: Timestamp?
    /// The version of OPML as the list states it.
    package var version: String?
    /// In the list's order, each address once.
    package var sources: [OutlinedSource] = []
    /// Further lists that outlines of type `include` or `link` refer to, now and then a page; nobody looks into them.
    package var lists: [OutlinedPage] = []
    /// Pages that are listed without a feed of theirs.
    package var pages: [OutlinedPage] = []
    /// False when the list was cut: what it lost is not known.
    package var complete = true
    /// The first ones, as many as the limits allow.
    package var warnings: [ReadWarning] = []

    package init() {}
}

/// A feed or catalog in a list of subscriptions.
package struct OutlinedSource: Sendable, Hashable {
    package var title: String?
    /// Absolute, http or https.
    package var url: String
    /// The outlines around it, the outermost first.
    package var folder: [String]
    /// Each a path with `/` between its levels and none around it.
    package var categories: [String]

    package init(title: String? = nil, url: String, folder: [String] = [], categories: [String] = []) {
        self.title = title
        self.url = url
        self.folder = folder
        self.categories = categories
    }
}

/// A list or a page that a list of subscriptions refers to.
package struct OutlinedPage: Sendable, Hashable {
    package var title: String?
    /// Absolute, http or https.
    package var url: String

    package init(title: String? = nil, url: String) {
        self.title = title
        self.url = url
    }
}

/// Why a document is no list of subscriptions.
package enum OutlineFailure: Error, Sendable, Hashable {
    /// It is what such lists are made of.
    case feed
    /// `what` says what it is instead, with its article.
    case notAList(what: String)
    /// It is a list, or was meant as one, but gave nothing. `line` counts from 1; 0 when it is unknown.
    case broken(message: String, line: Int)

    /// The failure in the words and code of the command line.
    ///
    /// - Parameter document: What the owner calls the document.
    /// - Returns: A problem of code `bad_data` or `broken_document`, with a hint.
    package func problem(in document: String) -> Problem {
        switch self {
        case .feed:
            Problem(
                .badData, "\(document) is no list of feeds: it is a feed itself", hint: "Put its address into feeds/.")
        case .notAList(let what):
            Problem(
                .badData, "\(document) is no list of feeds: it is \(what)",
                hint: "Export your subscriptions as OPML, and give that file.")
        case .broken(let message, let line):
            Problem(
                .brokenDocument,
                line > 0
                    ? "\(document) cannot be read, line \(line): \(message)" : "\(document) cannot be read: \(message)",
                hint: "Export the list once more; nothing was changed here.")
        }
    }
}
