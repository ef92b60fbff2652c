package import CampaignModel
import CampaignPlanning
package import CampaignStore

/// One poll of one source: fetch, read, compare with what is known, store.
package struct PollRun: Sendable {
    private let engine: Engine

    package init(_ engine: Engine) { self.engine = engine }

    /// Polls a source, due or not, when it is its host's turn.
    ///
    /// A document that cannot be fetched or read, or that is not whole, changes nothing that is known of the source.
    ///
    /// - Throws: only when the store fails; what is wrong with the source is in the report.
    package func poll(_ entry: ProvisionedContent.SourceEntry) async throws -> PollReport {
        let state = try await engine.store.sourceState(entry.id)
        var manners = SourceManners(stored: state.manners)
        let host = HostKey(manners.whereabouts(of: entry.source).location)
        let report: PollReport
        do {
            report = try await engine.hosts.taking(host) { try await ask(entry, state, &manners, host) }
        } catch let rest as HostRests {
            try await postpone(entry, until: rest.until)
            report = PollReport(source: entry.source.name, outcome: .postponed(until: rest.until), warnings: 0)
        }
        engine.report(.polled(report))
        return report
    }

    private func ask(
        _ entry: ProvisionedContent.SourceEntry, _ state: SourceState, _ manners: inout SourceManners, _ host: HostKey?
    ) async throws -> PollReport {
        do {
            return try await attempt(entry, state, &manners, host)
        } catch  where Task.isCancelled {
            // Interrupted by the end of the program: that says nothing of the source.
            throw CancellationError()
        } catch let problem as Problem where problem.code != .internal && problem.code != .databaseUnavailable {
            return try await fail(entry, state, manners, problem, .failed(inARow: state.failures + 1))
        }
    }

    private func postpone(_ entry: ProvisionedContent.SourceEntry, until: Timestamp) async throws {
        let reason = PollReason(.retryAfter, "Its host asks not to be asked before \(until).")
        try await engine.store.postpone(
            entry.id, to: NextPoll(at: until, code: reason.code.rawValue, reason: reason.sentence),
            at: engine.time.now())
    }

    /// When a source is due: as was planned, but not while its host wants to be left alone, and not only when a clock that
    /// was set back has caught up.
    package func dueAt(_ entry: ProvisionedContent.SourceEntry) async throws -> Timestamp {
        let now = engine.time.now()
        guard let stored = try await engine.store.pollTimes(of: entry.id) else { return now }
        let times = PollTimes(lastPollAt: stored.last, nextPollAt: stored.next)
        let mended = times.mended(at: now)
        if mended != times {
            let reason = PollReason(.every, "The clock was set back; the interval begins anew.")
            try await engine.store.postpone(
                entry.id, to: NextPoll(at: mended.nextPollAt, code: reason.code.rawValue, reason: reason.sentence),
                at: now)
        }
        guard mended.nextPollAt <= now, let host = HostKey(entry.source.location),
            let rest = await engine.hosts.rest(of: host)
        else { return mended.nextPollAt }
        try await postpone(entry, until: rest)
        return rest
    }

    private func fail(
        _ entry: ProvisionedContent.SourceEntry, _ state: SourceState, _ manners: SourceManners, _ problem: Problem,
        _ outcome: PollOutcome
    ) async throws -> PollReport {
        let now = engine.time.now()
        try await engine.store.recordFailure(
            of: entry.id, reason: problem.message, manners: manners.stored,
            next: next(entry.source, manners, outcome, now), at: now)
        return PollReport(source: entry.source.name, outcome: .failed(problem), warnings: 0)
    }

    private func next(
        _ source: Source, _ manners: SourceManners, _ outcome: PollOutcome, _ now: Timestamp
    ) -> NextPoll {
        let plan = manners.plan(source, after: outcome, now: now, random: engine.random())
        return NextPoll(at: plan.at ?? NextPoll.never, code: plan.reason.code.rawValue, reason: plan.reason.sentence)
    }

    private func attempt(
        _ entry: ProvisionedContent.SourceEntry, _ state: SourceState, _ manners: inout SourceManners, _ host: HostKey?
    ) async throws -> PollReport {
        // A campaign that starts with the newest items needs a whole document, and so does a decision about one.
        let isConditional = state.baselineAt != nil && state.startCounts.isEmpty && state.decision == nil
        let fetch = DocumentFetch(engine.fetcher, maxBytes: engine.settings.fetchMaxBytes)
        let now = engine.time.now()
        var looksAtCertificate = false
        if let host, host.port != 80, manners.asksForCertificate(now: now) {
            looksAtCertificate = await engine.hosts.looksAtCertificate(of: host)
        }
        let answer = try await fetch.open(
            manners.whereabouts(of: entry.source),
            conditions: isConditional ? manners.conditions(for: entry.source, now: now) : [],
            asksForCertificate: looksAtCertificate)
        if let host {
            if let end = answer.certificateEndsAt { await engine.hosts.note(certificateEnd: end, of: host) }
            if manners.asksForCertificate(now: now) {
                manners.note(certificateEnd: await engine.hosts.certificateEnd(of: host), now: now)
            }
        }
        switch answer.content {
        case .refused(let status, let problem):
            let outcome = await refusal(status, answer, state, host)
            if outcome == .gone { manners.goneSince = manners.goneSince ?? engine.time.now() }
            return try await fail(entry, state, manners, problem, outcome)
        case .notModified:
            let now = engine.time.now()
            let before = manners
            manners.note(answer, of: entry.source, now: now)
            let result = PollResult(
                document: .notModified, manners: manners == before ? nil : manners.stored,
                next: next(entry.source, manners, .unchanged, now))
            try await engine.store.record(result, of: entry.id, at: now)
            return PollReport(source: entry.source.name, outcome: .notModified, warnings: 0)
        case .found(let found):
            return try await take(found, answer, fetch, entry, state, &manners)
        }
    }

    /// What a refusal means for the next poll; of `Retry-After` all sources of the host are told.
    private func refusal(
        _ status: Int, _ answer: FetchedAnswer, _ state: SourceState, _ host: HostKey?
    ) async -> PollOutcome {
        if status == 410 { return .gone }
        let wait = CacheHints(answer.headers, now: engine.time.now()).retryAfter
        guard status == 429 || status == 503, let wait else { return .failed(inARow: state.failures + 1) }
        if let host { await engine.hosts.rest(of: host, for: wait) }
        return .toldToWait(wait, inARow: state.failures + 1)
    }

    private func take(
        _ found: FoundDocument, _ answer: FetchedAnswer, _ fetch: DocumentFetch,
        _ entry: ProvisionedContent.SourceEntry, _ state: SourceState, _ manners: inout SourceManners
    ) async throws -> PollReport {
        try await engine.store.clearLeftovers(of: entry.id)
        let news =
            state.baselineAt == nil
            ? try await baseline(found, fetch, entry, state) : try await compare(found, fetch, entry, state)
        let now = engine.time.now()
        if case .held(let reason) = news.report.outcome {
            try await engine.store.recordHold(
                of: entry.id, reason, items: news.items, next: next(entry.source, manners, .held, now), at: now)
            return news.report
        }
        manners.note(answer, of: entry.source, now: now)
        manners.note(items: news.items)
        manners.rhythm = news.feed?.rhythm
        let isChanged = !news.document.changes.isEmpty
        if state.baselineAt == nil {
            manners.pace = ChangePace(changes: news.dates.filter { $0 <= now })
        } else if isChanged {
            manners.pace.note(now)
        }
        let result = PollResult(
            document: .read(news.document), title: news.feed?.title, manners: manners.stored,
            next: next(entry.source, manners, isChanged ? .changed : .unchanged, now))
        try await engine.store.record(result, of: entry.id, at: now)
        if (state.documents + 1) % Self.forgettingPeriod == 0 {
            try await engine.store.forgetAbsent(
                of: entry.id, since: now - Self.memory, document: state.documents - Self.forgettingPeriod)
        }
        return news.report
    }

    /// An item that is missing is remembered so long, and for at least so many documents: feeds come back from outages.
    private static let memory = Duration.days(90)
    private static let forgettingPeriod = 20

    /// What a document brought, and what to say of it.
    private struct News {
        var document: DocumentNews
        var feed: FeedDescription?
        var report: PollReport
        /// Of some items of a first document.
        var dates: [Timestamp] = []
        var items: Int { document.items }
    }

    private func baseline(
        _ found: FoundDocument, _ fetch: DocumentFetch, _ entry: ProvisionedContent.SourceEntry, _ state: SourceState
    ) async throws -> News {
        let now = engine.time.now()
        var baseline = Baseline(engine.store, of: entry.id, now: now)
        var newest = NewestItems(limit: state.startCounts.values.max() ?? 0, now: now)
        let end = try await fetch.read(found, of: entry.source, identity: entry.source.identity) { events in
            newest.take(events)
            try await baseline.take(events)
        }
        return News(
            document: DocumentNews(
                entries: baseline.rest(), changes: [], starts: newest.starts(state.startCounts, without: []),
                items: end.items, oldest: baseline.oldest, identity: baseline.identity),
            feed: baseline.feed,
            report: PollReport(
                source: entry.source.name, outcome: .baseline(items: end.items),
                warnings: end.warnings.count + baseline.warnings),
            dates: baseline.dates)
    }

    private func compare(
        _ found: FoundDocument, _ fetch: DocumentFetch, _ entry: ProvisionedContent.SourceEntry, _ state: SourceState
    ) async throws -> News {
        let now = engine.time.now()
        let policy = ChangePolicy(
            of: entry.source, oldest: state.oldest,
            campaigns: engine.content.campaigns.filter { $0.sources.contains { $0.id == entry.id } }.map(\.campaign))
        var collector = try await ChangeCollector(
            StoredItems(store: engine.store, source: entry.id, expected: state.items), policy: policy,
            lastGoodPoll: state.lastPollAt,
            documents: state.documents + 1, now: now)
        var newest = NewestItems(
            limit: max(state.startCounts.values.max() ?? 0, state.decision?.latestCount ?? 0), now: now)
        let identity = entry.source.identity ?? state.identity ?? .id
        let end = try await fetch.read(found, of: entry.source, identity: identity) { events in
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
                document: DocumentNews(entries: [], changes: [], items: end.items), feed: nil,
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
            feed: collector.feed,
            report: PollReport(
                source: entry.source.name, outcome: .read(items: end.items, changes: kinds), warnings: warnings,
                recognised: result.replaced.count, old: result.old, changedItems: result.changedItems))
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
