import CampaignModel
import CampaignPlanning
package import CampaignStore

/// One poll of one source: fetch, read, compare with what is known, store.
package struct PollRun: Sendable {
    private let engine: Engine

    package init(_ engine: Engine) { self.engine = engine }

    /// Polls a source, due or not.
    ///
    /// A document that cannot be fetched or read, or that is not whole, changes nothing that is known of the source.
    ///
    /// - Throws: only when the store fails; what is wrong with the source is in the report.
    package func poll(_ entry: ProvisionedContent.SourceEntry) async throws -> PollReport {
        let state = try await engine.store.sourceState(entry.id)
        let report: PollReport
        do {
            report = try await attempt(entry, state)
        } catch  where Task.isCancelled {
            // Interrupted by the end of the program: that says nothing of the source.
            throw CancellationError()
        } catch let problem as Problem where problem.code != .internal && problem.code != .databaseUnavailable {
            let now = engine.time.now()
            try await engine.store.recordFailure(
                of: entry.id, reason: problem.message,
                nextPollAt: now + backOff(entry.source, failures: state.failures),
                at: now)
            report = PollReport(source: entry.source.name, outcome: .failed(problem), warnings: 0)
        }
        engine.report(.polled(report))
        return report
    }

    private func attempt(
        _ entry: ProvisionedContent.SourceEntry, _ state: SourceState
    ) async throws -> PollReport {
        // A campaign that starts with the newest items needs a whole document, and so does a decision about one.
        let conditional = state.baselineAt != nil && state.startCounts.isEmpty && state.decision == nil
        let fetch = DocumentFetch(engine.fetcher, maxBytes: engine.settings.fetchMaxBytes)
        let document = try await fetch.open(
            entry.source, etag: conditional ? state.etag : nil, lastModified: conditional ? state.lastModified : nil)
        let next = engine.time.now() + jittered(entry.source.every.usual)
        guard case .found(let found) = document else {
            // A 304 may carry newer validators; what it leaves out stays as it was.
            let result = PollResult(
                document: .notModified, etag: document.etag ?? state.etag,
                lastModified: document.lastModified ?? state.lastModified, nextPollAt: next)
            try await engine.store.record(result, of: entry.id, at: engine.time.now())
            return PollReport(source: entry.source.name, outcome: .notModified, warnings: 0)
        }
        try await engine.store.clearLeftovers(of: entry.id)
        let news =
            state.baselineAt == nil
            ? try await baseline(found, fetch, entry, state) : try await compare(found, fetch, entry, state)
        if case .held(let reason) = news.report.outcome {
            try await engine.store.recordHold(
                of: entry.id, reason, items: news.items, nextPollAt: next, at: engine.time.now())
            return news.report
        }
        let result = PollResult(
            document: .read(news.document), title: news.title, etag: document.etag,
            lastModified: document.lastModified, nextPollAt: next)
        try await engine.store.record(result, of: entry.id, at: engine.time.now())
        if (state.documents + 1) % Self.forgettingPeriod == 0 {
            try await engine.store.forgetAbsent(
                of: entry.id, since: engine.time.now() - Self.memory,
                document: state.documents - Self.forgettingPeriod)
        }
        return news.report
    }

    /// An item that is missing is remembered so long, and for at least so many documents: feeds come back from outages.
    private static let memory = Duration.days(90)
    private static let forgettingPeriod = 20

    /// What a document brought, and what to say of it.
    private struct News {
        var document: DocumentNews
        var title: String?
        var report: PollReport
        var items: Int { document.items }
    }

    private func baseline(
        _ found: FoundDocument, _ fetch: DocumentFetch, _ entry: ProvisionedContent.SourceEntry, _ state: SourceState
    ) async throws -> News {
        let now = engine.time.now()
        var baseline = Baseline(engine.store, of: entry.id, now: now)
        var newest = NewestItems(limit: state.startCounts.values.max() ?? 0, now: now)
        let end = try await fetch.read(found, of: entry.source) { events in
            newest.take(events)
            try await baseline.take(events)
        }
        return News(
            document: DocumentNews(
                entries: baseline.rest(), changes: [], starts: newest.starts(state.startCounts, without: []),
                items: end.items, oldest: baseline.oldest),
            title: baseline.title,
            report: PollReport(
                source: entry.source.name, outcome: .baseline(items: end.items),
                warnings: end.warnings.count + baseline.warnings))
    }

    private func compare(
        _ found: FoundDocument, _ fetch: DocumentFetch, _ entry: ProvisionedContent.SourceEntry, _ state: SourceState
    ) async throws -> News {
        let now = engine.time.now()
        let policy = ChangePolicy(
            of: entry.source, oldest: state.oldest,
            campaigns: engine.content.campaigns.filter { $0.sources.contains { $0.id == entry.id } }.map(\.campaign))
        var collector = try await ChangeCollector(
            StoredItems(store: engine.store, source: entry.id), policy: policy, lastGoodPoll: state.lastPollAt,
            documents: state.documents + 1, now: now)
        var newest = NewestItems(
            limit: max(state.startCounts.values.max() ?? 0, state.decision?.latestCount ?? 0), now: now)
        let end = try await fetch.read(found, of: entry.source) { events in
            newest.take(events)
            try await collector.take(events)
        }
        var result = try await collector.finish()
        guard end.items > 0 || result.load.present == 0 else {
            throw Problem(
                .brokenDocument, "source \(entry.source.name): the document has no items any more",
                hint:
                    "Nothing was changed: \(result.load.present) items are known, and stay so until it has some again.")
        }
        let warnings = end.warnings.count + collector.warnings
        if state.decision == nil, !engine.settings.acceptsFloods,
            let reason = CircuitBreaker.trip(result.load, usual: state.usualNew)
        {
            return News(
                document: DocumentNews(entries: [], changes: [], items: end.items), title: nil,
                report: PollReport(source: entry.source.name, outcome: .held(reason), warnings: warnings))
        }
        if let decision = state.decision { result.obey(decision, newest: newest.items) }
        let kinds = result.changes.reduce(into: [:]) { $0[$1.kind, default: 0] += 1 }
        return News(
            document: DocumentNews(
                entries: result.entries, replaced: result.replaced,
                // Feeds are newest first; the log is told oldest first.
                changes: result.changes.reversed(),
                starts: newest.starts(state.startCounts, without: result.changes), items: end.items,
                usualNew: CircuitBreaker.usual(state.usualNew, new: result.load.new)),
            title: collector.title,
            report: PollReport(
                source: entry.source.name, outcome: .read(items: end.items, changes: kinds), warnings: warnings,
                recognised: result.replaced.count, old: result.old, changedItems: result.changedItems))
    }

    private func jittered(_ interval: Duration) -> Duration {
        // Up to a tenth later, so that sources registered together do not stay together.
        .milliseconds(interval.milliseconds + Int64(Double(interval.milliseconds) * 0.1 * engine.random()))
    }

    private func backOff(_ source: Source, failures: Int) -> Duration {
        let factor = Int64(1) << Int64(min(failures, 8))
        let wait = min(source.every.usual.milliseconds * factor, Duration.days(1).milliseconds)
        return jittered(.milliseconds(max(wait, source.every.usual.milliseconds)))
    }
}

extension HoldDecision {
    var latestCount: Int? { if case .latest(let count) = self { count } else { nil } }
}

extension DocumentDiff.Result {
    /// Leaves of the changes what the owner wants told.
    fileprivate mutating func obey(_ decision: HoldDecision, newest: [Item]) {
        switch decision {
        case .accept: break
        case .skip: changes = []
        case .latest(let count):
            let wanted = Set(newest.prefix(count).map(\.key))
            changes = changes.filter { $0.kind == .new && wanted.contains($0.key) }
        }
    }
}
