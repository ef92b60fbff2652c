import CampaignEngine
import CampaignModel
import CampaignStore
import Logging

/// What the engine tells, as one plain line each or as JSON.
struct EventLines: Sendable {
    var json: Bool
    /// Leaves out polls and runs that found nothing.
    var onlyNews = false
    /// Puts the time before each line, for those who read it later; JSON always has it.
    var clock: SystemTime?
    /// Leaves out what asks for less attention.
    var level = Logger.Level.info

    func callAsFunction(_ event: EngineEvent) {
        if onlyNews, !Self.isNews(event) { return }
        guard Logger.Level.of(event) >= level else { return }
        if json {
            Console.json(EventJSON(event, at: SystemTime().now()))
        } else {
            let time = clock.map { "\($0.now()) " } ?? ""
            Console.line(time + Console.printable(Self.line(event) + (clock == nil ? "" : Self.next(event))))
            for remark in Self.remarks(event) { Console.line(time + Console.printable(remark)) }
        }
    }

    private static func isNews(_ event: EngineEvent) -> Bool {
        switch event {
        case .polled(let report):
            if case .notModified = report.outcome { false } else { true }
        case .ran(let report): report.messages > 0
        case .asked, .waits, .clicksLost, .missed, .delivered, .tidied, .hub, .heard, .updatesFailing, .marketing,
            .slowed,
            .progressed, .controlled:
            true
        }
    }

    static func line(_ event: EngineEvent) -> String {
        switch event {
        case .polled(let report): "polled \(report.source): \(outcome(report))"
        case .ran(let report): "ran \(report.campaign): \(summary(report))"
        case .waits(let campaign, let why): "\(campaign) waits: \(why)"
        case .asked(let campaign, let what): "approval of \(campaign): \(what)"
        case .clicksLost(let count): "\(counted(count, "click")) could not be kept, for the database did not answer"
        case .missed(let campaign, let runs):
            "\(counted(runs, "run")) of \(campaign) were missed, and are not made up for"
        case .delivered(let report): "sent by \(report.channel): \(summary(report))"
        case .tidied(let upkeep): "outbox: \(summary(upkeep))"
        case .slowed(let report): "\(report.channel) \(quiet(report))"
        case .heard(let report): "heard: \(summary(report))"
        case .updatesFailing(let channel, let reason): "cannot hear what people write to \(channel): \(reason)"
        case .marketing(let report): "paid messages of \(report.channel): \(said(report.outcome))"
        case .progressed(let report): summary(report)
        case .controlled(let event): "owner: \(event.message)"
        case .hub(let report): "hub of \(report.source): \(said(report.outcome))"
        }
    }

    private static func quiet(_ report: TrafficReport) -> String {
        let seconds = (report.rest / .seconds(1) * 10).rounded() / 10
        let why = report.isUnanswered ? "does not answer" : "asks for a pause"
        return "sends nothing for \(seconds) s, for its platform \(why)" + (report.reason.map { ": \($0)" } ?? "")
    }

    /// When a source is polled next, and why then: for the log of a process that will do it.
    private static func next(_ event: EngineEvent) -> String {
        guard case .polled(let report) = event else { return "" }
        let next = report.next
        return next.at == NextPoll.never ? "; not polled any more" : "; next \(next.at): \(next.reason)"
    }

    private static func remarks(_ event: EngineEvent) -> [String] {
        guard case .polled(let report) = event else { return [] }
        return report.remarks.map { "look at \(report.source): \($0)" }
    }

    private static func outcome(_ report: PollReport) -> String {
        let warnings = report.warnings > 0 ? ", \(counted(report.warnings, "warning"))" : ""
        switch report.outcome {
        case .notModified: return "not modified"
        case .baseline(let items):
            return "first document, \(counted(items, "item")) taken as known\(warnings)"
        case .read(let items, let changes):
            let text = ChangeKind.allCases.compactMap { kind in changes[kind].map { "\($0) \(name(kind))" } }
            let recognised =
                report.recognised > 0 ? ", \(counted(report.recognised, "item")) recognised under another id" : ""
            let old = report.old > 0 ? ", \(report.old) too old to be news" : ""
            return "\(counted(items, "item")), \(text.isEmpty ? "nothing new" : text.joined(separator: ", "))"
                + "\(recognised)\(old)\(warnings)"
        case .postponed(let until): return "not asked: its host wants to be left alone until \(until)"
        case .held(let reason):
            return "HELD, nothing is told: \(reason.sentence). Decide with "
                + "`tellal source accept|skip|latest N \(report.source)`"
        case .failed(let problem): return "failed: \(reason(problem.message, of: report.source))"
        }
    }

    private static func said(_ outcome: HubReport.Outcome) -> String {
        switch outcome {
        case .confirmed(let until): "tells of changes until \(until)"
        case .ended: "tells of changes no more"
        case .told: "says that something changed"
        case .missed: "kept a change to itself; until it tells of one, the source is polled as if it had no hub"
        case .refused(let reason): "cannot be had, it is asked again later: \(reason)"
        }
    }

