import CampaignModel
import CampaignPlanning

/// What is remembered of how a source wants to be asked, and of how it fares. It is stored with the items that it belongs
/// to.
struct FetchState: Sendable, Hashable {
    /// Grows when documents come to be read differently: then a whole one is wanted, whatever the server says is the same.
    static let readerVersion = 1

    var validators: HTTPValidators?
    var rhythm: FeedRhythm?
    var changeRate = ChangeRate()
    var hints: CacheHints?
    var move = PermanentMove()
    /// Where the source has moved for good, and from which address.
    var moved: Moved?
    /// The hub that the last document named.
    var hub: HubOffer?
    /// How many items the last document had, and the one before it.
    var items: Int?
    var itemsBefore: Int?
    /// How many documents in a row ended within a row of a table, where those before ended with a line break; nil where
    /// that is no sign of anything.
    var openEnds: Int?
    var certificateEndsAt: Timestamp?
    var certificateAskedAt: Timestamp?
    /// Since when the server says that the source is gone for good.
    var goneSince: Timestamp?

    /// What a hub says, as far as it can be believed.
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

    /// Stands for a source's address, which may hold a secret.
    static func place(_ source: Source) -> String { Fingerprint(of: [source.location]).description }

    /// The source with the address where it is asked.
    func whereabouts(of source: Source) -> Source {
        guard let moved, moved.from == Self.place(source) else { return source }
        var source = source
        source.location = moved.to
        return source
    }

    /// The headers that ask for what is newer only.
    func conditions(for source: Source, now: Timestamp) -> [HTTPHeader] {
        validators?.headers(for: Self.place(source), readerVersion: Self.readerVersion, now: now) ?? []
    }

    /// Notes when the server's certificate ends.
    mutating func note(certificateEnd: Timestamp?, now: Timestamp) {
        guard let certificateEnd else { return }
        certificateEndsAt = certificateEnd
        certificateAskedAt = now
    }

    /// Whether what is known of the server's certificate is older than a day.
    func asksForCertificate(now: Timestamp) -> Bool {
        guard let certificateAskedAt else { return true }
        return now - certificateAskedAt >= .hours(24) || certificateAskedAt > now
    }

    /// Notes an answer that was a document, or said that it is the same.
    mutating func note(_ answer: FetchedAnswer, of source: Source, now: Timestamp) {
        goneSince = nil
        guard source.isRemote else { return }
        hints = CacheHints(answer.headers, isNotModified: answer.isNotModified, now: now)
        validators =
            answer.isNotModified
            ? validators?.notModified(answer.headers)
            : HTTPValidators(
                answer.headers, url: Self.place(source), readerVersion: Self.readerVersion, readAt: now)
        // A target may repeat a secret of the address, and must not be stored then.
        guard source.location == source.writtenLocation else { return }
        let asked = whereabouts(of: source).location
        if let target = move.note(answer.permanentURL, from: asked) {
            moved = Moved(from: Self.place(source), to: target)
        }
    }

    /// - Returns: Whether the source was asked where it had moved to.
    mutating func forgetMove() -> Bool {
        defer { moved = nil }
        return moved != nil
    }

    /// A poll that read nothing: moves are counted in a row, and one that leads nowhere is taken back.
    mutating func noteFailure(inARow failures: Int) {
        move = PermanentMove()
        if failures >= PermanentMove.needed { moved = nil }
    }

    /// Notes which hub a document names.
    ///
    /// - Returns: Whether that is another than before.
    mutating func note(hub offer: HubOffer?, of source: Source) -> Bool {
        // A hub is told the address, and what is secret in it stays here.
        let offer = source.location == source.writtenLocation ? offer : nil
        defer { hub = offer }
        return offer != hub
    }

    mutating func note(items count: Int) {
        itemsBefore = items
        items = count
    }

    /// Notes how a document ended.
    ///
    /// - Parameter isOpen: See ``DocumentEnd/isOpen``.
    /// - Returns: Whether it looks cut: it ends otherwise than those before. The third one in a row is believed.
    mutating func noteEnd(isOpen: Bool?) -> Bool {
        guard isOpen == true, let before = openEnds, before < 2 else {
            openEnds = isOpen == false ? 0 : nil
            return false
        }
        openEnds = before + 1
        return true
    }

    /// As far as it tells.
    var health: SourceHealth {
        SourceHealth(
            changeRate: changeRate, items: items, itemsBefore: itemsBefore, certificateEndsAt: certificateEndsAt,
            goneSince: goneSince)
    }

    /// When the source is looked at next.
    ///
    /// - Parameters:
    ///   - source: As the owner has it.
    ///   - word: What its hub says.
    ///   - outcome: Of the poll that just ended.
    ///   - now: When it ended.
    ///   - random: 0..<1, drawn anew.
    /// - Returns: When, and why then.
    func plan(
        _ source: Source, word: HubWord, after outcome: PollOutcome, now: Timestamp, random: Double
    ) -> PlannedPoll {
        PollSchedule(
            interval: source.every, rhythm: rhythm, changeRate: changeRate, hints: source.isRemote ? hints : nil,
            lease: word.lease, toldAt: word.toldAt
        ).next(after: outcome, now: now, random: random)
    }
}
