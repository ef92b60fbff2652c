import CampaignModel
import CampaignStore
package import Logging
import ServiceLifecycle

/// Makes something of each event as soon as it is in the inbox.
package struct EventService: Service {
    /// Between wake-ups: what another process may have put there.
    private static let glance = Duration.seconds(30)
    /// Lots of a hundred events that wait for their calls to the platform; what comes beyond them goes without.
    private static let mostFollowUps = 100

    private let engine: Engine
    private let inbox: WakeSignal
    private let outbox: WakeSignal
    private let logger: Logger

    /// - Parameters:
    ///   - engine: Whose inbox it is.
    ///   - inbox: Raised when there is something in it.
    ///   - outbox: Is raised when there is something to send.
    ///   - logger: For what libraries would say.
    package init(_ engine: Engine, inbox: WakeSignal, outbox: WakeSignal, logger: Logger) {
        self.engine = engine
        self.inbox = inbox
        self.outbox = outbox
        self.logger = logger
    }

    /// - Throws: When the store fails.
    package func run() async throws {
        do {
            try await cancelWhenGracefulShutdown {
                // Whoever waits for an answer of a platform must not keep others from being heard.
                let (followUps, sink) = AsyncStream.makeStream(
                    of: [InboxFollowUp].self, bufferingPolicy: .bufferingOldest(Self.mostFollowUps))
                let run = EventRun(engine)
                try await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask { try await hear(run, sink) }
                    group.addTask {
                        for await some in followUps { await run.follow(some) }
                    }
                    defer { group.cancelAll() }
                    try await group.next()
                }
            }
        } catch is CancellationError {
            logger.debug("answering ended")
        }
    }

    private func hear(_ run: EventRun, _ sink: AsyncStream<[InboxFollowUp]>.Continuation) async throws {
        defer { sink.finish() }
        let hash = try await run.hashing()
        // Until it is cancelled: a service that ends before its turn looks like one that failed.
        while true {
            try Task.checkCancellation()
            let calls = inbox.calls
            engine.beat("inbox")
            let (report, followUps) = try await run.takeSome(hash)
            if report.replies + report.reopened + report.settled > 0 { outbox.raise() }
            if !followUps.isEmpty { sink.yield(followUps) }
            if report.isEmpty { await inbox.wait(since: calls, atMost: Self.glance, on: engine.time) }
        }
    }
}
