/// An error for the owner: what happened, where, and what to do.
///
/// Refusals of a platform, bad items and failed polls are data, not problems; a problem ends a command.
package struct Problem: Error, Sendable, Hashable, CustomStringConvertible {
    /// The kind of problem; the raw value is the `code` in JSON output, and decides the exit code.
    package enum Code: String, Sendable, Hashable, Codable, CaseIterable {
        case usage
        /// The document is not a feed: a web page, a picture, an empty body.
        case notAFeed = "not_a_feed"
        /// The document is a feed, but cut or broken.
        case brokenDocument = "broken_document"
        /// Data from the owner is wrong.
        case badData = "bad_data"
        /// No such file, or nothing of that name.
        case notFound = "not_found"
        /// The other side cannot be reached or refuses.
        case unavailable
        /// The database cannot be opened, or another process has it.
        case databaseUnavailable = "database_unavailable"
        case `internal`
        /// What was to be printed is lost.
        case outputFailed = "output_failed"
        case tryLater = "try_later"
        /// Settings, feeds/ or templates/ are wrong.
        case settings
    }

    package var code: Code
    /// One sentence that names what happened and where.
    package var message: String
    /// One sentence that says what the owner can do.
    package var hint: String?
    /// A mapping with which the document could be read; nil when none was found.
    package var proposal: DocumentMapping?

    package init(_ code: Code, _ message: String, hint: String? = nil) {
        self.code = code
        self.message = message
        self.hint = hint
    }

    package var description: String {
        guard let hint else { return message }
        return "\(message)\n  \(hint)"
    }
}
