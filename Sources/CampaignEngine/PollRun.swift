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
        // A campaign that starts with the newest items needs a whole document.
        let conditional = state.baselineAt != nil && state.startCounts.isEmpty
        let fetch = DocumentFetch(engine.fetcher, maxBytes: engine.settings.fetchMaxBytes)
        let document = try await fetch.open(
            entry.source, etag: conditional ? state.etag : nil, lastModified: conditional ? state.lastModified : nil)
        let now = engine.time.now()
        let next = now + jittered(entry.source.every.usual)
        guard case .found(let found) = document else {
            // A 304 may carry newer validators; what it leaves out stays as it was.
            let result = PollResult(
                document: .notModified, etag: document.etag ?? state.etag,
                lastModified: document.lastModified ?? state.lastModified, nextPollAt: next)
            try await engine.store.record(result, of: entry.id, at: now)
            return PollReport(source: entry.source.name, outcome: .notModified, warnings: 0)
        }
        var collector = ChangeCollector(store: engine.store, source: entry.id, state: state, now: now)
        let end = try await fetch.read(found, of: entry.source) { try await collector.take($0) }
        let collected = try await collector.finish()
        let result = PollResult(
            document: .read(
                entries: collected.entries, changes: collected.changes, starts: collected.starts, items: end.items),
            title: collector.title, etag: document.etag, lastModified: document.lastModified, nextPollAt: next)
        try await engine.store.record(result, of: entry.id, at: engine.time.now())
        let outcome: PollReport.Outcome =
            state.baselineAt == nil
            ? .baseline(items: end.items)
            : .read(items: end.items, changes: collected.changes.reduce(into: [:]) { $0[$1.kind, default: 0] += 1 })
        return PollReport(source: entry.source.name, outcome: outcome, warnings: end.warnings.count)
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
