import CampaignModel
import CampaignStore
import ServiceLifecycle

/// Deletes data that is older than its retention time, in small steps, so that other writes need not wait long.
package struct RetentionService: Service {
    private let engine: Engine

    /// - Parameter engine: The engine.
    package init(_ engine: Engine) {
        self.engine = engine
    }

    /// - Throws: When the store fails.
    package func run() async throws {
        // One of several workers does this.
        let lease = WorkerLease(engine, "retention", length: .minutes(10))
        try await untilShutdown {
            var retention = Retention(engine)
            // Runs until cancelled: a service that ends before shutdown would count as failed.
            while true {
                try Task.checkCancellation()
                engine.beat("forgetting", silentFor: .hours(2))
                let isOurs = engine.stop.isRaised ? false : try await lease.acquire()
                let isMore = isOurs ? try await retention.step() : false
                try await engine.time.sleep(
                    for: isOurs ? Retention.rest(isMore: isMore) : WorkerLease.recheckInterval)
            }
        }
        await lease.release()
    }
}

/// Deletes old data, step by step.
package struct Retention: Sendable {
    /// Time between two checks, and between two steps while there is more to delete.
    private static let interval = Duration.minutes(5)
    private static let shortInterval = Duration.seconds(1)
    /// Time between two scans of the whole change log and of all decisions.
    private static let walkInterval = Duration.hours(24)
    /// Most steps of one pass of `tellal run`.
    private static let mostSteps = 2000

    private let engine: Engine
    /// Positions of the scan in the change log and in the decisions; nil between two scans.
    private var changes: Int64?
    private var decisions: Store.DecisionPlace?
    private var horizon = Timestamp(seconds: 0)

    package init(_ engine: Engine) { self.engine = engine }

    static func rest(isMore: Bool) -> Duration { isMore ? shortInterval : interval }

    /// Deletes all old data without pauses, for a process that ends afterwards.
    ///
    /// - Throws: When the store fails.
    mutating func run() async throws {
        for _ in 0..<Self.mostSteps where !engine.stop.isRaised {
            guard try await step() else { return }
        }
    }

    /// Deletes some old data of each kind.
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
