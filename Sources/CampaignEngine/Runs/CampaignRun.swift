import CampaignModel
import CampaignPlanning
package import CampaignStore
import FeedReading
import Foundation

/// One run of one campaign: take the changes after its cursor, choose, render, plan the deliveries.
///
/// Pure functions decide by the data that was read. The result is stored in one transaction that also moves the cursor,
/// so that a crash at any point loses nothing and repeats nothing.
package struct CampaignRun: Sendable {
    private let engine: Engine
    private let mostChanges: Int

    /// - Parameters:
    ///   - engine: The engine.
    ///   - mostChanges: Most changes of each source in one run. A run at a nominal time leaves further ones to the next
    ///     run.
    package init(_ engine: Engine, mostChanges: Int = 10_000) {
        self.engine = engine
        self.mostChanges = mostChanges
    }

    /// Why a campaign runs.
    package enum Occasion: Sendable {
        /// A source may have changed. Changes that an earlier run left waiting are included only with `takesWaiting`,
        /// which is set once for each poll of the campaign's sources, so that the limit of items per run holds.
        case update(takesWaiting: Bool)
        /// The nominal time of a run has come; `missed` is the number of missed runs before it.
        case nominal(NominalRun, missed: Int)
    }

    /// Runs the campaign. For an update it makes as many runs as the log needs, all together within the limits of one;
    /// at a nominal time it makes one.
    ///
    /// - Parameters:
    ///   - entry: The campaign.
    ///   - occasion: Why the campaign runs.
    ///   - planned: Called after deliveries were planned, with whether more of the same run follow.
    /// - Returns: One report for each run; none when there were no changes, or the campaign is paused.
    /// - Throws: When the store fails, or the campaign's layout is missing.
    package func run(
        _ entry: ProvisionedContent.CampaignEntry, _ occasion: Occasion, planned: @Sendable (Bool) -> Void = { _ in }
    ) async throws -> [RunReport] {
        // Changes during a pause wait in the change log.
        guard try await !engine.store.isPaused(entry.id) else { return [] }
        // Earlier fan-outs are completed first, so that people get messages in the order of planning.
        _ = try await FanOut(engine).goOn(entry, planned: planned)
        switch occasion {
        case .update(let takesWaiting):
            var reports: [RunReport] = []
            var earlier = Selection.Earlier()
            while !engine.stop.isRaised {
                let work = try await work(entry)
                let takesWaiting = takesWaiting && reports.isEmpty && !work.changes.isEmpty
                guard !work.head.isEmpty || takesWaiting else { break }
                let plan = try plan(entry, work, earlier: earlier)
                // Changes that only keep waiting make no run.
                if work.head.isEmpty, plan.messages.isEmpty, plan.report.skipped.isEmpty { break }
                // Another process was faster, or it is unknown whether the run was stored: the rest waits for the next
                // run.
                guard let report = try await record(plan, entry, planned) else { break }
                reports.append(report)
                earlier.chosen += plan.chosen
                earlier.edits += plan.edited.count
            }
            return reports
        case .nominal(let nominal, let missed):
            guard !engine.stop.isRaised else { return [] }
            var plan = try plan(entry, try await work(entry), nominal)
            plan.report.missed = missed > 0 ? missed : nil
            return try await record(plan, entry, planned).map { [$0] } ?? []
        }
    }

    private func work(_ entry: ProvisionedContent.CampaignEntry) async throws -> CampaignWork {
        var campaign = entry.campaign
        if !entry.channels.contains(where: \.channel.platform.editsMessages) { campaign.onUpdate = .ignore }
        return try await engine.store.work(for: entry.id, of: campaign, limit: mostChanges)
    }

    /// Stores a run.
    ///
    /// - Returns: Its report; nil when another run was faster.
    private func record(
        _ plan: RunPlan, _ entry: ProvisionedContent.CampaignEntry, _ planned: @Sendable (Bool) -> Void
    ) async throws -> RunReport? {
        guard var report = try await engine.store.record(plan, at: engine.time.now()) else { return nil }
        if report.queued > 0 { planned(false) }
        let rest = try await FanOut(engine).goOn(entry, planned: planned)
        report.queued += rest.queued
        report.held += rest.held
        engine.report(.ran(report))
        if report.waitingRun != nil { try await ApprovalDialogue(engine).ask(entry) }
        return report
    }

    private func plan(
        _ entry: ProvisionedContent.CampaignEntry, _ work: CampaignWork, _ nominal: NominalRun? = nil,
        earlier: Selection.Earlier = .init()
    ) throws -> RunPlan {
        if let message = entry.message { return plan(entry, work, nominal, byHand: message) }
        let campaign = entry.campaign
        guard let layout = engine.layouts[campaign.layout] else {
            throw Problem(.settings, "campaign \(campaign.name): there is no layout \(campaign.layout)")
        }
        let now = engine.time.now()
        let html: @Sendable (String) -> RichText = { HTMLText.richText(html: $0, base: nil) }
        let selection = Selection.choose(
            campaign, changes: work.changes, alreadySent: work.taken, told: work.told, latest: work.latest,
            returned: work.returned, earlier: earlier, now: now, html: html)
        let names = Dictionary(entry.sources.map { ($0.id, $0.source.name) }) { first, _ in first }
        func context(_ change: Change, of source: SourceID) -> ItemContext {
            ItemContext(change: change, sourceName: names[source] ?? "", sourceTitle: work.titles[source])
        }
        let timeZone = WallClock(named: campaign.timeZone).zone
        let rendered = LayoutRenderer.render(
            layout, items: selection.chosen.map { context($0.change, of: $0.source) }, campaign: campaign.name,
            timeZone: timeZone, html: html)
        let edits = selection.edits.map { edit in
            LayoutRenderer.render(
                layout, context(edit.change, of: edit.update.source), inPlaceOf: edit.told, campaign: campaign.name,
                timeZone: timeZone, html: html)
        }
        let outcome = RunOutcome(campaign, selection, rendered, edits: edits)
        var plan = plan(
            entry, work, nominal, outcome.messages, at: now, outcome.report(seen: work.changes.count))
        (plan.chosen, plan.waiting) = (selection.chosen, selection.waiting)
        (plan.edited, plan.skipped) = (outcome.edited, outcome.skipped)
        plan.comparedPrices = selection.comparedPrices
        plan.editableChannels = Set(entry.channels.filter(\.channel.platform.editsMessages).map(\.id))
        plan.approvalUntil = campaign.approval.map { now + $0.expires }
        return plan
    }

    private func plan(
        _ entry: ProvisionedContent.CampaignEntry, _ work: CampaignWork, _ nominal: NominalRun?, byHand message: Message
    ) -> RunPlan {
        let campaign = entry.campaign
        var plan = plan(
            entry, work, nominal, [PlannedMessage(message)], at: engine.time.now(),
            RunReport(campaign: campaign.fullName, seen: 0, chosen: [], waiting: [], skipped: [], messages: 1))
        if case .once(let time) = campaign.frequency { plan.onlyRunAt = time }
        return plan
    }

    /// A plan with the fields that all runs share.
    private func plan(
        _ entry: ProvisionedContent.CampaignEntry, _ work: CampaignWork, _ nominal: NominalRun?,
        _ messages: [PlannedMessage], at now: Timestamp, _ report: RunReport
    ) -> RunPlan {
        let campaign = entry.campaign
        let times = DeliveryTimes.shared(of: campaign, PlannedRun(at: now, nominal: nominal?.at))
        var plan = RunPlan(
            campaign: entry.id, workspace: entry.workspace, work: work, chosen: [], waiting: [], messages: messages,
            channels: entry.channels.map(\.id), audience: campaign.audience, notBefore: times.notBefore,
            expiresAt: times.expiresAt, windowOpenedAfter: Pass.windowOpenedAfter(now),
            times: { DeliveryTimes.own($0, of: campaign, $1) }, nominal: nominal, report: report)
        plan.report.nominalAt = nominal?.at
        plan.report.unreadable = work.unreadable > 0 ? work.unreadable : nil
        plan.tracksLinks = engine.tracksLinks(of: campaign)
        return plan
    }
}
