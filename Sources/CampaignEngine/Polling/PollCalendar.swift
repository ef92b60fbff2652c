import CampaignModel
import CampaignPlanning
import CampaignStore
import Synchronization

/// When each source is polled next. The store has it too; this is for those who wait for it.
package final class PollCalendar: Sendable {
    typealias Entry = ProvisionedContent.SourceEntry

    private struct State {
        var times: [SourceID: Timestamp]
        /// Of sources that are just being polled, whose next time is not known yet: when they are due at the latest.
        var atTheLatest: [SourceID: Timestamp] = [:]
        /// By the clock when somebody last looked, and until when they wait.
        var lastLook: Timestamp
        var waitsUntil: Timestamp?
    }

    private let engine: Engine
    private let entries: [SourceID: Entry]
    private let state: Mutex<State>
    private let wake = WakeSignal()

    /// Reads from the store when sources are due.
    ///
    /// - Throws: When the store fails.
    package init(_ engine: Engine) async throws {
        self.engine = engine
        entries = Dictionary(engine.content.sources.map { ($0.id, $0) }) { first, _ in first }
        state = Mutex(State(times: try await Self.times(engine), lastLook: engine.time.now()))
    }

    /// When sources are due by what is stored: not earlier after a restart, and not only when a clock that was set back has
    /// caught up.
    ///
    /// - Throws: When the store fails.
    static func times(_ engine: Engine) async throws -> [SourceID: Timestamp] {
        let now = engine.time.now()
        var times: [SourceID: Timestamp] = [:]
        let stored = try await engine.store.pollTimes()
        for entry in engine.content.sources {
            let source = entry.id
            guard let stored = stored[source], stored.last != nil else {
                times[source] = now
                continue
            }
            let before = PollTimes(lastPollAt: stored.last, nextPollAt: stored.next)
            let mended = before.mended(at: now)
            times[source] = mended.nextPollAt
            guard mended != before else { continue }
            let reason = PollReason(.every, "The clock was set back; the interval begins anew.")
            try await engine.store.postpone(source, to: NextPoll(at: mended.nextPollAt, reason), at: now)
        }
        return times
    }

    /// Some of those that are due; they are not due again before their next time is noted.
    func due(at now: Timestamp, atMost count: Int) -> [Entry] {
        state.withLock { state in
            let due = state.times.filter { $0.value <= now }.sorted { ($0.value, $0.key) < ($1.value, $1.key) }
                .prefix(count)
            for (source, _) in due { state.times[source] = nil }
            return due.compactMap { entries[$0.key] }
        }
    }

    /// Whether it is known when the source is polled next; not while it is polled.
    func isPlanned(_ source: SourceID) -> Bool { state.withLock { $0.times[source] != nil } }

    /// A poll ended.
    func note(_ next: Timestamp, for source: SourceID) {
        set(source) { state in
            guard let latest = state.atTheLatest.removeValue(forKey: source) else { return next }
            return min(next, max(latest, engine.time.now() + HubListener.gap))
        }
    }

    /// Somebody wants the source to be polled then, if not before.
    func bringForward(_ source: SourceID, to time: Timestamp) {
        set(source) { state in
            guard let planned = state.times[source] else {
                state.atTheLatest[source] = time
                return nil
            }
            return min(planned, time)
        }
    }

    /// Others may have stored earlier times.
    func lookAgain() async throws {
        let stored = try await Self.times(engine)
        for (source, time) in stored {
            set(source) { state in state.times[source].map { min($0, time) } }
        }
    }

    private func set(_ source: SourceID, to time: (inout State) -> Timestamp?) {
        let isEarlier = state.withLock { state in
            guard let time = time(&state) else { return false }
            state.times[source] = time
            return state.waitsUntil.map { time < $0 } ?? false
        }
        if isEarlier { wake.raise() }
    }

    /// Waits until a source is due.
    ///
    /// - Throws: When the store fails, and `CancellationError`.
    func waitUntilDue(on time: any TimeSource) async throws {
        while true {
            try Task.checkCancellation()
            // It looks at its clock every hour.
            engine.beat("polls", silentFor: .minutes(90))
            let calls = wake.calls
            let now = time.now()
            let (isSetBack, until) = state.withLock { state in
                defer { state.lastLook = now }
                // Not all at once: the clock may be set meanwhile.
                let until = min(state.times.values.min() ?? now + .hours(1), now + .hours(1))
                state.waitsUntil = until
                return (now < state.lastLook, until)
            }
            if isSetBack {
                let mended = try await Self.times(engine)
                state.withLock { state in
                    for (source, time) in state.times { state.times[source] = min(time, mended[source] ?? time) }
                }
                continue
            }
            guard until > now else { return }
            await wake.wait(since: calls, until: until, on: time)
        }
    }
}
