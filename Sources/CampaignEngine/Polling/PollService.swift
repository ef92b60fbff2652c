import CampaignModel
import CampaignStore
package import Logging
import ServiceLifecycle

/// Polls every source when it is due and runs the campaigns that listen to it.
package struct PollService: Service {
    private let engine: Engine
    private let calendar: PollCalendar
    private let wake: WakeSignal
    private let logger: Logger

    package init(_ engine: Engine, _ calendar: PollCalendar, wake: WakeSignal, logger: Logger) {
        self.engine = engine
        self.calendar = calendar
        self.wake = wake
        self.logger = logger
    }

    /// - Throws: when the store fails.
    package func run() async throws {
        do {
            try await cancelWhenGracefulShutdown {
                try await Poller(engine).follow(calendar) { entry, report in
                    // Whoever polled it runs them.
                    if !report.isElsewhere { try await runCampaigns(of: entry) }
                }
            }
        } catch is CancellationError {
            logger.debug("polling ended")
        }
    }

    private func runCampaigns(of entry: ProvisionedContent.SourceEntry) async throws {
        for campaign in engine.content.campaigns
        where campaign.campaign.frequency == .everyUpdate && campaign.sources.contains(where: { $0.id == entry.id }) {
            _ = try await CampaignRun(engine).run(campaign, .update(takesWaiting: true)) { _ in wake.raise() }
        }
    }
}
