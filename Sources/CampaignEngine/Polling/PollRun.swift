import CampaignModel
import CampaignPlanning
import CampaignStore

/// One poll of one source: fetch, read, compare with what is known, store.
///
/// A class, since the queue hands it to a worker and it is too large to copy each time.
final class PollRun: Sendable {
    let engine: Engine
    let entry: ProvisionedContent.SourceEntry
    /// The store, fenced by the poll's lease: nothing is written once another worker has taken over the source.
    let store: Store
    private let lease: PollLease
    let state: SourceState
    /// The fetch state before the poll. The poll changes a copy, which is stored with its result.
    private let fetchState: FetchState
    /// The host to request; nil for a file.
    let host: HostKey?
    init(_ engine: Engine, _ entry: ProvisionedContent.SourceEntry, _ state: SourceState) {
        self.engine = engine
        self.entry = entry
        self.state = state
        lease = PollLease(source: entry.id, worker: engine.worker)
        let time = engine.time
        store = engine.store.holding(lease) { time.now() }
        fetchState = FetchState(stored: state.fetchState)
        host = HostKey(fetchState.whereabouts(of: entry.source).location)
    }

    /// Polls the source, due or not.
    ///
    /// A document that cannot be fetched or read, or is truncated, changes no known item.
    ///
    /// - Parameter postponedUntil: Time to which the poll is postponed without a request, since the host asked for a
    ///   pause; nil to poll.
    /// - Returns: The outcome; failures of the source are part of it.
    /// - Throws: Only when the store fails.
    func poll(postponedUntil: Timestamp? = nil) async throws -> PollReport {
        let isTaken = try await engine.store.take(lease, lastPollAt: state.lastPollAt, now: engine.time.now())
        guard isTaken else { return try await elsewhere() }
        let begun = engine.time.monotonicNanoseconds()
        do {
            var report = try await whileAlive {
                if let postponedUntil { return try await self.postpone(until: postponedUntil) }
                var fetchState = self.fetchState
                return try await self.ask(&fetchState)
            }
            try await engine.store.end(lease)
            if postponedUntil == nil {
                report.took = .nanoseconds(Int64(clamping: engine.time.monotonicNanoseconds() &- begun))
            }
            engine.report(.polled(report))
            return report
        } catch is LeaseLost {
            return try await elsewhere()
        } catch is InDoubtCommit {
            // A lease that cannot be released ends by itself; the poll's result is stored already, or will be found
            // again.
            try? await engine.store.end(lease)
            return try await elsewhere()
        } catch {
            try? await engine.store.end(lease)
            throw error
        }
    }

    /// The report for a source that another worker polls. That worker plans the next poll.
    private func elsewhere() async throws -> PollReport {
        let now = engine.time.now()
        let stored = try await engine.store.nextPoll(of: entry.id) ?? now
        let next = NextPoll(
            at: max(stored, now + Self.recheckInterval), PollReason(.every, "Another process looks at it."))
        var report = report(.postponed(until: next.at), next)
        report.isElsewhere = true
        return report
    }

    /// Runs a poll and renews its lease meanwhile, since a poll may take longer than the lease.
    private func whileAlive(
        _ poll: @escaping @Sendable () async throws -> PollReport
    ) async throws -> PollReport {
        guard engine.store.isShared else { return try await poll() }
        return try await withThrowingTaskGroup(of: PollReport?.self) { group in
            group.addTask { try await poll() }
            group.addTask { [engine, lease] in
                while true {
                    try await engine.time.sleep(for: .milliseconds(PollLease.length.milliseconds / 3))
                    try await engine.store.renew(lease, now: engine.time.now())
                }
            }
            defer { group.cancelAll() }
            guard let report = try await group.next() ?? nil else { throw CancellationError() }
            return report
        }
    }

    private func ask(_ fetchState: inout FetchState) async throws -> PollReport {
        do {
            return try await attempt(&fetchState)
        } catch  where Task.isCancelled {
            // A poll that shutdown interrupts is no failure of the source.
            throw CancellationError()
        } catch let problem as Problem where problem.code != .internal && problem.code != .databaseUnavailable {
            fetchState.noteFailure(inARow: state.failures + 1)
            return try await fail(fetchState, problem, .failed(inARow: state.failures + 1))
        }
    }

    private func postpone(until: Timestamp) async throws -> PollReport {
        let reason = PollReason(.retryAfter, "Its host asks not to be asked before \(until).")
        let next = NextPoll(at: until, reason)
        try await store.postpone(entry.id, to: next, at: engine.time.now())
        return report(.postponed(until: until), next)
    }

