import CampaignModel
import CampaignStore
import ServiceLifecycle

/// Processes events as soon as they are in the inbox.
package struct EventService: Service {
    /// Time between two checks without a wake-up, for events that another process may have received.
    private static let recheckInterval = Duration.seconds(30)
    /// Most batches of events that wait for their calls to platforms; the calls of further ones are dropped.
    private static let mostFollowUps = 100

    private let engine: Engine
    private let inbox: WakeSignal
    private let outbox: WakeSignal

    /// - Parameters:
    ///   - engine: The engine.
    ///   - inbox: Raised when the inbox has events.
    ///   - outbox: Raised when there are replies to send.
    package init(_ engine: Engine, inbox: WakeSignal, outbox: WakeSignal) {
        self.engine = engine
        self.inbox = inbox
        self.outbox = outbox
    }

    /// - Throws: When the store fails.
    package func run() async throws {
        try await untilShutdown {
            // Calls to platforms run in a task of their own, so that a slow platform delays no other event.
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
    }

    private func hear(_ run: EventRun, _ sink: AsyncStream<[InboxFollowUp]>.Continuation) async throws {
        defer { sink.finish() }
        let hash = try await run.hashing()
        // Runs until cancelled: a service that ends before shutdown would count as failed.
        while true {
            try Task.checkCancellation()
            let calls = inbox.calls
            engine.beat("inbox")
            let (report, followUps) = try await run.takeSome(hash)
            if report.replies + report.reopened + report.settled > 0 { outbox.raise() }
            if !followUps.isEmpty { sink.yield(followUps) }
            if report.isEmpty { await inbox.wait(since: calls, atMost: Self.recheckInterval, on: engine.time) }
        }
    }
}
