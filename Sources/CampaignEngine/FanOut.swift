import CampaignModel
import CampaignPlanning
import CampaignStore

/// Plans what a run could not plan with itself: the deliveries of a large audience, lot after lot. What was stopped half-way
/// goes on where it was.
struct FanOut: Sendable {
    private let engine: Engine

    init(_ engine: Engine) { self.engine = engine }

    /// - Parameters:
    ///   - entry: The campaign whose deliveries are not all planned yet.
    ///   - planned: Called after each lot, with whether another one follows.
    /// - Returns: What was planned, until all was or the end was told.
    /// - Throws: When the store fails.
    func goOn(
        _ entry: ProvisionedContent.CampaignEntry, planned: @Sendable (Bool) -> Void = { _ in }
    ) async throws -> FanOutStep {
        var all = FanOutStep()
        var toldAt = engine.time.monotonicNanoseconds()
        while !engine.stop.isRaised {
            if try await engine.store.isPaused(entry.id) { break }
            let step = try await engine.store.fanOut(entry.id) { preferences, plannedAt in
                Self.collectedUntil(preferences, at: plannedAt, entry.campaign)
            }
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
                    ProgressReport(campaign: entry.campaign.name, step: .planning, done: all.queued + all.held)))
        }
        return all
    }

    /// When somebody who wants everything at one time gets what was planned then; nil for now.
    static func collectedUntil(
        _ preferences: Subscriber.Preferences, at plannedAt: Timestamp, _ campaign: Campaign
    ) -> Timestamp? {
        let answer = PersonalTimes.next(
            preferences, plannedAt: plannedAt, quietHours: nil, timeZone: campaign.timeZone, now: plannedAt)
        return if case .collected(let time) = answer { time } else { nil }
    }
}