    private func fail(
        _ fetchState: FetchState, _ problem: Problem, _ outcome: PollOutcome
    ) async throws -> PollReport {
        let now = engine.time.now()
        let next = next(fetchState, outcome, now)
        try await store.recordFailure(
            of: entry.id, reason: problem.message, fetchState: fetchState.stored, next: next, at: now)
        return report(.failed(problem), next)
    }

    private func next(
        _ fetchState: FetchState, _ outcome: PollOutcome, _ now: Timestamp,
        word: FetchState.HubWord = .init()
    ) -> NextPoll {
        let plan = fetchState.plan(entry.source, word: word, after: outcome, now: now, random: engine.random())
        return NextPoll(at: plan.at ?? NextPoll.never, plan.reason)
    }

    private func report(_ outcome: PollReport.Outcome, _ next: NextPoll) -> PollReport {
        PollReport(source: entry.source.fullName, outcome: outcome, next: next)
    }

    private func attempt(_ fetchState: inout FetchState) async throws -> PollReport {
        // "Not modified" would not do in three cases that need the whole document: a campaign that starts with the
        // newest items, an owner's decision about a held document, an item that waits for a time or for a second
        // document.
        let isConditional =
            state.baselineAt != nil && state.startCounts.isEmpty && state.decision == nil
            && (state.lookAgainAt.map { $0 > engine.time.now() } ?? true)
        let fetch = DocumentFetch(engine.fetcher, maxBytes: engine.settings.fetchMaxBytes)
        let now = engine.time.now()
        let source = fetchState.whereabouts(of: entry.source)
        let wantsCertificate = source.isEncrypted && fetchState.asksForCertificate(now: now)
        var looksAtCertificate = false
        if wantsCertificate, let host { looksAtCertificate = engine.hosts.looksAtCertificate(of: host, now: now) }
        let answer = try await fetch.open(
            source,
            conditions: isConditional ? fetchState.conditions(for: entry.source, now: now) : [],
            asksForCertificate: looksAtCertificate)
        if wantsCertificate, let host {
            if let end = answer.certificateEndsAt { engine.hosts.note(certificateEnd: end, of: host, now: now) }
            fetchState.note(certificateEnd: engine.hosts.certificateEnd(of: host), now: now)
        }
        switch answer.content {
        case .refused(let status, let problem):
            let outcome = refusal(status, answer, &fetchState)
            if outcome == .gone { fetchState.goneSince = fetchState.goneSince ?? engine.time.now() }
            fetchState.noteFailure(inARow: state.failures + 1)
            return try await fail(fetchState, problem, outcome)
        case .notModified:
            let begun = now
            let now = engine.time.now()
            let before = fetchState
            fetchState.note(answer, of: entry.source, now: now)
            let word = try await hubWord(fetchState, isChanged: false, since: begun, now)
            let result = PollResult(
                document: .notModified, fetchState: fetchState == before ? nil : fetchState.stored,
                next: next(fetchState, .unchanged, now, word: word))
            try await store.record(result, of: entry.id, at: now)
            var report = report(.notModified, result.next)
            report.remarks = remarks(fetchState, now)
            return report
        case .found(let found):
            return try await take(found, answer, fetch, since: now, &fetchState)
        }
    }

    /// The outcome of a refused request. `Retry-After` pauses all sources of the host.
    private func refusal(
        _ status: Int, _ answer: FetchedAnswer, _ fetchState: inout FetchState
    ) -> PollOutcome {
        // The redirect's target is gone: the next poll requests the owner's address again.
        if status == 404 || status == 410, fetchState.forgetMove() { return .failed(inARow: state.failures + 1) }
        if status == 410 { return .gone }
        let now = engine.time.now()
        let wait = CacheHints(answer.headers, now: now).retryAfter
        guard status == 429 || status == 503, let wait else { return .failed(inARow: state.failures + 1) }
        if let host = answer.host { engine.hosts.rest(host, for: wait, from: now) }
        return .toldToWait(wait, inARow: state.failures + 1)
    }

