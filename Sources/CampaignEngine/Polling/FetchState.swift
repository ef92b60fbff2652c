import CampaignModel
import CampaignPlanning

/// What polls remember about fetching a source: validators, cache hints, moves, hub, health. The state is stored
/// together with the items of the same poll.
struct FetchState: Sendable, Hashable {
    /// Version of the document reader. After an increase the next poll fetches the whole document, even if the server
    /// would say that it is unchanged.
    static let readerVersion = 1

    var validators: HTTPValidators?
    var rhythm: FeedRhythm?
    var changeRate = ChangeRate()
    var hints: CacheHints?
    var move = PermanentMove()
    /// The permanent redirect that the source follows.
    var moved: Moved?
    /// The hub that the last document named.
    var hub: HubOffer?
    /// Numbers of items of the last document and of the one before it.
    var items: Int?
    var itemsBefore: Int?
    /// Number of CSV documents in a row that ended without a line break although earlier ones had it; nil where the end
    /// tells nothing.
    var openEnds: Int?
    var certificateEndsAt: Timestamp?
    var certificateAskedAt: Timestamp?
    /// Time since which the server answers that the source is gone for good.
    var goneSince: Timestamp?

    /// A hub's lease and notification, as far as they are trusted.
    struct HubWord: Sendable {
        var lease: WebSubLease?
        /// See ``PollSchedule/toldAt``.
        var toldAt: Timestamp?
    }

    struct Moved: Sendable, Hashable {
        var from: String
        var to: String
    }

    init() {}

    /// A hash of a source's address, which may hold a secret.
    static func place(_ source: Source) -> String { Fingerprint(of: [source.location]).description }

    /// The source with the address to request, which is the new one after a permanent redirect.
    func whereabouts(of source: Source) -> Source {
        guard let moved, moved.from == Self.place(source) else { return source }
        var source = source
        source.location = moved.to
        return source
    }

    /// The headers of a conditional request; empty when there are no validators.
    func conditions(for source: Source, now: Timestamp) -> [HTTPHeader] {
        validators?.headers(for: Self.place(source), readerVersion: Self.readerVersion, now: now) ?? []
    }

    /// Stores the end of the server's certificate.
    mutating func note(certificateEnd: Timestamp?, now: Timestamp) {
        guard let certificateEnd else { return }
        certificateEndsAt = certificateEnd
        certificateAskedAt = now
    }

    /// Whether the certificate's end was last read more than 24 hours ago.
    func asksForCertificate(now: Timestamp) -> Bool {
        guard let certificateAskedAt else { return true }
        return now - certificateAskedAt >= .hours(24) || certificateAskedAt > now
    }

    /// Records an answer with a document, or "not modified".
    mutating func note(_ answer: FetchedAnswer, of source: Source, now: Timestamp) {
        goneSince = nil
        guard source.isRemote else { return }
        hints = CacheHints(answer.headers, isNotModified: answer.isNotModified, now: now)
        validators =
            answer.isNotModified
            ? validators?.notModified(answer.headers)
            : HTTPValidators(
                answer.headers, url: Self.place(source), readerVersion: Self.readerVersion, readAt: now)
        // An address with a secret is not replaced: the redirect's target may repeat the secret and must not be stored.
        guard source.location == source.writtenLocation else { return }
        let asked = whereabouts(of: source).location
        if let target = move.note(answer.permanentURL, from: asked) {
            moved = Moved(from: Self.place(source), to: target)
        }
    }

    /// Drops the permanent redirect.
    ///
    /// - Returns: Whether there was one, so that this poll requested the redirect's target.
    mutating func forgetMove() -> Bool {
        defer { moved = nil }
        return moved != nil
    }

    /// Records a failed poll: it restarts the count of redirects in a row, and several failures drop the permanent
    /// redirect.
    mutating func noteFailure(inARow failures: Int) {
        move = PermanentMove()
        if failures >= PermanentMove.needed { moved = nil }
    }

    /// Records the hub that a document names.
    ///
    /// - Returns: Whether the hub changed.
    mutating func note(hub offer: HubOffer?, of source: Source) -> Bool {
        // No subscription for an address with a secret: the hub would learn it.
        let offer = source.location == source.writtenLocation ? offer : nil
        defer { hub = offer }
        return offer != hub
    }

    mutating func note(items count: Int) {
        itemsBefore = items
        items = count
    }

    /// Records how a document ended.
    ///
    /// - Parameter isOpen: See ``DocumentEnd/isOpen``.
    /// - Returns: Whether the document looks truncated, since it ends otherwise than earlier ones. The third such
    ///   document in a row counts as complete.
    mutating func noteEnd(isOpen: Bool?) -> Bool {
        guard isOpen == true, let before = openEnds, before < 2 else {
            openEnds = isOpen == false ? 0 : nil
            return false
        }
        openEnds = before + 1
        return true
    }

    /// The part of the source's health that this state tells.
    var health: SourceHealth {
        SourceHealth(
            changeRate: changeRate, items: items, itemsBefore: itemsBefore, certificateEndsAt: certificateEndsAt,
            goneSince: goneSince)
    }

    /// Plans the source's next poll.
    ///
    /// - Parameters:
    ///   - source: The source as the owner declared it.
    ///   - word: The hub's lease and notification.
    ///   - outcome: The outcome of the poll that just ended.
    ///   - now: The end of that poll.
    ///   - random: A random number in 0..<1.
    /// - Returns: The time of the next poll, and the reason for it.
    func plan(
        _ source: Source, word: HubWord, after outcome: PollOutcome, now: Timestamp, random: Double
    ) -> PlannedPoll {
        PollSchedule(
            interval: source.every, rhythm: rhythm, changeRate: changeRate, hints: source.isRemote ? hints : nil,
            lease: word.lease, toldAt: word.toldAt
        ).next(after: outcome, now: now, random: random)
    }
}
