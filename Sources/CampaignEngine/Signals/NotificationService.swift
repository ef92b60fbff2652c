import CampaignModel
import CampaignStore
import ServiceLifecycle

/// Receives notifications of other processes with the same database, and wakes the services that wait for them.
package struct NotificationService: Service {
    private let engine: Engine
    private let calendar: PollCalendar
    private let outbox: WakeSignal
    private let inbox: WakeSignal

    /// - Parameters:
    ///   - engine: The engine.
    ///   - calendar: Read again when sources are due earlier.
    ///   - outbox: Raised when there is something to send.
    ///   - inbox: Raised when the inbox has events.
    package init(_ engine: Engine, _ calendar: PollCalendar, outbox: WakeSignal, inbox: WakeSignal) {
        self.engine = engine
        self.calendar = calendar
        self.outbox = outbox
        self.inbox = inbox
    }

    /// Whether other processes may write to the database.
    package static func isNeeded(_ engine: Engine) -> Bool { engine.store.isShared }

    /// - Throws: When the store fails.
    package func run() async throws {
        try await untilShutdown {
            for await topic in engine.store.notifications() {
                switch topic {
                case .outbox: outbox.raise()
                case .inbox: inbox.raise()
                case .sources: try await calendar.lookAgain()
                }
            }
            try Task.checkCancellation()
        }
    }
}
