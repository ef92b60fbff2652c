import CampaignModel
import CampaignPlanning
import CampaignStore

/// Runs the campaigns that have a frequency, each when its time has come.
struct ScheduledRuns: Sendable {
    private let engine: Engine

    init(_ engine: Engine) { self.engine = engine }

    /// - Parameter planned: Called when deliveries were planned, with whether more of the same are.
    /// - Returns: When the next run is due; nil when there is none.
    /// - Throws: When the store fails.
    @discardableResult
    func runDue(planned: @Sendable (Bool) -> Void) async throws -> Timestamp? {
        var next: Timestamp?
        for entry in try await engine.content.campaigns + engine.oneOffs.open() {
            guard let timetable = Timetable(entry.campaign), !engine.stop.isRaised else { continue }
            // It is not used up for nobody.
            if engine.oneOffs.isWithoutChannels(entry, tell: engine.report) { continue }
            // What was stopped half-way goes on, also when nothing is due.
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
        // What is missed while it is paused is made up for, or not, when it goes on.
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
