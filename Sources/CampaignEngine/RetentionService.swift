import CampaignModel
import CampaignStore
package import Logging
import ServiceLifecycle

/// Deletes data that is older than its retention time, in small steps, so that other writes need not wait long.
package struct RetentionService: Service {
    private let engine: Engine
    private let logger: Logger

    /// - Parameters:
    ///   - engine: The engine.
    ///   - logger: For debugging.
    package init(_ engine: Engine, logger: Logger) {
        self.engine = engine
        self.logger = logger
    }

    /// - Throws: When the store fails.
    package func run() async throws {
        // Of several workers one does it.
        let lease = WorkerLease(engine, "retention", length: .minutes(10))
        do {
            try await cancelWhenGracefulShutdown {
                var retention = Retention(engine)
                // Until it is cancelled: a service that ends before its turn looks like one that failed.
                while true {
                    try Task.checkCancellation()
                    engine.beat("forgetting", silentFor: .hours(2))
                    let isOurs = engine.stop.isRaised ? false : try await lease.acquire()
                    let isMore = isOurs ? try await retention.step() : false
                    try await engine.time.sleep(
                        for: isOurs ? Retention.rest(isMore: isMore) : WorkerLease.recheckInterval)
                }
            }
        } catch is CancellationError {
            logger.debug("forgetting ended")
        }
        await lease.release()
    }
}

/// What is forgotten, step by step.
package struct Retention: Sendable {
    /// Time between two checks, and between two steps while there is more to delete.
    private static let interval = Duration.minutes(5)
    private static let shortInterval = Duration.seconds(1)
    /// Between two walks through all that was found and decided.
    private static let walkInterval = Duration.hours(24)
    /// Of a pass that is made from time to time.
    private static let mostSteps = 2000

    private let engine: Engine
    /// Where the walk through the log and through the decisions is; nil between two walks.
    private var changes: Int64?
    private var decisions: Store.DecisionPlace?
    private var horizon = Timestamp(seconds: 0)

    package init(_ engine: Engine) { self.engine = engine }

    static func rest(isMore: Bool) -> Duration { isMore ? shortInterval : interval }

    /// Forgets what there is, without pauses: for a process that does not stay.
    ///
    /// - Throws: When the store fails.
    mutating func run() async throws {
        for _ in 0..<Self.mostSteps where !engine.stop.isRaised {
            guard try await step() else { return }
        }
    }

    /// Forgets some of each kind.
    ///
    /// - Returns: Whether there is more.
    /// - Throws: When the store fails.
    package mutating func step() async throws -> Bool {
        let (store, now) = (engine.store, engine.time.now())
        var count = try await store.pruneInbox(now: now)
        count += try await store.pruneReplies(now: now)
        if let age = engine.settings.keepInactive {
            count += try await SubscriberRegister(store, time: engine.time).forgetInactive(for: age)
        }
        guard let age = engine.settings.keepHistory else { return count > 0 }
        count += try await store.pruneRuns(before: now - age)
        count += try await store.pruneFindings(before: now - age)
        // What is asked for by place and not by time is gone through once a day.
        if changes == nil, decisions == nil, try await store.takeWalk(every: Self.walkInterval, now: now) {
            (changes, decisions) = (0, .start)
            horizon = try await store.changesHorizon(before: now - age)
        }
        if let place = changes { changes = try await store.pruneChanges(after: place, before: horizon).reached }
        if let place = decisions { decisions = try await store.pruneDecisions(after: place).reached }
        return count > 0 || changes != nil || decisions != nil
    }
}
