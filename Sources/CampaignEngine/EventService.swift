import CampaignModel
import CampaignStore
package import Logging
import ServiceLifecycle

/// Makes something of each event as soon as it is in the inbox.
package struct EventService: Service {
    /// Between wake-ups: what another process may have put there.
    private static let glance = Duration.seconds(30)
    /// Between two looks at what is kept for too long.
    private static let careInterval = Duration.hours(1)

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
                let run = EventRun(engine)
                var careAt = engine.time.now()
                while !Task.isCancelled, !engine.stop.isRaised {
                    let calls = inbox.calls
                    let report = try await run.takeSome()
                    if report.replies + report.reopened + report.settled > 0 { outbox.raise() }
                    if engine.time.now() >= careAt {
                        try await forget()
                        careAt = engine.time.now() + Self.careInterval
                    }
                    guard report.isEmpty else { continue }
                    await inbox.wait(since: calls, atMost: Self.glance, on: engine.time)
                }
            }
        } catch is CancellationError {
            logger.debug("answering ended")
        }
    }

    private func forget() async throws {
        while try await engine.store.pruneInbox(now: engine.time.now()) > 0, !Task.isCancelled {}
        guard let age = engine.settings.keepInactive else { return }
        let register = SubscriberRegister(engine.store, time: engine.time)
        while try await register.forgetInactive(for: age) > 0, !Task.isCancelled {}
    }
}