    private func take(
        _ found: FoundDocument, _ answer: FetchedAnswer, _ fetch: DocumentFetch, since begun: Timestamp,
        _ fetchState: inout FetchState
    ) async throws -> PollReport {
        if state.isUnfinished { try await store.clearLeftovers(of: entry.id) }
        let news =
            state.baselineAt == nil
            ? try await baseline(found, fetch) : try await compare(found, fetch)
        guard !fetchState.noteEnd(isOpen: news.isOpen) else {
            throw Problem(
                .brokenDocument,
                "source \(entry.source.fullName): the document is cut: it ends within a row, and the one before did not",
                hint: "Nothing was changed. If the next two end so, too, it is taken for their way.")
        }
        let now = engine.time.now()
        if case .held(let reason) = news.outcome {
            let next = next(fetchState, .held, now)
            try await store.recordHold(of: entry.id, reason, items: news.items, next: next, at: now)
            return report(of: news, next)
        }
        fetchState.note(answer, of: entry.source, now: now)
        let isAnotherHub = fetchState.note(
            hub: HubOffer(answer.headers, news.feed, foundAt: self.fetchState.whereabouts(of: entry.source).location),
            of: entry.source)
        fetchState.note(items: news.items)
        fetchState.rhythm = news.feed?.rhythm
        let isChanged = !news.document.changes.isEmpty
        if state.baselineAt == nil {
            fetchState.changeRate = ChangeRate(changes: news.dates.filter { $0 <= now })
        } else if isChanged {
            fetchState.changeRate.note(now)
        }
        let result = PollResult(
            document: .read(news.document), title: news.feed?.title, fetchState: fetchState.stored,
            next: next(
                fetchState, isChanged ? .changed : .unchanged, now,
                word: try await hubWord(fetchState, isChanged: isChanged, since: begun, now)))
        try await store.record(result, of: entry.id, at: now)
        if isAnotherHub { engine.hubNews.add(entry.id) }
        if (state.documents + 1) % Self.forgettingPeriod == 0 {
            try await store.forgetAbsent(
                of: entry.id, since: now - Self.memory, document: state.documents - Self.forgettingPeriod)
        }
        var report = report(of: news, result.next)
        report.remarks = remarks(fetchState, now)
        return report
    }

    /// The hub's lease and notification, as far as they are trusted after this poll, whose request was made at `begun`.
    private func hubWord(
        _ fetchState: FetchState, isChanged: Bool, since begun: Timestamp, _ now: Timestamp
    ) async throws -> FetchState.HubWord {
        guard engine.settings.receivesHubCallbacks, fetchState.hub != nil, let lastPoll = state.lastPollAt,
            let subscription = try await engine.store.hubSubscription(of: entry.id)
        else { return .init() }
        let lastChange = self.fetchState.changeRate.lastChangeAt ?? state.baselineAt
        // A notification that came after the request, or whose change is not visible yet, is still to be followed.
        let isToCome = subscription.hasTold(since: isChanged ? begun : lastChange ?? lastPoll)
        var word = FetchState.HubWord(
            lease: subscription.trustedLease, toldAt: isToCome ? subscription.toldAt : nil)
        // A hub cannot notify of changes that come from the owner's decision or from a sale's dates.
        let isServers = state.decision == nil && state.lookAgainAt.map { $0 > begun } ?? true
        guard isChanged, isServers else { return word }
        let isMissed = try await engine.store.changeHubSubscription(token: subscription.token) { subscription in
            subscription?.noteChange(since: lastPoll, lastChange: lastChange, at: now) ?? false
        }
        guard isMissed else { return word }
        engine.report(.hub(HubReport(source: entry.source.fullName, outcome: .missed)))
        word.lease = nil
        return word
    }

    /// The remarks about the source that did not apply after the last good poll.
    private func remarks(_ fetchState: FetchState, _ now: Timestamp) -> [SourceRemark] {
        let remarks = fetchState.health.notices(at: now)
        guard !remarks.isEmpty, let lastGood = state.lastGoodAt else { return remarks }
        let before = Set(self.fetchState.health.notices(at: lastGood).map(\.code))
        return remarks.filter { !before.contains($0.code) }
    }

    private func report(of news: News, _ next: NextPoll) -> PollReport {
        var report = report(news.outcome, next)
        report.warnings = news.warnings
        report.recognised = news.recognised
        report.old = news.old
        report.changedItems = news.changedItems
        return report
    }

    /// Least time before this worker looks again at a source that another one polls.
    private static let recheckInterval = Duration.seconds(15)

    /// How long a missing item stays known; for at least `forgettingPeriod` documents, too, since feeds come back from
    /// outages.
    static let memory = Duration.days(90)
    private static let forgettingPeriod = 20
}

extension NextPoll {
    init(at moment: Timestamp, _ reason: PollReason) {
        self.init(at: moment, code: reason.code.rawValue, reason: reason.sentence)
    }
}
