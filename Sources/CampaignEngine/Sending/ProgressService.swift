import CampaignModel
import CampaignStore
import ServiceLifecycle

/// The progress of a long campaign on a channel.
package struct ProgressReport: Sendable, Hashable {
    /// The step in progress.
    package enum Step: Sendable, Hashable {
        /// Sending on this channel, at that rate.
        case sending(channel: String, perSecond: Double)
        case planning
    }

    package var campaign: String
    package var step: Step
    /// Number of deliveries sent or planned by this process since the step began.
    package var done: Int
    /// Number of deliveries left; nil when not counted.
    package var left: Int?

    /// Seconds until the rest is sent at this rate.
    package var secondsLeft: Int? {
        guard case .sending(_, let perSecond) = step, let left, perSecond > 0 else { return nil }
        return Int((Double(left) / perSecond).rounded(.up))
    }
}

/// Stores this process's sending rate for status reports, and logs the progress of long campaigns.
package struct ProgressService: Service {
    /// Time between two reports, and the duration from which a step is reported.
    static let pause = Duration.seconds(10)

    private let engine: Engine
    private let worker: String

    /// - Parameters:
    ///   - engine: The engine.
    ///   - worker: Name of this process, unique among those that share a database.
    package init(_ engine: Engine, worker: String) {
        self.engine = engine
        self.worker = worker
    }

    /// - Throws: When the store fails.
    package func run() async throws {
        try await untilShutdown {
            while true {
                try await engine.time.sleep(for: Self.pause)
                try await look()
            }
        }
    }

    func look() async throws {
        let courses = engine.meter.courses(at: engine.time.monotonicNanoseconds())
        guard !courses.isEmpty else { return }
        var rates: [ChannelID: Double] = [:]
        for (lane, course) in courses { rates[lane.channel, default: 0] += course.perSecond }
        let now = engine.time.now()
        try await engine.store.noteRates(rates, of: worker, now: now)
        let long = courses.filter { $0.key.campaign != nil && $0.value.seconds >= 10 }
        guard !long.isEmpty else { return }
        let waiting = try await engine.store.waitingCounts(at: now)
        for campaign in Set(long.keys.compactMap(\.campaign)).sorted() {
            guard let entry = try await engine.campaign(campaign) else { continue }
            for place in engine.content.channels {
                guard let course = long[.init(channel: place.id, campaign: campaign)],
                    let left = waiting.first(where: { $0.channel == place.id && $0.campaign == entry.id })?.queued
                else { continue }
                engine.report(
                    .progressed(
                        ProgressReport(
                            campaign: entry.campaign.fullName,
                            step: .sending(channel: place.channel.fullName, perSecond: course.perSecond),
                            done: course.sent, left: left)))
            }
        }
    }
}
