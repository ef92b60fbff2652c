import CampaignModel
import CampaignStore
import HTTPTransport
import MessageChannels
import ServiceLifecycle

/// Receives Telegram's updates by long polling, which needs no public address. Each bot has one call at a time; updates
/// are stored in the inbox before the next call confirms them.
package struct UpdatesService: Service {
    private let engine: Engine
    private let inbox: WakeSignal

    /// - Parameters:
    ///   - engine: The engine.
    ///   - inbox: Raised when the inbox has events.
    package init(_ engine: Engine, inbox: WakeSignal) {
        self.engine = engine
        self.inbox = inbox
    }

    /// - Throws: When the store fails.
    package func run() async throws {
        try await untilShutdown {
            try await withThrowingTaskGroup(of: Void.self) { group in
                for entry in UpdatesRun.polled(engine) { group.addTask { try await listen(on: entry) } }
                // Without a bot there is nothing to do, but a service that ends would count as failed.
                group.addTask { try await engine.time.sleep(for: .days(36_500)) }
                try await group.waitForAll()
            }
        }
    }

    private func listen(on entry: ProvisionedContent.ChannelEntry) async throws {
        // Telegram refuses two processes that poll one bot, so one polls under a lease.
        let lease = WorkerLease(engine, "updates:\(entry.id)", length: BotAPI.longPoll + .seconds(40))
        do {
            try await listen(on: entry, lease)
        } catch {
            await lease.release()
            throw error
        }
        await lease.release()
    }

    private func listen(on entry: ProvisionedContent.ChannelEntry, _ lease: WorkerLease) async throws {
        var updates = UpdatesRun(engine, entry)
        while !Task.isCancelled {
            engine.beat("updates of \(entry.channel.fullName)")
            guard try await lease.acquire() else {
                // The next holder of the lease begins with the updates that Telegram still has.
                updates = UpdatesRun(engine, entry)
                try await engine.time.sleep(for: WorkerLease.recheckInterval)
                continue
            }
            switch try await updates.take(waitingFor: BotAPI.longPoll) {
            case .events: inbox.raise()
            case .nothing: break
            case .failed(let wait, _): try await engine.time.sleep(for: wait)
            }
        }
    }
}

/// The updates of one bot, call by call.
package struct UpdatesRun: Sendable {
    enum Outcome: Sendable, Hashable {
        case events, nothing
        /// Failed; to be tried again after that time. `mayPass`: whether the failure may end by itself.
        case failed(Duration, mayPass: Bool)
    }

    /// The wait after the first failure; each further one doubles it, up to `longestWait`.
    private static let firstWait = Duration.seconds(1)
    private static let longestWait = Duration.minutes(5)
    /// Longest wait while another program polls the same bot, as `tellal run` does while it sends.
    private static let longestConflict = Duration.seconds(15)
    /// Number of retries before sending, after failures that may pass, each after at most `longestRetryWait`.
    private static let mostRetries = 3
    private static let longestRetryWait = Duration.seconds(5)

    private let engine: Engine
    private let entry: ProvisionedContent.ChannelEntry
    private var offset: Int64?
    private var failures = 0
    private var reason: String?

    init(_ engine: Engine, _ entry: ProvisionedContent.ChannelEntry) {
        self.engine = engine
        self.entry = entry
    }

    /// The channels whose updates are polled; the others have webhooks.
    static func polled(_ engine: Engine) -> [ProvisionedContent.ChannelEntry] {
        engine.content.channels.filter { !$0.channel.isCalledFor }
    }

    /// Receives the pending updates of all bots without waiting for more. A sender must know who left, so this takes no
    /// lease; it disturbs a worker that polls for a second at most.
    ///
    /// - Parameters:
    ///   - engine: The engine.
    ///   - isAgain: Whether this is one of many calls in short intervals: failures are not retried then, and reported
    ///     only if not known before.
    /// - Throws: When the store fails.
    package static func takeAll(_ engine: Engine, isAgain: Bool = false) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for entry in polled(engine) {
                group.addTask {
                    var updates = UpdatesRun(engine, entry)
                    try await updates.takeAll(isAgain: isAgain)
                }
            }
            try await group.waitForAll()
        }
    }

    /// Receives updates until a call brings none; that call confirms the earlier ones.
    private mutating func takeAll(isAgain: Bool) async throws {
        while !engine.stop.isRaised {
            switch try await take(waitingFor: .zero, isQuiet: isAgain) {
            case .events: break
            case .nothing: return
            case .failed(let wait, let mayPass):
                guard mayPass, !isAgain, failures <= Self.mostRetries else { return }
                try await engine.time.sleep(for: min(wait, Self.longestRetryWait))
            }
        }
    }

    /// Makes one call.
    ///
    /// - Parameters:
    ///   - wait: How long Telegram may wait for an update.
    ///   - isQuiet: Whether a failure that is stored already is not reported again.
    /// - Returns: What came of the call.
    /// - Throws: When the store fails, and `CancellationError`.
    mutating func take(waitingFor wait: Duration, isQuiet: Bool = false) async throws -> Outcome {
        let outcome = await engine.ask(BotAPI(entry.channel).updates(offset: offset, wait: wait))
        if case .answered(let answer) = outcome, let batch = TelegramUpdates.batch(answer.body) {
            failures = 0
            reason = nil
            try await engine.store.endUpdatesFailure(of: entry.id)
            guard !batch.events.isEmpty else { return .nothing }
            _ = try await engine.store.receive(batch.events.map { (entry.id, $0) }, at: engine.time.now())
            offset = batch.nextOffset ?? offset
            return .events
        }
        if Task.isCancelled { throw CancellationError() }
        let failure = TelegramUpdates.failure(outcome)
        let isKnown =
            if isQuiet { try await engine.store.updatesFailures()[entry.id] != nil } else { failure.reason == reason }
        // One call that fails between two messages is no failure yet.
        let isPassing = isQuiet && !failure.isRefusal
        if !isPassing {
            try await engine.store.noteUpdatesFailure(
                of: entry.id, reason: failure.reason, isRefusal: failure.isRefusal, now: engine.time.now())
        }
        reason = failure.reason
        if !isKnown, !isPassing {
            engine.report(.updatesFailing(channel: entry.channel.fullName, reason: failure.reason))
        }
        failures += 1
        let isConflict = failure.isRefusal && failure.mayPass
        let backoff = Backoff(first: Self.firstWait, longest: isConflict ? Self.longestConflict : Self.longestWait)
        return .failed(failure.wait ?? backoff.wait(after: failures), mayPass: failure.mayPass)
    }
}

extension Engine {
    /// Most bytes of an answer with a hundred updates.
    private static let mostBytes: Int64 = 16 << 20

    /// Makes a request that only reads. Unlike a send it may be cancelled at any moment: unconfirmed updates come
    /// again.
    func ask(_ request: HTTPRequest) async -> HTTPOutcome {
        do throws(HTTPFailure) {
            let limits = FetchLimits(maxBytes: Self.mostBytes, lowSpeedBytesPerSecond: 0, redirects: 0)
            let answer = try await longPollTransport.open(request, limits: limits, policy: .anywhere)
            var body: [UInt8] = []
            for try await bytes in answer.body { body += bytes }
            return .answered(HTTPAnswer(status: answer.status, headers: answer.headers, body: body))
        } catch {
            return error.requestLeft ? .unanswered(error) : .notSent(error)
        }
    }
}
