import CampaignModel
import CampaignStore
package import Logging
import ServiceLifecycle

/// Receives notifications of other processes with the same database, and wakes the services that wait for them.
package struct NotificationService: Service {
    private let engine: Engine
    private let calendar: PollCalendar
    private let outbox: WakeSignal
    private let inbox: WakeSignal
    private let logger: Logger

    /// - Parameters:
    ///   - engine: The engine.
    ///   - calendar: Read again when sources are due earlier.
    ///   - outbox: Raised when there is something to send.
    ///   - inbox: Raised when the inbox has events.
    ///   - logger: For debugging.
    package init(_ engine: Engine, _ calendar: PollCalendar, outbox: WakeSignal, inbox: WakeSignal, logger: Logger) {
        self.engine = engine
        self.calendar = calendar
        self.outbox = outbox
        self.inbox = inbox
        self.logger = logger
    }

    /// Whether other processes may write to the database.
    package static func isNeeded(_ engine: Engine) -> Bool { engine.store.isShared }

    /// - Throws: When the store fails.
    package func run() async throws {
        do {
            try await cancelWhenGracefulShutdown {
                for await topic in engine.store.notifications() {
                    switch topic {
                    case .outbox: outbox.raise()
                    case .inbox: inbox.raise()
                    case .sources: try await calendar.lookAgain()
                    }
                }
                try Task.checkCancellation()
            }
        } catch is CancellationError {
            logger.debug("listening to other processes ended")
        }
    }
}
