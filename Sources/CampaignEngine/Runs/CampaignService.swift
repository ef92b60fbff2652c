import CampaignModel
import ServiceLifecycle

/// Runs campaigns at their nominal times, until shutdown.
package struct CampaignService: Service {
    // Longest wait, after which a clock that was set forward is noticed, and so are new people in a time zone ahead of
    // all others.
    private static let longest = Duration.seconds(60)
    private static let shortest = Duration.milliseconds(50)

    private let engine: Engine
    private let wake: WakeSignal
    private let look: WakeSignal

    /// - Parameters:
    ///   - engine: The engine.
    ///   - wake: Raised when there is something to send.
    ///   - look: Raised when the owner has sent or scheduled something.
    package init(_ engine: Engine, wake: WakeSignal, look: WakeSignal = WakeSignal()) {
        self.engine = engine
        self.wake = wake
        self.look = look
    }

    /// - Throws: When the store fails.
    package func run() async throws {
        try await untilShutdown {
            while true {
                try Task.checkCancellation()
                let calls = look.calls
                engine.beat("campaigns")
                let next = try await ScheduledRuns(engine).runDue { _ in wake.raise() }
                let wait =
                    next.map { min(max($0 - engine.time.now(), Self.shortest), Self.longest) } ?? Self.longest
                await look.wait(since: calls, atMost: wait, on: engine.time)
            }
        }
    }
}
