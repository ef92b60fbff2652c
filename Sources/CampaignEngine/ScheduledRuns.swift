import CampaignModel
import CampaignPlanning
import CampaignStore
package import Logging
import ServiceLifecycle

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
        if due.skipped > 0 { engine.report(.missed(campaign: entry.campaign.name, runs: due.skipped)) }
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

/// Runs campaigns at their times, as long as it is told to.
package struct CampaignService: Service {
    // A clock that is set forward is noticed after so long, and so are people with a clock that is ahead of all others.
    private static let longest = Duration.seconds(60)
    private static let shortest = Duration.milliseconds(50)

    private let engine: Engine
    private let wake: WakeSignal
    private let look: WakeSignal
    private let logger: Logger

    /// - Parameters:
    ///   - engine: Whose campaigns they are.
    ///   - wake: Raised when there is something to send.
    ///   - look: Raised when the owner has sent or scheduled something.
    ///   - logger: For what is of use to builders only.
    package init(_ engine: Engine, wake: WakeSignal, look: WakeSignal = WakeSignal(), logger: Logger) {
        self.engine = engine
        self.wake = wake
        self.look = look
        self.logger = logger
    }

    /// - Throws: When the store fails.
    package func run() async throws {
        do {
            try await cancelWhenGracefulShutdown {
                while true {
                    try Task.checkCancellation()
                    let calls = look.calls
                    engine.beat("campaigns")
                    let next = try await ScheduledRuns(engine).runDue { _ in wake.raise() }
                    let wait =
                        next.map { min(max($0 - engine.time.now(), Self.shortest), Self.longest) } ?? Self.longest
                    await look.wait(since: calls, atMost: wait, on: engine.time)
                }
            }
        } catch is CancellationError {
            logger.debug("the running of campaigns ended")
        }
    }
}
