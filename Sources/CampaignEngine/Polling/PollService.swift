import CampaignModel
import CampaignStore
import ServiceLifecycle

/// Polls every source when it is due, and then runs the campaigns that use it.
package struct PollService: Service {
    private let engine: Engine
    private let calendar: PollCalendar
    private let wake: WakeSignal

    package init(_ engine: Engine, _ calendar: PollCalendar, wake: WakeSignal) {
        self.engine = engine
        self.calendar = calendar
        self.wake = wake
    }

    /// - Throws: When the store fails.
    package func run() async throws {
        try await untilShutdown {
            try await Poller(engine).follow(calendar) { entry, report in
                // The process that polled the source runs its campaigns.
                if !report.isElsewhere { try await runCampaigns(of: entry) }
            }
        }
    }

    private func runCampaigns(of entry: ProvisionedContent.SourceEntry) async throws {
        for campaign in engine.content.campaigns
        where campaign.campaign.frequency == .everyUpdate && campaign.sources.contains(where: { $0.id == entry.id }) {
            _ = try await CampaignRun(engine).run(campaign, .update(takesWaiting: true)) { _ in wake.raise() }
        }
    }
}
