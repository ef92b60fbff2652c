import CampaignModel
import CampaignPlanning
package import CampaignStore
import Synchronization

/// Polls due sources with a limited number of workers and of connections per host. A waiting source is an entry in a
/// queue, not a task.
///
/// An engine may have one running poller at a time.
package struct Poller: Sendable {
    package typealias Entry = ProvisionedContent.SourceEntry

    private let engine: Engine

    package init(_ engine: Engine) { self.engine = engine }

    /// Polls sources, due or not.
    ///
    /// - Returns: The reports in the order of `sources`, without those of polls that had not begun when the stop signal
    ///   was raised.
    /// - Throws: When the store fails.
    package func poll(_ sources: [Entry]) async throws -> [PollReport] {
        let reports = Mutex(Dictionary<SourceID, PollReport>(minimumCapacity: sources.count))
        let rest = Mutex(sources[...])
        try await run { line in
            let page = rest.withLock { rest in
                defer { rest = rest.dropFirst(Self.page) }
                return Array(rest.prefix(Self.page))
            }
            try await add(page, to: line)
            return page.isEmpty ? .end : .more
        } ended: { entry, report in
            reports.withLock { $0[entry.id] = report }
        }
        return reports.withLock { reports in sources.compactMap { reports[$0.id] } }
    }

    /// Polls sources as they become due, until the task is cancelled.
    ///
    /// - Parameters:
    ///   - calendar: The due times.
    ///   - ended: Called after each poll, before the source may be polled again.
    /// - Throws: When the store or `ended` fails, and `CancellationError`.
    func follow(
        _ calendar: PollCalendar, ended: @escaping @Sendable (Entry, PollReport) async throws -> Void
    ) async throws {
        try await run { line in
            let due = calendar.due(at: engine.time.now(), atMost: Self.page)
            guard due.isEmpty else {
                try await add(due, to: line)
                return .more
            }
            try await calendar.waitUntilDue(on: engine.time)
            return .more
        } ended: { entry, report in
            try await ended(entry, report)
            calendar.note(report.next.at, for: entry.id)
        }
    }

    /// Number of source states that are read at a time.
    private static let page = 256

    private func add(_ sources: [Entry], to line: DueSources) async throws {
        guard !sources.isEmpty else { return }
        let states = try await engine.store.sourceStates(sources.map(\.id))
        for entry in sources {
            guard let state = states[entry.id] else { throw Problem(.internal, "source \(entry.id) has no state") }
            line.add(PollRun(engine, entry, state))
        }
    }

    /// Whether `feed` will add more sources to the queue.
    private enum Supply { case more, end }

    private enum Event { case workerEnded, clock, fed(Supply) }

    /// - Parameters:
    ///   - feed: Adds some due sources to the queue; may wait for them.
    ///   - ended: Called after each poll.
    /// - Throws: What the closures throw, and when the store fails.
    private func run(
        _ feed: @escaping @Sendable (DueSources) async throws -> Supply,
        ended: @escaping @Sendable (Entry, PollReport) async throws -> Void
    ) async throws {
        let line = DueSources(engine)
        try await withThrowingTaskGroup(of: Event.self) { group in
            var workers = 0
            var isFed = false
            var clock: Timestamp?
            group.addTask { .fed(try await feed(line)) }
            while true {
                starting: while workers < line.mostWorkers {
                    switch line.next() {
                    case .poll(let first):
                        workers += 1
                        group.addTask {
                            try await work(first, line, ended)
                            return .workerEnded
                        }
                    case .wait(let until):
                        if let clock, clock <= until { break starting }
                        clock = until
                        group.addTask {
                            let rest = until - engine.time.now()
                            if rest > .zero { try? await engine.time.sleep(for: rest) }
                            return .clock
                        }
                        break starting
                    case .idle: break starting
                    }
                }
                if isFed, workers == 0, line.isEmpty || engine.stop.isRaised { break }
                switch try await group.next() {
                case .workerEnded: workers -= 1
                case .clock: clock = nil
                case .fed(.more): group.addTask { .fed(try await feed(line)) }
                case .fed(.end): isFed = true
                case nil: return
                }
            }
            group.cancelAll()
        }
    }

    /// Polls one source after another, as long as the queue has one that may start.
    private func work(
        _ first: DueSources.QueuedPoll, _ line: DueSources, _ ended: @Sendable (Entry, PollReport) async throws -> Void
    ) async throws {
        var queued = first
        while true {
            let run = queued.run
            let report = try await run.poll(postponedUntil: queued.postponedUntil)
            // Before `ended`, after which the source may be added again; `add` would ignore it while it is still in the
            // queue.
            line.end(run)
            try await ended(run.entry, report)
            guard case .poll(let next) = line.next() else { return }
            queued = next
        }
    }
}

/// The queue of due sources.
private final class DueSources: Sendable {
    struct QueuedPoll: Sendable {
        let run: PollRun
        /// See ``PollRun/poll(postponedUntil:)``.
        var postponedUntil: Timestamp?
    }

    enum Step {
        case poll(QueuedPoll)
        case wait(until: Timestamp)
        case idle
    }

    private struct State {
        var queue: PollQueue
        var polls: [SourceID: QueuedPoll] = [:]
    }

    private let engine: Engine
    private let state: Mutex<State>
    /// Most workers: twice the limit of parallel fetches, since some of them store results meanwhile.
    let mostWorkers: Int

    init(_ engine: Engine) {
        self.engine = engine
        let settings = engine.settings
        mostWorkers = settings.fetchConcurrency * 2
        state = Mutex(
            State(
                queue: PollQueue { host in
                    HostQueue(for: host, connections: settings.fetchPerHost, isAllowed: settings.hurriesAt(host))
                }))
    }

    var isEmpty: Bool { state.withLock { $0.polls.isEmpty } }

    func add(_ run: PollRun) {
        state.withLock { state in
            guard state.polls[run.entry.id] == nil else { return }
            state.polls[run.entry.id] = QueuedPoll(run: run)
            state.queue.add(run.entry.id, at: run.host)
        }
    }

    func end(_ run: PollRun) {
        let now = engine.time.now()
        state.withLock { state in
            state.queue.end(run.entry.id, at: now)
            state.polls[run.entry.id] = nil
        }
    }

    func next() -> Step {
        if engine.stop.isRaised { return .idle }
        let now = engine.time.now()
        let rests = engine.hosts.rests
        return state.withLock { state in
            while true {
                switch state.queue.next(at: now, rests: rests) {
                case .start(let source):
                    // The poll stays in `polls` until it ends, so that no source is queued twice.
                    if let queued = state.polls[source] { return .poll(queued) }
                case .postpone(let sources, let until):
                    for source in sources {
                        state.polls[source]?.postponedUntil = until
                        state.queue.add(source, at: nil)
                    }
                case .wait(let until): return .wait(until: until)
                case .idle: return .idle
                }
            }
        }
    }
}
