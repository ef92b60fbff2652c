import CampaignModel
import CampaignStore
import ServiceLifecycle

/// Sends deliveries as soon as they are due. Channels are independent, so that a slow or paused one delays no other.
package struct DeliveryService: Service {
    // Longest time between two checks of the outbox without a wake-up, since windows open and deliveries expire.
    private static let upkeep = Duration.seconds(30)
    // Time before the next try when a due delivery could not be claimed.
    private static let retryDelay = Duration.seconds(1)

    private let engine: Engine
    private let wake: WakeSignal
    private let token: String
    private let backlog: WebhookBacklog?
    /// Wakes the upkeep of the outbox, which new work does not wake.
    private let look: WakeSignal

    /// - Parameters:
    ///   - engine: The engine.
    ///   - wake: Raised when there is something to send.
    ///   - look: Raised when the outbox needs upkeep at once, since the owner changed something.
    ///   - backlog: The backlog of updates that campaigns wait for; nil for none.
    ///   - token: Identifies this sender in the leases.
    package init(
        _ engine: Engine, wake: WakeSignal, look: WakeSignal = WakeSignal(), backlog: WebhookBacklog? = nil,
        token: String
    ) {
        self.engine = engine
        self.wake = wake
        self.look = look
        self.backlog = backlog
        self.token = token
    }

    /// - Throws: When the store fails, since no message may be sent without a stored intent.
    package func run() async throws {
        // Requests in flight are finished at shutdown, which only stops claims and cancels waits.
        try await withGracefulShutdownHandler {
            try await withThrowingTaskGroup(of: Void.self) { group in
                for entry in engine.content.channels {
                    for lane in DeliveryRun.Lane.allCases { group.addTask { try await send(on: entry, lane) } }
                }
                group.addTask { try await lookAfterOutbox() }
                try await group.waitForAll()
            }
        } onGracefulShutdown: {
            engine.stop.raise()
            wake.raise()
            look.raise()
        }
    }

    private var goesOn: Bool { !engine.stop.isRaised && !Task.isCancelled }

    private func send(on entry: ProvisionedContent.ChannelEntry, _ lane: DeliveryRun.Lane) async throws {
        if lane == .campaigns, let backlog {
            try await backlog.take(of: entry)
            // There may be replies to send.
            wake.raise()
        }
        while goesOn {
            let calls = wake.calls
            _ = try await DeliveryRun(engine, token: token).drain(entry, lane)
            guard goesOn else { break }
            await wake.wait(since: calls, atMost: try await untilNext(on: entry.id, lane), on: engine.time)
        }
    }

    private func untilNext(on channel: ChannelID, _ lane: DeliveryRun.Lane) async throws -> Duration {
        guard let due = try await engine.store.nextDeliveryDue(on: channel, replies: lane == .replies) else {
            return Self.upkeep
        }
        let wait = max(due - engine.time.now(), engine.throttles[channel]?.limiter.delay ?? .zero, Self.retryDelay)
        return min(wait, Self.upkeep)
    }

    private func lookAfterOutbox() async throws {
        while goesOn {
            let calls = look.calls
            engine.beat("outbox")
            // The remaining leases are this process's own: those of a dead process were taken back at the start.
            let upkeep = try await Pass.tidy(engine, leasesUntil: Timestamp(seconds: 0))
            if upkeep.reopened + upkeep.resent > 0 { wake.raise() }
            for campaign in try await engine.content.campaigns + engine.oneOffs.open() {
                _ = try await FanOut(engine).goOn(campaign) { _ in wake.raise() }
            }
            guard goesOn else { break }
            await look.wait(since: calls, atMost: Self.upkeep, on: engine.time)
        }
    }
}
