import CampaignModel
import CampaignStore
import Metrics

/// Counts what happens, in swift-metrics' instruments.
package struct EngineMetrics: Sendable {
    let factory: any MetricsFactory
    /// By channel, made once: thousands of messages a second pass here.
    private let sends: [ChannelID: Timer]

    init(_ factory: any MetricsFactory, channels: [ProvisionedContent.ChannelEntry]) {
        self.factory = factory
        sends = Dictionary(
            channels.map {
                let labels = [("channel", $0.channel.fullName)]
                return ($0.id, Timer(label: Metric.sendSeconds.name, dimensions: labels, factory: factory))
            }
        ) { first, _ in first }
    }

    /// The platform took so long to answer a message.
    func noteSend(on channel: ChannelID, nanoseconds: UInt64) {
        sends[channel]?.recordNanoseconds(Int64(clamping: nanoseconds))
    }

    func count(_ event: EngineEvent) {
        switch event {
        case .polled(let report): count(report)
        case .ran(let report):
            let outcome = report.waitingRun != nil ? "approval" : report.messages > 0 ? "sent" : "quiet"
            add(1, .runs, report.campaign, outcome)
        case .missed(let campaign, let runs): add(runs, .missedRuns, campaign)
        case .delivered(let report):
            let outcomes = [
                ("sent", report.sent), ("failed", report.failed), ("unknown", report.unknown), ("held", report.held),
                ("suppressed", report.suppressed), ("postponed", report.postponed),
            ]
            for (outcome, count) in outcomes { add(count, .deliveries, report.channel, outcome) }
        case .tidied(let upkeep):
            // Of which channel they are is not told.
            add(upkeep.expired, .deliveries, "", "expired")
            add(upkeep.unknown, .deliveries, "", "unknown")
        case .heard(let report):
            add(report.events, .events)
            add(report.came, .came)
            add(report.left, .left)
        case .slowed(let report): add(1, .rests, report.channel, report.isUnanswered ? "no_answer" : "asked")
        case .clicksLost(let count): add(count, .clicksLost)
        case .asked, .waits, .hub, .updatesFailing, .marketing, .progressed, .controlled: break
        }
    }

    private func count(_ report: PollReport) {
        // Whoever polled it counts it.
        guard !report.isElsewhere else { return }
        add(1, .polls, report.source, report.outcome.word)
        if let took = report.took {
            Timer(label: Metric.pollSeconds.name, dimensions: [("source", report.source)], factory: factory)
                .recordNanoseconds(Int64(took / .nanoseconds(1)))
        }
        guard case .read(_, let changes) = report.outcome else { return }
        for (kind, count) in changes { add(count, .changes, report.source, kind.rawValue) }
    }

    private func add(_ count: Int, _ metric: Metric, _ values: String...) {
        guard count > 0 else { return }
        Counter(label: metric.name, dimensions: Array(zip(metric.labels, values)), factory: factory).increment(
            by: count)
    }

    /// Sets what is measured and not counted.
    func set(_ value: Double, _ metric: Metric, _ values: String...) {
        Meter(label: metric.name, dimensions: Array(zip(metric.labels, values)), factory: factory).set(value)
    }
}

extension PollReport.Outcome {
    /// A stable word.
    package var word: String {
        switch self {
        case .notModified: "not_modified"
        case .baseline: "baseline"
        case .read: "read"
        case .postponed: "postponed"
        case .held: "held"
        case .failed: "failed"
        }
    }
}
