package import CampaignModel
import CampaignStore

/// One pass of everything that is due: polls, campaign runs, deliveries. What `tellal run` does.
package struct Pass: Sendable {
    private let engine: Engine
    private let token: String

    package init(_ engine: Engine, token: String) {
        self.engine = engine
        self.token = token
    }

    /// Takes back the deliveries of a process that ended without releasing them. Only for the one writing process of a
    /// database, at its start: no other process can hold a lease then.
    package static func recover(_ engine: Engine) async throws {
        try await tidy(engine, leasesUntil: Timestamp(milliseconds: .max))
    }

    /// - Returns: The problems with sources; everything else went on without them.
    package func run() async throws -> [Problem] {
        try await Self.recover(engine)
        // People who left since the last pass must get no message from this one.
        try await hear()
        var marketing = MarketingRun(engine)
        try await marketing.run()
        let reports = try await pollDue()
        let problems = reports.compactMap(\.problem)
        if engine.stop.isRaised { return problems }
        // Nor people who left during the polls, which may take minutes.
        if !reports.isEmpty { try await hear(isAgain: true) }
        try await send { planned in
            let polled = Set(reports.map(\.source))
            for campaign in engine.content.campaigns where campaign.campaign.frequency == .everyUpdate {
                let looked = campaign.sources.contains { polled.contains($0.source.fullName) }
                _ = try await CampaignRun(engine).run(campaign, .update(takesWaiting: looked), planned: planned)
            }
            try await ScheduledRuns(engine).runDue(planned: planned)
        }
        var retention = Retention(engine)
        try await retention.run()
        return problems
    }

    /// Plans deliveries, and calls the closure whenever some can be sent, with whether more follow.
    private typealias Planning = @Sendable (@escaping @Sendable (Bool) -> Void) async throws -> Void

    /// Nanoseconds between two checks for updates while messages are sent.
    private static let recheckInterval: UInt64 = 5_000_000_000

    /// Receives and processes updates.
    private func hear(isAgain: Bool = false) async throws {
        try await UpdatesRun.takeAll(engine, isAgain: isAgain)
        try await EventRun(engine).run()
    }

    /// Processes updates while messages are sent, so that people who leave get no more of them.
    ///
    /// - Parameters:
    ///   - ended: Raised after each delivery.
    ///   - over: Raised when the messages are sent.
    ///   - start: Time of the last check for updates, in monotonic nanoseconds.
    ///   - delivery: Sends the replies.
    private func listen(
        after ended: WakeSignal, until over: StopSignal, since start: UInt64, _ delivery: DeliveryRun
    ) async {
        var (seen, last): (UInt64, UInt64) = (0, start)
        while true {
            await ended.wait(since: seen)
            if over.isRaised || Task.isCancelled { return }
            seen = ended.calls
            guard engine.time.monotonicNanoseconds() &- last >= Self.recheckInterval else { continue }
            // A failure is retried at the next check; sending goes on.
            try? await hear(isAgain: true)
            // The run's own lane for replies may have ended, while its campaigns go on for hours.
            _ = try? await delivery.sendReplies()
            last = engine.time.monotonicNanoseconds()
        }
    }

    /// Sends what campaigns plan, and processes updates meanwhile.
    private func send(whilePlanning plan: @escaping Planning) async throws {
        let (ended, over, start) = (WakeSignal(), StopSignal(), engine.time.monotonicNanoseconds())
        let delivery = DeliveryRun(engine, token: token, ended: ended)
        guard !UpdatesRun.polled(engine).isEmpty else { return try await send(by: delivery, whilePlanning: plan) }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await listen(after: ended, until: over, since: start, delivery) }
            try await send(by: delivery, whilePlanning: plan)
            // Not cancelled: a reply that it has claimed goes out.
            over.raise()
            ended.raise()
            try await group.waitForAll()
        }
        // What was heard last, and what waited behind a reply.
        _ = try await delivery.run()
    }

    /// Sends the planned deliveries of a large run while the rest is being planned.
    private func send(by delivery: DeliveryRun, whilePlanning plan: @escaping Planning) async throws {
        let (news, done, failed) = (WakeSignal(), StopSignal(), StopSignal())
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                do {
                    try await plan { goesOn in if goesOn { news.raise() } }
                } catch {
                    failed.raise()
                    news.raise()
                    throw error
                }
                done.raise()
                news.raise()
            }
            group.addTask {
                var seen: UInt64 = 0
                while true {
                    await news.wait(since: seen)
                    seen = news.calls
                    let isLast = done.isRaised
                    if failed.isRaised { return }
                    _ = try await delivery.run()
                    if isLast { return }
                }
            }
            try await group.waitForAll()
        }
    }

    /// Polls the sources that are due.
    private func pollDue() async throws -> [PollReport] {
        let times = try await PollCalendar.times(engine)
        let now = engine.time.now()
        return try await Poller(engine).poll(engine.content.sources.filter { times[$0.id].map { $0 <= now } ?? false })
    }

    @discardableResult
    static func tidy(_ engine: Engine, leasesUntil: Timestamp) async throws -> Upkeep {
        let now = engine.time.now()
        var upkeep = try await engine.store.tidyOutbox(
            leasesUntil: leasesUntil, windowOpenedAfter: windowOpenedAfter(now), now: now)
        upkeep.reopened += try await CatchUp(engine).run()
        upkeep.unanswered = try await engine.store.expireApprovals(now: now)
        // A process may have died between a draft and its question.
        for entry in engine.content.campaigns { try await ApprovalDialogue(engine).ask(entry) }
        for entry in engine.content.campaigns {
            guard let age = entry.campaign.resendUnknownAfter else { continue }
            upkeep.resent += try await engine.store.resendUnknown(of: entry.id, after: age, now: now)
        }
        if !upkeep.isEmpty { engine.report(.tidied(upkeep)) }
        return upkeep
    }

    /// The earliest last activity with which a person's window is open now.
    static func windowOpenedAfter(_ now: Timestamp) -> Timestamp { now - Platform.window }
}
