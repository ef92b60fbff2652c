import CampaignModel
import CampaignPlanning
import CampaignStore
import Synchronization

/// The times of the next polls in memory, for tasks that wait for them; the store has them, too.
package final class PollCalendar: Sendable {
    typealias Entry = ProvisionedContent.SourceEntry

    private struct State {
        var times: [SourceID: Timestamp]
        /// Latest next times of sources that are being polled, whose planned time is not known yet.
        var atTheLatest: [SourceID: Timestamp] = [:]
        /// Wall-clock time of the last look, to notice a clock that was set back; and the end of the present wait.
        var lastLook: Timestamp
        var waitsUntil: Timestamp?
    }

    private let engine: Engine
    private let entries: [SourceID: Entry]
    private let state: Mutex<State>
    private let wake = WakeSignal()

    /// Reads the due times of all sources from the store.
    ///
    /// - Throws: When the store fails.
    package init(_ engine: Engine) async throws {
        self.engine = engine
        entries = Dictionary(engine.content.sources.map { ($0.id, $0) }) { first, _ in first }
        state = Mutex(State(times: try await Self.times(engine), lastLook: engine.time.now()))
    }

    /// The due times of sources by the store, so that a restart polls none early. Times that a clock that was set back
    /// made too far away are planned anew.
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

    /// Takes due sources, at most `count`, earliest first. They are not due again before ``note(_:for:)``.
    func due(at now: Timestamp, atMost count: Int) -> [Entry] {
        state.withLock { state in
            let due = state.times.filter { $0.value <= now }.sorted { ($0.value, $0.key) < ($1.value, $1.key) }
                .prefix(count)
            for (source, _) in due { state.times[source] = nil }
            return due.compactMap { entries[$0.key] }
        }
    }

    /// Whether the source has a planned time; it has none while it is polled.
    func isPlanned(_ source: SourceID) -> Bool { state.withLock { $0.times[source] != nil } }

    /// Sets a source's next time after a poll.
    func note(_ next: Timestamp, for source: SourceID) {
        set(source) { state in
            guard let latest = state.atTheLatest.removeValue(forKey: source) else { return next }
            return min(next, max(latest, engine.time.now() + HubListener.gap))
        }
    }

    /// Makes a source due at that time, unless it is due earlier.
    func bringForward(_ source: SourceID, to time: Timestamp) {
        set(source) { state in
            guard let planned = state.times[source] else {
                state.atTheLatest[source] = time
                return nil
            }
            return min(planned, time)
        }
    }

    /// Reads the store again, where other processes may have stored earlier times.
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
            // The loop below wakes at least every hour.
            engine.beat("polls", silentFor: .minutes(90))
            let calls = wake.calls
            let now = time.now()
            let (isSetBack, until) = state.withLock { state in
                defer { state.lastLook = now }
                // At most an hour at a time, since the clock may be set during the wait.
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
