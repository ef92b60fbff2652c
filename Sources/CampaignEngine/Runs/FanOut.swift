import CampaignModel
import CampaignPlanning
import CampaignStore

/// Plans the deliveries of a large audience in batches, after the run itself. An interrupted fan-out continues where it
/// stopped.
struct FanOut: Sendable {
    private let engine: Engine

    init(_ engine: Engine) { self.engine = engine }

    /// - Parameters:
    ///   - entry: The campaign.
    ///   - planned: Called after each batch, with whether another one follows.
    /// - Returns: The numbers of planned deliveries, until all are planned or the stop signal is raised.
    /// - Throws: When the store fails.
    func goOn(
        _ entry: ProvisionedContent.CampaignEntry, planned: @Sendable (Bool) -> Void = { _ in }
    ) async throws -> FanOutStep {
        var all = FanOutStep()
        var toldAt = engine.time.monotonicNanoseconds()
        while !engine.stop.isRaised {
            if try await engine.store.isPaused(entry.id) { break }
            let step = try await engine.store.fanOut(entry.id) { DeliveryTimes.own($0, of: entry.campaign, $1) }
            guard step.looked > 0 else { break }
            all.queued += step.queued
            all.held += step.held
            all.looked += step.looked
            if step.queued > 0 { planned(step.looked == Store.lot) }
            let now = engine.time.monotonicNanoseconds()
            guard now &- toldAt >= 10_000_000_000 else { continue }
            toldAt = now
            engine.report(
                .progressed(
                    ProgressReport(campaign: entry.campaign.fullName, step: .planning, done: all.queued + all.held)))
        }
        return all
    }
}

extension DeliveryTimes {
    /// The times for people who did not choose when to get messages.
    static func shared(of campaign: Campaign, _ run: PlannedRun) -> DeliveryTimes {
        times(Subscriber.Preferences(), of: campaign, run)
    }

    /// The times for people who did choose; nil when they are the same as the shared ones.
    static func own(_ preferences: Subscriber.Preferences, of campaign: Campaign, _ run: PlannedRun) -> DeliveryTimes? {
        let own = times(preferences, of: campaign, run)
        return own == shared(of: campaign, run) ? nil : own
    }

    private static let leastTime = Duration.days(1)

    private static func times(
        _ preferences: Subscriber.Preferences, of campaign: Campaign, _ run: PlannedRun
    ) -> DeliveryTimes {
        let notBefore = PersonalTimes.planned(preferences, at: run.at, nominal: run.nominal, campaign: campaign)
        let isCollected = preferences.frequency != .atOnce
        let waits = isCollected ? max(campaign.expires, Store.collectedFor) : campaign.expires
        // Elsewhere the nominal time is everyone's, and over when the run is made.
        let hasOwnTime = campaign.isOneOff || campaign.followsPeople
        let own = (hasOwnTime ? run.nominal : nil).flatMap { nominal in
            Timetable(campaign)?.moment(of: nominal, on: PersonalTimes.clock(of: preferences, campaign))
        }
        let expiresAt: Timestamp
        if campaign.isOneOff, let own {
            // A message that was written for a day is useless some days later.
            let start = min(notBefore, own)
            // Quiet hours, and the day that a person chose, must still leave time for sending.
            let due = PersonalTimes.planned(preferences, at: start, nominal: run.nominal, campaign: campaign)
            expiresAt = max(start + waits, due + min(campaign.expires, leastTime))
        } else {
            // News grows old in quiet hours, too.
            expiresAt = (isCollected ? notBefore : max(run.at, own ?? run.at)) + waits
        }
        return DeliveryTimes(
            notBefore: notBefore, expiresAt: campaign.until.map { min($0, expiresAt) } ?? expiresAt)
    }
}
