import CampaignModel
import CampaignStore
import ServiceLifecycle

/// Reports opt-outs to Meta at once, and reads its list of agreements every few hours.
package struct MarketingService: Service {
    /// Time between two checks.
    private static let recheckInterval = Duration.seconds(10)

    private let engine: Engine

    /// - Parameter engine: The engine.
    package init(_ engine: Engine) {
        self.engine = engine
    }

    /// Whether any channel is on Messenger.
    package static func isNeeded(_ engine: Engine) -> Bool {
        engine.content.channels.contains { $0.channel.platform == .messenger }
    }

    /// - Throws: When the store fails.
    package func run() async throws {
        // If a round takes longer than the lease, another worker may repeat it: the same report to Meta twice changes
        // nothing.
        let lease = WorkerLease(engine, "marketing", length: .minutes(1))
        try await untilShutdown {
            var run = MarketingRun(engine)
            var isStart = true
            // Runs until cancelled: a service that ends before shutdown would count as failed.
            while true {
                try Task.checkCancellation()
                if !engine.stop.isRaised, try await lease.acquire() {
                    try await run.run(isStart: isStart)
                    isStart = false
                }
                try await engine.time.sleep(for: Self.recheckInterval)
            }
        }
        await lease.release()
    }
}