    private static func said(_ outcome: MarketingReport.Outcome) -> String {
        switch outcome {
        case .listed(let new, let ended): "\(new) more agreed, \(ended) agree no more"
        case .notListed(let reason): "Meta's list of those who agreed cannot be read: \(reason)"
        case .stopped(let reason, nil): "STOPPED until tellal is started anew; free ones go on: \(reason)"
        case .stopped(let reason, let until?): "stopped until \(until); free ones go on: \(reason)"
        case .asksNobody(let reason): "nobody is asked any more, until tellal is started anew: \(reason)"
        }
    }

    private static func name(_ kind: ChangeKind) -> String {
        kind.rawValue.split(separator: "_").joined(separator: " ")
    }

    private static func summary(_ report: RunReport) -> String {
        let held = report.held > 0 ? ", \(report.held) held until Messenger allows" : ""
        if let run = report.waitingRun {
            return "\(counted(report.messages, "message")) of \(counted(report.seen, "change")) wait for approval: "
                + "`tellal campaign send \(report.campaign)` lets run \(run) go"
        }
        if report.seen == 0, report.messages > 0 { return "\(report.queued) to send\(held)" }
        let told = report.chosen + (report.edited ?? [])
        guard !told.isEmpty else {
            let unreadable = report.unreadable.map { "; \(counted($0, "change")) of the log cannot be read" } ?? ""
            return "nothing to say of \(counted(report.seen, "change"))\(unreadable)"
        }
        let titles = told.prefix(2).map { "“\($0.title ?? "untitled")” (\(name($0.kind)))" }
        let more = told.count > 2 ? " and \(told.count - 2) more" : ""
        guard !report.chosen.isEmpty else {
            return "\(titles.joined(separator: ", "))\(more) → \(counted(report.messages, "message")) to change, "
                + "for \(report.queued)"
        }
        return "\(titles.joined(separator: ", "))\(more) → \(counted(report.messages, "message")), "
            + "\(report.queued) to send\(held)"
    }

    private static func summary(_ report: DeliveryReport) -> String {
        let counts = [
            (report.sent, "sent"), (report.failed, "failed"), (report.unknown, "unknown"), (report.held, "held"),
            (report.suppressed, "not to be sent any more"), (report.postponed, "postponed"),
        ].filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }
        let paused = report.pausedReason.map { ["the channel is paused: \($0)"] } ?? []
        let reasons = paused.isEmpty ? report.reasons.prefix(2).map(\.self) : []
        return (counts + paused + reasons).joined(separator: "; ")
    }

    private static func summary(_ report: InboxReport) -> String {
        let counts = [
            (report.came, "subscribed"), (report.left, "left"), (report.replies, "to be answered"),
            (report.settled, "known to have arrived now"), (report.reopened, "held messages can go now"),
        ].filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }
        return ([counted(report.events, "event")] + counts + report.restrictions).joined(separator: ", ")
    }

    private static func summary(_ upkeep: Upkeep) -> String {
        [
            (upkeep.requeued, "taken back from a process that ended"),
            (upkeep.unknown, "unknown: a process ended before the answer was stored"),
            (upkeep.resent, "unknown for long: sent again, as their campaign says"),
            (upkeep.reopened, "can go now, their Messenger window opened"), (upkeep.expired, "too old, dropped"),
        ].filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }.joined(separator: "; ")
    }

    private static func summary(_ report: ProgressReport) -> String {
        guard case .sending(let channel, let perSecond) = report.step else {
            return "planning \(report.campaign): \(counted(report.done, "delivery", "deliveries")) so far"
        }
        let end = report.secondsLeft.map { ", done in about \(length($0))" } ?? ""
        return "sending \(report.campaign) by \(channel): \(report.done) sent, \(report.left ?? 0) left, "
            + "\(rate(perSecond))\(end)"
    }

    /// Messages a second, with a decimal where it counts.
    static func rate(_ perSecond: Double) -> String {
        let tenths = Int((perSecond * 10).rounded())
        return perSecond < 100 ? "\(tenths / 10).\(tenths % 10)/s" : "\(Int(perSecond.rounded()))/s"
    }

    /// A length of time in the unit that says most.
    static func length(_ seconds: Int) -> String {
        switch seconds {
        case ..<120: "\(seconds) s"
        case ..<7200: "\((seconds + 30) / 60) min"
        case ..<172_800: "\((seconds + 1800) / 3600) h"
        default: "\((seconds + 43_200) / 86_400) days"
        }
    }

    /// A problem's message names its source; a line that begins with the source need not say it twice.
    static func reason(_ message: String, of source: String) -> String {
        let start = "source \(source): "
        return message.hasPrefix(start) ? String(message.dropFirst(start.count)) : message
    }

    static func counted(_ count: Int, _ noun: String, _ plural: String? = nil) -> String {
        "\(count) \(count == 1 ? noun : plural ?? noun + "s")"
    }
}
