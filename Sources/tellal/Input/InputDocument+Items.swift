import CampaignModel
import FeedReading

extension InputDocument {
    /// Reads it to its end, its items without their texts.
    ///
    /// - Parameters:
    ///   - config: The settings file that says what may be fetched; nil for the usual one.
    ///   - mapping: How it is to be read, where it is of no known format.
    ///   - base: What relative addresses in a file count from.
    ///   - each: What became complete with a piece of it.
    /// - Returns: How it ended; it may not be whole.
    /// - Throws: ``Problem`` when there is no such document or it is no feed, and what `each` throws.
    func readItems(
        config: String?, mapping: DocumentMapping? = nil, base: String? = nil,
        each: ([ReadEvent]) async throws -> Void
    ) async throws -> DocumentEnd {
        var reader: FeedReader?
        var end: DocumentEnd?
        func take(_ events: [ReadEvent]) async throws {
            if case .end(let last)? = events.last { end = last }
            try await each(events)
        }
        do {
            try await read(config: config) { head in
                reader = FeedReader(
                    ReadOptions(baseURL: head.url ?? base, contentType: head.contentType, mapping: mapping),
                    lazily: true)
            } take: { bytes in
                guard let reader else { return }
                try await take(try reader.push(bytes))
                while reader.hasMore { try await take(try reader.more()) }
            }
            if let reader { try await take(try reader.finish()) }
        } catch let failure as ReadFailure {
            throw failure.problem(in: name)
        }
        guard let end else { throw Problem(.internal, "the reader of \(name) did not end") }
        return end
    }
}
