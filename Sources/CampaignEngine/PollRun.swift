package import CampaignModel
import CampaignPlanning
package import CampaignStore

/// One poll of one source: fetch, read, compare with what is known, store.
package struct PollRun: Sendable {
    let engine: Engine

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
            report = try await engine.hosts.taking(host) {
                // Those who stand in line for a slow host take no place from others.
                try await engine.slots.whileHolding { try await ask(entry, state, &manners, host) }
            }
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
            manners.noteFailure(inARow: state.failures + 1)
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
        guard let stored = try await engine.store.pollTimes(of: entry.id), stored.last != nil else { return now }
        let times = PollTimes(lastPollAt: stored.last, nextPollAt: stored.next)
        let mended = times.mended(at: now)
        if mended != times {
            let reason = PollReason(.every, "The clock was set back; the interval begins anew.")
            try await engine.store.postpone(
                entry.id, to: NextPoll(at: mended.nextPollAt, code: reason.code.rawValue, reason: reason.sentence),
                at: now)
        }
        guard mended.nextPollAt <= now, await engine.hosts.isAnyResting else { return mended.nextPollAt }
        let manners = SourceManners(stored: try await engine.store.sourceState(entry.id).manners)
        guard let host = HostKey(manners.whereabouts(of: entry.source).location),
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
        // So does what waits for the clock or for a second document: being the same says nothing of it.
        let isConditional =
            state.baselineAt != nil && state.startCounts.isEmpty && state.decision == nil
            && (state.lookAgainAt.map { $0 > engine.time.now() } ?? true)
        let fetch = DocumentFetch(engine.fetcher, maxBytes: engine.settings.fetchMaxBytes)
        let now = engine.time.now()
        let source = manners.whereabouts(of: entry.source)
        let wantsCertificate = source.isEncrypted && manners.asksForCertificate(now: now)
        var looksAtCertificate = false
        if wantsCertificate, let host { looksAtCertificate = await engine.hosts.looksAtCertificate(of: host) }
        let answer = try await fetch.open(
            source,
            conditions: isConditional ? manners.conditions(for: entry.source, now: now) : [],
            asksForCertificate: looksAtCertificate)
        if wantsCertificate, let host {
            if let end = answer.certificateEndsAt { await engine.hosts.note(certificateEnd: end, of: host) }
            manners.note(certificateEnd: await engine.hosts.certificateEnd(of: host), now: now)
        }
        switch answer.content {
        case .refused(let status, let problem):
            let outcome = await refusal(status, answer, state, &manners)
            if outcome == .gone { manners.goneSince = manners.goneSince ?? engine.time.now() }
            manners.noteFailure(inARow: state.failures + 1)
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
        _ status: Int, _ answer: FetchedAnswer, _ state: SourceState, _ manners: inout SourceManners
    ) async -> PollOutcome {
        // Where it moved to it is not: the address that the owner gave may know better.
        if status == 404 || status == 410, manners.forgetMove() { return .failed(inARow: state.failures + 1) }
        if status == 410 { return .gone }
        let wait = CacheHints(answer.headers, now: engine.time.now()).retryAfter
        guard status == 429 || status == 503, let wait else { return .failed(inARow: state.failures + 1) }
        if let host = answer.host { await engine.hosts.rest(of: host, for: wait) }
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
}
