import CampaignModel
import CampaignPlanning
import CampaignStore
import FeedReading

/// The comparison of a whole document with the known items.
extension PollRun {
    /// The result of a document: what to store, and what to report.
    struct News {
        var document: DocumentNews
        var feed: FeedDescription?
        var outcome: PollReport.Outcome
        var warnings = 0
        /// See ``PollReport``.
        var recognised = 0
        var old = 0
        var changedItems = 0
        /// Publication dates of some items of a first document.
        var dates: [Timestamp] = []
        /// See ``DocumentEnd/isOpen``.
        var isOpen: Bool?
        var items: Int { document.items }
    }

    func baseline(_ found: FoundDocument, _ fetch: DocumentFetch) async throws -> News {
        let now = engine.time.now()
        var baseline = Baseline(store, of: entry.id, now: now)
        var newest = NewestItems(limit: state.startCounts.values.max() ?? 0, now: now)
        let end = try await fetch.read(found, of: entry.source, identity: entry.source.identity) { events in
            newest.take(events)
            try await baseline.take(events)
        }
        return News(
            document: DocumentNews(
                entries: baseline.rest(), changes: [],
                starts: newest.starts(state.startCounts, without: [], by: baseline.identity),
                items: end.items, oldest: baseline.oldest, identity: baseline.identity,
                lookAgainAt: baseline.lookAgainAt),
            feed: baseline.feed, outcome: .baseline(items: end.items),
            warnings: end.warnings.count + baseline.warnings, dates: baseline.dates, isOpen: end.isOpen)
    }

    func compare(_ found: FoundDocument, _ fetch: DocumentFetch) async throws -> News {
        let now = engine.time.now()
        let policy = ChangePolicy(
            of: entry.source, oldest: state.oldest,
            forgottenBefore: state.baselineAt.flatMap { $0 < now - Self.memory ? now - Self.memory : nil },
            campaigns: engine.content.campaigns.filter { $0.sources.contains { $0.id == entry.id } }.map(\.campaign))
        func collect() async throws -> ChangeCollector {
            try await ChangeCollector(
                StoredItems(store: store, source: entry.id, expected: state.items), policy: policy,
                lastGoodPoll: state.lastGoodAt, documents: state.documents + 1, now: now)
        }
        var collector = try await collect()
        var newest = NewestItems(limit: state.startCounts.values.max() ?? 0, now: now)
        let identity = entry.source.identity ?? state.identity ?? .id
        var kept = KeptItems()
        let end = try await fetch.read(found, of: entry.source, identity: identity) { events in
            newest.take(events)
            if identity == .id, entry.source.identity == nil { kept.take(events) }
            try await collector.take(events)
        }
        // Ids repeat now that did not in the first document: compare again with keys by id and link. Known items are
        // found by unique ids, by an equal statement, or by links.
        let renamed = kept.byIDAndLink
        if let renamed {
            let events = [collector.feed.map(ReadEvent.feed)].compactMap(\.self) + renamed.map(ReadEvent.found)
            collector = try await collect()
            newest = NewestItems(limit: state.startCounts.values.max() ?? 0, now: now)
            newest.take(events)
            try await collector.take(events)
        }
        var result = try await collector.finish()
        guard end.items > 0 || result.load.present == 0 else {
            throw Problem(
                .brokenDocument, "source \(entry.source.fullName): the document has no items any more",
                hint:
                    "Nothing was changed: \(result.load.present) items are known, and stay so until it has some again.")
        }
        let warnings = end.warnings.count + collector.warnings
        if state.decision == nil, !engine.settings.acceptsFloods,
            let reason = PollCircuitBreaker.trip(result.load, usual: state.usualNew, isHeld: state.hold != nil)
        {
            return News(
                document: DocumentNews(entries: [], changes: [], items: end.items), feed: nil,
                outcome: .held(reason), warnings: warnings, isOpen: end.isOpen)
        }
        if let decision = state.decision { result.obey(decision) }
        let kinds = result.changes.reduce(into: [:]) { $0[$1.kind, default: 0] += 1 }
        var news = News(
            document: DocumentNews(
                entries: result.entries, replaced: result.replaced,
                // Feeds list the newest first; the change log has the oldest first.
                changes: result.changes.reversed(),
                starts: newest.starts(state.startCounts, without: result.changes, by: nil), items: end.items,
                // A document that the owner had to decide about does not count as usual.
                usualNew: state.decision == nil
                    ? PollCircuitBreaker.usual(state.usualNew, new: result.load.new) : state.usualNew,
                identity: renamed == nil ? nil : .idAndLink,
                lookAgainAt: result.nextLook),
            feed: collector.feed, outcome: .read(items: end.items, changes: kinds), warnings: warnings,
            recognised: result.replaced.count, old: result.old, changedItems: result.changedItems)
        news.document.notes = result.notes
        news.isOpen = end.isOpen
        return news
    }
}

extension DocumentDiff.Result {
    /// Keeps the changes that the owner's decision lets through.
    fileprivate mutating func obey(_ decision: HoldDecision) {
        switch decision {
        case .accept: break
        case .skip: changes = []
        case .latest(let count):
            // Dated items by date, newest first; then undated ones in the document's order.
            let news = changes.enumerated().filter { $0.element.kind == .new }.sorted { one, other in
                switch (one.element.after?.published, other.element.after?.published) {
                case (let mine?, let theirs?) where mine != theirs: mine > theirs
                case (.some, nil): true
                case (nil, .some): false
                default: one.offset < other.offset
                }
            }
            let places = Set(news.prefix(count).map(\.offset))
            changes = changes.enumerated().filter { places.contains($0.offset) }.map(\.element)
        }
    }
}
