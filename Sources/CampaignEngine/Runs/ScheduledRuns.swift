import CampaignModel
import CampaignPlanning
import CampaignStore

/// Makes the due runs of campaigns with a frequency.
struct ScheduledRuns: Sendable {
    private let engine: Engine

    init(_ engine: Engine) { self.engine = engine }

    /// Makes all due runs.
    ///
    /// - Parameter planned: Called after deliveries were planned, with whether more of the same run follow.
    /// - Returns: The time of the next run; nil when there is none.
    /// - Throws: When the store fails.
    @discardableResult
    func runDue(planned: @Sendable (Bool) -> Void) async throws -> Timestamp? {
        var next: Timestamp?
        for entry in try await engine.content.campaigns + engine.oneOffs.open() {
            guard let timetable = Timetable(entry.campaign), !engine.stop.isRaised else { continue }
            // A message without channels is kept, not run for nobody.
            if engine.oneOffs.isWithoutChannels(entry, tell: engine.report) { continue }
            // An interrupted fan-out continues, even when no run is due.
            _ = try await FanOut(engine).goOn(entry, planned: planned)
            let due = try await runDue(entry, timetable, planned)
            next = [next, due].compactMap(\.self).min()
        }
        return next
    }

    private func runDue(
        _ entry: ProvisionedContent.CampaignEntry, _ timetable: Timetable, _ planned: @Sendable (Bool) -> Void
    ) async throws -> Timestamp? {
        let clocks = try await clocks(of: entry, timetable)
        let now = engine.time.now()
        let stored = try await engine.store.scheduleMark(
            of: entry.id, rule: timetable.description, start: timetable.start(at: now, clocks: clocks))
        let (mark, ahead) = timetable.mended(stored.doneUntil, ahead: stored.ahead, now: now, clocks: clocks)
        if mark != stored.doneUntil || ahead != stored.ahead {
            try await engine.store.moveSchedule(of: entry.id, to: ScheduleMark(doneUntil: mark, ahead: ahead))
        }
        let due = timetable.due(after: mark, now: now, clocks: clocks)
        // Runs that are missed during a pause are handled, by `missed`, once the campaign is resumed.
        guard try await !engine.store.isPaused(entry.id) else { return due.next }
        for run in due.runs {
            let isLast = run == due.runs.last
            let nominal = NominalRun(at: run.nominal, doneUntil: isLast ? due.doneUntil : run.nominal)
            _ = try await CampaignRun(engine).run(entry, .nominal(nominal, missed: run.missed), planned: planned)
        }
        if due.runs.isEmpty, due.doneUntil != mark {
            try await engine.store.moveSchedule(
                of: entry.id, to: ScheduleMark(doneUntil: due.doneUntil, ahead: ahead))
        }
        if due.skipped > 0 { engine.report(.missed(campaign: entry.campaign.fullName, runs: due.skipped)) }
        return due.next
    }

    private func clocks(
        of entry: ProvisionedContent.CampaignEntry, _ timetable: Timetable
    ) async throws -> Set<WallClock> {
        guard timetable.isPersonal else { return [] }
        let timings = try await engine.store.timings(on: entry.channels.map(\.id))
        return Set(timings.map { PersonalTimes.clock(of: $0, entry.campaign) })
    }
}
